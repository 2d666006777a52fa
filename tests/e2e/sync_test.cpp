#include "rig.hpp"

namespace vobiz::e2e {
namespace {

class both_generations : public ::testing::TestWithParam<int> {
protected:
  rig all{{"--generation", std::to_string(GetParam())}};
};

INSTANTIATE_TEST_SUITE_P(sync, both_generations, ::testing::Values(1, 2));

TEST_P(both_generations, fills_every_table_its_generation_feeds) {
  all.sync_ends_with(0);
  std::vector<std::string> fed = {
      "partners",     "accounts", "account_balances", "dashboard_snapshots", "analytics_daily",
      "transactions", "cdrs",     "numbers"};
  auto const only = GetParam() == 1 ? std::vector<std::string>{"analytics_top_customers"}
                                    : std::vector<std::string>{"pricing_tiers", "dashboard_daily"};
  fed.insert(fed.end(), only.begin(), only.end());
  for (auto const& table : fed) {
    EXPECT_GT(all.number("SELECT count(*) FROM vobiz." + table), 0) << table;
  }
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_sync.rejects"), "0");
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz.accounts"), "5");
}

TEST_P(both_generations, stores_each_day_as_the_provider_knows_it_and_proves_it) {
  all.sync_ends_with(0);
  expect_the_truth(all);
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_sync.windows WHERE proof IS NULL"), "0");
  // Each day also has sums: the simulator sends a summary with both lists.
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_sync.windows\n"
                      "WHERE stream IN ('cdrs', 'transactions') AND proof <> 'total+summary'"),
            "0");
  // Yesterday is open until six hours after its end; older days are proven.
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_sync.windows WHERE stream <> 'accounts'\n"
                      "  AND state <> 'proven' AND day < '" +
                      days_ago(1) + "'"),
            "0");
  for (auto const* stream : {"cdrs", "transactions", "analytics"}) {
    EXPECT_GE(all.value("SELECT synced_through FROM vobiz_sync.streams WHERE stream = '" +
                        std::string(stream) + "'"),
              days_ago(2))
        << stream;
  }
}

TEST_P(both_generations, keeps_wallets_to_the_last_digit) {
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

TEST_P(both_generations, writes_nothing_the_second_time) {
  all.sync_ends_with(0);
  auto const first = all.number("SELECT max(id) FROM vobiz_sync.runs");
  all.sync_ends_with(0);
  auto const second = "FROM vobiz_sync.runs WHERE id > " + std::to_string(first);
  EXPECT_EQ(all.value("SELECT string_agg(stream, ' ') " + second +
                      " AND inserted + updated + removed + rejected > 0"),
            "");
  EXPECT_EQ(all.value("SELECT count(*) " + second + " AND outcome = 'ok'"), "8");
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz.adjustments"), "0");
}

// One small request per day shows that nothing is new.
TEST_P(both_generations, asks_once_for_a_day_without_news) {
  all.sync_ends_with(0, {"cdrs"});
  all.api.remove("/requests");
  all.sync_ends_with(0, {"cdrs"});
  // At most two more requests check the spans.
  EXPECT_LE(all.api.requests("by_path", "/cdrs"),
            all.number("SELECT count(*) FROM vobiz_sync.windows") + 2);
}

TEST_P(both_generations, only_ever_reads) {
  all.sync_ends_with(0);
  EXPECT_EQ(all.api.requests("by_method", "POST"), 0);
  EXPECT_GT(all.api.requests("by_method", "GET"), 0);
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
