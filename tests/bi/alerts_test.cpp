#include "vobiz/sink/alerts.hpp"

#include "sink/store.hpp"

// vobiz.alerts of planted calls and wallets. The calls were read at 2026-03-10 10:20Z, so that the
// hour judged begins at 09:30Z, which is 15:00 in Kolkata.
namespace vobiz::sink {
namespace {

class alerts : public ::testing::Test {
protected:
  alerts() {
    all.merge("accounts",
              R"({"accounts":[{"auth_id":"MA_1","name":"Example Traders","currency":"INR"},
      {"auth_id":"MA_2","name":"Sample Clinics","currency":"INR"}]})");
    all.make_partitions("2026-02-01", "2026-03-31");
    read_until("2026-03-10 10:20Z");
  }

  void read_until(std::string const& at) {
    all.database.query(
        "INSERT INTO vobiz_sync.streams (partner_id, stream, state, last_success_at) VALUES ('" +
        all.partner + "', 'cdrs', 'ok', '" + at +
        "') ON CONFLICT (partner_id, stream) DO UPDATE SET last_success_at = "
        "excluded.last_success_at");
  }

  // `count` calls of a customer, a second apart, each of `seconds` and `cost`.
  void calls(std::string const& customer, std::string const& start, int count, int seconds,
             std::string const& cost, std::string const& called = "919876500001",
             std::string const& currency = "INR") {
    auto const talk = std::to_string(seconds);
    all.by_hand(
        "INSERT INTO vobiz.cdrs (partner_id, account_id, uuid, start_time, answer_time, end_time, "
        "duration, billsec, call_direction, destination_number, cost, total_cost, currency, "
        "window_day) SELECT '" +
        all.partner + "', '" + customer + "', gen_random_uuid(), t, t, t + interval '" + talk +
        " s', " + talk + ", " + talk + ", 'outbound', '" + called + "', " + cost + ", " + cost +
        ", '" + currency + "', t::date FROM generate_series(0, " + std::to_string(count - 1) +
        ") n CROSS JOIN LATERAL (SELECT '" + start + "'::timestamptz + n * interval '1 s' AS t) t");
  }

  void threshold(std::string const& kind, std::string const& at_least, std::string const& times,
                 std::string const& customer = "*", std::string const& currency = "*") {
    all.database.query(
        "INSERT INTO vobiz.alert_thresholds (kind, account_id, currency, at_least, "
        "times) VALUES ('" +
        kind + "', '" + customer + "', '" + currency + "', " + at_least + ", " + times +
        ") ON CONFLICT (kind, account_id, currency) DO UPDATE SET at_least = "
        "excluded.at_least, times = excluded.times");
  }

  void store_days() {
    while (!all.value("SELECT vobiz_sync.store_marked_day('" + all.partner + "')").empty())
      continue;
  }

  // Only this kind is judged.
  void only(std::string const& kind) {
    all.database.query("UPDATE vobiz.alert_thresholds SET is_on = kind = '" + kind + "'");
  }

  // "begun ended"
  std::string keep() {
    pqxx::work transaction(all.database.connection());
    auto const changes = keep_alerts(transaction, all.partner);
    transaction.commit();
    return changes ? std::to_string(changes->begun) + " " + std::to_string(changes->ended) : "none";
  }

  // "customer kind currency value threshold usual" of each that stands.
  std::string standing() {
    return all.value(
        "SELECT string_agg(concat_ws(' ', account_id, kind, currency, trim_scale(value), "
        "trim_scale(threshold), trim_scale(usual)), E'\\n' ORDER BY account_id, kind, currency) "
        "FROM vobiz_bi.alerts WHERE is_standing");
  }

  std::string texts() {
    return all.value("SELECT string_agg(alert_text, E'\\n' ORDER BY id) FROM vobiz_bi.alerts");
  }

  store all;
};

