#include <csignal>

#include "rig.hpp"

// The service: schedules, signals, crashes.
namespace vobiz::e2e {
namespace {

using support::wait_until;

std::int64_t streams_with_runs(rig& all, int runs) {
  return all.number(
      "SELECT count(*) FROM (SELECT stream FROM vobiz_sync.runs WHERE outcome = 'ok'\n"
      "GROUP BY 1 HAVING count(*) >= " +
      std::to_string(runs) + ") s");
}

TEST(run, reads_every_stream_at_once_and_again_on_schedule) {
  rig all;
  all.configure([](auto& s) { s.streams = every_second(); });
  auto const running = all.syncd.start({"run"});
  EXPECT_TRUE(wait_until([&] { return streams_with_runs(all, 3) == 8; })) << running->err();
  // Older days come from the backfill queue, one after the other.
  EXPECT_TRUE(wait_until([&] { return stored_calls(all.database) == true_calls(all.api); }))
      << running->err();
  EXPECT_TRUE(wait_until([&] { return stored_entries(all.database) == true_entries(all.api); }))
      << running->err();
  running->send(SIGTERM);
  auto const ended = running->wait(std::chrono::seconds(10));
  ASSERT_TRUE(ended) << running->err();
  EXPECT_EQ(ended->code, 0) << ended->err;
  EXPECT_THAT(ended->err, HasSubstr("SIGTERM: finishing the batch at hand"));
  EXPECT_THAT(ended->err, HasSubstr("stopped"));
  expect_the_truth(all);
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_sync.streams WHERE next_due_at IS NULL"), "0");
}

TEST(run, mirrors_calls_as_they_come_in) {
  rig all;
  all.configure([](auto& s) { s.streams = every_second(); });
  auto const running = all.syncd.start({"run"});
  EXPECT_TRUE(wait_until([&] { return streams_with_runs(all, 1) == 8; })) << running->err();
  auto const uuid = add_call(all.api, {{"cost", "1.25"}});
  EXPECT_TRUE(wait_until([&] {
    return all.value("SELECT count(*) FROM vobiz.cdrs WHERE uuid = '" + uuid + "'") == "1";
  })) << running->err();
  // The ledger entries follow.
  EXPECT_TRUE(wait_until([&] { return stored_entries(all.database) == true_entries(all.api); }))
      << running->err();
  EXPECT_TRUE(wait_until([&] { return stored_calls(all.database) == true_calls(all.api); }))
      << running->err();
}

TEST(run, a_stalled_and_a_failing_stream_hold_up_nobody) {
  rig all;
  all.api.add_fault("stall-head,path=/cdrs");
  all.api.add_fault("status:400,path=/numbers");
  all.configure([](auto& s) { s.streams = every_second(); });
  auto const running = all.syncd.start({"run"});
  EXPECT_TRUE(wait_until([&] { return streams_with_runs(all, 3) == 6; })) << running->err();
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_sync.runs WHERE stream = 'cdrs'"), "0");
  // It stops although a request is unanswered.
  running->send(SIGTERM);
  auto const ended = running->wait(std::chrono::seconds(10));
  ASSERT_TRUE(ended) << running->err();
  EXPECT_EQ(ended->code, 0);
}

TEST(run, stops_although_the_database_is_at_work_at_that_moment) {
  rig all;
  all.configure([](auto& s) {
    for (auto const* name :
         {"profile", "accounts", "balances", "numbers", "dashboard", "transactions", "analytics"}) {
      s.streams += "  " + std::string(name) + ": {enabled: false}\n";
    }
    s.streams += "  cdrs: {every: 7d, start_date: " + days_ago(6) + "}\n";
  });
  auto const running = all.syncd.start({"run"});
  EXPECT_TRUE(wait_until([&] { return streams_with_runs(all, 2) == 1; })) << running->err();
  // From here on only the backfill queue is read.
  pqxx::work lock(all.database.connection());
  lock.exec("LOCK TABLE vobiz_sync.windows IN ACCESS EXCLUSIVE MODE");
  EXPECT_TRUE(wait_until([&] {
    return !lock.exec(
                    "SELECT FROM pg_locks WHERE NOT granted\n"
                    "AND relation = 'vobiz_sync.windows'::regclass")
                .empty();
  }));
  running->send(SIGTERM);
  EXPECT_TRUE(wait_until(
      [&] { return running->err().find("finishing the batch at hand") != std::string::npos; }));
  lock.abort();
  EXPECT_EQ(running->wait().value().code, 0);
  EXPECT_THAT(running->err(), Not(HasSubstr("still busy")));
}

TEST(run, goes_on_when_the_database_has_been_away) {
  rig all;
  all.configure([](auto& s) { s.streams = every_second(); });
  auto const running = all.syncd.start({"run"});
  EXPECT_TRUE(wait_until([&] { return streams_with_runs(all, 1) == 8; })) << running->err();
  auto const cut =
      "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity\n"
      "WHERE application_name = 'vobiz-syncd' AND datname = current_database() AND pid <> "
      "pg_backend_pid()";
  EXPECT_GT(all.number(cut), 0);
  auto const before = all.number("SELECT max(id) FROM vobiz_sync.runs");
  EXPECT_TRUE(wait_until([&] {
    return all.value(
               "SELECT count(DISTINCT stream) FROM vobiz_sync.runs WHERE outcome = 'ok' AND id > " +
               std::to_string(before)) == "8";
  })) << running->err();
  running->send(SIGTERM);
  EXPECT_EQ(running->wait().value().code, 0);
  all.sync_ends_with(0);
  expect_the_truth(all);
}

TEST(run, a_kill_in_the_middle_loses_nothing_and_repeats_nothing) {
  rig all({"--calls-per-day", "300"});
  all.api.add_fault("latency:20");
  auto const running = all.syncd.start({"sync"});
  EXPECT_TRUE(wait_until([&] { return all.number("SELECT count(*) FROM vobiz.transactions") > 0; }))
      << running->err();
  running->send(SIGKILL);
  EXPECT_EQ(running->wait().value().code, 128 + SIGKILL);
  all.api.end_faults();
  // All commits are complete: each proven window agrees with its rows.
  EXPECT_EQ(
      all.value(
          "SELECT count(*) FROM vobiz_sync.windows w WHERE proof IS NOT NULL AND stream = "
          "'transactions'\n"
          "AND rows <> (SELECT count(*) FROM vobiz.transactions t WHERE t.window_day = w.day)"),
      "0");
  all.sync_ends_with(0);
  expect_the_truth(all);
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz.adjustments"), "0");
}

TEST(run, stops_a_sync_in_the_middle_with_a_word) {
  rig all;
  all.api.add_fault("stall-head,path=/transactions");
  auto const running = all.syncd.start({"sync"});
  EXPECT_TRUE(wait_until([&] {
    return all.value("SELECT count(*) FROM vobiz_sync.streams WHERE stream = 'transactions'") ==
           "1";
  }));
  running->send(SIGINT);
  auto const ended = running->wait(std::chrono::seconds(10));
  ASSERT_TRUE(ended) << running->err();
  EXPECT_EQ(ended->code, 1);
  EXPECT_THAT(ended->out,
              HasSubstr("stopped; what was read is stored, the rest is read next time"));
  EXPECT_EQ(all.value("SELECT outcome FROM vobiz_sync.runs WHERE stream = 'transactions'"),
            "cancelled");
}

TEST(run, asks_slowly_while_the_credentials_are_refused) {
  rig all;
  all.configure([](auto& s) {
    s.token = "CANARY_WRONG";
    s.streams = every_second();
  });
  auto const running = all.syncd.start({"run"});
  EXPECT_TRUE(wait_until([&] {
    return all.value("SELECT count(*) FROM vobiz_sync.streams WHERE state = 'unauthorized'") == "7";
  })) << running->err();
  // The eighth stream, balances, has no account to ask for yet.
  EXPECT_EQ(all.value("SELECT string_agg(stream, ' ') FROM vobiz_sync.streams\n"
                      "WHERE next_due_at < now() + interval '14 minutes'"),
            "balances");
  running->send(SIGTERM);
  EXPECT_EQ(running->wait().value().code, 0);
}

}  // namespace
}  // namespace vobiz::e2e
