#include "vobiz/ops/status.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <sstream>

#include "support/test_database.hpp"

namespace vobiz::ops {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

void fill(testing::test_database& database) {
  database.query(R"(
INSERT INTO vobiz.partners (partner_id, auth_id, name) VALUES ('PA_1', 'PA_1', 'Example "Voice"');
INSERT INTO vobiz_sync.streams (partner_id, stream, state, start_date, synced_through, last_success_at, next_due_at,
  consecutive_failures, last_error)
VALUES ('PA_1', 'cdrs', 'ok', '2026-01-01', '2026-03-09', now() - interval '90 seconds', '2026-03-10 10:20:30Z', 0, NULL),
  ('PA_1', 'numbers', 'failing', NULL, NULL, NULL, NULL, 3, 'GET /numbers: 500 "oops"'),
  ('PA_2', 'cdrs', 'new', '2026-01-01', NULL, NULL, NULL, 0, NULL);
INSERT INTO vobiz_sync.windows (partner_id, stream, scope, day, state)
VALUES ('PA_1', 'cdrs', '*', '2026-03-08', 'proven'), ('PA_1', 'cdrs', '*', '2026-03-09', 'proven'),
  ('PA_1', 'cdrs', '*', '2026-03-10', 'open'), ('PA_1', 'cdrs', '*', '2026-03-07', 'pending'),
  ('PA_1', 'cdrs', '*', '2026-03-06', 'mismatch');
UPDATE vobiz_sync.windows SET queued_at = now() WHERE day IN ('2026-03-06', '2026-03-07', '2026-03-08');
INSERT INTO vobiz_sync.leases (partner_id, stream, holder, fence, acquired_at, expires_at)
VALUES ('PA_1', 'cdrs', 'host-1/4711/0123456789abcdef0123456789abcdef', 1, now(), now() + interval '1 hour'),
  ('PA_1', 'numbers', 'host-2/12/00ff', 1, now(), now() - interval '1 second');
INSERT INTO vobiz_sync.rejects (partner_id, stream, scope, window_day, reason, digest, resolved_at)
VALUES ('PA_1', 'cdrs', '*', '2026-03-09', 'bad', 'a', NULL), ('PA_1', 'cdrs', '*', '2026-03-09', 'bad', 'b', now());
INSERT INTO vobiz_sync.runs (partner_id, stream, command, started_at, finished_at, outcome, requests, inserted, updated, unchanged)
VALUES ('PA_1', 'cdrs', 'run', now(), now(), 'ok', 99, 98, 97, 96), ('PA_1', 'cdrs', 'run', now(), now(), 'ok', 4, 3, 2, 1);
)");
}

status read(testing::test_database& database) {
  pqxx::read_transaction transaction(database.connection());
  return read_status(transaction);
}

TEST(status, counts_standing_alerts_of_the_kinds_that_there_are) {
  testing::test_database database;
  fill(database);
  std::string kinds;
  for (auto const* kind : alert_kinds) kinds += (kinds.empty() ? "" : " ") + std::string(kind);
  EXPECT_EQ(
      database.value("SELECT string_agg(k, ' ' ORDER BY array_position(string_to_array('" + kinds +
                     "', ' '), k)) FROM (SELECT DISTINCT kind FROM "
                     "vobiz.alert_thresholds) t(k)"),
      kinds);
  EXPECT_TRUE(read(database).alerts.empty());
  database.query(R"(
INSERT INTO vobiz.alerts (partner_id, account_id, kind, currency, value, threshold, ended_at)
VALUES ('PA_1', 'MA_1', 'spend', 'INR', 2, 1, NULL), ('PA_1', 'MA_2', 'spend', 'INR', 2, 1, NULL),
  ('PA_1', 'MA_1', 'spend', 'INR', 2, 1, now()), ('PA_1', 'MA_1', 'duration', '*', 2, 1, now()))");
  auto const all = read(database);
  ASSERT_EQ(all.alerts.size(), 1u);
  EXPECT_EQ(all.alerts[0].partner + " " + all.alerts[0].kind, "PA_1 spend");
  EXPECT_EQ(all.alerts[0].count, 2);
  EXPECT_THAT(status_json(all),
              HasSubstr(R"("open_alerts":[{"partner":"PA_1","kind":"spend","open":2}])"));
}

TEST(status, tells_where_each_stream_stands) {
  testing::test_database database;
  fill(database);
  auto const all = read(database).streams;
  ASSERT_EQ(all.size(), 3u);
  auto const& cdrs = all[0];
  EXPECT_EQ(cdrs.partner, "PA_1");
  EXPECT_EQ(cdrs.partner_name, "Example \"Voice\"");
  EXPECT_EQ(cdrs.stream, "cdrs");
  EXPECT_EQ(cdrs.state, "ok");
  EXPECT_EQ(cdrs.synced_through, "2026-03-09");
  EXPECT_GE(cdrs.lag_seconds.value(), 90);
  EXPECT_EQ(core::to_text(cdrs.next_due_at.value()), "2026-03-10T10:20:30Z");
  EXPECT_EQ(cdrs.windows_in("proven"), 2);
  EXPECT_EQ(cdrs.windows_in("open"), 1);
  EXPECT_EQ(cdrs.windows_in("pending"), 1);
  EXPECT_EQ(cdrs.windows_in("mismatch"), 1);
  EXPECT_EQ(cdrs.windows_in("forbidden"), 0);
  EXPECT_EQ(cdrs.rejects, 1);
  EXPECT_EQ(cdrs.queued, 3);
  EXPECT_EQ(cdrs.holder, "host-1/4711/0123456789abcdef0123456789abcdef");
  EXPECT_EQ(cdrs.requests, 4);
  EXPECT_EQ(cdrs.inserted, 3);
  EXPECT_EQ(cdrs.updated, 2);
  EXPECT_EQ(cdrs.unchanged, 1);
  EXPECT_EQ(all[1].stream, "numbers");
  EXPECT_EQ(all[1].consecutive_failures, 3);
  EXPECT_EQ(all[1].queued, 0);
  EXPECT_EQ(all[1].holder, std::nullopt);  // it has expired
  EXPECT_EQ(all[1].last_error, "GET /numbers: 500 \"oops\"");
  EXPECT_EQ(all[1].lag_seconds, std::nullopt);
  EXPECT_EQ(all[2].partner, "PA_2");
  EXPECT_EQ(all[2].partner_name, "");
}

TEST(status, table_shows_verdict_service_and_errors) {
  testing::test_database database;
  fill(database);
  auto const text = status_table(read(database));
  EXPECT_THAT(text, StartsWith("attention: 1 of 3 streams of 2 partners: numbers of Example "
                               "\"Voice\" is failing\nservice: at work (host-1/4711)\n\n"
                               "Example \"Voice\" (PA_1)\nstream   state    proven through"));
  EXPECT_THAT(text, HasSubstr("\ncdrs     ok       2026-03-09         1m "));
  EXPECT_THAT(text, HasSubstr("\nnumbers  failing  -                   never         0       0"));
  EXPECT_THAT(text, HasSubstr("\nnumbers: GET /numbers: 500 \"oops\"\n\nPA_2\n"));
  auto const wide = status_table(read(database), table_width::wide);
  EXPECT_THAT(wide, HasSubstr("PA_1     cdrs     ok       2026-03-09      1m "));
  EXPECT_THAT(wide, HasSubstr("       3        1    3        2  host-1/4711\n"));
  EXPECT_THAT(wide, HasSubstr("       0        0    0        0  -\n"));
}

stream_status longest_line() {
  stream_status s;
  s.partner = "PA_EXAMPLE01";
  s.stream = "transactions";
  s.state = "unauthorized";
  s.needs_attention = true;
  s.synced_through = "2026-03-09";
  s.lag_seconds = 364 * 86'400 + 23 * 3'600;
  s.windows["open"] = s.queued = s.rejects = 12'345;
  s.inserted = s.updated = 9'999;
  s.last_error = "GET /a: 403 " + std::string(30, 'a') + " " + std::string(300, 'b') + " " +
                 std::string(30, 'c');
  s.holder = std::string(60, 'h') + "/1234567/4294967295";
  return s;
}

std::size_t widest_line(std::string const& text) {
  std::istringstream lines(text);
  std::string line;
  std::size_t widest = 0;
  while (std::getline(lines, line)) widest = std::max(widest, line.size());
  return widest;
}

TEST(status, fits_a_terminal_of_80_columns) {
  status all;
  all.streams.push_back(longest_line());
  EXPECT_LE(widest_line(status_table(all)), 80u);
}

TEST(status, fits_140_columns_when_wide) {
  status all;
  all.streams.push_back(longest_line());
  all.streams[0].last_error.reset();
  all.streams[0].rejects = 0;
  all.streams[0].lag_seconds = 93'784;
  // The three bytes of "…" are one character.
  EXPECT_LE(widest_line(status_table(all, table_width::wide)), 140u + 2u);
}

TEST(status, says_the_same_thing_once) {
  status all;
  for (auto const* name : {"accounts", "cdrs"}) {
    stream_status s;
    s.partner = "PA_1";
    s.stream = name;
    s.state = "unauthorized";
    s.needs_attention = true;
    s.last_error = "the API refuses the credentials";
    stream_status::refused_list list;
    list.text = "the global list is refused: the API refuses the credentials";
    s.refused.push_back(list);
    s.refused_lists = 1;
    all.streams.push_back(s);
  }
  EXPECT_THAT(status_table(all), HasSubstr("rejects\naccounts  unauthorized"));
  EXPECT_THAT(status_table(all),
              EndsWith("0\naccounts, cdrs: the global list is refused: the API refuses the "
                       "credentials\n"));
}

// How one stream stands, by its row and its lease.
struct standing {
  char const* row;    // values of vobiz_sync.streams, see the test
  char const* lease;  // when it expires; nullptr: nobody ever had it
  char const* state;
  bool attention;
};

TEST(status, goes_by_what_is_known_now) {
  for (auto const& one : std::vector<standing>{
           // state, is_enabled, known since, last attempt, last good, next due, stale after
           {"'ok', true, '3 days', '1 min', '1 min', '-1 min', '8 min'", "-5 s", "ok", false},
           {"'ok', true, '3 days', '9 min', '9 min', '5 min', '8 min'", "9 min", "stale", true},
           {"'ok', true, '3 days', '9 min', '9 min', '5 min', '8 min'", "-5 s", "stale", true},
           {"'ok', true, '3 days', '25 h', '25 h', NULL, NULL", nullptr, "ok", false},
           {"'ok', true, '3 days', '27 h', '27 h', NULL, NULL", nullptr, "stale", true},
           {"'new', true, '3 days', NULL, NULL, NULL, '8 min'", nullptr, "stale", true},
           {"'new', true, '1 min', NULL, NULL, NULL, '8 min'", nullptr, "new", false},
           {"'new', true, '3 days', '2 days', NULL, NULL, '8 min'", "-5 s", "new", false},
           {"'failing', true, '3 days', '1 h', '2 days', '-1 min', '8 min'", nullptr, "failing",
            true},
           {"'failing', true, '3 days', '2 h', '2 days', '1 h', '8 min'", "1 h", "stale", true},
           {"'failing', true, '3 days', '2 h', '2 days', '1 h', '8 min'", "-5 s", "failing", true},
           {"'mismatch', true, '3 days', '1 min', '2 days', '-1 min', '8 min'", "-5 s", "mismatch",
            true},
           {"'forbidden', true, '3 days', '1 min', NULL, '-1 min', '8 min'", "-5 s", "forbidden",
            true},
           {"'unauthorized', true, '3 days', '1 min', NULL, '-1 min', '8 min'", "-5 s",
            "unauthorized", true},
           {"'unavailable', true, '3 days', '3 days', NULL, '2 days', '8 min'", nullptr,
            "unavailable", false},
           {"'ok', false, '3 days', '3 days', '3 days', '3 days', '8 min'", nullptr, "off", false},
       }) {
    SCOPED_TRACE(std::string(one.row) + " " + (one.lease ? one.lease : "-"));
    testing::test_database database;
    database.query(
        "INSERT INTO vobiz_sync.streams (partner_id, stream, state, is_enabled, known_since, "
        "last_attempt_at, "
        "last_success_at, next_due_at, stale_after)\n"
        "SELECT 'PA_1', 'accounts', v.a, v.b, now() - v.c::interval, now() - v.d::interval, now() "
        "- v.e::interval,\n"
        "  now() - v.f::interval, v.g::interval FROM (VALUES (" +
        std::string(one.row) + ")) v(a, b, c, d, e, f, g)");
    if (one.lease) {
      database.query(
          "INSERT INTO vobiz_sync.leases (partner_id, stream, holder, fence, acquired_at, "
          "expires_at)\n"
          "VALUES ('PA_1', 'accounts', 'host/1/2', 1, now() - interval '4 days', now() - interval "
          "'" +
          std::string(one.lease) + "')");
    }
    auto const all = read(database);
    ASSERT_EQ(all.streams.size(), 1u);
    EXPECT_EQ(all.streams[0].state, one.state);
    EXPECT_EQ(all.streams[0].needs_attention, one.attention);
    EXPECT_EQ(judge(all).is_good, !one.attention);
    EXPECT_EQ(database.value("SELECT state || ' ' || needs_attention FROM vobiz_bi.sync_freshness"),
              std::string(one.state) + (one.attention ? " true" : " false"));
  }
}

TEST(status, says_when_the_service_was_last_heard_of) {
  testing::test_database database;
  database.query(R"(
INSERT INTO vobiz_sync.streams (partner_id, stream, state, start_date, known_since, last_attempt_at, last_success_at, stale_after)
SELECT 'PA_1', stream, 'ok', (now() AT TIME ZONE 'UTC')::date - 3, now(), now() - interval '3 days',
  now() - interval '3 days', interval '8 minutes' FROM unnest(ARRAY['cdrs', 'transactions']) stream;
INSERT INTO vobiz_sync.leases (partner_id, stream, holder, fence, acquired_at, expires_at)
VALUES ('PA_1', 'cdrs', 'host/1/2', 1, now() - interval '4 days', now() - interval '3 days 2 hours'))");
  auto const all = read(database);
  EXPECT_THAT(service_text(all), StartsWith("service: last heard of 3d 2h ago, 20"));
  EXPECT_EQ(judge(all).text,
            "attention: 2 of 2 streams of 1 partner: cdrs is stale, transactions is stale");
  // Each day from the start date to yesterday, although nobody has read one.
  ASSERT_EQ(all.streams[0].days.size(), 1u);
  EXPECT_EQ(all.streams[0].days[0].state, "unread");
  EXPECT_EQ(
      database.value("SELECT string_agg(DISTINCT state || ' ' || scopes, ',') || ' ' || count(*) "
                     "FROM vobiz_bi.completeness_calendar WHERE stream = 'cdrs'"),
      "unread 0 3");
  database.query("UPDATE vobiz_sync.leases SET expires_at = now() + interval '5 seconds'");
  EXPECT_EQ(service_text(read(database)), "service: at work (host/1)");
  database.query("DELETE FROM vobiz_sync.leases");
  EXPECT_EQ(service_text(read(database)), "service: never heard of");
}

TEST(status, keeps_one_partner) {
  testing::test_database database;
  fill(database);
  auto all = read(database);
  EXPECT_TRUE(keep_partner(all, "Example \"Voice\""));
  EXPECT_EQ(all.streams.size(), 2u);
  EXPECT_EQ(all.runs.size(), 2u);
  EXPECT_FALSE(keep_partner(all, "PA_2"));
}

TEST(status, json_is_valid_and_complete) {
  testing::test_database database;
  fill(database);
  auto const text = status_json(read(database));
  EXPECT_EQ(text.back(), '\n');
  auto const json = boost::json::parse(text);
  auto const& cdrs = json.at("streams").at(0);
  EXPECT_EQ(cdrs.at("partner_name").as_string(), "Example \"Voice\"");
  EXPECT_EQ(cdrs.at("windows").at("proven").as_int64(), 2);
  EXPECT_EQ(cdrs.at("last_run").at("inserted").as_int64(), 3);
  EXPECT_EQ(cdrs.at("backfill_left").as_int64(), 3);
  EXPECT_EQ(cdrs.at("held_by").as_string(), "host-1/4711/0123456789abcdef0123456789abcdef");
  auto const& numbers = json.at("streams").at(1);
  EXPECT_TRUE(numbers.at("lag_seconds").is_null());
  EXPECT_TRUE(numbers.at("held_by").is_null());
  EXPECT_EQ(numbers.at("last_error").as_string(), "GET /numbers: 500 \"oops\"");
}

TEST(status, shows_the_lists_that_the_api_refuses) {
  testing::test_database database;
  fill(database);
  database.query(R"(
INSERT INTO vobiz_sync.refusals (partner_id, stream, scope, refused_since, attempts, next_try_at, fallen_back, last_error)
VALUES ('PA_1', 'cdrs', '*', '2026-03-10 09:00Z', 4, '2026-03-10 10:00Z', true, 'GET /cdrs: 403');
INSERT INTO vobiz_sync.refusals (partner_id, stream, scope, refused_since, attempts, next_try_at, last_error)
SELECT 'PA_1', 'cdrs', 'MA_' || n, '2026-03-09 00:00Z'::timestamptz + n * interval '1 minute', 1, '2026-03-10 08:00Z',
  'GET /accounts/MA_' || n || '/cdrs: 500' FROM generate_series(1, 7) n;
)");
  auto const all = read(database);
  auto const& cdrs = all.streams[0];
  EXPECT_EQ(cdrs.refused_lists, 8);
  ASSERT_EQ(cdrs.refused.size(), 5u);
  EXPECT_EQ(cdrs.refused[0].scope, "*");
  EXPECT_TRUE(cdrs.refused[0].fallen_back);
  EXPECT_EQ(cdrs.refused[1].scope, "MA_1");
  EXPECT_EQ(cdrs.refused[4].scope, "MA_4");
  EXPECT_EQ(all.streams[1].refused_lists, 0);

  auto const text = status_table(all, table_width::wide);
  EXPECT_THAT(text,
              HasSubstr("\ncdrs: the global list is refused since 2026-03-10T09:00:00Z, attempt 4, "
                        "next at 2026-03-10T10:00:00Z, the lists of customers are read instead: "
                        "GET /cdrs: 403\n"));
  EXPECT_THAT(
      text, HasSubstr("\ncdrs: the list of MA_4 is refused since 2026-03-09T00:04:00Z, attempt 1, "
                      "next at 2026-03-10T08:00:00Z: GET /accounts/MA_4/cdrs: 500\n"
                      "cdrs: other refused lists: 3\n"));

  auto const json = boost::json::parse(status_json(all));
  auto const& lists = json.at("streams").at(0).at("refused_lists");
  EXPECT_EQ(lists.at("count").as_int64(), 8);
  auto const& first = lists.at("first").at(0);
  EXPECT_EQ(first.at("scope").as_string(), "*");
  EXPECT_EQ(first.at("since").as_string(), "2026-03-10T09:00:00Z");
  EXPECT_EQ(first.at("next_try_at").as_string(), "2026-03-10T10:00:00Z");
  EXPECT_EQ(first.at("attempts").as_int64(), 4);
  EXPECT_TRUE(first.at("fallen_back").as_bool());
  EXPECT_THAT(std::string(first.at("text").as_string()), HasSubstr("GET /cdrs: 403"));
  EXPECT_EQ(json.at("streams").at(1).at("refused_lists").at("count").as_int64(), 0);
}

TEST(status, shows_the_round_over_the_customers) {
  testing::test_database database;
  fill(database);
  database.query(R"(
INSERT INTO vobiz.accounts (partner_id, auth_id, name) VALUES ('PA_1', 'MA_A', 'Acme'), ('PA_1', 'MA_B', E'B\nad'),
  ('PA_1', 'MA_C', 'Never asked'), ('PA_1', 'MA_D', 'Quiet');
INSERT INTO vobiz.accounts (partner_id, auth_id, name, removed_at) VALUES ('PA_1', 'MA_GONE', 'Left', now());
INSERT INTO vobiz.account_balances (auth_id, partner_id, currency, captured_at, cash_credits)
VALUES ('MA_A', 'PA_1', 'INR', now(), 1), ('MA_B', 'PA_1', 'INR', now() - interval '9 days', 2),
  ('MA_D', 'PA_1', 'INR', now() - interval '9 days', 2), ('MA_B', 'PA_1', 'INR', now() - interval '1 minute', 1), ('MA_D', 'PA_1', 'INR', now() - interval '5 days', 1);
INSERT INTO vobiz_sync.customer_looks (partner_id, stream, scope, looked_at)
VALUES ('PA_1', 'cdrs', 'MA_A', now() - interval '10 minutes'), ('PA_1', 'cdrs', 'MA_B', now() - interval '2 minutes'),
  ('PA_1', 'cdrs', 'MA_D', now() - interval '3 hours'), ('PA_1', 'cdrs', 'MA_GONE', now() - interval '9 days');
INSERT INTO vobiz_sync.witnesses (partner_id, stream, vouches, counts_by, reason, since)
VALUES ('PA_1', 'cdrs', true, 'utc', 'it agrees', '2026-03-10 01:02:03Z'),
  ('PA_2', 'cdrs', false, NULL, 'read by one list', now());
INSERT INTO vobiz_sync.refusals (partner_id, stream, scope, next_try_at, last_error)
VALUES ('PA_1', 'cdrs', 'MA_C', now(), 'GET /accounts/MA_C/cdrs: 500');
)");
  auto const all = read(database);
  auto const& round = all.streams[0].round.value();
  EXPECT_EQ(round.customers, 4);
  EXPECT_EQ(round.asked, 2);
  EXPECT_EQ(round.waiting, 2);  // MA_B's wallet moved, MA_C was never asked
  EXPECT_TRUE(all.streams[0].witness.value().vouches);
  EXPECT_FALSE(all.streams[1].round.has_value());
  EXPECT_FALSE(all.streams[2].witness.has_value());

  auto const text = status_table(all, table_width::wide);
  EXPECT_THAT(text, HasSubstr("read customer by customer: 2 of 4 asked within the hour, 2 waiting, "
                              "oldest look 3h ago\n"));
  EXPECT_THAT(text, HasSubstr("the dashboard vouches for all customers since "
                              "2026-03-10T01:02:03Z, by UTC days: it agrees\n"));
  auto const json = boost::json::parse(status_json(all));
  auto const& cdrs = json.at("streams").at(0);
  EXPECT_EQ(cdrs.at("customer_round").at("waiting").as_int64(), 2);
  EXPECT_TRUE(cdrs.at("dashboard_witness").at("vouches").as_bool());
  EXPECT_TRUE(json.at("streams").at(1).at("customer_round").is_null());
  EXPECT_TRUE(json.at("streams").at(2).at("dashboard_witness").is_null());

  pqxx::read_transaction transaction(database.connection());
  auto const late = read_laggards(transaction, 3);
  EXPECT_EQ(late.customers, 4);
  ASSERT_EQ(late.first.size(), 3u);
  EXPECT_EQ(late.first[0].customer, "MA_C");
  EXPECT_EQ(late.first[1].customer, "MA_B");
  EXPECT_EQ(late.first[2].customer, "MA_D");
  auto const table = laggards_table(late);
  EXPECT_THAT(table, HasSubstr("MA_C      yes        never         never  Never asked\n"));
  EXPECT_THAT(table, HasSubstr("MA_B      yes       2m ago        1m ago  B\\nad\n"));
  EXPECT_THAT(table, HasSubstr("MA_D      -         3h ago        5d ago  Quiet\n"));
  EXPECT_THAT(table, HasSubstr("\nPA_1 cdrs: the list of MA_C is refused: GET /accounts/MA_C/cdrs: "
                               "500\n"));
  EXPECT_THAT(table, HasSubstr("\nothers, asked later: 1\n"));
  auto const listed = boost::json::parse(laggards_json(late));
  EXPECT_EQ(listed.at("customers").as_int64(), 4);
  EXPECT_TRUE(listed.at("first").at(0).at("looked_seconds_ago").is_null());
  EXPECT_EQ(listed.at("first").at(0).at("refused").as_string(), "GET /accounts/MA_C/cdrs: 500");
}

TEST(status, lists_no_laggards_where_one_list_has_all_customers) {
  testing::test_database database;
  fill(database);
  pqxx::read_transaction transaction(database.connection());
  EXPECT_EQ(laggards_table(read_laggards(transaction, 3)),
            "no stream is read customer by customer\n");
}

TEST(status, of_an_empty_mirror) {
  testing::test_database database;
  auto const none = read(database);
  EXPECT_EQ(status_table(none), "no stream has been read yet\n");
  auto const json = boost::json::parse(status_json(none));
  EXPECT_TRUE(json.at("streams").as_array().empty());
  EXPECT_TRUE(json.at("runs").as_array().empty());
  EXPECT_TRUE(json.at("open_breaks").as_array().empty());
}

}  // namespace
}  // namespace vobiz::ops
