#include <csignal>

#include "service.hpp"
#include "support/notify_socket.hpp"

// A newer program migrates the database beside an older one that is at work: from the commit of the
// version on, the older one writes nothing.
namespace vobiz::e2e {
namespace {

using support::wait_until;

constexpr char const* refusal = "the database has schema version 9999, this binary knows up to ";
constexpr char const* hint =
    "hint: a newer vobiz-syncd has migrated it: install that version; a schema never goes back\n";

class newer_schema : public ::testing::Test {
protected:
  newer_schema() : all({"--calls-per-day", "300"}) { all.api.add_fault("latency:20"); }

  std::int64_t stored() { return all.number("SELECT count(*) FROM vobiz.cdrs"); }

  // Waits until calls come in, then writes down a version of a later release.
  void migrate_in_the_middle() {
    ASSERT_TRUE(wait_until([&] { return stored() > 0; }));
    all.database.query(
        "INSERT INTO vobiz_sync.schema_migrations (version, name, checksum)\n"
        "VALUES (9999, 'of_a_later_release', 'x')");
    written_by_ = all.value("SELECT xmin FROM vobiz_sync.schema_migrations WHERE version = 9999");
  }

  // Every writer had ended when the version was written down, so rows of later transactions are
  // rows that should not be.
  void expect_nothing_written_since() {
    for (auto const& table :
         all.database.query("SELECT format('%I.%I', schemaname, tablename) FROM pg_tables\n"
                            "WHERE schemaname IN ('vobiz', 'vobiz_sync', 'vobiz_part')")) {
      std::string const name = table[0].c_str();
      EXPECT_EQ(all.value("SELECT count(*) FROM ONLY " + name + " WHERE xmin::text::bigint > " +
                          written_by_ + " OR xmax::text::bigint > " + written_by_),
                "0")
          << name;
    }
  }

  void expect_ends_with_the_reason(support::process& running) {
    auto const ended = running.wait();
    ASSERT_TRUE(ended) << running.err();
    EXPECT_EQ(ended->code, 1) << ended->err;
    EXPECT_THAT(ended->err, HasSubstr(std::string("vobiz-syncd: ") + refusal));
    EXPECT_THAT(ended->err, HasSubstr(hint));
    expect_nothing_written_since();
  }

  rig all;
  std::string written_by_;
};

TEST_F(newer_schema, stops_a_service_in_the_middle_of_its_backfill) {
  support::notify_socket systemd;
  all.configure(serve_http);
  service running(all, systemd.environment("300000000"));
  migrate_in_the_middle();
  auto const log = [&] { return running.process().err(); };
  auto const message = "nothing is read or written: " + std::string(refusal);
  EXPECT_TRUE(wait_until([&] { return log().find(message) != std::string::npos; })) << log();
  EXPECT_TRUE(wait_until([&] {
    return running.get("/metrics").body.find("vobiz_sync_waiting{reason=\"newer_schema\"} 1\n") !=
           std::string::npos;
  }));
  EXPECT_TRUE(
      wait_until([&] { return systemd.count("STATUS=waiting: " + std::string(refusal)) > 0; }));
  auto const verdict = running.get("/readyz");
  EXPECT_EQ(verdict.status, 503);
  EXPECT_THAT(std::string(verdict.json().at("service").at("problem").as_string()),
              HasSubstr(refusal));
  EXPECT_EQ(running.get("/healthz").status, 200);
  // It lives on, asks the API for nothing and repeats nothing.
  std::int64_t asked = -1;
  auto alive = systemd.count("WATCHDOG=1");
  EXPECT_TRUE(wait_until([&] {
    auto const now = all.api.requests("by_method", "GET");
    if (now != asked) alive = systemd.count("WATCHDOG=1");
    asked = now;
    return systemd.count("WATCHDOG=1") > alive + 4;
  })) << log();
  expect_nothing_written_since();
  EXPECT_EQ(log().find(message), log().rfind(message)) << log();
  EXPECT_EQ(log().find("[error]"), log().rfind("[error]")) << log();
  EXPECT_THAT(log(), HasSubstr(hint));
  // A backup of before is restored: it goes on.
  all.api.end_faults();
  all.database.query("DELETE FROM vobiz_sync.schema_migrations WHERE version = 9999");
  EXPECT_TRUE(wait_until([&] { return running.get("/readyz").status == 200; })) << log();
  EXPECT_TRUE(wait_until([&] { return stored_calls(all.database) == true_calls(all.api); }))
      << log();
  EXPECT_EQ(systemd.count("READY=1"), 2u);
  EXPECT_EQ(running.stop(), 0);
}

TEST_F(newer_schema, ends_a_backfill) {
  all.sync_ends_with(0, {"accounts"});
  auto const running =
      all.syncd.start({"backfill", "cdrs", "--from", days_ago(5), "--to", days_ago(1)});
  migrate_in_the_middle();
  expect_ends_with_the_reason(*running);
}

TEST_F(newer_schema, ends_a_sync) {
  auto const running = all.syncd.start({"sync"});
  migrate_in_the_middle();
  expect_ends_with_the_reason(*running);
}

TEST_F(newer_schema, ends_a_stand_by_too) {
  all.configure([](auto& s) { s.streams = every_second(); });
  auto const one = all.syncd.start({"run"});
  auto const two = all.syncd.start({"run"});
  migrate_in_the_middle();
  for (auto const* running : {one.get(), two.get()}) {
    EXPECT_TRUE(wait_until([&] { return running->err().find(refusal) != std::string::npos; }))
        << running->err();
  }
  expect_nothing_written_since();
  for (auto const* running : {one.get(), two.get()}) running->send(SIGTERM);
  EXPECT_EQ(one->wait().value().code, 0);
  EXPECT_EQ(two->wait().value().code, 0);
  expect_nothing_written_since();
}

}  // namespace
}  // namespace vobiz::e2e
