#include <csignal>
#include <fstream>

#include "service.hpp"
#include "support/cluster.hpp"
#include "support/notify_socket.hpp"
#include "support/tcp_gate.hpp"
#include "vobiz/sink/connection.hpp"
#include "vobiz/sink/migrations.hpp"

// `run` beside a database that is not fit yet: it waits, says why, and starts when it is.
namespace vobiz::e2e {
namespace {

using support::notify_socket;
using support::wait_until;
namespace cluster = support::cluster;

class start : public ::testing::Test {
protected:
  start() { all.configure(serve_http); }

  service& run() {
    running_ = std::make_unique<service>(all, systemd.environment("300000000"));
    return *running_;
  }

  std::size_t logged(std::string const& text) const {
    std::size_t count = 0;
    auto const log = running_->process().err();
    for (auto at = log.find(text); at != std::string::npos; at = log.find(text, at + 1)) ++count;
    return count;
  }
  void expect_logged(std::string const& text) const {
    EXPECT_TRUE(wait_until([&] { return logged(text) > 0; })) << "not logged: " << text << "\n"
                                                              << running_->process().err();
  }

  // It waits: alive, not ready, and everybody who asks hears why. `begin` is how the reason begins.
  void expect_waiting(std::string const& lead, std::string const& begin,
                      std::string const& reason) {
    auto const message = lead + ": " + begin;
    expect_logged(message);
    EXPECT_EQ(running_->get("/healthz").status, 200);
    auto const verdict = running_->get("/readyz");
    EXPECT_EQ(verdict.status, 503);
    auto const json = verdict.json();
    auto const& why = json.at("service");
    EXPECT_FALSE(why.at("ready").as_bool());
    auto const problem = std::string(why.at("problem").as_string());
    EXPECT_THAT(problem, ::testing::StartsWith(begin));
    EXPECT_THAT(running_->get("/metrics").body,
                HasSubstr("vobiz_sync_waiting{reason=\"" + reason + "\"} 1\n"));
    EXPECT_TRUE(wait_until([&] { return systemd.count("STATUS=waiting: " + problem) > 0; }));
    // Some looks later it has still said it once.
    auto const before = systemd.count("WATCHDOG=1");
    EXPECT_TRUE(wait_until([&] { return systemd.count("WATCHDOG=1") > before + 3; }));
    EXPECT_EQ(logged(message), 1u) << running_->process().err();
  }

  void expect_not_started() {
    EXPECT_EQ(systemd.count("READY=1"), 0u);
    EXPECT_TRUE(wait_until([&] { return systemd.count("EXTEND_TIMEOUT_USEC=30000000") > 1; }));
    EXPECT_EQ(logged("running: "), 0u);
  }

  void expect_started() {
    EXPECT_TRUE(wait_until([&] { return systemd.count("READY=1") == 1; }))
        << running_->process().err();
    expect_logged("the database and its schema are there after ");
    EXPECT_TRUE(wait_until([&] { return running_->get("/readyz").status == 200; }))
        << running_->get("/readyz").body << running_->process().err();
    for (auto const* reason : {"database", "older_schema", "newer_schema"}) {
      EXPECT_THAT(running_->get("/metrics").body,
                  HasSubstr("vobiz_sync_waiting{reason=\"" + std::string(reason) + "\"} 0\n"));
    }
    auto const extended = systemd.count("EXTEND_TIMEOUT_USEC=");
    auto const alive = systemd.count("WATCHDOG=1");
    EXPECT_TRUE(wait_until([&] { return systemd.count("WATCHDOG=1") > alive + 1; }));
    EXPECT_EQ(systemd.count("EXTEND_TIMEOUT_USEC="), extended);
    EXPECT_EQ(running_->stop(), 0);
  }

  // As the owner, which the service's login is not.
  void migrate(std::string const& database) {
    auto const ended = all.syncd.run({"migrate", "--dsn", support::dsn_of(database)});
    EXPECT_EQ(ended.code, 0) << ended.err;
  }

