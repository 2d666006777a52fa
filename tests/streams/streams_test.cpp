#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "vobiz/streams/stream.hpp"

namespace vobiz::streams {
namespace {

column const* column_of(stream const& s, std::string_view name) {
  auto const found = std::ranges::find(s.columns, name, &column::name);
  return found == s.columns.end() ? nullptr : &*found;
}

// "name" or "name after other", in the order of a cycle.
std::vector<std::string> ordered(std::vector<std::string_view> const& names) {
  std::vector<stream> declared;
  for (auto const text : names) {
    auto const end = text.find(' ');
    auto const after = end == text.npos ? std::string_view() : text.substr(text.rfind(' ') + 1);
    declared.push_back({.name = text.substr(0, end), .after = after});
  }
  std::vector<std::string> result;
  for (auto const& s : in_cycle_order(declared)) result.emplace_back(s.name);
  return result;
}

TEST(streams, come_in_the_order_that_they_declare) {
  using list = std::vector<std::string>;
  EXPECT_EQ(ordered({"a after b", "b after c", "c"}), (list{"c", "b", "a"}));
  EXPECT_EQ(ordered({"a", "b after a", "c after a"}), (list{"a", "b", "c"}));
  EXPECT_EQ(ordered({"a", "b after a", "c after a", "d after b"}), (list{"a", "b", "d", "c"}));
  EXPECT_EQ(ordered({"a", "b after nothing", "c after c"}), (list{"a"}));
}

// What others refer to comes first: customers before their lists, the ledger before the calls.
TEST(streams, run_in_the_order_of_the_contract) {
  std::vector<std::string_view> const contract = {"profile",      "accounts",     "balances",
                                                  "numbers",      "kyc_sessions", "dashboard",
                                                  "transactions", "cdrs",         "analytics"};
  std::vector<std::string_view> names;
  for (auto const& s : all()) {
    if (std::ranges::count(contract, s.name) > 0) names.push_back(s.name);
  }
  EXPECT_EQ(names, contract);
}

TEST(streams, stand_in_a_file_of_their_name_each) {
  std::multiset<std::string> declared;
  for (auto const& s : all()) declared.emplace(s.name);
  std::multiset<std::string> files;
  for (auto const& entry : std::filesystem::directory_iterator(VOBIZ_SOURCE_DIR "/src/streams")) {
    if (entry.path().extension() == ".cpp") files.insert(entry.path().stem());
  }
  EXPECT_EQ(files.erase("all"), 1u);
  // A stream that is missing in all() has no "after", or one that names no stream.
  EXPECT_EQ(declared, files);
  EXPECT_EQ(find("cdr"), nullptr);
}

TEST(streams, declare_what_their_shape_needs) {
  for (auto const& s : all()) {
    SCOPED_TRACE(s.name);
    auto const by_day = s.form == shape::daily || s.form == shape::day_windows;
    EXPECT_EQ(!s.from_parameter.empty(), by_day);
    EXPECT_EQ(!s.to_parameter.empty(), by_day);
    EXPECT_EQ(!s.day_column.empty(), by_day);
    EXPECT_EQ(s.rows.empty(), s.form == shape::document || s.form == shape::daily);
    EXPECT_EQ(s.path.empty(), s.endpoints == endpoint_scope::per_account);
    EXPECT_EQ(s.account_path.find("{id}") != std::string_view::npos, !s.account_path.empty());
    EXPECT_TRUE(s.endpoints == endpoint_scope::global || !s.account_path.empty());
    EXPECT_TRUE(s.schedule.every.count() > 0 || !s.schedule.at.empty());
    // scripts/quickstart.sh knows by the name which tables stay empty.
    EXPECT_TRUE(s.enabled_by_default || (s.table == s.name && s.feeds.empty()));
  }
}

TEST(streams, declare_traits_that_fit_together) {
  EXPECT_EQ(customers().name, "accounts");
  EXPECT_EQ(wallet_history().name, "balances");
  EXPECT_EQ(partner_document().name, "profile");
  for (auto const& s : all()) {
    SCOPED_TRACE(s.name);
    EXPECT_EQ(s.partner_id_column.empty(), &s != &partner_document());
    EXPECT_FALSE(s.page_size_parameters.empty());
    // Which of several columns tells rows apart is said, not guessed.
    EXPECT_TRUE(s.key.size() <= 1 || std::ranges::count(s.key, s.selective_key) == 1);
    if (s.endpoints != endpoint_scope::global && s.form != shape::document) {
      EXPECT_NE(column_of(s, s.account_column), nullptr);
    }
    if (s.partition) {
      ASSERT_NE(column_of(s, s.partition->column), nullptr);
      EXPECT_EQ(column_of(s, s.partition->column)->type, column_type::timestamptz);
      EXPECT_GE(s.partition->search_days, s.partition->listed_days);
      EXPECT_EQ(s.form, shape::day_windows);
    }
    EXPECT_TRUE(!s.may_expire || s.partition);
    if (s.repair) {
      EXPECT_NE(s.repair->path.find("{id}"), std::string_view::npos);
      EXPECT_TRUE(s.charged_in || !s.repair->mentions.empty());
    }
  }
}

TEST(streams, know_where_their_columns_stand) {
  auto const& calls = *find("cdrs");
  EXPECT_EQ(calls.columns[position(calls, "uuid")].name, "uuid");
  EXPECT_EQ(position(calls, "nothing"), calls.columns.size());
  EXPECT_EQ(selective_key(*find("transactions")), "id");
  EXPECT_EQ(selective_key(*find("numbers")), "e164");
  // A call without a start takes the time it was created.
  auto const times = partition_time_columns(calls);
  ASSERT_EQ(times.size(), 2u);
  EXPECT_EQ(calls.columns[times[0]].name, "start_time");
  EXPECT_EQ(calls.columns[times[1]].name, "created_at");
  EXPECT_TRUE(partition_time_columns(*find("transactions")).empty());
}

TEST(streams, name_each_column_once_and_keys_that_cannot_be_null) {
  for (auto const& s : all()) {
    std::set<std::string_view> names;
    for (auto const& c : s.columns) {
      SCOPED_TRACE(std::string(s.name) + "." + std::string(c.name));
      EXPECT_TRUE(names.insert(c.name).second);
      EXPECT_FALSE(c.json.empty());
    }
    for (auto const key : s.key) {
      if (key == s.day_column || s.keeps == keeping::history) continue;
      SCOPED_TRACE(std::string(s.name) + "." + std::string(key));
      auto const* column = column_of(s, key);
      ASSERT_NE(column, nullptr);
      EXPECT_EQ(column->nulls, null_rule::required);
    }
    EXPECT_TRUE(s.version.empty() || column_of(s, s.version) != nullptr) << s.name;
  }
}

TEST(streams, have_no_column_for_a_secret) {
  for (auto const& s : all()) {
    for (auto const& c : s.columns) {
      for (auto const json : c.json) {
        EXPECT_EQ(std::ranges::count(s.secrets, json), 0) << s.name << " " << json;
        EXPECT_EQ(json.find("token"), std::string_view::npos) << s.name << " " << json;
      }
    }
  }
}

TEST(streams, cdrs_have_the_43_fields_of_the_reference) {
  EXPECT_EQ(find("cdrs")->columns.size(), 43u);
}

}  // namespace
}  // namespace vobiz::streams
