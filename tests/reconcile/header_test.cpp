#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "vobiz/reconcile/checks.hpp"

namespace vobiz::reconcile {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(checks, are_all_there_in_their_order_each_with_a_full_header) {
  std::vector<std::string> names;
  for (auto const& check : all_checks()) {
    SCOPED_TRACE(check.name);
    names.push_back(check.name);
    EXPECT_GE(check.version, 1);
    EXPECT_EQ(check.inputs.empty(), check.name == "rollups");
    EXPECT_THAT(check.sql, HasSubstr("SELECT"));
    EXPECT_EQ(check.sql.find(":'"), std::string::npos);
    EXPECT_EQ(find_check(check.name), &check);
  }
  EXPECT_THAT(names,
              ElementsAre("call_charge", "double_charge", "usage_day", "balance_roll",
                          "cdr_arithmetic", "unrated", "rate_drift", "provider_totals",
                          "number_rental", "number_inventory", "completeness", "closed_day_drift",
                          "snapshot_totals", "call_rating", "master_roll", "transfer_match",
                          "manual_entries", "identity", "plausibility", "rollups"));
  EXPECT_EQ(find_check("usage_days"), nullptr);
}

constexpr char const* sound =
    "-- check: a\n-- version: 2\n-- inputs: cdrs, accounts\n-- wait: 24h\n-- formula: one\n--   "
    "two\n-- tolerance: 0\n"
    "-- break: it is wrong\n-- action: ask\nSELECT :'partner', :'to'::timestamptz, :'cap'\n";

TEST(header, is_read_with_its_continued_lines_and_parameters_get_their_numbers) {
  auto const check = parse_check(sound);
  EXPECT_EQ(check.name, "a");
  EXPECT_EQ(check.version, 2);
  EXPECT_EQ(check.wait, std::chrono::hours(24));
  ASSERT_EQ(check.inputs.size(), 2u);
  EXPECT_EQ(check.inputs[1]->name, "accounts");
  EXPECT_EQ(check.formula, "one two");
  EXPECT_EQ(check.meaning, "it is wrong");
  EXPECT_EQ(check.sql, "SELECT $1, $4::timestamptz, $7\n");
}

TEST(header, that_is_wrong_is_refused_with_the_place) {
  struct example {
    std::string from;
    std::string to;
    std::string message;
  };
  for (auto const& [from, to, message] : {
           example{"-- action: ask\n", "", "\"action\" is missing"},
           example{"-- wait: 24h", "-- wait: 24", "\"wait\" takes hours, as in 24h"},
           example{"-- version: 2", "-- version: two", "\"version\" is not a number"},
           example{"cdrs, accounts", "cdrs, account", "unknown stream \"account\""},
           example{"-- tolerance: 0", "-- tolerance: 0\n-- author: me",
                   "\"author\" is not a header key"},
           example{"-- tolerance: 0", "--tolerance 0", "\"--tolerance 0\" is not a header line"},
           example{"-- tolerance: 0", "-- tolerance: 0\n-- tolerance: 1",
                   "\" tolerance: 1\" is a duplicate"},
           example{":'cap'", ":'cape'", "unknown parameter \"cape\""},
       }) {
    std::string text = sound;
    text.replace(text.find(from), from.size(), to);
    try {
      parse_check(text);
      ADD_FAILURE() << "taken: " << text;
    } catch (std::invalid_argument const& error) {
      EXPECT_EQ(error.what(), "a check's file: " + message);
    }
  }
}

}  // namespace
}  // namespace vobiz::reconcile
