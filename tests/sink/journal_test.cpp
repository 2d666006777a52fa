#include "vobiz/sink/journal.hpp"

#include "store.hpp"
#include "vobiz/sink/cursor.hpp"
#include "vobiz/sink/windows.hpp"

namespace vobiz::sink {
namespace {

class journal : public ::testing::Test {
protected:
  template <class Act>
  void in_transaction(Act act) {
    pqxx::work transaction(all.database.connection());
    act(transaction);
    transaction.commit();
  }
  void begin(char const* start = "2026-03-01") {
    in_transaction([&](auto& t) { begin_cycle(t, all.partner, "cdrs", day(start)); });
  }
  void end(run_outcome outcome, std::string const& error = {},
           std::optional<std::chrono::seconds> next = std::chrono::seconds(60)) {
    run_report report;
    report.partner = all.partner;
    report.stream = "cdrs";
    report.command = "run";
    report.started = core::utc_time(day("2026-03-10")) + std::chrono::microseconds(1'500'001);
    report.outcome = outcome;
    report.error = error;
    report.windows = 1;
    report.proven = 2;
    report.requests = 3;
    report.retries = 4;
    report.bytes = 5'000'000'000;
    report.rows_read = 6;
    report.rows = {7, 8, 9};
    report.removed = 10;
    report.rejected = 11;
    in_transaction([&](auto& t) {
      write_run(t, report);
      end_cycle(t, report, next);
    });
  }
  std::string stream(std::string const& columns) {
    return all.value("SELECT " + columns + " FROM vobiz_sync.streams");
  }

  // Adds a window with that state.
  void window(char const* at, char const* state, char const* scope = "*") {
    all.database.query(
        "INSERT INTO vobiz_sync.windows (partner_id, stream, scope, day, state)\nVALUES ('" +
        all.partner + "', 'cdrs', '" + scope + "', '" + at + "', '" + state +
        "') ON CONFLICT (partner_id, stream, scope, day) DO UPDATE SET state = excluded.state");
  }
  std::string cursor(char const* start) {
    begin(start);
    in_transaction([&](auto& t) { update_cursor(t, all.partner, "cdrs"); });
    return stream("synced_through");
  }

