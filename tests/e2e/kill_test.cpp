#include <csignal>
#include <random>

#include "rig.hpp"

// kill -9 at random times: no row twice, no false proof, and the next process finishes the work.
namespace vobiz::e2e {
namespace {

using std::chrono::microseconds;
using std::chrono::steady_clock;

constexpr int kills = 25;

class killed : public ::testing::Test {
protected:
  killed() : all({"--days", "5", "--calls-per-day", "150"}) {
    all.configure([](auto& s) { s.level = "info"; });
  }

  // Empties the mirror. All days are queued except the last three.
  void forget() {
    all.database.query(
        "TRUNCATE vobiz.cdrs, vobiz.transactions, vobiz_sync.windows, vobiz_sync.spans,\n"
        "  vobiz_sync.streams, vobiz_sync.runs");
    rebuild_days();
  }

  std::string rebuild_days() {
    return all.value("SELECT vobiz_sync.rebuild_days('1970-01-01', '2200-12-31')");
  }

  // Simulates that the lease of a killed process expired.
  void let_leases_run_out() { all.database.query("DELETE FROM vobiz_sync.leases"); }

  void kill_after(microseconds time, std::vector<std::string> const& words) {
    auto const victim = all.syncd.start(words);
    victim->wait(std::chrono::duration_cast<std::chrono::milliseconds>(time));
    victim->send(SIGKILL);
    ASSERT_TRUE(victim->wait());
    let_leases_run_out();
  }

  // The simulated rows do not change, so proven windows must equal them.
  void expect_honest() {
    EXPECT_EQ(all.value("SELECT count(*) FROM (SELECT FROM vobiz.cdrs GROUP BY account_id, uuid "
                        "HAVING count(*) > 1) d"),
              "0");
    auto const calls = stored_calls(all.database);
    auto const entries = stored_entries(all.database);
    expect_proven_among("cdrs", calls, true_calls(all.api));
    expect_proven_among("transactions", entries, true_entries(all.api));
    // No 15 minutes differ from their rows.
    EXPECT_EQ(rebuild_days(), "0");
  }

  void expect_proven_among(std::string const& stream, std::vector<std::string> const& stored,
                           std::vector<std::string> const& truth) {
    for (auto const& row :
         all.database.query("SELECT day FROM vobiz_sync.windows WHERE stream = '" + stream +
                            "' AND proof IS NOT NULL")) {
      std::string const day = row[0].c_str();
      EXPECT_EQ(of_day(stored, day), of_day(truth, day)) << stream;
    }
  }

  static std::string of_day(std::vector<std::string> const& lines, std::string const& day) {
    for (auto const& line : lines) {
      if (line.starts_with(day)) return line;
    }
    return {};
  }

  // Random times from 0 to a little more than the work takes.
  void kill_often(std::vector<std::string> const& words, std::function<void()> const& before) {
    before();
    auto const start = steady_clock::now();
    EXPECT_EQ(all.syncd.run(words).code, 0);
    auto const whole = std::chrono::duration_cast<microseconds>(steady_clock::now() - start);
    std::mt19937_64 random(7);
    std::uniform_int_distribution<std::int64_t> instant(0, whole.count());
    for (int n = 0; n < kills; ++n) {
      SCOPED_TRACE("kill " + std::to_string(n));
      before();
      kill_after(microseconds(instant(random)), words);
      expect_honest();
      all.sync_ends_with(0, {"transactions", "cdrs"});
      expect_the_truth(all);
      expect_honest();
      if (HasFailure()) return;
    }
    EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_sync.windows WHERE proof IS NULL"), "0");
  }

  rig all;
};

TEST_F(killed, a_sync_loses_nothing_and_repeats_nothing) {
  kill_often({"sync", "transactions", "cdrs"}, [this] { forget(); });
}

TEST_F(killed, a_backfill_is_taken_up_where_it_was) {
  forget();
  all.sync_ends_with(0, {"transactions", "cdrs"});
  kill_often({"backfill", "cdrs", "--from", days_ago(5), "--to", days_ago(0)}, [this] {
    all.database.query(
        "TRUNCATE vobiz.cdrs, vobiz_sync.spans;\n"
        "DELETE FROM vobiz_sync.windows WHERE stream = 'cdrs'");
    rebuild_days();
  });
}

}  // namespace
}  // namespace vobiz::e2e
