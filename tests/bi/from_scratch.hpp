#pragma once

#include "sink/store.hpp"
#include "vobiz/sink/rollups.hpp"

// The expected rollups, computed from the rows by SQL that shares nothing with that of the store.
namespace vobiz::sink {

inline void expect_same(store& all, std::string const& what, std::string const& kept,
                        std::string const& truth) {
  EXPECT_EQ(all.value("SELECT string_agg(d::text, E'\\n') FROM (SELECT 'kept', * FROM ((" + kept +
                      ") EXCEPT (" + truth + ")) a UNION ALL SELECT 'true', * FROM ((" + truth +
                      ") EXCEPT (" + kept + ")) b) d"),
            "")
      << what;
}

inline std::string usage_truth(std::string const& time) {
  return "SELECT partner_id, account_id, " + time +
         R"(, coalesce(call_direction, ''), coalesce(context, ''),
  coalesce(currency, ''), sum(1), sum((billsec > 0)::int), sum((billsec > 0 AND billsec <= 6)::int),
  sum(coalesce(billsec, 0)), sum(coalesce(duration, 0)), sum(coalesce(cost, 0)),
  sum(coalesce(streaming_cost, 0)), sum(coalesce(total_cost, 0)),
  sum(CASE WHEN billsec > 0 AND answer_time IS NOT NULL
    THEN extract(epoch FROM answer_time)::numeric - extract(epoch FROM start_time)::numeric ELSE 0 END),
  sum((billsec > 0 AND answer_time IS NOT NULL)::int),
  sum(CASE WHEN mos >= 1 THEN mos ELSE 0 END), sum(CASE WHEN mos >= 1 THEN 1 ELSE 0 END),
  sum(CASE WHEN mos >= 1 AND mos < 3.6 THEN 1 ELSE 0 END)
FROM vobiz.cdrs WHERE removed_at IS NULL GROUP BY 1, 2, 3, 4, 5, 6)";
}

inline std::string usage_kept(std::string const& table, std::string const& time) {
  return "SELECT partner_id, account_id, " + time +
         ", call_direction, context, currency, attempts, coalesce(answered, 0), "
         "coalesce(short_calls, 0), "
         "billsec, duration, cost, streaming_cost, total_cost, answer_delay_seconds, "
         "answer_delay_calls, "
         "mos_sum, mos_calls, poor_calls FROM " +
         table;
}

// Compares all rollups through the views, which are always exact.
inline void expect_exact(store& all) {
  auto const zone = all.value("SELECT timezone FROM vobiz.settings");
  auto const day_of = [&](std::string const& at) {
    return "(" + at + " AT TIME ZONE '" + zone + "')::date";
  };
  auto const quarter_of = [](std::string const& at) {
    return "date_trunc('hour', " + at + ") + floor(date_part('minute', " + at +
           ") / 15) * interval '15 minutes'";
  };
  auto const plain = [](std::string const& sql) {
    // A comparison that yields NULL counts as false.
    return "SELECT partner_id, account_id, t, d, c, m, a1, coalesce(a2, 0), coalesce(a3, 0), a4, "
           "a5, a6, a7, "
           "a8, a9, coalesce(a10, 0), a11, a12, a13 FROM (" +
           sql +
           ") x(partner_id, account_id, t, d, c, m, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, "
           "a12, a13)";
  };
  expect_same(all, "usage_days", usage_kept("vobiz.usage_days", "day"),
              plain(usage_truth(day_of("start_time"))));
  expect_same(all, "usage_buckets", usage_kept("vobiz.usage_buckets", "bucket_start"),
              plain(usage_truth(quarter_of("start_time"))));
  auto const hour_of = "date_trunc('hour', start_time, '" + zone + "')";
  expect_same(
      all, "usage_hours",
      "SELECT partner_id, day, hour, call_direction, currency, attempts, answered, billsec, "
      "total_cost FROM vobiz.usage_hours",
      "SELECT partner_id, " + day_of("start_time") + ", " + hour_of +
          ", coalesce(call_direction, ''), coalesce(currency, ''), sum(1), "
          "sum(CASE WHEN billsec > 0 THEN 1 ELSE 0 END), sum(coalesce(billsec, 0)), "
          "sum(coalesce(total_cost, 0)) FROM vobiz.cdrs WHERE removed_at IS NULL "
          "GROUP BY 1, 2, 3, 4, 5");
  auto const hangups = [](std::string const& time) {
    return "SELECT partner_id, account_id, " + time +
           ", coalesce(call_direction, ''), coalesce(hangup_cause, ''), sum(1), "
           "sum(CASE WHEN billsec > 0 THEN 1 ELSE 0 END) FROM vobiz.cdrs WHERE removed_at IS NULL "
           "GROUP BY 1, 2, 3, 4, 5";
  };
  expect_same(
      all, "hangup_days",
      "SELECT partner_id, account_id, day, call_direction, hangup_cause, attempts, answered "
      "FROM vobiz.hangup_days",
      hangups(day_of("start_time")));
  auto const booked =
      "coalesce(created_at, processed_at, window_day::timestamp AT TIME ZONE 'UTC')";
  expect_same(
      all, "ledger_days",
      "SELECT partner_id, account_id, day, currency, type, reference_type, status, entries, "
      "amount, "
      "credit - debit FROM vobiz.ledger_days",
      "SELECT partner_id, account_id, " + day_of(booked) +
          ", coalesce(currency, ''), type, coalesce(reference_type, ''), coalesce(status, ''), "
          "sum(1), sum(amount), sum(CASE WHEN type IN ('credit', 'payment') THEN amount ELSE "
          "-amount "
          "END) FROM vobiz.transactions WHERE removed_at IS NULL GROUP BY 1, 2, 3, 4, 5, 6, 7");
  // The level rises only where a call or a day starts, so count the calls in progress at these
  // times.
  auto const span =
      "SELECT partner_id, account_id, start_time AS s, least(coalesce(end_time, start_time + "
      "coalesce(duration, 0) * interval '1 second'), start_time + interval '1 day') AS e "
      "FROM vobiz.cdrs WHERE removed_at IS NULL";
  auto const peaks = [&](std::string const& who) {
    auto const midnight =
        "((s AT TIME ZONE '" + zone + "')::date + 1)::timestamp AT TIME ZONE '" + zone + "'";
    return "SELECT p.partner_id, " + who + ", " + day_of("p.at") +
           ", max(p.level) FROM (\n"
           "  SELECT i.partner_id, i.account_id, i.at, (SELECT count(*) FROM (" +
           span +
           ") o WHERE "
           "o.partner_id = i.partner_id AND o.s <= i.at AND o.e > i.at AND " +
           (who == "'*'" ? "true" : "o.account_id = i.account_id") +
           ") AS level\n"
           "  FROM (SELECT partner_id, account_id, s AS at FROM (" +
           span +
           ") a WHERE e > s\n"
           "    UNION SELECT partner_id, account_id, " +
           midnight + " FROM (" + span + ") b WHERE e > " + midnight +
           ") i) p\n"
           "GROUP BY 1, 2, 3";
  };
  expect_same(all, "concurrency_days",
              "SELECT partner_id, account_id, day, peak_calls FROM vobiz.concurrency_days",
              "SELECT * FROM (" + peaks("p.account_id") + " UNION ALL " + peaks("'*'") + ") u");
}

inline int store_marked_days(store& all) {
  int days = 0;
  for (bool stored = true; stored; days += stored) {
    pqxx::work transaction(all.database.connection());
    stored = store_marked_day(transaction, all.partner);
    transaction.commit();
  }
  return days;
}

}  // namespace vobiz::sink
