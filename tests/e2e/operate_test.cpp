#include <csignal>

#include "service.hpp"
#include "support/notify_socket.hpp"

// systemd and administrators: notifications, reload, stop.
namespace vobiz::e2e {
namespace {

using support::notify_socket;
using support::wait_until;

std::size_t place(std::vector<std::string> const& lines, std::string const& begin,
                  std::size_t from = 0) {
  for (; from < lines.size(); ++from) {
    if (lines[from].starts_with(begin)) return from;
  }
  return lines.size();
}

struct operate : ::testing::Test {
  operate() { all.configure(serve_http); }

  std::int64_t runs(std::string const& stream) {
    return all.number("SELECT count(*) FROM vobiz_sync.runs WHERE outcome = 'ok' AND stream = '" +
                      stream + "'");
  }

  // Waits until the log contains the text.
  void expect_logged(service& running, std::string const& text) {
    EXPECT_TRUE(wait_until([&] { return running.process().err().find(text) != std::string::npos; }))
        << "not logged: " << text << "\n"
        << running.process().err();
  }

  rig all;
  notify_socket systemd;
};

TEST_F(operate, tells_systemd_how_it_is) {
  service running(all, systemd.environment("300000000"));
  EXPECT_TRUE(wait_until([&] { return systemd.count("READY=1") == 1; }));
  EXPECT_TRUE(wait_until([&] { return systemd.count("WATCHDOG=1") >= 2; }));
  EXPECT_TRUE(wait_until([&] {
    return systemd.count("STATUS=8 streams of 1 partner: 8 ok; ") > 0;
  })) << ::testing::PrintToString(systemd.lines());
  running.process().send(SIGHUP);
  EXPECT_TRUE(wait_until([&] { return systemd.count("READY=1") == 2; }));
  auto const& lines = systemd.lines();
  auto const reloading = place(lines, "RELOADING=1");
  ASSERT_LT(reloading + 1, lines.size());
  EXPECT_TRUE(lines[reloading + 1].starts_with("MONOTONIC_USEC=")) << lines[reloading + 1];
  EXPECT_LT(place(lines, "READY=1", reloading), lines.size());
  EXPECT_EQ(systemd.count("STOPPING=1"), 0u);
  EXPECT_EQ(running.stop(), 0);
  EXPECT_EQ(systemd.count("STOPPING=1"), 1u);
  EXPECT_EQ(systemd.count("READY=1"), 2u);
}

// What it waits for instead is in start_test.cpp.
TEST_F(operate, ends_if_only_another_start_can_change_what_stops_it) {
  all.configure([](auto& s) { s.dsn = support::dsn_of("vobiz_no_such_database"); });
  EXPECT_EQ(all.syncd.run({"run"}, systemd.environment()).code, 77);
  all.configure([](auto& s) { s.more = "no_such_key: 1\n"; });
  EXPECT_EQ(all.syncd.run({"run"}, systemd.environment()).code, 78);
  EXPECT_TRUE(systemd.lines().empty()) << ::testing::PrintToString(systemd.lines());
}

TEST_F(operate, keeps_the_watchdog_waiting_while_a_worker_is_stuck) {
  // Longer than a round of the lease keeper, which otherwise counts as stuck.
  service running(all, systemd.environment("8000000"));
  EXPECT_TRUE(wait_until([&] { return systemd.count("WATCHDOG=1") >= 1; }));
  pqxx::work lock(all.database.connection());
  lock.exec("LOCK TABLE vobiz_sync.windows IN ACCESS EXCLUSIVE MODE");
  EXPECT_TRUE(wait_until([&] { return running.get("/healthz").status == 503; }));
  EXPECT_EQ(running.get("/healthz").body, "stuck: database\n");
  // Later status lines are not caused by the watchdog.
  EXPECT_TRUE(wait_until([&] {
    auto const& lines = systemd.lines();
    auto const stuck = place(lines, "STATUS=", 0);
    for (auto at = stuck; at < lines.size(); ++at) {
      if (lines[at].find("; stuck: database") != std::string::npos) return true;
    }
    return false;
  }));
  auto const before = systemd.count("WATCHDOG=1");
  EXPECT_EQ(running.get("/healthz").status, 503);
  EXPECT_EQ(systemd.count("WATCHDOG=1"), before);
  lock.abort();
  EXPECT_TRUE(wait_until([&] { return systemd.count("WATCHDOG=1") > before; }));
  EXPECT_EQ(running.stop(), 0);
}

TEST_F(operate, a_second_signal_ends_it_at_once) {
  service running(all);
  ASSERT_TRUE(wait_until([&] { return runs("cdrs") > 0; })) << running.process().err();
  pqxx::work lock(all.database.connection());
  lock.exec("LOCK TABLE vobiz_sync.windows IN ACCESS EXCLUSIVE MODE");
  EXPECT_TRUE(wait_until([&] {
    return !lock.exec(
                    "SELECT FROM pg_locks WHERE NOT granted\n"
                    "AND relation = 'vobiz_sync.windows'::regclass")
                .empty();
  }));
  running.process().send(SIGTERM);
  expect_logged(running, "finishing the batch at hand");
  running.process().send(SIGTERM);
  // Code 1; after the first signal alone it would be 0.
  EXPECT_EQ(running.process().wait().value().code, 1);
}

TEST_F(operate, takes_up_a_new_configuration) {
  all.configure([](auto& s) { s.streams += "  # 1\n"; });
  service running(all);
  ASSERT_TRUE(wait_until([&] { return runs("numbers") > 0 && runs("cdrs") > 0; }));
  auto const counted = [&] {
    auto const text = running.get("/metrics").body;
    std::string const name =
        "\nvobiz_sync_rows_total{partner=\"acme\",stream=\"numbers\",outcome=\"inserted\"} ";
    auto const at = text.find(name);
    return at == std::string::npos
               ? ""
               : text.substr(at + name.size(), text.find('\n', at + 1) - at - name.size());
  };
  auto const before = counted();
  EXPECT_NE(before, "0");
  all.configure([](auto& s) {
    s.level = "info";
    auto const at = s.streams.find("numbers: {");
    s.streams.insert(at + 10, "enabled: false, ");
  });
  running.process().send(SIGHUP);
  expect_logged(running, "SIGHUP: the new configuration is at work");
  expect_logged(running, "running: 7 streams of 1 partner");
  // The stream's lease is free, its coroutine has ended, and the others go on.
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_sync.leases\n"
                      "WHERE stream = 'numbers' AND expires_at > clock_timestamp()"),
            "0");
  auto const numbers = runs("numbers");
  auto const cdrs = runs("cdrs");
  EXPECT_TRUE(wait_until([&] { return runs("cdrs") >= cdrs + 2; })) << running.process().err();
  EXPECT_EQ(runs("numbers"), numbers);
  auto const log = running.process().err();
  EXPECT_EQ(log.find("debug:", log.find("running: 7 streams")), std::string::npos);
  // When the stream returns, its counters are kept.
  all.configure([](auto& s) {
    auto const at = s.streams.find("enabled: false, ");
    s.streams.erase(at, 16);
  });
  running.process().send(SIGHUP);
  expect_logged(running, "running: 8 streams of 1 partner");
  EXPECT_TRUE(wait_until([&] { return runs("numbers") > numbers; })) << running.process().err();
  EXPECT_EQ(counted(), before);
  EXPECT_EQ(running.stop(), 0);
}

