#include "spoilings.hpp"

// Calls and what the ledger took for them.
namespace vobiz::reconcile {

std::vector<spoiling> spoilings_of_charges() {
  return {
      {"no_debit",
       "DELETE FROM vobiz.transactions WHERE id = 'c3'" + std::string(follow),
       {"call_charge no_debit " + uuid("3") + " 0.65 0"}},
      {"failed_debit",
       "UPDATE vobiz.transactions SET status = 'failed' WHERE id = 'c3'" + std::string(follow),
       {"call_charge no_debit " + uuid("3") + " 0.65 0"}},
      {"no_cdr",
       "SELECT pg_temp.entry('x', 'MA_1', '2026-03-10 07:00Z', 0.05, 'cdr', 99)" +
           std::string(follow),
       {"call_charge no_cdr " + uuid("99") + " 0 0.05"}},
      {"amount_differs",
       "UPDATE vobiz.transactions SET amount = 0.70 WHERE id = 'c3'" + std::string(follow),
       {"call_charge amount_differs " + uuid("3") + " 0.65 0.7"}},
      {"stream_not_charged",
       "DELETE FROM vobiz.transactions WHERE id = 's21'" + std::string(follow),
       {"call_charge amount_differs " + uuid("21") + " 0.8 0.65"}},
      {"doubled",
       "SELECT pg_temp.entry('x', 'MA_1', '2026-03-12 07:00Z', 0.65, 'cdr', 4)" +
           std::string(follow),
       {"double_charge doubled " + uuid("4") + " 0.65 1.3"}},
      {"refund_gone",
       "UPDATE vobiz.transactions SET removed_at = now() WHERE id = 'r22'" + std::string(follow),
       {"double_charge doubled " + uuid("22") + " 0.65 1.3"}},
      {"loose_debit",
       "SELECT pg_temp.entry('x', 'MA_1', '2026-03-10 07:00Z', 0.05, 'cdr', NULL, 'Call')" +
           std::string(follow),
       {"usage_day sum_differs usage 7.975 8.025"}},
      {"wrong_batch",
       "UPDATE vobiz.transactions SET amount = 4.90 WHERE id = 'b10'" + std::string(follow),
       {"usage_day sum_differs usage 3.9 4.9"}},
      {"missing_batch",
       "DELETE FROM vobiz.transactions WHERE id = 'b10'" + std::string(follow),
       {"usage_day sum_differs usage 3.9 0"}},
      {"debit_pending",
       "UPDATE vobiz.transactions SET status = 'pending' WHERE id = 'c3'" + std::string(follow),
       {"call_charge pending " + uuid("3") + " 0.65 0"}},
      {"debit_in_another_currency",
       "UPDATE vobiz.transactions SET currency = 'USD' WHERE id = 'c3'; SELECT pg_temp.follow(); "
       "UPDATE vobiz.account_balances SET cash_credits = cash_credits + 0.65 WHERE auth_id = "
       "'MA_1' AND captured_at > '2026-03-10'; UPDATE vobiz.dashboard_snapshots SET "
       "total_balance = total_balance + 0.65",
       {"call_charge other_currency " + uuid("3") + " 0.65 0"}},
      {"debit_of_another_customer",
       "UPDATE vobiz.transactions SET account_id = 'MA_2' WHERE id = 'c3'" + std::string(follow),
       {"call_charge wrong_customer " + uuid("3") + " 0.65 0"}},
  };
}

namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(usage_day, waits_for_the_day_on_which_a_batch_is_booked) {
  books all;
  all.sql(
      "DELETE FROM vobiz.transactions WHERE id = 'b10';"
      "UPDATE vobiz_sync.windows SET state = 'open' WHERE stream = 'transactions' AND day > "
      "'2026-03-10'");
  all.check("usage_day");
  EXPECT_THAT(all.not_ok(), ElementsAre("usage_day inconclusive"));
  EXPECT_EQ(
      all.value(
          "SELECT account_id FROM vobiz.reconciliation_results WHERE status = 'inconclusive'"),
      "MA_2");
}

TEST(usage_day, takes_no_more_than_the_configured_rounding) {
  books all;
  // Each call is charged one minor unit too little: within call_charge's tolerance, but 12 units in
  // total.
  all.sql(
      "UPDATE vobiz.transactions SET amount = amount - 0.00001 WHERE account_id = 'MA_1' AND "
      "reference_type = 'cdr' AND "
      "id NOT IN ('d22')");
  all.check("call_charge");
  EXPECT_THAT(all.not_ok(), IsEmpty());
  all.check("usage_day");
  EXPECT_THAT(all.breaks(), ElementsAre("usage_day sum_differs usage 7.975 7.97488"));
}

TEST(usage_day, takes_no_more_than_the_cap_of_the_currency) {
  books all;
  all.sql(
      "UPDATE vobiz.currencies SET minor_unit = 0.1 WHERE currency = 'INR'; SELECT "
      "pg_temp.entry('x', 'MA_1', '2026-03-10 07:00Z', 0.05, 'cdr', NULL, 'Call')");
  all.check("usage_day");
  EXPECT_THAT(all.not_ok(), IsEmpty());
  all.sql("UPDATE vobiz.currencies SET usage_cap = 0.01 WHERE currency = 'INR'");
  all.check("usage_day");
  EXPECT_THAT(all.breaks(), ElementsAre("usage_day sum_differs usage 7.975 8.025"));
}

// The call and its charge were in order at the end of their month.
TEST(booking_date, decides_for_an_entry_of_a_later_month_where_its_call_is_judged) {
  books all;
  all.sql(
      "SELECT pg_temp.entry('x', 'MA_1', '2026-04-20 07:00Z', 0.65, 'cdr', 4), pg_temp.entry('y', "
      "'MA_1', '2026-04-20 07:00Z', 0.65, 'refund', 5, 'Refund', 'credit'); SELECT "
      "pg_temp.follow()");
  all.check();
  EXPECT_THAT(all.not_ok(), IsEmpty());
  all.check("double_charge", "2026-04-20");
  EXPECT_THAT(all.breaks(), ElementsAre("double_charge doubled " + uuid("4") + " 0.65 1.3"));
  EXPECT_EQ(all.value("SELECT reason FROM vobiz.reconciliation_breaks"),
            "2 debits and 0 reversals, the newest of 2026-04-20, for a call of 2026-03-10");
  all.check("call_charge", "2026-04-20");
  EXPECT_THAT(all.breaks(), ElementsAre("call_charge amount_differs " + uuid("5") + " 0.65 0"));
  EXPECT_EQ(
      all.value(
          "SELECT status || ' ' || trim_scale(difference) FROM vobiz.reconciliation_results WHERE "
          "check_name = 'call_charge' AND billing_day = '2026-04-20'"),
      "break -0.65");
  // Given back a week later.
  all.sql(
      "SELECT pg_temp.entry('z', 'MA_1', '2026-04-27 07:00Z', 0.65, 'refund', 4, 'Refund', "
      "'credit')");
  all.check("double_charge", "2026-04-20");
  EXPECT_THAT(all.breaks(), IsEmpty());
  all.check("double_charge", "2026-04-27");
  EXPECT_THAT(all.breaks(), IsEmpty());
}

TEST(booking_date, of_the_only_charge_leaves_the_call_where_it_is) {
  books all;
  all.sql(
      "UPDATE vobiz.transactions SET created_at = '2026-04-20 07:00Z', amount = 0.60 WHERE id = "
      "'c3'; SELECT pg_temp.follow()");
  all.check("call_charge", "2026-04-20");
  EXPECT_THAT(all.breaks(), IsEmpty());
  all.check("call_charge");
  EXPECT_THAT(all.breaks(), ElementsAre("call_charge amount_differs " + uuid("3") + " 0.65 0.6"));
}

TEST(call_charge, waits_for_debits_that_may_still_come) {
  books all;
  // The day ends at 18:29 UTC; six hours later it is the next UTC day.
  all.sql(
      "SELECT pg_temp.call(90, 'MA_1', '2026-03-10 18:27Z', 60);"
      "UPDATE vobiz_sync.windows SET state = 'open' WHERE stream = 'transactions' AND day > "
      "'2026-03-10'");
  all.check("call_charge");
  EXPECT_THAT(all.not_ok(), ElementsAre("call_charge inconclusive"));
  all.sql("UPDATE vobiz_sync.windows SET state = 'proven' WHERE day = '2026-03-11'");
  all.check("call_charge");
  EXPECT_THAT(all.not_ok(), ElementsAre("call_charge break"));
}

TEST(call_charge, says_that_an_account_is_debited_in_batches) {
  books all;
  all.check("call_charge");
  EXPECT_EQ(all.value("SELECT reason FROM vobiz.reconciliation_results WHERE account_id = 'MA_2'"),
            "debited in daily batches: judged by usage_day");
}

}  // namespace

}  // namespace vobiz::reconcile
