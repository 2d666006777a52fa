#include <fstream>

#include "support/cluster.hpp"
#include "survivor.hpp"
#include "vobiz/sink/connection.hpp"

// Actions of administrators and other users on the database. The service reports the obstacle,
// waits, and recovers by itself.
namespace vobiz::e2e {
namespace {

using support::wait_until;
using ::testing::StartsWith;
namespace cluster = support::cluster;

class troubled : public ::testing::Test {
protected:
  // Restores the server for the next test when a test ends early.
  ~troubled() override {
    pqxx::nontransaction(base().connection()).exec("SELECT pg_promote() WHERE pg_is_in_recovery()");
  }

  testing::test_database& base() { return one.all().database; }

  // Settings of a database apply to new sessions only.
  void set_for_new_sessions(std::string const& setting) {
    pqxx::nontransaction change(base().connection());
    change.exec("ALTER DATABASE " + base().name() + " " + setting);
  }
  void end_sessions() {
    base().query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity\n"
        "WHERE datname = current_database() AND application_name = 'vobiz-syncd' AND pid <> "
        "pg_backend_pid()");
  }

  survivor one;
};

TEST_F(troubled, recovers_from_a_setting_that_ends_its_statements) {
  struct {
    char const* setting;
    char const* value;
    char const* says;
    char const* hint;
  } const cases[] = {
      {"default_transaction_read_only", "on", "in a read-only transaction [SQLSTATE 25006]",
       "hint: this server is a stand-by or was made read-only: point database.dsn at the primary"},
  };
  for (auto const& c : cases) {
    SCOPED_TRACE(c.setting);
    one.forget_log();
    auto const before = one.failures_of("leases");
    set_for_new_sessions("SET " + std::string(c.setting) + " = " + c.value);
    end_sessions();
    one.expect_logged(std::string("leases: cannot renew them, all streams wait: "));
    one.expect_logged(c.says);
    one.expect_logged(c.hint);
    auto const uuid = one.plant();
    EXPECT_TRUE(wait_until([&] { return one.failures_of("leases") > before + 1; })) << one.log();
    set_for_new_sessions("RESET " + std::string(c.setting));
    one.expect_logged("leases: renewed again after ");
    one.expect_recovery();
    EXPECT_EQ(base().value("SELECT count(*) FROM vobiz.cdrs WHERE uuid = '" + uuid + "'"), "1");
  }
  one.expect_survived();
}

// Another user locks a row that the service needs next, and requests one that the service has
// locked.
TEST_F(troubled, is_the_victim_of_a_deadlock_and_does_it_again) {
  base().query(R"(
CREATE FUNCTION hold_window() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN PERFORM pg_advisory_xact_lock_shared(42);
  LOCK vobiz_sync.streams IN ROW EXCLUSIVE MODE; RETURN NEW; END $$;
CREATE TRIGGER hold_window BEFORE UPDATE ON vobiz_sync.windows
  FOR EACH ROW WHEN (NEW.stream = 'cdrs' AND NEW.rows > OLD.rows) EXECUTE FUNCTION hold_window())");
  auto const waits = [&](std::string const& who) {
    return base().value(
               "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()\n"
               "AND wait_event_type = 'Lock' AND application_name = '" +
               who + "'") != "0";
  };
  auto const holder = sink::connect(base().settings());
  pqxx::nontransaction holding(*holder);
  holding.exec("SELECT pg_advisory_lock(42)");
  one.plant();
  ASSERT_TRUE(wait_until([&] { return waits("vobiz-syncd"); })) << one.log();
  // The other session never checks for deadlocks, so the service detects it.
  support::temporary_folder const folder;
  support::process user(
      {"psql", "-d", base().name(), "-v", "ON_ERROR_STOP=1", "-c", "SET deadlock_timeout = '1h'",
       "-c", "SET application_name = 'a user'", "-c",
       "LOCK vobiz_sync.streams IN SHARE MODE; LOCK vobiz.cdrs IN SHARE MODE"},
      folder.path());
  ASSERT_TRUE(wait_until([&] { return waits("a user"); })) << user.err();
  holding.exec("SELECT pg_advisory_unlock(42)");
  one.expect_logged(
      "stream \"cdrs\": the database answers: ERROR: deadlock detected; DETAIL: Process ");
  auto const ended = user.wait();
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->code, 0) << ended->err;
  one.expect_recovery();
  one.expect_survived();
}

// Locks of other users, such as an index build or a dump. Readers block nobody; the service reports
// how to find the lock holder.
TEST_F(troubled, says_how_to_find_who_holds_a_lock_and_goes_on_once_it_is_free) {
  auto const tool = sink::connect(base().settings());
  {
    pqxx::work reading(*tool);
    reading.exec("SELECT count(*) FROM vobiz.cdrs");
    one.plant();
    one.expect_recovery();
  }
  {
    pqxx::work locking(*tool);
    locking.exec("LOCK vobiz.cdrs IN SHARE MODE");
    one.plant();
    one.expect_logged(
        "stream \"cdrs\": the database answers: ERROR: canceling statement due to lock timeout");
    one.expect_logged(
        "hint: a transaction of somebody else holds the lock: SELECT pid, usename, "
        "application_name, ");
    // Other workers are not affected.
    EXPECT_EQ(one.failures_of("leases"), 0);
  }
  one.expect_recovery();
  one.expect_survived();
}

// The server becomes a stand-by, and later the primary again.
TEST_F(troubled, waits_while_its_server_is_a_standby) {
  base().disconnect();
  cluster::halt("fast");
  std::ofstream(cluster::data_folder() + "/standby.signal").close();
  cluster::resume();
  one.plant_many();
  one.expect_logged(
      "leases: cannot renew them, all streams wait: the database answers: ERROR: cannot execute ");
  one.expect_logged(" in a read-only transaction [SQLSTATE 25006]");
  one.expect_logged("hint: this server is a stand-by or was made read-only: ");
  EXPECT_EQ(base().value("SELECT pg_is_in_recovery()"), "t");
  // Responses could not be stored, so requests stop after the running cycles.
  std::int64_t asked = -1;
  double failures = 0;
  EXPECT_TRUE(wait_until([&] {
    auto const now = one.all().api.requests("by_method", "GET");
    auto const rounds = one.failures_of("leases");
    if (now != asked) failures = rounds;
    asked = now;
    return rounds > failures + 1;
  })) << one.log();
  EXPECT_EQ(one.running().get("/healthz").status, 200);
  pqxx::nontransaction(base().connection()).exec("SELECT pg_promote()");
  one.expect_logged("leases: renewed again after ");
  one.expect_recovery();
  one.expect_survived();
}

TEST(newer_database, is_refused_with_what_to_do) {
  rig all;
  all.database.query(
      "INSERT INTO vobiz_sync.schema_migrations (version, name, checksum)\n"
      "VALUES (9999, 'of_a_later_release', 'x')");
  for (auto const* command : {"sync", "migrate", "reconcile", "status", "rebuild-rollups"}) {
    SCOPED_TRACE(command);
    auto const ended = all.syncd.run({command});
    EXPECT_EQ(ended.code, 1);
    EXPECT_EQ(ended.out, "");
    EXPECT_THAT(
        ended.err,
        StartsWith("vobiz-syncd: the database has schema version 9999, this binary knows up to "));
    EXPECT_THAT(ended.err,
                HasSubstr("\nhint: a newer vobiz-syncd has migrated it: install that version; "));
  }
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_sync.runs"), "0");
}

}  // namespace
}  // namespace vobiz::e2e