  store all;
};

TEST_F(journal, notes_the_streams_that_a_service_reads) {
  auto const note = [&](std::vector<enabled_stream> const& enabled) {
    in_transaction([&](auto& t) { note_streams(t, all.partner, enabled); });
    return all.value(
        "SELECT string_agg(concat_ws(' ', stream, state, start_date, is_enabled, stale_after), ', "
        "' "
        "ORDER BY stream) FROM vobiz_sync.streams");
  };
  EXPECT_EQ(note({{"cdrs", day("2026-03-01"), std::chrono::minutes(8)},
                  {"numbers", std::nullopt, std::chrono::hours(26)}}),
            "cdrs new 2026-03-01 t 00:08:00, numbers new t 26:00:00");
  begin("2026-02-01");
  // The first day is a cycle's to move; what is no longer configured is off, and comes back.
  EXPECT_EQ(note({{"cdrs", day("2026-01-01"), std::chrono::minutes(9)}}),
            "cdrs new 2026-02-01 t 00:09:00, numbers new f 26:00:00");
  EXPECT_EQ(note({{"numbers", std::nullopt, std::chrono::hours(26)}}),
            "cdrs new 2026-02-01 f 00:09:00, numbers new t 26:00:00");
  // What is as it was is not written again.
  auto const before = all.value("SELECT xmin FROM vobiz_sync.streams WHERE stream = 'numbers'");
  note({{"numbers", std::nullopt, std::chrono::hours(26)}});
  EXPECT_EQ(all.value("SELECT xmin FROM vobiz_sync.streams WHERE stream = 'numbers'"), before);
}

TEST_F(journal, a_cycle_is_one_row) {
  begin();
  EXPECT_EQ(stream("concat_ws(' ', state, start_date, last_attempt_at IS NOT NULL)"),
            "new 2026-03-01 t");
  end(run_outcome::ok);
  EXPECT_EQ(all.value("SELECT concat_ws(' ', partner_id, stream, command, to_char(started_at AT "
                      "TIME ZONE 'UTC', 'SS.US'),\n"
                      "  outcome, windows, proven, requests, retries, bytes, rows_read, inserted, "
                      "updated, unchanged,\n"
                      "  removed, rejected, error) FROM vobiz_sync.runs"),
            "PA_EXAMPLE01 cdrs run 01.500001 ok 1 2 3 4 5000000000 6 7 8 9 10 11");
  EXPECT_EQ(
      stream(
          "concat_ws(' ', state, consecutive_failures, last_error, last_success_at IS NOT NULL)"),
      "ok 0 t");
  EXPECT_EQ(
      stream("next_due_at BETWEEN now() + interval '50 seconds' AND now() + interval '60 seconds'"),
      "t");
}

TEST_F(journal, failures_in_a_row_are_counted_until_one_is_good) {
  begin();
  end(run_outcome::failed, "GET /cdrs: 500");
  end(run_outcome::failed, "GET /cdrs: 502");
  EXPECT_EQ(stream("concat_ws(' ', state, consecutive_failures, last_error)"),
            "failing 2 GET /cdrs: 502");
  EXPECT_EQ(stream("last_success_at"), "");
  end(run_outcome::forbidden, "GET /cdrs: 403");
  EXPECT_EQ(stream("concat_ws(' ', state, consecutive_failures)"), "forbidden 3");
  end(run_outcome::unauthorized, "GET /cdrs: 401");
  EXPECT_EQ(stream("concat_ws(' ', state, consecutive_failures)"), "unauthorized 4");
  // A stop of the service says nothing about the stream.
  end(run_outcome::cancelled, "stopped", std::nullopt);
  EXPECT_EQ(stream("concat_ws(' ', state, consecutive_failures, last_error, next_due_at)"),
            "unauthorized 4 GET /cdrs: 401");
  end(run_outcome::mismatch, "2026-03-09: not proven");
  EXPECT_EQ(stream("concat_ws(' ', state, consecutive_failures, last_error)"),
            "mismatch 0 2026-03-09: not proven");
  end(run_outcome::ok);
  EXPECT_EQ(stream("concat_ws(' ', state, consecutive_failures, last_error)"), "ok 0");
}

TEST_F(journal, a_new_start_date_takes_the_place_of_the_old) {
  begin("2026-03-01");
  begin("2026-02-01");
  EXPECT_EQ(stream("start_date"), "2026-02-01");
}

TEST_F(journal, the_cursor_stands_before_the_first_day_that_is_not_proven) {
  begin();
  EXPECT_EQ(cursor("2026-03-01"), "");
  for (auto const* at : {"2026-03-01", "2026-03-02", "2026-03-03", "2026-03-05"})
    window(at, "proven");
  window("2026-03-04", "open");
  EXPECT_EQ(cursor("2026-03-01"), "2026-03-03");
  window("2026-03-04", "mismatch");
  EXPECT_EQ(cursor("2026-03-01"), "2026-03-03");
  window("2026-03-04", "proven");
  EXPECT_EQ(cursor("2026-03-01"), "2026-03-05");
  window("2026-03-01", "open");
  EXPECT_EQ(cursor("2026-03-01"), "");
}

TEST_F(journal, the_cursor_does_not_pass_a_day_without_a_window) {
  begin();
  for (auto const* at : {"2026-03-01", "2026-03-02", "2026-03-04"}) window(at, "proven");
  EXPECT_EQ(cursor("2026-03-01"), "2026-03-02");
  // An earlier start date: the new days have no windows yet.
  EXPECT_EQ(cursor("2026-02-27"), "");
}

TEST_F(journal, the_cursor_moves_with_the_start_date) {
  begin();
  window("2026-03-01", "open");
  for (auto const* at : {"2026-03-02", "2026-03-03"}) window(at, "proven");
  EXPECT_EQ(cursor("2026-03-01"), "");
  EXPECT_EQ(cursor("2026-03-02"), "2026-03-03");
}

TEST_F(journal, the_cursor_of_customers_is_that_of_the_last_of_them) {
  begin();
  window("2026-03-01", "forbidden");
  all.database.query("UPDATE vobiz_sync.windows SET set_aside = true");
  for (auto const* at : {"2026-03-01", "2026-03-02", "2026-03-03"}) window(at, "proven", "MA_1");
  for (auto const* at : {"2026-03-01", "2026-03-03"}) window(at, "proven", "MA_2");
  window("2026-03-02", "open", "MA_2");
  EXPECT_EQ(cursor("2026-03-01"), "2026-03-01");
  window("2026-03-02", "proven", "MA_2");
  EXPECT_EQ(cursor("2026-03-01"), "2026-03-03");
  all.database.query("UPDATE vobiz_sync.windows SET set_aside = false");
  EXPECT_EQ(cursor("2026-03-01"), "");
}

}  // namespace
}  // namespace vobiz::sink
