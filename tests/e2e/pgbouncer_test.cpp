#include "support/pgbouncer.hpp"

#include <csignal>

#include "rig.hpp"

// PgBouncer in transaction mode: nothing may depend on session state.
namespace vobiz::e2e {
namespace {

using support::wait_until;

struct bouncing_rig : rig {
  explicit bouncing_rig(std::vector<std::string> const& more_options = {}) : rig(more_options) {
    configure([this](auto& s) { s.dsn = bouncer.dsn_of(database.name()); });
  }

  support::pgbouncer bouncer;
};

class pgbouncer : public ::testing::TestWithParam<int> {};

INSTANTIATE_TEST_SUITE_P(generation, pgbouncer, ::testing::Values(1, 2));

TEST_P(pgbouncer, carries_a_whole_sync_and_one_with_changes) {
  bouncing_rig all({"--generation", std::to_string(GetParam())});
  all.sync_ends_with(0);
  expect_the_truth(all);
  auto const uuid = add_call(all.api, {{"cost", "1.25"}});
  all.sync_ends_with(0);
  expect_the_truth(all);
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz.cdrs WHERE uuid = '" + uuid + "'"), "1");
}

TEST(pgbouncer, carries_the_other_commands) {
  bouncing_rig all;
  for (std::vector<std::string> const& words : {std::vector<std::string>{"migrate"},
                                                {"migrate", "--dry-run"},
                                                {"check-config", "--connect"},
                                                {"status"},
                                                {"status", "--json"}}) {
    auto const ended = all.syncd.run(words);
    EXPECT_EQ(ended.code, 0) << words[0] << ": " << ended.out << ended.err;
  }
}

TEST(pgbouncer, carries_a_migration_of_an_empty_database) {
  bouncing_rig all;
  auto const empty = testing::create_empty_database();
  all.configure([&](auto& s) { s.dsn = all.bouncer.dsn_of(empty); });
  auto const ended = all.syncd.run({"migrate"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("schema is now at version"));
  testing::drop_database(empty);
}

// The database is away for longer than a lease lasts. Afterwards the service renews its lease with
// the same fence, since no other process took it.
TEST(pgbouncer, may_be_away_for_longer_than_a_lease_lasts) {
  bouncing_rig all;
  all.configure([](auto& s) { s.streams += "  numbers: {every: 1s}\n"; });
  auto const running = all.syncd.start({"run"});
  auto const good_runs = [&] {
    return all.number(
        "SELECT count(*) FROM vobiz_sync.runs WHERE stream = 'numbers' AND outcome = 'ok'");
  };
  ASSERT_TRUE(wait_until([&] { return good_runs() > 0; })) << running->err();
  all.bouncer.kill();
  ASSERT_TRUE(wait_until([&] {
    return all.value("SELECT bool_and(expires_at < clock_timestamp()) FROM vobiz_sync.leases") ==
           "t";
  })) << running->err();
  auto const before = good_runs();
  all.bouncer.start();
  EXPECT_TRUE(wait_until([&] {
    return all.value("SELECT bool_and(expires_at > clock_timestamp()) FROM vobiz_sync.leases") ==
           "t";
  })) << running->err();
  EXPECT_TRUE(wait_until([&] { return good_runs() > before; })) << running->err();
  EXPECT_EQ(all.value("SELECT DISTINCT fence FROM vobiz_sync.leases"), "1");
  EXPECT_THAT(running->err(), HasSubstr("leases: cannot renew them, all streams wait: "));
  EXPECT_THAT(running->err(), HasSubstr("leases: renewed again after "));
  running->send(SIGTERM);
  EXPECT_EQ(running->wait().value().code, 0);
}

}  // namespace
}  // namespace vobiz::e2e