  rig all;
  notify_socket systemd;
  std::unique_ptr<service> running_;
};

TEST_F(start, waits_for_a_server_that_comes_later) {
  all.database.disconnect();
  cluster::halt("fast");
  run();
  expect_waiting("waiting for the database", "cannot reach the database: ", "database");
  expect_not_started();
  cluster::resume();
  expect_started();
}

TEST_F(start, waits_for_a_host_whose_name_nobody_knows_yet) {
  auto const name = all.database.name();
  all.configure([&](auto& s) { s.dsn = "host=db.invalid dbname=" + name; });
  run();
  expect_waiting("waiting for the database", "cannot reach the database: ", "database");
  expect_not_started();
  EXPECT_EQ(running_->stop(), 0);
}

TEST_F(start, waits_for_a_database_that_takes_no_connections) {
  all.database.disconnect();
  auto const admin = sink::connect(testing::settings_for("postgres"));
  auto const allow = [&](char const* what) {
    pqxx::nontransaction now(*admin);
    now.exec("ALTER DATABASE " + all.database.name() + " ALLOW_CONNECTIONS " + what);
  };
  allow("false");
  run();
  expect_waiting("waiting for the database", "cannot reach the database: ", "database");
  expect_not_started();
  allow("true");
  expect_started();
}

TEST_F(start, waits_while_the_server_is_a_standby) {
  all.database.disconnect();
  cluster::halt("fast");
  std::ofstream(cluster::data_folder() + "/standby.signal").close();
  cluster::resume();
  run();
  expect_waiting("waiting for the database", "the database takes no writes: ", "database");
  expect_not_started();
  pqxx::nontransaction(all.database.connection()).exec("SELECT pg_promote()");
  expect_started();
}

// Whatever is wrong with it, as long as time or somebody can heal it.
TEST_F(start, waits_for_a_database_that_fails) {
  all.database.query("ALTER TABLE vobiz_sync.schema_migrations RENAME TO moved");
  all.database.query(
      "CREATE VIEW vobiz_sync.schema_migrations AS\n"
      "SELECT 1 / 0 AS version, 'x'::text AS name, 'x'::text AS checksum");
  run();
  expect_waiting("waiting for the database", "the database answers: ERROR: division by zero",
                 "database");
  expect_not_started();
  all.database.query("DROP VIEW vobiz_sync.schema_migrations");
  all.database.query("ALTER TABLE vobiz_sync.moved RENAME TO schema_migrations");
  expect_started();
}

TEST_F(start, waits_for_a_schema) {
  auto const empty = testing::create_empty_database();
  all.configure([&](auto& s) { s.dsn = support::dsn_of(empty); });
  run();
  expect_waiting("waiting for the schema", "the database has schema version 0, this binary needs ",
                 "older_schema");
  expect_logged("hint: run: vobiz-syncd migrate");
  EXPECT_THAT(running_->get("/status.json").body,
              HasSubstr("the database has schema version 0, this binary needs "));
  expect_not_started();
  migrate(empty);
  expect_started();
  testing::drop_database(empty);
}

// Its rows are another partner's of the same id.
void empty_tables(std::string const& database) {
  auto const connection = sink::connect(testing::settings_for(database));
  pqxx::nontransaction(*connection).exec(R"(DO $$ DECLARE part text; BEGIN
    FOR part IN SELECT format('TRUNCATE %I.%I CASCADE', schemaname, tablename) FROM pg_tables
      WHERE schemaname IN ('vobiz', 'vobiz_sync')
        AND tablename NOT IN ('schema_migrations', 'settings', 'hangup_causes') LOOP
      EXECUTE part;
    END LOOP;
  END $$)");
}

TEST_F(start, waits_for_the_upgrade_of_an_older_schema) {
  auto const older = testing::create_database_of_version_17();
  empty_tables(older);
  all.configure([&](auto& s) {
    s.dsn = support::dsn_of(older, std::string("user=") + testing::service_login);
  });
  run();
  expect_waiting("waiting for the schema", "the database has schema version ", "older_schema");
  expect_not_started();
  migrate(older);
  expect_started();
  testing::drop_database(older);
}

TEST_F(start, waits_for_functions_of_its_own_text) {
  all.database.query(
      "UPDATE vobiz_sync.schema_objects SET checksum = 'other' WHERE name = 'vobiz.is_credit'");
  run();
  expect_waiting("waiting for the schema",
                 "functions or views of the database have another text than this "
                 "binary's, the first is function \"vobiz.is_credit\"",
                 "older_schema");
  expect_not_started();
  migrate(all.database.name());
  expect_started();
}

// A backup may be restored beside it.
TEST_F(start, waits_beside_a_newer_schema) {
  all.database.query(
      "INSERT INTO vobiz_sync.schema_migrations (version, name, checksum)\n"
      "VALUES (9999, 'of_a_later_release', 'x')");
  run();
  expect_waiting("nothing is read or written",
                 "the database has schema version 9999, this binary knows up to ", "newer_schema");
  expect_logged(
      "hint: a newer vobiz-syncd has migrated it: install that version; a schema never goes back");
  expect_not_started();
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_sync.leases"), "0");
  all.database.query("DELETE FROM vobiz_sync.schema_migrations WHERE version = 9999");
  expect_started();
}

TEST_F(start, ends_at_once_while_it_waits) {
  all.database.query("DROP SCHEMA vobiz_sync CASCADE");
  run();
  expect_waiting("waiting for the schema", "the database has schema version 0, this binary needs ",
                 "older_schema");
  EXPECT_EQ(running_->stop(), 0);
  EXPECT_EQ(systemd.count("STOPPING=1"), 1u);
  expect_logged("SIGTERM: waiting no more");
  EXPECT_EQ(systemd.count("READY=1"), 0u);
}

// A server that accepts connections and says nothing: libpq waits for ten seconds.
TEST_F(start, ends_at_once_in_the_middle_of_a_look) {
  boost::asio::io_context context;
  using boost::asio::ip::tcp;
  tcp::acceptor silent(context, {boost::asio::ip::address_v4::loopback(), 0});
  auto const port = std::to_string(silent.local_endpoint().port());
  all.configure([&](auto& s) { s.dsn = "host=127.0.0.1 port=" + port + " dbname=vobiz"; });
  run();
  auto const looking = silent.accept();
  EXPECT_EQ(running_->get("/healthz").status, 200);
  running_->process().send(SIGTERM);
  auto const ended = running_->process().wait(std::chrono::seconds(5));
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->code, 0);
  EXPECT_THAT(ended->err, HasSubstr("stopped"));
}

TEST_F(start, takes_up_another_configuration_while_it_waits) {
  auto const empty = testing::create_empty_database();
  all.configure([&](auto& s) { s.dsn = support::dsn_of(empty); });
  run();
  expect_logged("waiting for the schema: ");
  all.configure([](auto& s) { s.more = "no_such_key: 1\n"; });
  running_->process().send(SIGHUP);
  expect_logged("the new configuration is refused, the old one stays at work");
  all.configure([](auto& s) {
    s.more = "";
    std::string const before = "numbers: {every: 1s}";
    s.streams.replace(s.streams.find(before), before.size(), "numbers: {enabled: false}");
  });
  running_->process().send(SIGHUP);
  expect_logged("SIGHUP: the new configuration is at work");
  EXPECT_EQ(systemd.count("RELOADING=1"), 0u);
  expect_not_started();
  migrate(empty);
  expect_logged("running: 7 streams of 1 partner");
  expect_started();
  testing::drop_database(empty);
}

}  // namespace
}  // namespace vobiz::e2e
