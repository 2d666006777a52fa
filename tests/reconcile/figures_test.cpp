#include "spoilings.hpp"

// The provider's own sums.
namespace vobiz::reconcile {

std::vector<spoiling> spoilings_of_figures() {
  return {
      {"directions_of_the_analytics",
       "UPDATE vobiz.analytics_daily SET inbound_total_calls = 6, outbound_total_calls = "
       "total_calls - 7",
       {"plausibility split_differs analytics directions calls 19 18"}},
      {"both_splits_of_the_analytics_contradict_its_total",
       "UPDATE vobiz.analytics_daily SET total_calls = 20, inbound_total_calls = 6, "
       "outbound_total_calls = 13, sip_trunking_total_calls = 10, voice_api_total_calls = 9",
       {"provider_totals calls calls 20 19"}},
      {"one_split_of_the_analytics",
       "UPDATE vobiz.analytics_daily SET inbound_total_calls = 6, outbound_total_calls = 13, "
       "sip_trunking_total_calls = 10, voice_api_total_calls = 8",
       {"plausibility split_differs analytics products calls 19 18"}},
      {"outcomes_of_the_analytics",
       "UPDATE vobiz.analytics_daily SET answered_calls = 18, failed_calls = total_calls - 17",
       {"plausibility split_differs analytics outcomes calls 19 20"}},
      {"products_of_the_dashboard",
       "UPDATE vobiz.dashboard_snapshots SET total_cost = 10, sip_trunking_total_cost = 6, "
       "voice_api_total_cost = 3.96",
       {"plausibility split_differs dashboard products cost 10 9.96"}},
      {"fewer_answered",
       "UPDATE vobiz.analytics_daily SET answered_calls = 17",
       {"provider_totals answered answered 17 18"}},
      {"more_calls",
       "UPDATE vobiz.analytics_daily SET total_calls = total_calls + 1",
       {"provider_totals calls calls 20 19"}},
      {"more_minutes",
       "UPDATE vobiz.analytics_daily SET total_minutes = total_minutes + 1.01",
       {"provider_totals minutes minutes 19.01 18"}},
      {"more_cost",
       "UPDATE vobiz.analytics_daily SET total_cost = total_cost + 0.01",
       {"provider_totals cost cost 11.885 11.875"}},
      {"customer_not_listed",
       "UPDATE vobiz.dashboard_snapshots SET accounts_total = 3",
       {"snapshot_totals accounts accounts 3 2"}},
      {"customer_suspended",
       "UPDATE vobiz.dashboard_snapshots SET accounts_active = 1",
       {"snapshot_totals active active 1 2"}},
      {"other_balance",
       "UPDATE vobiz.dashboard_snapshots SET total_balance = total_balance + 1",
       {"snapshot_totals balance balance 1842.075 1841.075"}},
  };
}

namespace {

using ::testing::ElementsAre;

TEST(provider_totals, names_the_days_by_which_the_provider_counts) {
  books all;
  // Before midnight in UTC, but after it in India.
  all.sql(
      "SELECT pg_temp.call(90, 'MA_2', '2026-03-09 20:00Z', 60, 'inbound'); SELECT "
      "pg_temp.follow();"
      "UPDATE vobiz.analytics_daily SET total_calls = total_calls + 1, total_minutes = "
      "total_minutes + 1,"
      " total_cost = total_cost + 0.65");
  all.check("provider_totals");
  EXPECT_EQ(all.value("SELECT status || ': ' || reason FROM vobiz.reconciliation_results"),
            "ok: the provider counts by the days of Asia/Kolkata, not by UTC days");
}

TEST(provider_totals, does_not_judge_figures_older_than_the_calls) {
  books all;
  all.sql(
      "UPDATE vobiz.analytics_daily SET total_calls = 99; UPDATE vobiz_sync.windows SET read_at = "
      "'2026-03-10 23:00Z' "
      "WHERE stream = 'analytics'");
  all.check("provider_totals");
  EXPECT_THAT(all.not_ok(), ElementsAre("provider_totals inconclusive"));
}

TEST(snapshot_totals, does_not_judge_readings_with_entries_between_them) {
  books all;
  all.sql(
      "SELECT pg_temp.entry('x', 'MA_1', '2026-03-10 18:20:20Z', 5, 'payment', NULL, '', "
      "'credit')");
  all.check("snapshot_totals");
  EXPECT_THAT(all.not_ok(), ElementsAre("snapshot_totals inconclusive"));
}

}  // namespace

}  // namespace vobiz::reconcile
