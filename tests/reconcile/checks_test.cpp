#include "books.hpp"

namespace vobiz::reconcile {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAreArray;

constexpr char const* follow = "; SELECT pg_temp.follow()";

struct spoiling {
  std::string name;
  std::string sql;  // change of the clean day
  std::vector<std::string> breaks;
};

void PrintTo(spoiling const& one, std::ostream* out) { *out << one.name; }

std::string uuid(char const* last_digits) {
  return "00000000-0000-4000-8000-" + std::string(12 - std::string(last_digits).size(), '0') +
         last_digits;
}

// Each possible error of a day, and the only check that finds it.
std::vector<spoiling> spoilings() {
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
      {"wallet_jump",
       "UPDATE vobiz.account_balances SET cash_credits = cash_credits - 0.5 WHERE auth_id = 'MA_1' "
       "AND captured_at > "
       "'2026-03-10'; UPDATE vobiz.dashboard_snapshots SET total_balance = total_balance - 0.5",
       {"balance_roll balance_jump wallet 741.375 740.875"}},
      {"total_cost",
       "UPDATE vobiz.cdrs SET total_cost = 0.80 WHERE uuid = '" + uuid("3") +
           "'; UPDATE vobiz.transactions SET amount = 0.80 WHERE id = 'c3'" + follow,
       {"cdr_arithmetic total_cost " + uuid("3") + " 0.65 0.8"}},
      {"order_of_times",
       "UPDATE vobiz.cdrs SET end_time = answer_time - interval '1 s' WHERE uuid = '" + uuid("3") +
           "'",
       {"cdr_arithmetic order_of_times " + uuid("3") + " - -"}},
      {"billsec",
       "UPDATE vobiz.cdrs SET duration = 58 WHERE uuid = '" + uuid("3") + "'",
       {"cdr_arithmetic billsec " + uuid("3") + " 58 60"}},
      {"answered",
       "UPDATE vobiz.cdrs SET answer_time = NULL WHERE uuid = '" + uuid("3") + "'",
       {"cdr_arithmetic answered " + uuid("3") + " - 60"}},
      {"negative",
       "UPDATE vobiz.cdrs SET cost = 0.75, streaming_cost = -0.10 WHERE uuid = '" + uuid("3") + "'",
       {"cdr_arithmetic negative " + uuid("3") + " 0 -0.1"}},
      {"no_cost",
       "UPDATE vobiz.cdrs SET cost = 0, total_cost = 0 WHERE uuid = '" + uuid("3") +
           "'; DELETE FROM vobiz.transactions WHERE id = 'c3'" + follow,
       {"unrated no_cost " + uuid("3") + " - 0"}},
      {"unexplained_cost",
       "UPDATE vobiz.cdrs SET cost = 0.5, total_cost = 0.5 WHERE uuid = '" + uuid("20") +
           "'; UPDATE vobiz.transactions SET amount = 0.5, reference_type = 'cdr' WHERE id = "
           "'n20'" +
           follow,
       {"unrated unexplained_cost " + uuid("20") + " 0.025 0.5"}},
      {"rate_changed",
       "UPDATE vobiz.cdrs SET cost = 0.90, total_cost = 0.90 + streaming_cost WHERE account_id = "
       "'MA_1' AND billsec > 0 AND "
       "start_time > '2026-03-10'; UPDATE vobiz.transactions SET amount = 0.90 WHERE account_id = "
       "'MA_1' AND reference_type IN "
       "('cdr', 'refund')" +
           std::string(follow),
       {"rate_drift rate_changed outbound 0.65 0.9"}},
      {"more_calls",
       "UPDATE vobiz.analytics_daily SET total_calls = total_calls + 1",
       {"provider_totals calls calls 20 19"}},
      {"more_minutes",
       "UPDATE vobiz.analytics_daily SET total_minutes = total_minutes + 1.01",
       {"provider_totals minutes minutes 19.01 18"}},
      {"more_cost",
       "UPDATE vobiz.analytics_daily SET total_cost = total_cost + 0.01",
       {"provider_totals cost cost 11.885 11.875"}},
      {"charged_twice",
       "SELECT pg_temp.entry('x', 'MA_1', '2026-03-10 02:06Z', 250, 'did_rental', NULL, 'DID "
       "rental +919876500001 (2026-03)')" +
           std::string(follow),
       {"number_rental charged_twice +919876500001 250 500"}},
      {"not_charged",
       "DELETE FROM vobiz.transactions WHERE id = 'did1'" + std::string(follow),
       {"number_rental not_charged +919876500001 250 0"}},
      {"other_fee",
       "UPDATE vobiz.transactions SET amount = 260 WHERE id = 'did1'" + std::string(follow),
       {"number_rental amount_differs +919876500001 250 260"}},
      {"after_release",
       "UPDATE vobiz.numbers SET account_id = NULL, changed_at = '2026-03-09' WHERE e164 = "
       "'+919876500001'",
       {"number_rental after_release +919876500001 0 250"}},
      {"setup_twice",
       "SELECT pg_temp.entry(k, 'MA_1', '2026-03-10 03:06Z', 100, 'did_purchase', NULL, 'DID "
       "purchase +919876500001') FROM "
       "unnest(ARRAY['x', 'y']) k" +
           std::string(follow),
       {"number_rental setup_twice +919876500001 100 200"}},
      {"setup_not_charged",
       "UPDATE vobiz.numbers SET purchased_at = '2026-03-10', assigned_at = '2026-03-10' WHERE "
       "e164 = '+919876500001'",
       {"number_rental setup_not_charged +919876500001 100 0"}},
      {"not_advanced",
       "UPDATE vobiz.numbers SET last_billing_date = '2026-02-10', next_billing_date = "
       "'2026-03-10' WHERE e164 = "
       "'+919876500001'",
       {"number_rental not_advanced +919876500001 250 -"}},
      {"rented_not_held",
       "SELECT pg_temp.entry('x', 'MA_1', '2026-03-10 03:06Z', 99, 'did_rental', NULL, 'DID rental "
       "+919876500099')" +
           std::string(follow),
       {"number_inventory rented_not_held 919876500099 0 99"}},
      {"never_rented",
       "INSERT INTO vobiz.numbers (partner_id, e164, account_id, monthly_fee, currency, "
       "assigned_at, changed_at) VALUES "
       "('PA_1', '+919876500003', 'MA_1', 250, 'INR', '2026-02-03 09:00Z', '2026-02-03')",
       {"number_inventory never_rented +919876500003 250 0"}},
      {"unknown_number",
       "UPDATE vobiz.cdrs SET destination_number = '919876500098' WHERE uuid = '" + uuid("51") +
           "'",
       {"number_inventory unknown_number 919876500098 0 0.65"}},
      {"closed_account",
       "INSERT INTO vobiz.accounts (partner_id, auth_id, currency, first_seen_at, removed_at) "
       "VALUES ('PA_1', 'MA_3', 'INR', "
       "'2026-01-01', '2026-03-10 09:00Z'); INSERT INTO vobiz.numbers (partner_id, e164, "
       "account_id, monthly_fee, currency, "
       "assigned_at, changed_at) VALUES ('PA_1', '+919876500003', 'MA_3', 250, 'INR', "
       "'2026-03-01', '2026-03-01')",
       {"number_inventory closed_account +919876500003 0 250"}},
      {"rejected_rows",
       "INSERT INTO vobiz_sync.rejects (partner_id, stream, scope, window_day, reason, digest) "
       "VALUES ('PA_1', 'cdrs', '*', "
       "'2026-03-10', 'no uuid', 'x')",
       {"completeness rejected_rows cdrs 0 1"}},
      {"near_duplicate",
       "UPDATE vobiz.cdrs c SET destination_number = o.destination_number, answer_time = "
       "o.answer_time + interval '1 s' "
       "FROM vobiz.cdrs o WHERE c.uuid = '" +
           uuid("4") + "' AND o.uuid = '" + uuid("3") +
           "'; UPDATE vobiz.cdrs SET start_time = answer_time - interval '10 s', end_time = "
           "answer_time + interval '60 s' WHERE "
           "uuid = '" +
           uuid("4") + "'",
       {"completeness near_duplicate " + uuid("4") + " 0 0.65"}},
      {"low_volume",
       "SELECT pg_temp.call(1000 * w + n, 'MA_2', '2026-03-10 03:40Z'::timestamptz - w * interval "
       "'7 days' + n * interval "
       "'20 s', 60, 'inbound') FROM generate_series(1, 8) w, generate_series(1, 60) n",
       {"completeness low_volume 09:00 60 10"}},
      {"customer_not_listed",
       "UPDATE vobiz.dashboard_snapshots SET accounts_total = 3",
       {"snapshot_totals accounts accounts 3 2"}},
      {"customer_suspended",
       "UPDATE vobiz.dashboard_snapshots SET accounts_active = 1",
       {"snapshot_totals active active 1 2"}},
      {"other_balance",
       "UPDATE vobiz.dashboard_snapshots SET total_balance = total_balance + 1",
       {"snapshot_totals balance balance 1342.075 1341.075"}},
  };
}

