#include <gmock/gmock.h>
#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "findings.hpp"
#include "known_keys.hpp"
#include "node.hpp"
#include "vobiz/streams/stream.hpp"

// The example and the documentation hold every key that the reader knows, and no other.
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
  for (auto const& item : from.items) collect(item, path + "[]", into);
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

TEST(example, holds_every_key) {
  // A setting that is switched off has its "#" before the indentation; a remark is no key.
  std::string text;
  for (auto const& line : lines_of_text(text_of(example_file))) {
    auto const switched_off = std::regex_match(line, std::regex("# *[a-z_]+:( .*)?"));
    text += (switched_off ? line.substr(1) : line) + '\n';
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

// The rows that documentation has to have for the keys: "| `name` | takes | default | range |".
names rows_of_known_keys() {
  names result;
  std::set<std::string> scopes_and_intervals;
  for (auto const& key : known_keys()) {
    auto name = key.name;
    auto takes = key.takes;
    auto shown = key.required ? "required" : key.default_value;
    std::smatch parts;
    if (std::regex_match(key.name, parts, std::regex("streams\\.([a-z]+)\\.([a-z_]+)"))) {
      name = "streams.STREAM." + parts[2].str();
      if (parts[2] == "scope") takes = "see below";
      if (parts[2] == "every") shown = "see below";
    }
    result.insert(fmt::format("| `{}` | {} | {} | {} |", name, takes, shown, key.range));
  }
  return result;
}

// The rows of the table of streams: "| `name` | every | scopes | yes |".
names rows_of_streams() {
  names result;
  auto const keys = known_keys();
  for (auto const& declared : streams::all()) {
    auto const find = [&](std::string const& key) {
      return std::find_if(keys.begin(), keys.end(), [&](key_description const& k) {
        return k.name == fmt::format("streams.{}.{}", declared.name, key);
      });
    };
    auto const scopes = find("scope")->takes.substr(std::string("one of ").size());
    auto const has_days = find("start_date") != keys.end();
    result.insert(fmt::format("| `{}` | {} | {} | {} |", declared.name, find("every")->default_value,
                              scopes, has_days ? "yes" : "no"));
  }
  return result;
}

TEST(documentation, has_a_row_for_every_key_with_its_default_and_range) {
  names documented;
  std::regex const row("(\\| `[^`]+` \\|[^|]*\\|[^|]*\\|[^|]*\\|).*");
  for (auto const& line : lines_of_text(text_of(VOBIZ_SOURCE_DIR "/docs/configuration.md"))) {
    std::smatch parts;
    if (std::regex_match(line, parts, row)) {
      documented.insert(std::regex_replace(parts[1].str(), std::regex("\\|  \\|"), "|  |"));
    }
  }
  auto expected = rows_of_known_keys();
  expected.merge(rows_of_streams());
  EXPECT_EQ(documented, expected);
}

}  // namespace
}  // namespace vobiz::config
