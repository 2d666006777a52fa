#include <gtest/gtest.h>
#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

#include "known_keys.hpp"
#include "vobiz/streams/stream.hpp"

// The parts of documents that the declarations of streams decide. scripts/declared.sh writes them:
// it runs these tests with VOBIZ_UPDATE_GOLDEN.
namespace vobiz::config {
namespace {

std::string text_of(std::string const& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

// The text between the line with "begin NAME:" and the one with "end NAME", in lines.
struct block {
  std::size_t begin = 0;
  std::size_t size = 0;
};

std::optional<block> find_block(std::string const& text, std::string const& name) {
  auto const begins = text.find("begin " + name + ": written by scripts/declared.sh");
  auto const ends = text.find("end " + name, begins);
  if (begins == text.npos || ends == text.npos) return std::nullopt;
  auto const begin = text.find('\n', begins) + 1;
  auto const end = text.rfind('\n', ends) + 1;
  return block{begin, end - begin};
}

void expect_block(std::string const& file, std::string const& name, std::string const& declared) {
  auto const path = VOBIZ_SOURCE_DIR "/" + file;
  auto text = text_of(path);
  auto const where = find_block(text, name);
  ASSERT_TRUE(where) << file << " has no lines \"begin " << name << "\" and \"end " << name << '"';
  auto const written = text.substr(where->begin, where->size);
  if (std::getenv("VOBIZ_UPDATE_GOLDEN") != nullptr && written != declared) {
    std::ofstream(path) << text.replace(where->begin, where->size, declared);
    return;
  }
  EXPECT_EQ(written, declared) << file << " differs from the declarations: scripts/declared.sh";
}

std::optional<key_description> key_of(streams::stream const& declared, std::string_view key) {
  static auto const keys = known_keys();
  auto const name = fmt::format("streams.{}.{}", declared.name, key);
  auto const found = std::ranges::find(keys, name, &key_description::name);
  return found == keys.end() ? std::nullopt : std::optional(*found);
}

// "auto, global, per_account"
std::string scopes_of(streams::stream const& declared) {
  return key_of(declared, "scope")->takes.substr(std::string_view("one of ").size());
}

TEST(declared_blocks, configuration_has_the_table_of_streams) {
  std::string rows =
      "| stream | enabled | every | scope | keys about days |\n|---|---|---|---|---|\n";
  for (auto const& declared : streams::all()) {
    rows += fmt::format("| `{}` | {} | {} | {} | {} |\n", declared.name,
                        declared.enabled_by_default, key_of(declared, "every")->default_value,
                        scopes_of(declared), key_of(declared, "start_date") ? "yes" : "no");
  }
  expect_block("docs/configuration.md", "streams", rows);
}

TEST(declared_blocks, configuration_has_the_table_of_retention) {
  std::string rows = "| key | takes | default | range | meaning |\n|---|---|---|---|---|\n";
  for (auto const& key : known_keys()) {
    if (!key.name.starts_with("retention.")) continue;
    rows += fmt::format("| `{}` | {} | {} | {} | how long rows of this stream are kept |\n",
                        key.name, key.takes, key.default_value, key.range);
  }
  expect_block("docs/configuration.md", "retention", rows);
}

TEST(declared_blocks, manual_names_every_stream_in_the_order_of_a_cycle) {
  std::string listed;
  auto const all = streams::all();
  for (std::size_t n = 0; n < all.size(); ++n) {
    listed += n == 0 ? "" : n + 1 == all.size() ? " and " : ", ";
    listed += all[n].name;
  }
  expect_block("packaging/vobiz-syncd.1", "streams", "is one of " + listed + ".\n");
}

// A key of the example: its default, or, where it has none, a value behind "#".
std::string example_line(key_description const& key, std::string_view sample,
                         std::string_view remark) {
  auto const name = key.name.substr(key.name.rfind('.') + 1);
  auto const& value = key.default_value;
  auto const line = value.empty() ? fmt::format("#    {}: {}", name, sample)
                                  : fmt::format("    {}: {}", name, value);
  return remark.empty() ? line + '\n' : fmt::format("{:<52}# {}\n", line, remark);
}

// "or global, or per_account"
std::string other_scopes(streams::stream const& declared) {
  auto text = scopes_of(declared).substr(std::string_view("auto, ").size());
  for (auto at = text.find(", "); at != text.npos; at = text.find(", ", at + 2)) {
    text.insert(at + 2, "or ");
  }
  return "or " + text;
}

TEST(declared_blocks, example_has_every_stream_with_its_defaults) {
  std::string sections;
  for (auto const& declared : streams::all()) {
    sections += fmt::format("  # {}\n  {}:\n", declared.comment, declared.name);
    auto const add = [&](std::string_view name, std::string_view sample, std::string_view remark) {
      if (auto const key = key_of(declared, name)) sections += example_line(*key, sample, remark);
    };
    add("enabled", "", declared.enabled_by_default ? "" : "not every partner's API has it");
    add("every", "1h", "");
    add("at", "\"03:00\"", "");
    add("scope", "", other_scopes(declared));
    add("quiet_every", "", "where lists are read by customer");
    if (auto start = key_of(declared, "start_date")) {
      auto const remark = "default: the " + std::exchange(start->default_value, "2025-01-01");
      sections += example_line(*start, "", remark);
    }
    add("lookback_days", "", "read in full once a day");
    add("audit_days", "", "probed once a day");
    add("close_delay", "", "a day stays open this long after its end");
  }
  expect_block("config/vobiz-syncd.example.yaml", "streams", sections);
}

TEST(declared_blocks, example_has_the_retention_of_every_stream_that_may_expire) {
  std::string lines;
  for (auto const& declared : streams::all()) {
    if (declared.may_expire) lines += fmt::format("#  {}: 36 months\n", declared.name);
  }
  expect_block("config/vobiz-syncd.example.yaml", "retention", lines);
}

}  // namespace
}  // namespace vobiz::config
