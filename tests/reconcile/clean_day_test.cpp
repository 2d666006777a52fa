#include "spoilings.hpp"

namespace vobiz::reconcile {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(clean_day, agrees_in_all_checks_with_rows_looked_at) {
  books all;
  EXPECT_THAT(all.check().errors, IsEmpty());
  EXPECT_THAT(all.not_ok(), IsEmpty());
  pqxx::work transaction(all.database.connection());
  auto const found = summarize(transaction, all.run_id);
  EXPECT_EQ(found.size(), all_checks().size());
  for (auto const& one : found) {
    // Nothing is closed before the first run.
    if (one.check == "closed_day_drift") continue;
    EXPECT_GT(one.rows, 0) << one.check;
  }
}

TEST(clean_day, agrees_with_checks_side_by_side) {
  books all;
  all.lanes = 4;
  for (int runs = 0; runs < 2; ++runs) {
    EXPECT_THAT(all.check().errors, IsEmpty());
    EXPECT_THAT(all.not_ok(), IsEmpty());
    EXPECT_EQ(all.value("SELECT count(DISTINCT check_name) FROM vobiz.reconciliation_results "
                        "WHERE run_id = " +
                        std::to_string(all.run_id)),
              std::to_string(all_checks().size()));
  }
}

TEST(clean_day, agrees_where_billing_days_are_utc_days) {
  books all;
  all.how.timezone = "UTC";
  EXPECT_THAT(all.check().errors, IsEmpty());
  EXPECT_THAT(all.not_ok(), IsEmpty());
  EXPECT_EQ(all.value("SELECT rows || ' ' || trim_scale(expected) FROM "
                      "vobiz.reconciliation_results WHERE check_name = "
                      "'usage_day' AND account_id = 'MA_2'"),
            "7 3.9");
}

TEST(clean_day, without_rows_is_ok_and_says_so) {
  books all;
  all.check("call_charge", "2026-02-20");
  EXPECT_EQ(
      all.value("SELECT status || ' ' || rows || ' ' || reason FROM vobiz.reconciliation_results"),
      "ok 0 no rows to check");
}

struct harmless {
  std::string name;
  std::string sql;
  std::vector<std::string> days = {"2026-03-09", "2026-03-10", "2026-03-11"};
};

void PrintTo(harmless const& one, std::ostream* out) { *out << one.name; }

// What is in order although it looks unusual.
std::vector<harmless> harmless_days() {
  return {
      {"one_refunded_call_of_a_batch_customer",
       "SELECT pg_temp.entry('x', 'MA_2', '2026-03-10 12:00Z', 0.65, 'refund', 51, 'Refund', "
       "'credit'); SELECT pg_temp.follow()"},
      // From 05:01 UTC on the calls of MA_1 are in a batch of the next day.
      {"a_switch_to_batches",
       "DELETE FROM vobiz.transactions WHERE id IN ('c21', 's21', 'c22', 'd22', 'r22'); SELECT "
       "pg_temp.entry('x', 'MA_1', '2026-03-11 02:40Z', 1.45, 'cdr', NULL, 'Calls of 2026-03-10 (2 "
       "calls)'); SELECT pg_temp.follow()"},
      {"a_switch_from_batches",
       "SELECT pg_temp.entry('e' || n, 'MA_2', '2026-03-10 06:01:11Z'::timestamptz + n * interval "
       "'1 min', 0.65, 'cdr', n) FROM generate_series(54, 56) n; UPDATE vobiz.transactions SET "
       "amount = 1.95 WHERE id = 'b10'; SELECT pg_temp.follow()"},
      {"a_charge_in_parts_that_add_up",
       "UPDATE vobiz.transactions SET amount = 0.40 WHERE id = 'c3'; SELECT pg_temp.entry('x', "
       "'MA_1', '2026-03-10 04:04:12Z', 0.25, 'cdr', 3); SELECT pg_temp.follow()"},
      {"charges_of_other_kinds_that_name_a_call",
       "SELECT pg_temp.entry('x' || n, 'MA_1', '2026-03-10 05:20Z', 0.10, 'recording', n) FROM "
       "generate_series(1, 10) n; SELECT pg_temp.entry('y' || n, 'MA_2', '2026-03-10 08:20Z', "
       "0.10, 'recording', n) FROM generate_series(51, 53) n; SELECT pg_temp.follow()"},
      {"a_status_in_capitals",
       "UPDATE vobiz.transactions SET status = 'Completed' WHERE id = 'c4'"},
      {"an_account_in_two_currencies",
       "INSERT INTO vobiz.accounts (partner_id, auth_id, currency, pricing_tier_id, cash_credits, "
       "is_active, first_seen_at) VALUES ('PA_1', 'MA_3', 'INR', 'T1', 0, true, '2026-01-01'); "
       "SELECT pg_temp.call(100 + n, 'MA_3', '2026-03-05 05:20Z'::timestamptz + n * interval '1 "
       "min', 60), pg_temp.call(200 + n, 'MA_3', '2026-03-10 05:20Z'::timestamptz + n * interval "
       "'1 min', 60) FROM generate_series(1, 6) n; UPDATE vobiz.cdrs SET currency = 'USD', cost = "
       "0.0045, total_cost = 0.0045, caller_id_number = NULL WHERE account_id = 'MA_3'; INSERT "
       "INTO "
       "vobiz.transactions (partner_id, id, account_id, type, amount, currency, reference, "
       "reference_type, status, created_at, window_day) SELECT 'PA_1', uuid::text, 'MA_3', "
       "'debit', 0.0045, 'USD', 'cdr:' || uuid, 'cdr', 'completed', end_time, window_day FROM "
       "vobiz.cdrs WHERE account_id = 'MA_3'; SELECT pg_temp.follow(); UPDATE "
       "vobiz.account_balances SET cash_credits = 1000 WHERE auth_id = 'MA_3'; UPDATE "
       "vobiz.dashboard_snapshots SET total_balance = (SELECT sum(cash_credits) FROM "
       "vobiz.account_balances WHERE captured_at = '2026-03-10 18:20:00.5Z'); UPDATE "
       "vobiz.analytics_daily SET total_cost = 11.875",
       {"2026-03-10"}},
      {"a_number_billed_on_the_31st",
       "INSERT INTO vobiz.numbers (partner_id, e164, account_id, setup_fee, monthly_fee, currency, "
       "purchased_at, assigned_at, last_billing_date, next_billing_date, changed_at) VALUES "
       "('PA_1', '+919876500031', 'MA_1', 0, 250, 'INR', '2025-12-31 05:00Z', '2025-12-31 05:00Z', "
       "'2026-02-28', '2026-03-31', '2025-12-31'); SELECT pg_temp.entry('x', 'MA_1', '2026-01-31 "
       "02:05Z', 250, 'did_rental', NULL, 'DID rental +919876500031'), pg_temp.entry('y', 'MA_1', "
       "'2026-02-28 02:05Z', 250, 'did_rental', NULL, 'DID rental +919876500031')",
       {"2026-01-28", "2026-01-31", "2026-02-28"}},
      {"a_small_goodwill_credit",
       "SELECT pg_temp.entry('x', 'MA_1', '2026-03-10 12:00Z', 50, 'manual_adjustment', NULL, "
       "'Goodwill credit', 'credit'); SELECT pg_temp.follow()"},
      {"figures_rounded_each_by_itself",
       "UPDATE vobiz.analytics_daily SET inbound_total_minutes = 6, outbound_total_minutes = "
       "total_minutes - 6.01, inbound_total_calls = 6, outbound_total_calls = total_calls - 6, "
       "answered_calls = 18, failed_calls = total_calls - 18"},
      {"a_dashboard_day_that_has_changed_since",
       "UPDATE vobiz.dashboard_snapshots SET period_from = '2026-03-01', period_to = '2026-03-10', "
       "total_calls = 30; INSERT INTO vobiz.dashboard_daily (partner_id, day, total_calls, "
       "changed_at) VALUES ('PA_1', '2026-03-05', 31, '2026-03-11')"},
  };
}

class odd_but_right : public ::testing::TestWithParam<harmless> {};

TEST_P(odd_but_right, breaks_nothing) {
  books all;
  all.sql(GetParam().sql);
  for (auto const& day : GetParam().days) {
    EXPECT_THAT(all.check(nullptr, day.c_str()).errors, IsEmpty());
    EXPECT_THAT(all.breaks(), IsEmpty()) << day;
  }
}

INSTANTIATE_TEST_SUITE_P(, odd_but_right, ::testing::ValuesIn(harmless_days()),
                         [](auto const& one) { return one.param.name; });

TEST(switch_to_batches, is_judged_by_the_batch) {
  books all;
  all.sql(harmless_days()[1].sql + "; UPDATE vobiz.transactions SET amount = 1.40 WHERE id = 'x'" +
          follow);
  all.check();
  EXPECT_THAT(all.breaks(), ElementsAre("usage_day sum_differs usage 1.45 1.4"));
}

}  // namespace
}  // namespace vobiz::reconcile
