#include <iostream>

#include "rig.hpp"

// A day of 100,000 calls: the cost of a poll and of a full read (docs/performance.md).
namespace vobiz::e2e {
namespace {

constexpr std::int64_t calls = 100'000;  // fifty portions in fifty seconds, starting at 00:00:10

class large_day : public ::testing::Test {
protected:
  large_day() : all({"--calls-per-day", "1", "--accounts", "2", "--days", "1"}) {
    all.configure([](auto& s) {
      s.days = 0;
      s.level = "info";
    });
    // The simulator returns all created calls; this keeps a response below 1 MB.
    constexpr std::int64_t portion = 2'000;
    for (std::int64_t made = 0; made < calls; made += portion) {
      auto const second = std::to_string(10 + made / portion);
      all.api.post("/calls", {{"n", portion},
                              {"at", days_ago(0) + "T00:00:" + second + "Z"},
                              {"step_ms", 0},
                              {"charged", false}});
    }
  }

  std::string last_run(std::string const& columns) {
    return all.value("SELECT concat_ws(' ', " + columns +
                     ") FROM vobiz_sync.runs ORDER BY id DESC LIMIT 1");
  }

  // Tuples written to all partitions of the calls since the server started counting.
  std::string written() {
    all.database.query("SELECT pg_stat_clear_snapshot()");
    return all.value(
        "SELECT sum(n_tup_ins) || ' ' || sum(n_tup_upd) || ' ' || sum(n_tup_del)\n"
        "FROM pg_stat_user_tables WHERE relname LIKE 'cdrs%'");
  }

  // Current WAL position in bytes.
  std::int64_t log_position() { return all.number("SELECT pg_current_wal_lsn() - '0/0'::pg_lsn"); }

  // Runs a statement outside a transaction block.
  void run(std::string const& sql) { pqxx::nontransaction(all.database.connection()).exec(sql); }
  void set(std::string const& what) {
    run("ALTER SYSTEM SET " + what);
    run("SELECT pg_reload_conf()");
  }

  rig all;
};

TEST_F(large_day, costs_one_request_to_poll_and_writes_nothing_when_read_again) {
  all.sync_ends_with(0, {"cdrs"});
  auto const listed =
      all.api.get("/truth?stream=cdrs&day=" + days_ago(0)).at("count").to_number<std::int64_t>();
  // Behind a full last page one more is asked for, which has to be empty.
  EXPECT_EQ(last_run("inserted, requests"),
            std::to_string(listed) + " " + std::to_string(listed / 100 + 1));
  EXPECT_EQ(all.value("SELECT proof FROM vobiz_sync.windows WHERE stream = 'cdrs'"),
            "total+summary");

  // No new rows.
  all.api.remove("/requests");
  all.sync_ends_with(0, {"cdrs"});
  EXPECT_EQ(last_run("requests, rows_read, inserted, updated"), "1 100 0 0");
  EXPECT_EQ(all.api.requests("by_path", "/cdrs"), 1);

  // Three new calls.
  all.api.post(
      "/calls",
      {{"n", 3}, {"at", days_ago(0) + "T00:10:00Z"}, {"cost", "0.77"}, {"charged", false}});
  all.api.remove("/requests");
  all.sync_ends_with(0, {"cdrs"});
  EXPECT_EQ(last_run("requests, inserted, updated"), "1 3 0");
  EXPECT_EQ(all.api.requests("by_path", "/cdrs"), 1);
  EXPECT_EQ(stored_calls(all.database).back(), true_calls(all.api).back());

  // 250 new calls.
  all.api.post("/calls", {{"n", 250}, {"at", days_ago(0) + "T00:20:00Z"}, {"charged", false}});
  all.sync_ends_with(0, {"cdrs"});
  EXPECT_EQ(last_run("inserted, updated"), "250 0");
  EXPECT_LE(std::stoi(last_run("requests")), 4);

  // A full read. Full-page images are off in the test cluster, and autovacuum is finished and kept
  // away: both would be counted, too.
  EXPECT_EQ(all.value("SHOW full_page_writes"), "off");
  set("autovacuum = off");
  run("VACUUM ANALYZE");
  run("CHECKPOINT");
  auto const tuples = written();
  auto const start = log_position();
  auto const ended =
      all.syncd.run({"backfill", "cdrs", "--from", days_ago(0), "--to", days_ago(0)});
  EXPECT_EQ(ended.code, 0) << ended.err;
  auto const logged = log_position() - start;
  EXPECT_THAT(ended.out, HasSubstr("1 windows, " + std::to_string(listed + 253) +
                                   " rows read, 0 new, 0 changed, " + std::to_string(listed + 253) +
                                   " unchanged, 0 windows not proven"));
  EXPECT_EQ(written(), tuples);
  EXPECT_LT(logged, 64 * 1024);
  set("autovacuum = on");
  std::cout << "bytes of write-ahead log for reading the day again: " << logged << "\n";
}

}  // namespace
}  // namespace vobiz::e2e
