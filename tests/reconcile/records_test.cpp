#include "spoilings.hpp"

// Calls: what their records say, whose they are, and whether all are there.
namespace vobiz::reconcile {

std::vector<spoiling> spoilings_of_records() {
  return {
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
      {"days_of_the_dashboard",
       "UPDATE vobiz.dashboard_snapshots SET period_from = '2026-03-01', period_to = '2026-03-10', "
       "total_calls = 30, total_minutes = 25; INSERT INTO vobiz.dashboard_daily (partner_id, day, "
       "total_calls, total_minutes, changed_at) SELECT 'PA_1', d, 10, 8.34, '2026-03-10' FROM "
       "unnest(ARRAY['2026-03-01', '2026-03-05', '2026-03-11', '2026-03-10']::date[]) d; UPDATE "
       "vobiz.dashboard_daily SET total_calls = 9 WHERE day = '2026-03-10'",
       {"plausibility days_differ dashboard days calls 30 29"}},
      {"silent_customer",
       "SELECT pg_temp.call(1000 * w + n, 'MA_3', '2026-03-10 04:00Z'::timestamptz - w * interval "
       "'7 days' + n * interval '20 s', 60, 'inbound') FROM generate_series(1, 4) w, "
       "generate_series(1, 10) n; INSERT INTO vobiz.accounts (partner_id, auth_id, currency, "
       "pricing_tier_id, is_active, first_seen_at) VALUES ('PA_1', 'MA_3', 'INR', 'T1', true, "
       "'2026-03-11')",
       {"completeness silent_customer calls 10 0"}},
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
  };
}

}  // namespace vobiz::reconcile
