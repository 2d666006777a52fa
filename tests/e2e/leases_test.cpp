#include <csignal>

#include "rig.hpp"
#include "support/pgbouncer.hpp"
#include "vobiz/sink/connection.hpp"

// Several services on one database (docs/architecture.md, "Several services"), directly and through
// PgBouncer in transaction mode.
namespace vobiz::e2e {
namespace {

using support::process;
using support::wait_until;

// The required limit for a takeover after a kill.
constexpr std::chrono::seconds takeover{15};

std::string const names[] = {"profile",   "accounts",     "balances", "numbers",
                             "dashboard", "transactions", "cdrs",     "analytics"};

// Enables only the named streams, once a second.
std::string only(std::vector<std::string> const& wanted) {
  std::string lines;
  for (auto const& name : names) {
    bool const enabled = std::ranges::count(wanted, name) > 0;
    bool const has_days = name == "transactions" || name == "cdrs" || name == "analytics";
    lines += "  " + name + ": {every: 1s, enabled: " + (enabled ? "true" : "false") +
             (has_days ? ", lookback_days: 7, start_date: " + days_ago(6) : "") + "}\n";
  }
  return lines;
}

std::vector<std::string> all_streams() { return {std::begin(names), std::end(names)}; }

enum class way { direct, pooled };

class leases : public ::testing::TestWithParam<way> {
protected:
  leases() {
    if (GetParam() == way::direct) return;
    bouncer_ = std::make_unique<support::pgbouncer>();
    all.configure([this](auto& s) { s.dsn = bouncer_->dsn_of(all.database.name()); });
  }

  std::unique_ptr<process> start(std::vector<std::string> const& streams) {
    all.configure([&](auto& s) { s.streams = only(streams); });
    return all.syncd.start({"run"});
  }

  std::string held_by(process const& who) const {
    return "holder LIKE '%/" + std::to_string(who.id()) + "/%'";
  }

  // The number of stream leases that a process holds and renews, without the one of the nightly
  // reconciliation.
  std::int64_t count(process const& who) {
    return all.number(
        "SELECT count(*) FROM vobiz_sync.leases WHERE expires_at > clock_timestamp()\n"
        "  AND stream <> 'reconcile' AND " +
        held_by(who));
  }

  std::int64_t good_runs_since(std::string const& id) {
    return all.number(
        "SELECT count(*) FROM (SELECT FROM vobiz_sync.runs WHERE outcome = 'ok' AND id > " + id +
        " GROUP BY stream) s");
  }

  std::string last_run() { return all.value("SELECT coalesce(max(id), 0) FROM vobiz_sync.runs"); }

  void stop(process& who) {
    who.send(SIGTERM);
    auto const ended = who.wait();
    ASSERT_TRUE(ended) << who.err();
    EXPECT_EQ(ended->code, 0) << ended->err;
  }

  rig all;
  std::unique_ptr<support::pgbouncer> bouncer_;
};

INSTANTIATE_TEST_SUITE_P(through, leases, ::testing::Values(way::direct, way::pooled),
                         [](auto const& made) -> std::string {
                           return made.param == way::direct ? "socket" : "pgbouncer";
                         });

TEST_P(leases, are_shared_and_those_of_a_killed_daemon_taken_over) {
  auto const one = start(all_streams());
  ASSERT_TRUE(wait_until([&] { return count(*one) == 8; })) << one->err();
  auto const two = start(all_streams());
  ASSERT_TRUE(wait_until([&] { return count(*one) == 4 && count(*two) == 4; }))
      << one->err() << two->err();
  EXPECT_THAT(one->err(), HasSubstr("handed over to "));
  EXPECT_THAT(two->err(), HasSubstr("standing by"));
  EXPECT_TRUE(
      wait_until([&] { return two->err().find("the lease is ours") != std::string::npos; }));
  add_call(all.api, {{"cost", "1.25"}});
  auto const shared = last_run();
  EXPECT_TRUE(wait_until([&] { return good_runs_since(shared) == 8; })) << one->err() << two->err();

  one->send(SIGKILL);
  EXPECT_TRUE(wait_until([&] { return count(*two) == 8; }, takeover)) << two->err();
  auto const alone = last_run();
  add_call(all.api, {{"cost", "2.50"}});
  EXPECT_TRUE(wait_until([&] { return good_runs_since(alone) == 8; })) << two->err();
  EXPECT_TRUE(wait_until([&] {
    return stored_calls(all.database) == true_calls(all.api) &&
           stored_entries(all.database) == true_entries(all.api);
  }));
  stop(*two);
  expect_the_truth(all);
}

TEST_P(leases, go_at_once_to_the_stand_by_when_their_daemon_is_told_to_stop) {
  auto const one = start({"numbers"});
  ASSERT_TRUE(wait_until([&] { return count(*one) == 1; })) << one->err();
  auto const two = start({"numbers"});
  ASSERT_TRUE(wait_until([&] { return two->err().find("standing by") != std::string::npos; }));
  stop(*one);
  EXPECT_EQ(
      all.value("SELECT count(*) FROM vobiz_sync.leases WHERE expires_at > clock_timestamp() AND " +
                held_by(*one)),
      "0");
  EXPECT_TRUE(wait_until([&] { return count(*two) == 1; })) << two->err();
  // Reported once, not at each attempt.
  auto const log = two->err();
  std::string const report = "stream \"numbers\" of partner \"PA_EXAMPLE01\": held by";
  ASSERT_NE(log.find(report), std::string::npos) << log;
  EXPECT_EQ(log.find(report), log.rfind(report)) << log;
  stop(*two);
}

// The service is stopped between its writes and its commit, while it locks a row that the other one
// needs.
TEST_P(leases, pass_from_a_daemon_that_is_stopped_inside_a_transaction) {
  auto const one = start({"numbers"});
  ASSERT_TRUE(wait_until([&] { return good_runs_since("0") == 1; })) << one->err();
  auto const two = start({"numbers"});
  ASSERT_TRUE(wait_until([&] { return two->err().find("standing by") != std::string::npos; }))
      << two->err();

  auto const blocker = sink::connect(all.database.settings());
  std::string before;
  while (before.empty()) {
    pqxx::work blocking(*blocker);
    blocking.exec("LOCK TABLE vobiz_sync.streams IN SHARE MODE");
    std::string begins;
    ASSERT_TRUE(wait_until([&] {
      begins = all.value(
          "SELECT coalesce(bool_or(query LIKE '%INTO vobiz_sync.streams%')::text, '') FROM "
          "pg_stat_activity\n"
          "WHERE wait_event_type = 'Lock' AND datname = current_database()");
      return !begins.empty();
    })) << one->err();
    // If the current cycle was caught at its end, release it and catch the next one.
    if (begins != "true") continue;
    one->send(SIGSTOP);
    before = all.value("SELECT clock_timestamp()");
  }
  EXPECT_TRUE(wait_until([&] { return count(*two) == 1; }, takeover)) << two->err();
  auto const taken = last_run();
  EXPECT_TRUE(wait_until([&] { return good_runs_since(taken) == 1; })) << two->err();

  one->send(SIGCONT);
  EXPECT_TRUE(wait_until([&] {
    return one->err().find("the lease was lost to") != std::string::npos;
  })) << one->err();
  auto const back = last_run();
  EXPECT_TRUE(wait_until([&] { return good_runs_since(back) == 1; })) << two->err();
  // The stopped cycle has stored nothing, and no other one was started.
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_sync.runs WHERE finished_at > '" + before +
                      "' AND started_at < '" + before + "'"),
            "0");
  EXPECT_EQ(all.value("SELECT fence FROM vobiz_sync.leases WHERE " + held_by(*two)), "2");
  stop(*one);
  EXPECT_EQ(count(*two), 1);
  stop(*two);
}