TEST_F(operate, takes_up_a_new_token) {
  all.configure([](auto& s) { s.token = "CANARY_WRONG"; });
  service running(all);
  ASSERT_TRUE(wait_until([&] {
    return all.value("SELECT count(*) FROM vobiz_sync.streams WHERE state = 'unauthorized'") == "7";
  })) << running.process().err();
  all.configure([](auto& s) { s.token = "CANARY_PARTNER_TOKEN"; });
  running.process().send(SIGHUP);
  EXPECT_TRUE(wait_until([&] { return running.get("/readyz").status == 200; }))
      << running.process().err();
  EXPECT_THAT(running.process().err(), Not(HasSubstr("CANARY")));
  EXPECT_EQ(running.stop(), 0);
}

TEST_F(operate, keeps_the_old_configuration_when_the_new_one_is_wrong) {
  service running(all, systemd.environment());
  ASSERT_TRUE(wait_until([&] { return runs("cdrs") > 0; }));
  all.configure([](auto& s) { s.more = "no_such_key: 1\nlog: {level: shout}\n"; });
  running.process().send(SIGHUP);
  expect_logged(running, "SIGHUP: the new configuration is refused, the old one stays at work");
  expect_logged(running, "unknown key \"no_such_key\"");
  EXPECT_TRUE(wait_until([&] { return systemd.count("READY=1") == 2; }));
  EXPECT_THAT(running.get("/metrics").body, HasSubstr("\nvobiz_sync_config_reload_failed 1\n"));
  // A change that needs a restart is refused, too.
  all.configure([](auto& s) {
    s.more.clear();
    s.dsn += " connect_timeout=7";
    s.http = "{listen: \"127.0.0.1:1\"}";
  });
  running.process().send(SIGHUP);
  expect_logged(running,
                "a running service cannot change \"database.dsn\" or "
                "\"database.connections\" and \"http.listen\"");
  expect_logged(running, "hint: restart the service instead");
  auto const cdrs = runs("cdrs");
  EXPECT_TRUE(wait_until([&] { return runs("cdrs") > cdrs; })) << running.process().err();
  EXPECT_EQ(running.stop(), 0);
}

}  // namespace
}  // namespace vobiz::e2e