TEST_F(alerts, say_nothing_of_ordinary_hours) {
  for (int days = 1; days <= 28; ++days) {
    auto const at = all.value("SELECT timestamptz '2026-03-10 10:00Z' - interval '" +
                              std::to_string(days) + " days'");
    calls("MA_1", at, 30, 60, "50");
  }
  calls("MA_1", "2026-03-10 10:00Z", 40, 60, "50");
  store_days();
  EXPECT_EQ(keep(), "0 0");
  EXPECT_EQ(standing(), "");
}

TEST_F(alerts, tell_of_spending_far_above_the_same_hours_before) {
  only("spend");
  threshold("spend", "100", "3", "*", "INR");
  // The highest of the hour and its neighbours counts; an hour of the night does not.
  calls("MA_1", "2026-03-03 10:00Z", 10, 60, "4");
  calls("MA_1", "2026-02-24 08:45Z", 10, 60, "5");
  calls("MA_1", "2026-03-09 22:00Z", 10, 60, "500");
  calls("MA_1", "2026-02-10 10:00Z", 10, 60, "500");  // 28 days ago
  calls("MA_1", "2026-03-10 10:00Z", 10, 60, "16");
  EXPECT_EQ(keep(), "0 0");
  all.by_hand("DELETE FROM vobiz.cdrs WHERE start_time < '2026-02-11'");
  EXPECT_EQ(keep(), "1 0");
  EXPECT_EQ(standing(), "MA_1 spend INR 160 150 50");
  EXPECT_EQ(texts(),
            "spent 160.00 INR in an hour; the most at this time of day in the 28 days before was "
            "50.00");
}

TEST_F(alerts, tell_of_a_customer_without_history_and_keep_currencies_apart) {
  only("spend");
  threshold("spend", "100", "3", "*", "INR");
  calls("MA_2", "2026-03-10 10:00Z", 4, 60, "30");
  calls("MA_2", "2026-03-10 10:05Z", 4, 60, "4", "919876500001", "USD");
  EXPECT_EQ(keep(), "1 0");
  EXPECT_EQ(standing(), "MA_2 spend INR 120 100 0");
  EXPECT_EQ(texts(),
            "spent 120.00 INR in an hour; there was nothing like it in the 28 days before");
  threshold("spend", "10", "3", "*", "USD");
  EXPECT_EQ(keep(), "1 0");
  EXPECT_EQ(standing(), "MA_2 spend INR 120 100 0\nMA_2 spend USD 16 10 0");
}

TEST_F(alerts, take_the_threshold_of_the_customer_before_that_of_all) {
  only("spend");
  threshold("spend", "100", "3", "*", "INR");
  calls("MA_1", "2026-03-10 10:00Z", 4, 60, "30");
  calls("MA_2", "2026-03-10 10:00Z", 4, 60, "30");
  threshold("spend", "1000", "3", "MA_1", "INR");
  EXPECT_EQ(keep(), "1 0");
  EXPECT_EQ(standing(), "MA_2 spend INR 120 100 0");
  all.database.query("UPDATE vobiz.alert_thresholds SET is_on = false WHERE account_id = 'MA_1'");
  threshold("spend", "1", "NULL", "MA_1", "INR");
  EXPECT_EQ(keep(), "0 0");
  all.database.query("UPDATE vobiz.alert_thresholds SET is_on = true WHERE account_id = 'MA_1'");
  EXPECT_EQ(keep(), "1 0");
  EXPECT_EQ(texts(),
            "spent 120.00 INR in an hour; there was nothing like it in the 28 days before\n"
            "spent 120.00 INR in an hour; the limit is 1.00");
}

