#include "books.hpp"

namespace vobiz::reconcile {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
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
       {"balance_roll balance_jump wallet 1241.375 1240.875"}},
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
       {"call_rating rate_off outbound 7.8 10.8"}},
      {"rate_changed_without_a_price_list",
       "DELETE FROM vobiz.price_lists; UPDATE vobiz.cdrs SET cost = 0.90, total_cost = 0.90 + "
       "streaming_cost WHERE account_id = 'MA_1' AND billsec > 0 AND start_time > '2026-03-10'; "
       "UPDATE vobiz.transactions SET amount = 0.90 WHERE account_id = 'MA_1' AND reference_type "
       "IN ('cdr', 'refund'); DELETE FROM vobiz.cdrs WHERE account_id = 'MA_2'; DELETE FROM "
       "vobiz.transactions WHERE account_id = 'MA_2' AND reference_type = 'cdr'" +
           std::string(follow),
       {"rate_drift rate_changed outbound 0.65 0.9"}},
      {"one_call_off_its_price",
       "UPDATE vobiz.cdrs SET cost = 6.5, total_cost = 6.5 WHERE uuid = '" + uuid("3") +
           "'; UPDATE vobiz.transactions SET amount = 6.5 WHERE id = 'c3'" + follow,
       {"call_rating rate " + uuid("3") + " 0.65 6.5"}},
      {"voice_unrated_beside_its_stream",
       "UPDATE vobiz.cdrs SET cost = 0, total_cost = 0.15 WHERE uuid = '" + uuid("21") +
           "'; DELETE FROM vobiz.transactions WHERE id = 'c21'" + follow,
       {"call_rating voice_unrated " + uuid("21") + " 0.65 0"}},
      {"stream_above_its_price",
       "UPDATE vobiz.cdrs SET streaming_cost = 0.25, total_cost = 0.90 WHERE uuid = '" +
           uuid("21") + "'; UPDATE vobiz.transactions SET amount = 0.25 WHERE id = 's21'" + follow,
       {"call_rating streaming_rate " + uuid("21") + " 0.15 0.25"}},
      {"fee_missing",
       "SELECT pg_temp.call(23, 'MA_1', '2026-03-10 05:10Z', 0); UPDATE vobiz.cdrs SET cost = 0, "
       "total_cost = 0 WHERE uuid = '" +
           uuid("23") + "'" + follow,
       {"call_rating fee_missing " + uuid("23") + " 0.025 0"}},
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
      {"master_wallet_jumps",
       "UPDATE vobiz.partner_balances SET balance = balance - 100 WHERE captured_at > '2026-03-10'",
       {"master_roll master_jump wallet 10500 10400"}},
      {"transfer_to_another_customer",
       "UPDATE vobiz.transactions SET account_id = 'MA_2' WHERE id = 't1'" + std::string(follow),
       {"transfer_match wrong_customer t1 0 500"}},
      {"transfer_as_a_debit",
       "UPDATE vobiz.transactions SET type = 'debit' WHERE id = 't1'; UPDATE "
       "vobiz.partner_balances SET balance = balance + 1000 WHERE captured_at > '2026-03-10'" +
           std::string(follow),
       {"transfer_match wrong_sign t1 500 -500"}},
      {"transfer_of_another_day",
       "UPDATE vobiz.transactions SET reference = 'ptc:PA_1:MA_1:1771000000' WHERE id = 't1'",
       {"transfer_match wrong_time t1 500 500"}},
      {"transfer_of_another_partner",
       "UPDATE vobiz.transactions SET reference = replace(reference, 'PA_1', 'PA_2') WHERE id = "
       "'t1'",
       {"transfer_match wrong_partner t1 0 500"}},
      {"transfer_booked_twice",
       "INSERT INTO vobiz.transactions (partner_id, id, account_id, type, amount, currency, "
       "reference, reference_type, status, created_at, window_day) SELECT partner_id, 't2', "
       "account_id, type, amount, currency, reference, reference_type, status, created_at + "
       "interval '1 min', window_day FROM vobiz.transactions WHERE id = 't1'; UPDATE "
       "vobiz.partner_balances SET balance = balance - 500 WHERE captured_at > '2026-03-10'" +
           std::string(follow),
       {"transfer_match booked_twice t2 0 500"}},
      {"transfer_pending",
       "UPDATE vobiz.transactions SET status = 'pending' WHERE id = 't1'; UPDATE "
       "vobiz.partner_balances SET balance = balance + 500 WHERE captured_at > '2026-03-10'" +
           std::string(follow),
       {"transfer_match pending t1 500 0"}},
      {"top_up_booked_twice",
       "SELECT pg_temp.entry(k, 'MA_1', '2026-03-10 07:00Z', 50, 'payment', NULL, 'Recharge', "
       "'credit') FROM unnest(ARRAY['p1', 'p2']) k; UPDATE vobiz.transactions SET reference = "
       "'pay_77' WHERE id IN ('p1', 'p2')" +
           std::string(follow),
       {"manual_entries repeated_reference p2 0 50"}},
      {"refund_of_no_call",
       "SELECT pg_temp.entry('x', 'MA_1', '2026-03-10 07:00Z', 5, 'refund', 99, 'Refund', "
       "'credit')" +
           std::string(follow),
       {"manual_entries refund_without_charge x 0 5"}},
      {"adjustment_takes_money",
       "SELECT pg_temp.entry('x', 'MA_1', '2026-03-10 07:00Z', 5, 'manual_adjustment', NULL, "
       "'correction')" +
           std::string(follow),
       {"manual_entries needs_approval x 0 -5"}},
      {"adjustment_above_the_threshold",
       "SELECT pg_temp.entry('x', 'MA_1', '2026-03-10 07:00Z', 500.01, 'manual_adjustment', NULL, "
       "'goodwill', 'credit'), pg_temp.entry('y', 'MA_1', '2026-03-10 07:00Z', 500, "
       "'manual_adjustment', NULL, 'goodwill', 'credit')" +
           std::string(follow),
       {"manual_entries needs_approval x 0 500.01"}},
      {"call_of_two_customers",
       "INSERT INTO vobiz.cdrs (partner_id, account_id, uuid, start_time, answer_time, end_time, "
       "duration, billsec, call_direction, caller_id_number, destination_number, cost, "
       "streaming_cost, total_cost, currency, window_day, changed_at, first_seen_at) SELECT "
       "partner_id, 'MA_1', uuid, start_time, answer_time, end_time, duration, billsec, "
       "'outbound', '919876500001', destination_number, cost, streaming_cost, total_cost, "
       "currency, window_day, changed_at, now() + interval '1 s' FROM vobiz.cdrs WHERE uuid = '" +
           uuid("51") +
           "'; SELECT pg_temp.entry('x', 'MA_1', '2026-03-10 06:53Z', 0.65, 'cdr', 51)" + follow,
       {"identity two_customers " + uuid("51") + " 0 0.65"}},
      {"the_same_call_half_a_minute_later",
       "UPDATE vobiz.cdrs c SET sip_call_id = 'abc@example.com', destination_number = "
       "'919876600003', "
       "start_time = '2026-03-10 04:03Z'::timestamptz + (n - 3) * interval '30 s', answer_time = "
       "'2026-03-10 04:03:10Z'::timestamptz + (n - 3) * interval '30 s', end_time = '2026-03-10 "
       "04:04:10Z'::timestamptz + (n - 3) * interval '30 s' FROM (VALUES (3, '" +
           uuid("3") + "'), (4, '" + uuid("4") + "')) v(n, u) WHERE c.uuid = v.u::uuid",
       {"identity duplicate " + uuid("4") + " 0 0.65"}},
      {"call_over_the_number_of_another",
       "UPDATE vobiz.cdrs SET caller_id_number = '919876500002' WHERE uuid = '" + uuid("3") + "'",
       {"identity foreign_number 919876500002 0 0.65"}},
      {"calls_of_an_inactive_customer",
       "UPDATE vobiz.accounts SET is_active = false, changed_at = '2026-03-01' WHERE auth_id = "
       "'MA_2'; UPDATE vobiz.dashboard_snapshots SET accounts_active = 1",
       {"identity inactive calls 0 3.9"}},
      {"calls_of_a_customer_who_was_inactive_then",
       "INSERT INTO vobiz.customer_terms (partner_id, account_id, seen_from, seen_after, tier_id, "
       "is_active) VALUES ('PA_1', 'MA_2', '2026-03-10 06:53:30Z', '2026-03-10 06:53Z', 'T1', "
       "false), ('PA_1', 'MA_2', '2026-03-10 06:55:30Z', '2026-03-10 06:55:15Z', 'T1', true)",
       {"identity inactive calls 0 1.3"}},
      {"wallet_of_who_has_left",
       "INSERT INTO vobiz.accounts (partner_id, auth_id, currency, first_seen_at, removed_at) "
       "VALUES ('PA_1', 'MA_3', 'INR', '2026-01-01', '2026-03-10 09:00Z'); INSERT INTO "
       "vobiz.account_balances (partner_id, auth_id, currency, captured_at, cash_credits) VALUES "
       "('PA_1', 'MA_3', 'INR', '2026-03-09', 12.5)",
       {"identity wallet_left wallet 0 12.5"}},
      {"a_call_longer_than_a_day",
       "UPDATE vobiz.cdrs SET duration = 86410, billsec = 86400, cost = 936, total_cost = 936, "
       "end_time = answer_time + interval '86401 s' WHERE uuid = '" +
           uuid("3") + "'; UPDATE vobiz.transactions SET amount = 936 WHERE id = 'c3'" + follow,
       {"plausibility too_long " + uuid("3") + " 86400 86410"}},
      {"talk_hidden_as_ringing",
       "UPDATE vobiz.cdrs SET duration = 181, end_time = start_time + interval '181 s' WHERE uuid "
       "= '" +
           uuid("20") + "'",
       {"plausibility hidden_talk " + uuid("20") + " 180 181"}},
      {"billed_seconds_cut",
       "UPDATE vobiz.cdrs SET duration = 90, end_time = answer_time + interval '63 s' WHERE uuid = "
       "'" +
           uuid("3") + "'",
       {"plausibility billsec_cut " + uuid("3") + " 63 60"}},
      {"parts_of_a_call",
       "UPDATE vobiz.cdrs SET ring_time = 7 WHERE uuid = '" + uuid("3") + "'",
       {"plausibility parts_differ " + uuid("3") + " 70 67"}},
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
      {"days_of_the_dashboard",
       "UPDATE vobiz.dashboard_snapshots SET period_from = '2026-03-01', period_to = '2026-03-10', "
       "total_calls = 30, total_minutes = 25; INSERT INTO vobiz.dashboard_daily (partner_id, day, "
       "total_calls, total_minutes, changed_at) SELECT 'PA_1', d, 10, 8.34, '2026-03-10' FROM "
       "unnest(ARRAY['2026-03-01', '2026-03-05', '2026-03-11', '2026-03-10']::date[]) d; UPDATE "
       "vobiz.dashboard_daily SET total_calls = 9 WHERE day = '2026-03-10'",
       {"plausibility days_differ dashboard days calls 30 29"}},
      {"fewer_answered",
       "UPDATE vobiz.analytics_daily SET answered_calls = 17",
       {"provider_totals answered answered 17 18"}},
      {"silent_customer",
       "SELECT pg_temp.call(1000 * w + n, 'MA_3', '2026-03-10 04:00Z'::timestamptz - w * interval "
       "'7 days' + n * interval '20 s', 60, 'inbound') FROM generate_series(1, 4) w, "
       "generate_series(1, 10) n; INSERT INTO vobiz.accounts (partner_id, auth_id, currency, "
       "pricing_tier_id, is_active, first_seen_at) VALUES ('PA_1', 'MA_3', 'INR', 'T1', true, "
       "'2026-03-11')",
       {"completeness silent_customer calls 10 0"}},
      {"rental_in_another_currency",
       "UPDATE vobiz.transactions SET currency = 'USD' WHERE id = 'did1'; SELECT pg_temp.follow(); "
       "UPDATE vobiz.account_balances SET cash_credits = cash_credits + 250 WHERE auth_id = "
       "'MA_1' AND captured_at > '2026-03-10'; UPDATE vobiz.dashboard_snapshots SET total_balance "
       "= total_balance + 250",
       {"number_rental other_currency +919876500001 0 250"}},
      {"unknown_caller",
       "UPDATE vobiz.cdrs SET caller_id_number = '919876500098' WHERE uuid = '" + uuid("3") + "'",
       {"number_inventory unknown_caller 919876500098 0 0.65"}},
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
       {"snapshot_totals balance balance 1842.075 1841.075"}},
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

