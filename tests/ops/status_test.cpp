#include "vobiz/ops/status.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "support/test_database.hpp"

namespace vobiz::ops {
namespace {

using ::testing::HasSubstr;

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

TEST(status, table_shows_errors_below) {
  testing::test_database database;
  fill(database);
  auto const text = status_table(read(database));
  EXPECT_THAT(text, HasSubstr("PA_1     cdrs     ok       2026-03-09      1m "));
  EXPECT_THAT(text, HasSubstr("PA_1     numbers  failing  -                    never"));
  EXPECT_THAT(text, HasSubstr("       3        1    3        2  host-1/4711\n"));
  EXPECT_THAT(text, HasSubstr("       0        0    0        0  -\n"));
  EXPECT_THAT(text, HasSubstr("\nPA_1 numbers: GET /numbers: 500 \"oops\"\n"));
}

TEST(status, table_fits_a_wide_terminal) {
  stream_status s;
  s.partner = "PA_EXAMPLE01";
  s.stream = "transactions";
  s.state = "unauthorized";
  s.synced_through = "2026-03-09";
  s.lag_seconds = 93'784;
  s.windows["proven"] = s.queued = 12'345;
  s.inserted = s.updated = 9'999;
  s.holder = std::string(200, 'h') + "/1234567/4294967295";
  status all;
  all.streams.push_back(s);
  auto const text = status_table(all);
  EXPECT_LE(text.find('\n'), 140u);
  // The three bytes of "…" are one character.
  EXPECT_LE(text.size() - text.find('\n') - 2 - 2, 140u);
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