// The service runs, but another process has taken the lease.
TEST_P(leases, refuse_a_commit_under_way_when_they_were_taken) {
  auto const one = start({"numbers"});
  ASSERT_TRUE(wait_until([&] { return good_runs_since("0") == 1; })) << one->err();
  auto const blocker = sink::connect(all.database.settings());
  std::string runs;
  {
    pqxx::work blocking(*blocker);
    blocking.exec("LOCK TABLE vobiz_sync.runs IN SHARE MODE");
    ASSERT_TRUE(wait_until([&] {
      return all.value(
                 "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND\n"
                 "datname = current_database() AND query LIKE '%INTO vobiz_sync.runs%'") == "1";
    })) << one->err();
    runs = all.value("SELECT count(*) FROM vobiz_sync.runs");
    all.value(
        "UPDATE vobiz_sync.leases SET holder = 'the other', fence = fence + 1,\n"
        "expires_at = clock_timestamp() + interval '1 hour' RETURNING holder");
  }
  EXPECT_TRUE(wait_until([&] { return one->err().find("standing by") != std::string::npos; }))
      << one->err();
  EXPECT_THAT(one->err(), HasSubstr("\"the other\""));
  stop(*one);
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_sync.runs"), runs);
  EXPECT_THAT(one->err(), Not(HasSubstr("next try in")));
  EXPECT_EQ(all.value("SELECT holder FROM vobiz_sync.leases"), "the other");
}

TEST_P(leases, keep_a_sync_away_from_a_running_service) {
  auto const one = start({"numbers"});
  ASSERT_TRUE(wait_until([&] { return good_runs_since("0") == 1; })) << one->err();
  auto const ended = all.sync();
  EXPECT_EQ(ended.code, 75);
  EXPECT_EQ(ended.out, "");
  EXPECT_THAT(ended.err,
              HasSubstr("stream \"numbers\" of partner \"PA_EXAMPLE01\": its lease is held by"));
  EXPECT_THAT(ended.err, HasSubstr("/" + std::to_string(one->id()) + "/"));
  EXPECT_THAT(ended.err, HasSubstr("hint: another vobiz-syncd is at work on it"));
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_sync.runs WHERE command = 'sync'"), "0");
  // Other streams are free.
  all.sync_ends_with(0, {"profile"});
  stop(*one);
  all.sync_ends_with(0, {"numbers"});
}

TEST_P(leases, of_a_crashed_sync_are_waited_for_by_the_next) {
  all.api.add_fault("stall-head,path=/numbers");
  auto const crashed = all.syncd.start({"sync", "numbers"});
  ASSERT_TRUE(wait_until([&] { return count(*crashed) == 1; })) << crashed->err();
  crashed->send(SIGKILL);
  crashed->wait();
  all.api.end_faults();
  auto const ended = all.sync({"numbers"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("waiting in case nobody renews it"));
  EXPECT_EQ(all.value("SELECT fence FROM vobiz_sync.leases"), "2");
  EXPECT_EQ(all.value("SELECT expires_at <= clock_timestamp() FROM vobiz_sync.leases"), "t");
}

}  // namespace
}  // namespace vobiz::e2e
