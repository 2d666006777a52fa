#include "support/cluster.hpp"
#include "survivor.hpp"

// The database stops during a commit: before it is durable, or after it but before its response.
namespace vobiz::e2e {
namespace {

using support::wait_until;
namespace cluster = support::cluster;

enum class fate { undone, done };

struct cut {
  char const* how;  // a mode of stopping the server, or "terminate" for this connection
  fate commit;
};

class commits : public ::testing::Test {
protected:
  commits() {
    // Runs within the COMMIT of a day of calls with new rows, and blocks while the table has a row.
    // Not a lock: a server that shuts down may free it before it ends the connection that waits.
    base().query(R"(
CREATE TABLE held (one int);
GRANT SELECT ON held TO PUBLIC;
CREATE FUNCTION hold_commit() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN
    WHILE EXISTS (SELECT FROM public.held) LOOP PERFORM pg_sleep(0.01); END LOOP;
    RETURN NULL;
  END $$;
CREATE CONSTRAINT TRIGGER hold_commit AFTER UPDATE ON vobiz_sync.windows DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.stream = 'cdrs' AND NEW.rows > OLD.rows) EXECUTE FUNCTION hold_commit())");
  }

  // Releases waiting commits when a test ends early.
  ~commits() override { set_unreachable_standby(false); }

  testing::test_database& base() { return one.all().database; }

  // Makes commits wait for a stand-by that never responds: they are durable, but unconfirmed.
  void set_unreachable_standby(bool on) {
    pqxx::nontransaction change(base().connection());
    change.exec(on ? "ALTER SYSTEM SET synchronous_standby_names = 'nobody'"
                   : "ALTER SYSTEM RESET synchronous_standby_names");
    change.exec("SELECT pg_reload_conf()");
  }

  std::string commit_waiting_for(std::string const& event, std::string const& more = {}) {
    return base().value(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database()\n"
        "AND application_name = 'vobiz-syncd' AND query = 'COMMIT' AND wait_event = '" +
        event + "'" + more);
  }

  // Without waiting for the stand-by itself.
  void release() { base().query("SET LOCAL synchronous_commit = local; DELETE FROM held"); }

  void make(cut const& what) {
    base().query("INSERT INTO held VALUES (1)");
    auto const uuid = one.plant();
    std::string pid;
    ASSERT_TRUE(wait_until([&] { return !(pid = commit_waiting_for("PgSleep")).empty(); }))
        << one.log();
    auto const id = base().value("SELECT backend_xid FROM pg_stat_activity WHERE pid = " + pid);
    ASSERT_NE(id, "");
    // A synchronous commit flushes the earlier WAL. Otherwise a crashed server may assign the
    // transaction's number again.
    base().value("SELECT pg_logical_emit_message(true, 'test', '')");
    if (what.commit == fate::done) {
      set_unreachable_standby(true);
      // A later commit shows that the server uses the new setting.
      ASSERT_TRUE(wait_until([&] { return !commit_waiting_for("SyncRep").empty(); })) << one.log();
      release();
      ASSERT_TRUE(
          wait_until([&] { return !commit_waiting_for("SyncRep", " AND pid = " + pid).empty(); }));
    }
    auto const failures = one.failures_of("database");
    if (std::string(what.how) == "terminate") {
      base().value("SELECT pg_terminate_backend(" + pid + ")");
    } else {
      base().disconnect();
      cluster::halt(what.how);
      cluster::resume();
    }
    if (what.commit == fate::undone) release();
    EXPECT_TRUE(wait_until([&] { return one.failures_of("database") > failures; })) << one.log();
    if (what.commit == fate::done) set_unreachable_standby(false);
    EXPECT_EQ(base().value("SELECT pg_xact_status('" + id + "')"),
              what.commit == fate::done ? "committed" : "aborted");
    one.expect_recovery();
    EXPECT_EQ(base().value("SELECT count(*) FROM vobiz.cdrs WHERE uuid = '" + uuid + "'"), "1");
  }

  survivor one;
};

TEST_F(commits, are_neither_lost_nor_repeated_when_the_server_goes) {
  for (cut const& what :
       {cut{"terminate", fate::undone}, cut{"terminate", fate::done}, cut{"fast", fate::undone},
        cut{"fast", fate::done}, cut{"immediate", fate::undone}, cut{"immediate", fate::done}}) {
    SCOPED_TRACE(std::string(what.how) + (what.commit == fate::done ? ", done" : ", undone"));
    make(what);
    if (HasFailure()) return;
  }
  EXPECT_EQ(base().value("SELECT count(*) FROM vobiz.adjustments"), "0");
  one.expect_logged(
      "stream \"cdrs\": lost the connection to the database during a commit: the next read shows "
      "whether it was done: next try in ");
  one.expect_survived();
}

}  // namespace
}  // namespace vobiz::e2e
