#include <gmock/gmock.h>

#include "rig.hpp"

namespace vobiz::e2e {
namespace {

class each_generation : public ::testing::TestWithParam<int> {
protected:
  bool third() const { return GetParam() == 3; }
  // Windows that are read; where the customers have the lists, the global one's are not.
  std::string read_windows() const {
    std::string windows = "FROM vobiz_sync.windows WHERE ";
    return windows + (third() ? "NOT (scope = '*' AND state = 'forbidden')" : "true");
  }

  rig all{{"--generation", std::to_string(GetParam())}};
};

INSTANTIATE_TEST_SUITE_P(sync, each_generation, ::testing::Values(1, 2, 3));

TEST_P(each_generation, fills_every_table_its_generation_feeds) {
  all.sync_ends_with(0);
  std::vector<std::string> fed = {
      "partners",     "accounts", "account_balances", "dashboard_snapshots",
      "transactions", "cdrs",     "numbers"};
  if (!third()) fed.emplace_back("analytics_daily");
  auto const only = GetParam() == 1 ? std::vector<std::string>{"analytics_top_customers"}
                                    : std::vector<std::string>{"pricing_tiers", "dashboard_daily"};
  fed.insert(fed.end(), only.begin(), only.end());
  for (auto const& table : fed) {
    EXPECT_GT(all.number("SELECT count(*) FROM vobiz." + table), 0) << table;
  }
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_sync.rejects"), "0");
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz.accounts"), "5");
}

TEST_P(each_generation, stores_each_day_as_the_provider_knows_it_and_proves_it) {
  all.sync_ends_with(0);
  expect_the_truth(all);
  EXPECT_EQ(all.value("SELECT count(*) " + read_windows() + " AND proof IS NULL"), "0");
  // Each day also has sums: the simulator sends a summary with both lists.
  EXPECT_EQ(all.value("SELECT count(*) " + read_windows() +
                      " AND stream IN ('cdrs', 'transactions') AND proof <> 'total+summary'"),
            "0");
  // Yesterday is open until six hours after its end; older days are proven.
  EXPECT_EQ(
      all.value("SELECT count(*) " + read_windows() +
                " AND stream <> 'accounts' AND state <> 'proven' AND day < '" + days_ago(1) + "'"),
      "0");
  for (std::string const stream : {"cdrs", "transactions", "analytics"}) {
    if (third() && stream == "analytics") continue;
    EXPECT_GE(
        all.value("SELECT synced_through FROM vobiz_sync.streams WHERE stream = '" + stream + "'"),
        days_ago(2))
        << stream;
  }
}

TEST_P(each_generation, keeps_wallets_to_the_last_digit) {
  all.sync_ends_with(0);
  auto const truth = all.api.get("/truth/wallets");
  for (auto const& wallet : truth.at("accounts").as_array()) {
    std::string const id(wallet.at("auth_id").as_string());
    std::string const expected(wallet.at("cash_credits").as_string());
    EXPECT_EQ(all.value("SELECT cash_credits = " + expected +
                        " FROM vobiz.accounts WHERE auth_id = '" + id + "'"),
              "t")
        << id;
    EXPECT_EQ(
        all.value(
            "SELECT count(*) FROM vobiz.account_balances b JOIN vobiz.accounts a USING (auth_id)\n"
            "WHERE auth_id = '" +
            id + "' AND b.cash_credits = a.cash_credits"),
        "1")
        << id;
  }
}

TEST_P(each_generation, writes_nothing_the_second_time) {
  all.sync_ends_with(0);
  auto const first = all.number("SELECT max(id) FROM vobiz_sync.runs");
  all.sync_ends_with(0);
  auto const second = "FROM vobiz_sync.runs WHERE id > " + std::to_string(first);
  EXPECT_EQ(all.value("SELECT string_agg(stream, ' ') " + second +
                      " AND inserted + updated + removed + rejected > 0"),
            "");
  EXPECT_EQ(all.value("SELECT count(*) " + second + " AND outcome = 'ok'"), third() ? "7" : "8");
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz.adjustments"), "0");
}

// One small request per day shows that nothing is new.
TEST_P(each_generation, asks_once_for_a_day_without_news) {
  all.sync_ends_with(0, {"accounts", "cdrs"});
  all.api.remove("/requests");
  all.sync_ends_with(0, {"cdrs"});
  // At most two more requests check the spans of each list.
  auto const lists = third() ? all.number("SELECT count(*) FROM vobiz.accounts") : 1;
  EXPECT_LE(all.api.requests("by_path", third() ? "/accounts/{id}/cdrs" : "/cdrs"),
            all.number("SELECT count(*) " + read_windows()) + 2 * lists);
}

TEST_P(each_generation, only_ever_reads) {
  all.sync_ends_with(0);
  EXPECT_EQ(all.api.requests("by_method", "POST"), 0);
  EXPECT_GT(all.api.requests("by_method", "GET"), 0);
}

// What the API has no endpoint for is no failure: it is said, and nothing waits for it.
TEST(sync, goes_well_without_the_streams_that_the_api_does_not_offer) {
  rig all({"--generation", "3"});
  auto const run = all.sync();
  ASSERT_EQ(run.code, 0) << run.out << run.err;
  EXPECT_THAT(run.out, ::testing::HasSubstr(
                           "analytics: the API does not offer this stream: GET /analytics: 404"));
  EXPECT_EQ(
      all.value("SELECT string_agg(stream || ' ' || state || ' ' || consecutive_failures, ' ')\n"
                "FROM vobiz_sync.streams WHERE state <> 'ok'"),
      "analytics unavailable 0");
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_sync.windows WHERE stream = 'analytics'"), "0");
  EXPECT_EQ(all.value("SELECT last_success_at IS NULL FROM vobiz_sync.streams\n"
                      "WHERE stream = 'analytics'"),
            "t");
  EXPECT_EQ(all.value("SELECT DISTINCT missing FROM vobiz_sync.day_proofs(\n"
                      "  (SELECT auth_id FROM vobiz.partners), 'analytics', '" +
                      days_ago(3) + "', '" + days_ago(2) + "')"),
            "the API does not offer analytics");

  // The day it is there, it is read like any other.
  all.api.post("/api", {{"generation", 2}});
  all.sync_ends_with(0);
  EXPECT_GT(all.number("SELECT count(*) FROM vobiz.analytics_daily"), 0);

  // What has answered before and does not now is a failure.
  all.api.post("/api", {{"generation", 3}});
  all.sync_ends_with(1);
  EXPECT_EQ(all.value("SELECT state FROM vobiz_sync.streams WHERE stream = 'analytics'"),
            "failing");
}

TEST(sync, finds_every_call_through_the_customers_where_the_global_list_is_closed) {
  rig all;
  all.api.post("/global",
               {{"cdrs", false}, {"transactions", false}, {"numbers", false}, {"status", 403}});
  all.sync_ends_with(0);
  expect_the_truth(all);
  EXPECT_EQ(
      all.value("SELECT count(*) FROM vobiz_sync.windows\n"
                "WHERE scope = '*' AND stream IN ('cdrs', 'transactions') AND proof IS NOT NULL"),
      "0");
  EXPECT_GT(all.api.requests("by_path", "/accounts/{id}/cdrs"), 0);
  EXPECT_GT(all.number("SELECT count(*) FROM vobiz.numbers"), 0);
}

// 120 calls of a day are six pages of 20.
TEST(sync, takes_the_page_size_the_server_falls_back_to) {
  rig all({"--calls-per-day", "120"});
  all.api.add_fault("fallback");
  all.sync_ends_with(0);
  expect_the_truth(all);
}

TEST(sync, a_failing_stream_leaves_the_others_alone) {
  rig all;
  all.api.add_fault("status:400,path=/numbers");
  auto const ended = all.sync();
  EXPECT_EQ(ended.code, 1) << ended.err;
  EXPECT_EQ(all.value("SELECT string_agg(stream || '=' || outcome, ' ') FROM vobiz_sync.runs WHERE "
                      "outcome <> 'ok'"),
            "numbers=failed");
  expect_the_truth(all);
}

// One unreadable day of the lookback and one of the queue: the other days are read.
TEST(sync, a_day_that_cannot_be_read_leaves_the_other_days_alone) {
  rig all;
  for (int const days : {2, 5})
    all.api.add_fault("invalid-json,path=/cdrs,query=start_date=" + days_ago(days) +
                      "&end_date=" + days_ago(days));
  auto const ended = all.sync({"cdrs"});
  EXPECT_EQ(ended.code, 69) << ended.err;
  auto const unread =
      "SELECT string_agg(day::text, ' ' ORDER BY day DESC) FROM vobiz_sync.windows "
      "WHERE stream = 'cdrs' AND proof IS NULL";
  EXPECT_EQ(all.value(unread), days_ago(2) + " " + days_ago(5)) << ended.err;
  all.api.remove("/faults");
  all.sync_ends_with(0);
  expect_the_truth(all);
}

}  // namespace
}  // namespace vobiz::e2e