class spoiled : public ::testing::TestWithParam<spoiling> {};

TEST_P(spoiled, is_found_by_exactly_the_check_meant_for_it) {
  books all;
  all.sql(GetParam().sql);
  EXPECT_THAT(all.check().errors, IsEmpty());
  EXPECT_THAT(all.breaks(), UnorderedElementsAreArray(GetParam().breaks));
  auto const name = GetParam().breaks.front().substr(0, GetParam().breaks.front().find(' '));
  EXPECT_THAT(all.not_ok(), ElementsAre(name + " break"));
}

INSTANTIATE_TEST_SUITE_P(, spoiled, ::testing::ValuesIn(spoilings()),
                         [](auto const& one) { return one.param.name; });

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

TEST(balance_roll, does_not_judge_a_wallet_that_moved_while_it_was_read) {
  books all;
  all.sql(
      "SELECT pg_temp.entry('x', 'MA_1', '2026-03-10 18:20:20Z', 5, 'payment', NULL, '', "
      "'credit')");
  all.check("balance_roll");
  EXPECT_THAT(all.not_ok(), ElementsAre("balance_roll inconclusive"));
}

TEST(snapshot_totals, does_not_judge_readings_with_entries_between_them) {
  books all;
  all.sql(
      "SELECT pg_temp.entry('x', 'MA_1', '2026-03-10 18:20:20Z', 5, 'payment', NULL, '', "
      "'credit')");
  all.check("snapshot_totals");
  EXPECT_THAT(all.not_ok(), ElementsAre("snapshot_totals inconclusive"));
}

TEST(rate_drift, takes_the_price_lists_rate_for_an_agreed_change) {
  books all;
  all.sql(
      "UPDATE vobiz.cdrs SET cost = 0.90 WHERE account_id = 'MA_1' AND billsec > 0 AND start_time "
      "> '2026-03-10';"
      "UPDATE vobiz.pricing_tiers SET rate_per_minute = 0.90");
  all.check("rate_drift");
  EXPECT_THAT(all.not_ok(), IsEmpty());
}

TEST(unrated, takes_a_free_call_of_a_free_price_list) {
  books all;
  all.sql("UPDATE vobiz.cdrs SET total_cost = 0 WHERE uuid = '" + uuid("3") +
          "'; UPDATE vobiz.pricing_tiers SET rate_per_minute = 0");
  all.check("unrated");
  EXPECT_THAT(all.not_ok(), IsEmpty());
}

}  // namespace
}  // namespace vobiz::reconcile
