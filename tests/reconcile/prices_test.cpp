#include "spoilings.hpp"

// Prices of calls.
namespace vobiz::reconcile {

std::vector<spoiling> spoilings_of_prices() {
  return {
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
  };
}

namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAreArray;

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