TEST(transfer_match, gives_a_pending_transfer_its_time) {
  books all;
  all.sql(
      "UPDATE vobiz.transactions SET status = 'pending' WHERE id = 't1'; UPDATE vobiz.settings "
      "SET transfer_settle = '100 years'");
  all.check("transfer_match");
  EXPECT_THAT(all.not_ok(), ElementsAre("transfer_match inconclusive"));
}

TEST(master_roll, does_not_judge_without_readings) {
  books all;
  all.sql("DELETE FROM vobiz_sync.runs WHERE stream = 'profile' AND started_at > '2026-03-10'");
  all.check("master_roll");
  EXPECT_THAT(all.not_ok(), ElementsAre("master_roll inconclusive"));
  all.sql("DELETE FROM vobiz.partner_balances");
  all.check("master_roll");
  EXPECT_THAT(all.not_ok(), ElementsAre("master_roll inconclusive"));
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

TEST(balance_roll,
     judges_a_wallet_that_moves_while_it_is_read_by_the_entries_that_it_can_have_seen) {
  books all;
  all.sql(
      "SELECT pg_temp.entry('x' || n, 'MA_1', '2026-03-10 18:20:20Z'::timestamptz + n * interval "
      "'1 "
      "s', 5, 'payment', NULL, '', 'credit') FROM generate_series(-40, 8) n");
  for (auto const* seen : {"0", "5", "10"}) {
    all.sql("UPDATE vobiz.account_balances SET cash_credits = cash_credits + " + std::string(seen) +
            " WHERE auth_id = 'MA_1' AND captured_at > '2026-03-10'");
    all.check("balance_roll");
    EXPECT_THAT(all.not_ok(), IsEmpty()) << seen;
  }
  all.sql(
      "UPDATE vobiz.account_balances SET cash_credits = cash_credits - 17 WHERE auth_id = 'MA_1' "
      "AND captured_at > '2026-03-10'");
  all.check("balance_roll");
  // The nearest that the entries explain.
  EXPECT_THAT(all.breaks(), ElementsAre("balance_roll balance_jump wallet 1241.375 1239.375"));
  EXPECT_THAT(all.not_ok(), ElementsAre("balance_roll break"));
  all.sql(
      "SELECT pg_temp.entry('y' || n, 'MA_1', '2026-03-10 18:20:20Z'::timestamptz + n * interval "
      "'1 "
      "ms', 5, 'payment', NULL, '', 'credit') FROM generate_series(1, 250) n");
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

// Changes the price of a minute, as it was seen at a time.
std::string price_seen_at(std::string const& when, std::string const& read_before) {
  return "UPDATE vobiz.pricing_tiers SET rate_per_minute = 0.90; UPDATE vobiz.price_lists SET "
         "seen_from = '" +
         when + "', seen_after = '" + read_before + "' WHERE rate_per_minute = 0.90";
}

constexpr char const* at_the_new_price =
    "UPDATE vobiz.cdrs SET cost = 0.90 WHERE account_id = 'MA_1' AND billsec > 0 AND start_time > "
    "'2026-03-10 04:06:30Z' AND start_time < '2026-03-10 05:00Z'";

TEST(call_rating, judges_each_call_by_the_price_list_of_its_time) {
  books all;
  all.sql(at_the_new_price);
  all.sql(price_seen_at("2026-03-10 04:06:30Z", "2026-03-10 04:06:20Z"));
  all.check("call_rating");
  // Those after 05:00 cost what they did before.
  EXPECT_THAT(all.breaks(),
              UnorderedElementsAreArray({"call_rating rate " + uuid("21") + " 0.9 0.65",
                                         "call_rating rate " + uuid("22") + " 0.9 0.65",
                                         std::string("call_rating rate_off inbound 5.4 3.9")}));
  EXPECT_EQ(all.value("SELECT count(*) || ' ' || count(*) FILTER (WHERE seen_from = '-infinity') "
                      "FROM vobiz.price_lists"),
            "2 1");
}

TEST(call_rating, takes_either_price_while_nobody_read_the_list) {
  books all;
  all.sql(at_the_new_price);
  all.sql(price_seen_at("2026-03-10 09:00Z", "2026-03-10 03:00Z"));
  all.check("call_rating");
  EXPECT_THAT(all.breaks(), IsEmpty());
}

TEST(call_rating, infers_the_pulse_and_shows_it) {
  books all;
  // Calls of 61 s: two minutes of the list each.
  all.sql(
      "UPDATE vobiz.cdrs SET billsec = 61, cost = 1.30 WHERE account_id = 'MA_1' AND billsec > 0");
  all.check("call_rating");
  EXPECT_THAT(all.not_ok(), IsEmpty());
  EXPECT_THAT(
      all.value("SELECT reason FROM vobiz.reconciliation_results WHERE account_id = 'MA_1'"),
      HasSubstr("outbound 0.65 a minute, pulse 60 s"));
  // One of them by the second.
  all.sql("UPDATE vobiz.cdrs SET cost = 0.66083 WHERE uuid = '" + uuid("3") + "'");
  all.check("call_rating");
  EXPECT_THAT(all.breaks(), ElementsAre("call_rating rate " + uuid("3") + " 1.3 0.66083"));
}

TEST(call_rating, judges_calls_in_a_currency_without_a_list_by_those_before) {
  books all;
  auto const in_dollars = [&all](std::string const& which) {
    all.sql(
        "UPDATE vobiz.cdrs SET currency = 'USD', cost = 0.0045, total_cost = 0.0045 + "
        "streaming_cost WHERE account_id = 'MA_1' AND billsec > 0 AND " +
        which);
  };
  in_dollars("start_time > '2026-03-10'");
  all.check("call_rating");
  EXPECT_THAT(all.not_ok(), IsEmpty());
  all.sql(
      "UPDATE vobiz.cdrs SET cost = 0.0045 * (1 + extract(minute FROM start_time)::integer) WHERE "
      "account_id = 'MA_1' AND billsec > 0 AND start_time > '2026-03-10'");
  all.check("call_rating");
  EXPECT_THAT(all.not_ok(), ElementsAre("call_rating inconclusive"));
  EXPECT_THAT(all.value("SELECT reason FROM vobiz.reconciliation_results WHERE currency = 'USD' "
                        "ORDER BY run_id DESC LIMIT 1"),
              HasSubstr("no price list in USD"));
  in_dollars("true");
  all.check("call_rating");
  EXPECT_THAT(all.not_ok(), IsEmpty());
  all.sql("UPDATE vobiz.cdrs SET cost = 0.045 WHERE uuid = '" + uuid("3") + "'");
  all.check("call_rating");
  EXPECT_THAT(all.breaks(), ElementsAre("call_rating rate " + uuid("3") + " 0.0045 0.045"));
  // Not compared with the rupees of the list, whoever asks.
  all.check("rate_drift");
  EXPECT_THAT(all.not_ok(), IsEmpty());
}

TEST(call_rating, tells_of_the_fees_of_a_direction_in_one_sum) {
  books all;
  all.sql(
      "SELECT pg_temp.call(n, 'MA_1', '2026-03-10 05:10Z'::timestamptz + n * interval '1 min', 0) "
      "FROM generate_series(23, 26) n; SELECT pg_temp.call(n, 'MA_2', '2026-03-10 "
      "05:10Z'::timestamptz + n * interval '1 min', 0, 'inbound') FROM generate_series(27, 29) n;"
      "UPDATE vobiz.cdrs SET cost = 0, total_cost = 0 WHERE billsec = 0 AND start_time > "
      "'2026-03-10 05:10Z'");
  all.check("call_rating");
  // MA_2 never paid one.
  EXPECT_THAT(all.breaks(), ElementsAre("call_rating fees_missing outbound 0.1 0"));
}

TEST(rate_drift, judges_the_price_by_the_pulse_that_most_calls_share) {
  books all;
  all.sql(
      "DELETE FROM vobiz.price_lists; UPDATE vobiz.cdrs SET billsec = 31 + extract(minute FROM "
      "start_time)::integer * 7, cost = 0 WHERE account_id = 'MA_1' AND billsec > 0;"
      "UPDATE vobiz.cdrs SET cost = ceil(billsec / 60.0) * 0.65 WHERE account_id = 'MA_1' AND "
      "billsec > 0");
  all.check("rate_drift");
  EXPECT_THAT(all.breaks(), IsEmpty());
  EXPECT_EQ(all.value("SELECT status FROM vobiz.reconciliation_results WHERE account_id = 'MA_1'"),
            "ok");
}

TEST(unrated, takes_a_free_call_of_a_free_price_list) {
  books all;
  all.sql("UPDATE vobiz.cdrs SET total_cost = 0 WHERE uuid = '" + uuid("3") +
          "'; UPDATE vobiz.price_lists SET rate_per_minute = 0");
  all.check("unrated");
  EXPECT_THAT(all.not_ok(), IsEmpty());
}

}  // namespace
}  // namespace vobiz::reconcile