TEST_F(alerts, tell_of_calls_talk_and_concurrency) {
  all.database.query(
      "UPDATE vobiz.alert_thresholds SET is_on = kind IN ('calls_per_minute', "
      "'duration', 'concurrent_calls')");
  threshold("calls_per_minute", "2", "3");
  threshold("duration", "60", "3");
  threshold("concurrent_calls", "20", "2");
  calls("MA_1", "2026-03-10 10:00Z", 30, 120, "1");
  calls("MA_1", "2026-03-10 09:45Z", 15, 1, "1");
  calls("MA_1", "2026-03-03 10:00Z", 6, 60, "1");
  calls("MA_2", "2026-03-10 10:00Z", 29, 120, "1");
  threshold("concurrent_calls", "30", "2", "MA_2");
  threshold("duration", "58.1", "3", "MA_2");
  store_days();
  EXPECT_EQ(keep(), "3 0");
  EXPECT_EQ(standing(),
            "MA_1 calls_per_minute 2 2 0.4\nMA_1 concurrent_calls 30 20 6\n"
            "MA_1 duration 60.25 60 6");
}

TEST_F(alerts, tell_of_premium_numbers) {
  only("premium_calls");
  calls("MA_1", "2026-03-10 10:00Z", 2, 60, "9", "+8821612345678");
  calls("MA_1", "2026-03-10 10:05Z", 1, 0, "0", "8821612345678");
  calls("MA_1", "2026-03-10 10:06Z", 9, 60, "1", "9182161234567");
  EXPECT_EQ(keep(), "0 0");
  calls("MA_1", "2026-03-10 10:07Z", 1, 60, "9", "00979123456789");
  calls("MA_1", "2026-03-04 10:07Z", 1, 60, "9", "979123456789");
  EXPECT_EQ(keep(), "1 0");
  EXPECT_EQ(standing(), "MA_1 premium_calls 3 3 1");
  all.database.query("DELETE FROM vobiz.premium_prefixes WHERE prefix = '979'");
  EXPECT_EQ(keep(), "0 1");
}

TEST_F(alerts, tell_of_wallets_that_run_dry_and_renewals_they_do_not_cover) {
  all.merge("accounts", R"({"accounts":[
    {"auth_id":"MA_1","name":"Example Traders","currency":"INR","cash_credits":"150"},
    {"auth_id":"MA_2","name":"Sample Clinics","currency":"INR","cash_credits":"0"},
    {"auth_id":"MA_3","name":"Example Travels","currency":"INR","cash_credits":"1","postpaid":true},
    {"auth_id":"MA_4","name":"Example Schools","currency":"INR","cash_credits":"500"}]})");
  for (auto const* customer : {"MA_1", "MA_3", "MA_4"}) {
    all.by_hand(
        "INSERT INTO vobiz.transactions (partner_id, id, account_id, type, amount, currency, "
        "reference_type, status, created_at, window_day) SELECT '" +
        all.partner + "', '" + customer + "', '" + customer +
        "', 'debit', 700, 'INR', 'cdr', 'completed', vobiz.billing_day_start(d), d FROM (SELECT "
        "vobiz.billing_day(now()) - 1 AS d) d");
    all.database.query(
        "INSERT INTO vobiz.numbers (partner_id, e164, account_id, monthly_fee, currency, "
        "next_billing_date) SELECT '" +
        all.partner + "', '+9198765' || n || right('" + customer + "', 1), '" + customer +
        "', 100, 'INR', now() + interval '1 day' FROM generate_series(1, 2) n");
  }
  EXPECT_EQ(keep(), "2 0");
  EXPECT_EQ(standing(), "MA_1 low_wallet INR 150 300 100\nMA_1 renewal_not_covered INR 150 200");
  EXPECT_EQ(texts(),
            "the wallet lasts for 1.5 days: 150.00 INR at 100.00 a day\n"
            "numbers renew for 200.00 INR soon, and the wallet has 150.00");
  threshold("low_wallet", "6", "NULL", "MA_4");
  EXPECT_EQ(keep(), "1 0");
  all.database.query("UPDATE vobiz.accounts SET cash_credits = 5000");
  all.database.query("UPDATE vobiz.account_balances SET cash_credits = 5000");
  EXPECT_EQ(keep(), "0 3");
}

