#include <gmock/gmock.h>
#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "findings.hpp"
#include "known_keys.hpp"
#include "node.hpp"
#include "vobiz/streams/stream.hpp"

// The example and the documentation list exactly the keys that the reader knows.
namespace vobiz::config {
namespace {

using names = std::set<std::string>;

std::string const example_file = VOBIZ_SOURCE_DIR "/config/vobiz-syncd.example.yaml";

std::string text_of(std::string const& file) {
  std::ifstream in(file);
  std::ostringstream text;
  text << in.rdbuf();
  EXPECT_FALSE(text.str().empty()) << file;
  return text.str();
}

void collect(node const& from, std::string const& path, names& into) {
  for (auto const& item : from.items) {
    // A list of plain values is one key.
    collect(item, item.form == node::kind::scalar ? path : path + "[]", into);
  }
  for (auto const& e : from.entries) {
    collect(e.value, path.empty() ? e.key : path + "." + e.key, into);
  }
  if (from.items.empty() && from.entries.empty()) into.insert(path);
}

std::vector<std::string> lines_of_text(std::string const& text) {
  std::vector<std::string> result;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) result.push_back(line);
  return result;
}

// Whether the line is a commented-out setting ("#", indentation, key, colon) and no remark.
bool is_switched_off(std::string const& line) {
  if (!line.starts_with('#')) return false;
  auto const key = std::min(line.find_first_not_of(' ', 1), line.size());
  auto const colon = line.find_first_not_of("abcdefghijklmnopqrstuvwxyz_", key);
  if (colon == std::string::npos || colon == key || line[colon] != ':') return false;
  return colon + 1 == line.size() || line[colon + 1] == ' ';
}

TEST(example, holds_every_key) {
  // A commented-out setting has its "#" before the indentation; a remark is no key.
  std::string text;
  for (auto const& line : lines_of_text(text_of(example_file))) {
    text += (is_switched_off(line) ? line.substr(1) : line) + '\n';
  }
  std::vector<finding> findings;
  names in_example;
  collect(tree_of(text, findings), "", in_example);
  EXPECT_THAT(testing::lines_of(findings), ::testing::IsEmpty());
  names known;
  for (auto const& key : known_keys()) known.insert(key.name);
  EXPECT_EQ(in_example, known);
}

TEST(example, loads_with_the_environment_that_it_asks_for) {
  ::setenv("VOBIZ_AUTH_ID", "PA_EXAMPLE", 1);
  ::setenv("VOBIZ_AUTH_TOKEN", testing::canary, 1);
  auto const values = load(example_file);
  ::unsetenv("VOBIZ_AUTH_ID");
  ::unsetenv("VOBIZ_AUTH_TOKEN");
  ASSERT_EQ(values.partners.size(), 1u);
  EXPECT_EQ(values.partners[0].auth_id, "PA_EXAMPLE");
  EXPECT_EQ(values.partners[0].auth_token.reveal(), testing::canary);
}

// The rows that the documentation must have: "| `name` | takes | default | range |".
names rows_of_known_keys() {
  names result;
  for (auto const& key : known_keys()) {
    auto name = key.name;
    auto takes = key.takes;
    auto shown = key.required ? "required" : key.default_value;
    if (key.name.starts_with("streams.")) {
      auto const last = key.name.substr(key.name.rfind('.') + 1);
      name = "streams.STREAM." + last;
      if (last == "scope") takes = "see below";
      if (last == "every" || last == "enabled") shown = "see below";
    }
    result.insert(fmt::format("| `{}` | {} | {} | {} |", name, takes, shown, key.range));
  }
  return result;
}

// The row up to and including that many cells.
std::string first_cells(std::string const& row, int cells) {
  std::size_t end = 0;
  for (; cells > 0 && end != std::string::npos; --cells) end = row.find('|', end + 1);
  return end == std::string::npos ? row : row.substr(0, end + 1);
}

TEST(documentation, has_a_row_for_every_key_with_its_default_and_range) {
  names documented;
  for (auto const& line : lines_of_text(text_of(VOBIZ_SOURCE_DIR "/docs/configuration.md"))) {
    // A key's row starts with its name, and names start with a letter.
    auto const is_key =
        line.starts_with("| `") && line.size() > 3 && line[3] >= 'a' && line[3] <= 'z';
    if (!is_key) continue;
    // The table of streams has a test of its own (declared_blocks_test.cpp).
    if (streams::find(line.substr(3, line.find('`', 3) - 3)) != nullptr) continue;
    documented.insert(first_cells(line, 4));
  }
  EXPECT_EQ(documented, rows_of_known_keys());
}

}  // namespace
}  // namespace vobiz::config
