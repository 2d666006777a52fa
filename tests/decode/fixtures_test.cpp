#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "vobiz/core/decimal.hpp"
#include "vobiz/decode/decoder.hpp"

namespace vobiz::decode {
namespace {

namespace fs = std::filesystem;

std::string text_of(fs::path const& file) {
  std::ifstream in(file);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

std::map<std::string, page> pages_of(streams::stream const& stream) {
  std::map<std::string, page> pages;
  decoder const of_stream(stream);
  for (auto const& entry :
       fs::directory_iterator(fs::path(VOBIZ_SOURCE_DIR "/tests/fixtures") / stream.name)) {
    pages.emplace(entry.path().stem(), of_stream.decode(text_of(entry.path())).value());
  }
  return pages;
}

// Columns whose values differ between the generations because the API changed.
std::set<std::string> const changed_by_the_api = {"profile.id", "profile.account_id",
                                                  "transactions.id"};

// Endpoints that the third generation does not have.
std::set<std::string_view> const gone_in_the_third = {"balances", "analytics"};

// The generations of the API that have the endpoint: what is off by default came with the third.
std::vector<std::string> generations_of(streams::stream const& stream) {
  if (!stream.enabled_by_default) return {"generation_3"};
  if (gone_in_the_third.contains(stream.name)) return {"generation_1", "generation_2"};
  return {"generation_1", "generation_2", "generation_3"};
}

class every_stream : public testing::TestWithParam<streams::stream const*> {};

TEST_P(every_stream, has_a_fixture_a_generation_and_all_rows_decode) {
  auto const pages = pages_of(*GetParam());
  for (auto const& generation : generations_of(*GetParam())) {
    EXPECT_TRUE(pages.contains(generation)) << generation;
  }
  // Partners with an older API must not be told of a failing stream.
  EXPECT_EQ(pages.contains("generation_1"), GetParam()->enabled_by_default);
  for (auto const& [name, page] : pages) {
    EXPECT_TRUE(page.envelope.has_rows_member) << name;
    EXPECT_GT(page.rows.size(), 0) << name;
    EXPECT_EQ(page.rows.size(), page.envelope.listed) << name;
    for (auto const& reject : page.rejects) ADD_FAILURE() << name << " " << reject.reason;
    if (GetParam()->rows.empty()) continue;
    EXPECT_EQ(page.envelope.total, static_cast<std::int64_t>(page.rows.size())) << name;
    EXPECT_EQ(page.envelope.page, 1) << name;
    EXPECT_EQ(page.envelope.per_page, 20) << name;
  }
}

TEST_P(every_stream, has_each_column_filled_by_a_fixture) {
  auto const pages = pages_of(*GetParam());
  for (std::size_t column = 0; column < GetParam()->columns.size(); ++column) {
    auto const filled = std::ranges::any_of(pages, [&](auto const& named) {
      auto const& rows = named.second.rows;
      for (std::size_t row = 0; row < rows.size(); ++row) {
        if (rows.at(row, column)) return rows.seen(column);
      }
      return false;
    });
    EXPECT_TRUE(filled) << GetParam()->columns[column].name;
  }
}

// Compares the cells that both pages have, row by row; the later generation may list fewer rows.
// Returns how many cells those are.
std::size_t compare_cells(streams::stream const& stream, row_batch const& before_rows,
                          row_batch const& after_rows) {
  std::size_t compared = 0;
  for (std::size_t row = 0; row < after_rows.size(); ++row) {
    for (std::size_t column = 0; column < stream.columns.size(); ++column) {
      auto const& declared = stream.columns[column];
      auto const before = before_rows.at(row, column);
      auto const after = after_rows.at(row, column);
      auto const name = std::string(stream.name) + "." + std::string(declared.name);
      if (!before || !after || changed_by_the_api.contains(name) || declared.staged_only) continue;
      ++compared;
      if (declared.type == streams::column_type::numeric) {
        EXPECT_TRUE(core::same_value(*before, *after)) << name << " " << *before << " " << *after;
      } else {
        EXPECT_EQ(*before, *after) << name;
      }
    }
  }
  return compared;
}

TEST_P(every_stream, has_equal_cells_in_all_generations) {
  auto const pages = pages_of(*GetParam());
  auto const generations = generations_of(*GetParam());
  for (std::size_t n = 1; n < generations.size(); ++n) {
    auto const& before = pages.at(generations[n - 1]).rows;
    auto const& after = pages.at(generations[n]).rows;
    ASSERT_LE(after.size(), before.size()) << generations[n];
    EXPECT_GT(compare_cells(*GetParam(), before, after), 0) << generations[n];
  }
}

TEST_P(every_stream, has_its_measures_in_the_summary) {
  for (auto const& [name, page] : pages_of(*GetParam())) {
    EXPECT_EQ(page.envelope.has_summary, !GetParam()->measures.empty()) << name;
    EXPECT_FALSE(page.envelope.degraded_summary()) << name;
    for (auto const& measure : page.envelope.measures) EXPECT_TRUE(measure) << name;
  }
}

TEST_P(every_stream, stores_no_secret) {
  for (auto const& [name, page] : pages_of(*GetParam())) {
    for (std::size_t row = 0; row < page.rows.size(); ++row) {
      for (std::size_t column = 0; column < page.rows.columns(); ++column) {
        auto const cell = page.rows.at(row, column).value_or("");
        EXPECT_EQ(cell.find("not-a-real-token"), std::string_view::npos) << name << " " << cell;
        EXPECT_EQ(cell.find("auth_token"), std::string_view::npos) << name << " " << cell;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(streams, every_stream, testing::ValuesIn([] {
                           std::vector<streams::stream const*> list;
                           for (auto const& stream : streams::all()) list.push_back(&stream);
                           return list;
                         }()),
                         [](auto const& stream) { return std::string(stream.param->name); });

TEST(fixtures, hold_secrets_for_the_decoder_to_drop) {
  auto const accounts = text_of(VOBIZ_SOURCE_DIR "/tests/fixtures/accounts/generation_2.json");
  EXPECT_NE(accounts.find("not-a-real-token"), std::string::npos);
}

TEST(fixtures, hold_members_that_no_column_names) {
  auto const pages = pages_of(*streams::find("accounts"));
  EXPECT_THAT(pages.at("generation_2").unknown,
              testing::ElementsAre("referral_code", "custom_referrer_reward_amount"));
}

}  // namespace
}  // namespace vobiz::decode