TEST_F(alerts, write_nothing_while_nothing_differs) {
  only("spend");
  threshold("spend", "100", "3", "*", "INR");
  calls("MA_1", "2026-03-10 10:00Z", 4, 60, "30");
  EXPECT_EQ(keep(), "1 0");
  auto const row = "SELECT string_agg(xmin::text || ctid::text, ' ') FROM vobiz.alerts";
  auto const before = all.value(row);
  read_until("2026-03-10 10:29:59Z");
  EXPECT_EQ(keep(), "0 0");
  EXPECT_EQ(all.value(row), before);
  auto const lasts = "SELECT last_seen_at > first_seen_at FROM vobiz.alerts";
  EXPECT_EQ(all.value(lasts), "f");
  calls("MA_1", "2026-03-10 10:10Z", 1, 60, "30");
  EXPECT_EQ(keep(), "0 0");
  EXPECT_EQ(standing(), "MA_1 spend INR 150 100 0");
  EXPECT_EQ(all.value(lasts), "t");
  // An hour later it is over; what happens next is another alert.
  read_until("2026-03-10 11:20Z");
  EXPECT_EQ(keep(), "0 1");
  EXPECT_EQ(standing(), "");
  calls("MA_1", "2026-03-10 11:15Z", 4, 60, "90");
  EXPECT_EQ(keep(), "1 0");
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz.alerts"), "2");
}

TEST_F(alerts, wait_for_the_history_of_a_customer) {
  only("spend");
  threshold("spend", "100", "3", "*", "INR");
  calls("MA_1", "2026-03-10 10:00Z", 4, 60, "30");
  calls("MA_2", "2026-03-10 10:00Z", 4, 60, "30");
  all.database.query(
      "INSERT INTO vobiz_sync.windows (partner_id, stream, scope, day, state) VALUES ('" +
      all.partner + "', 'cdrs', 'MA_1', '2026-02-12', 'pending'), ('" + all.partner +
      "', 'cdrs', '*', '2026-02-01', 'pending')");
  EXPECT_EQ(keep(), "1 0");
  EXPECT_EQ(standing(), "MA_2 spend INR 120 100 0");
  all.database.query("UPDATE vobiz_sync.windows SET state = 'proven' WHERE scope = 'MA_1'");
  EXPECT_EQ(keep(), "1 0");
}

TEST_F(alerts, stand_while_nobody_reads_the_calls) {
  only("spend");
  threshold("spend", "100", "3", "*", "INR");
  all.database.query("DELETE FROM vobiz_sync.streams");
  calls("MA_1", "2026-03-10 10:00Z", 4, 60, "30");
  EXPECT_EQ(keep(), "none");
  read_until("2026-03-10 10:20Z");
  EXPECT_EQ(keep(), "1 0");
  EXPECT_EQ(keep(), "0 0");
  EXPECT_EQ(standing(), "MA_1 spend INR 120 100 0");
}

TEST_F(alerts, are_what_the_service_may_write_and_masked_logins_may_read) {
  only("spend");
  threshold("spend", "100", "3", "*", "INR");
  calls("MA_1", "2026-03-10 10:00Z", 4, 60, "30");
  auto const connection =
      connect(testing::settings_for(all.database.name(), testing::service_login));
  for (int round = 0; round < 2; ++round) {
    pqxx::work transaction(*connection);
    EXPECT_TRUE(keep_alerts(transaction, all.partner).has_value());
    transaction.commit();
    read_until("2026-03-10 12:20Z");
  }
  EXPECT_EQ(all.value("SELECT ended_at IS NOT NULL FROM vobiz.alerts"), "t");
  all.database.query("CREATE ROLE masked_reader_of_alerts");
  all.database.query("SELECT vobiz_sync.let_read_masked('masked_reader_of_alerts')");
  {
    pqxx::work transaction(all.database.connection());
    transaction.exec("SET LOCAL ROLE masked_reader_of_alerts");
    EXPECT_EQ(transaction.exec("SELECT alert_text FROM vobiz_bi.alerts").size(), 1u);
  }
  all.database.query("DROP OWNED BY masked_reader_of_alerts");
  all.database.query("DROP ROLE masked_reader_of_alerts");
}

}  // namespace
}  // namespace vobiz::sink
