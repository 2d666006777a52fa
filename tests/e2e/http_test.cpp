#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "service.hpp"

// The HTTP endpoints for operators, probes and scrapers.
namespace vobiz::e2e {
namespace {

using support::wait_until;

std::vector<std::string> names(boost::json::value const& status) {
  std::vector<std::string> result;
  for (auto const& stream : status.at("streams").as_array()) {
    result.emplace_back(stream.at("stream").as_string());
  }
  return result;
}

std::string problem_of(boost::json::value const& readiness, std::string const& name) {
  for (auto const& stream : readiness.at("streams").as_array()) {
    if (stream.at("stream").as_string() != name) continue;
    auto const& problem = stream.at("problem");
    return problem.is_null() ? "" : std::string(problem.as_string());
  }
  return "no such stream";
}

struct http : ::testing::Test {
  http() { all.configure(serve_http); }
  rig all;
};

TEST_F(http, tells_that_all_is_well) {
  service running(all);
  EXPECT_EQ(running.get("/healthz").status, 200);
  EXPECT_TRUE(wait_until([&] { return running.get("/readyz").status == 200; }))
      << running.get("/readyz").body << running.process().err();
  auto const ready = running.get("/readyz").json();
  EXPECT_TRUE(ready.at("ready").as_bool());
  EXPECT_EQ(ready.at("streams").as_array().size(), 8u);
  EXPECT_EQ(ready.at("streams").at(0).at("partner").as_string(), "acme");
  auto const status = running.get("/status.json");
  EXPECT_EQ(status.status, 200);
  auto const printed = all.syncd.run({"status", "--json"});
  EXPECT_EQ(names(status.json()), names(boost::json::parse(printed.out)));
  EXPECT_THAT(running.get("/metrics").body,
              HasSubstr("vobiz_sync_build_info{version=\"" VOBIZ_VERSION "\"} 1"));
  EXPECT_THAT(running.get("/", {"-i"}).body,
              AllOf(HasSubstr("Content-Type: text/html"), HasSubstr("script-src 'sha256-"),
                    Not(HasSubstr("unsafe")), HasSubstr("<h1>vobiz-syncd</h1>")));
  EXPECT_EQ(running.get("/other").status, 404);
  EXPECT_EQ(running.get("/", {"-X", "POST"}).status, 405);
  EXPECT_EQ(running.stop(), 0);
}

TEST_F(http, an_api_outage_is_not_ready_but_healthy) {
  all.api.add_fault("status:503");
  service running(all);
  EXPECT_TRUE(wait_until([&] {
    return all.value("SELECT count(*) FROM vobiz_sync.streams WHERE state = 'failing'") == "8";
  })) << running.process().err();
  auto const ready = running.get("/readyz");
  EXPECT_EQ(ready.status, 503);
  EXPECT_FALSE(ready.json().at("ready").as_bool());
  EXPECT_TRUE(ready.json().at("database").at("ready").as_bool());
  EXPECT_EQ(problem_of(ready.json(), "cdrs"), "no good cycle yet");
  EXPECT_EQ(running.get("/healthz").status, 200);
  // An hour after the last good cycle the service is not ready.
  all.database.query(
      "UPDATE vobiz_sync.streams SET last_success_at = now() - interval '1 hour'\n"
      "WHERE stream = 'cdrs'");
  EXPECT_TRUE(wait_until([&] {
    return problem_of(running.get("/readyz").json(), "cdrs") ==
           "the last good cycle ended 1h ago, which is more than 5m 3s";
  })) << running.get("/readyz").body;
  EXPECT_EQ(running.stop(), 0);
}

TEST_F(http, a_database_outage_is_not_ready_but_healthy) {
  service running(all);
  ASSERT_TRUE(wait_until([&] { return running.get("/readyz").status == 200; }))
      << running.process().err();
  auto const name = all.database.name();
  pqxx::connection admin("dbname=postgres");
  {
    pqxx::nontransaction now(admin);
    now.exec("ALTER DATABASE " + name + " ALLOW_CONNECTIONS false");
    now.exec("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + name +
             "'");
  }
  EXPECT_TRUE(wait_until([&] {
    auto const ready = running.get("/readyz");
    return ready.status == 503 &&
           ready.body.find("is not currently accepting connections") != std::string::npos;
  })) << running.get("/readyz").body;
  EXPECT_EQ(running.get("/status.json").status, 503);
  EXPECT_EQ(running.get("/healthz").status, 200);
  auto const metrics = running.get("/metrics").body;
  EXPECT_THAT(metrics, HasSubstr("\nvobiz_sync_database_up 0\n"));
  // The last values stay, so that no alert resolves for lack of data.
  EXPECT_THAT(metrics, Not(HasSubstr("\nvobiz_sync_status_timestamp_seconds 0\n")));
  {
    pqxx::nontransaction now(admin);
    now.exec("ALTER DATABASE " + name + " ALLOW_CONNECTIONS true");
  }
  EXPECT_TRUE(wait_until([&] { return running.get("/readyz").status == 200; }))
      << running.get("/readyz").body;
  EXPECT_EQ(running.stop(), 0);
}

TEST_F(http, a_database_that_hangs_keeps_nobody_waiting) {
  service running(all);
  ASSERT_TRUE(wait_until([&] { return running.get("/readyz").status == 200; }));
  pqxx::work lock(all.database.connection());
  lock.exec("LOCK TABLE vobiz_sync.runs IN ACCESS EXCLUSIVE MODE");
  EXPECT_TRUE(wait_until([&] { return running.get("/status.json").status == 503; }));
  EXPECT_THAT(running.get("/status.json").body,
              ::testing::AnyOf(HasSubstr("the database does not respond within 3 s"),
                               HasSubstr("canceling statement due to statement timeout")));
  EXPECT_EQ(running.get("/healthz").status, 200);
  EXPECT_EQ(running.get("/metrics").status, 200);
  lock.abort();
  EXPECT_EQ(running.stop(), 0);
}

TEST_F(http, a_newer_schema_is_not_ready) {
  service running(all);
  all.database.query(
      "INSERT INTO vobiz_sync.schema_migrations (version, name, checksum)\n"
      "VALUES (9999, 'example', 'example')");
  EXPECT_TRUE(wait_until([&] {
    return running.get("/readyz").body.find(
               "the database has schema version 9999, this binary needs") != std::string::npos;
  })) << running.get("/readyz").body;
  EXPECT_EQ(running.stop(), 0);
}

TEST_F(http, serves_other_machines_only_with_a_token) {
  all.configure([](auto& s) { s.http = "{listen: \"0.0.0.0:0\"}"; });
  auto const refused = all.syncd.run({"check-config"});
  EXPECT_EQ(refused.code, 78);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("\"0.0.0.0:0\" is reachable from other machines"),
                                 HasSubstr("hint: add auth_token_file, or listen on 127.0.0.1")));
  support::temporary_folder const folder;
  auto const file = folder.write("http-token", "CANARY_HTTP_TOKEN\n").string();
  all.configure(
      [&](auto& s) { s.http = "{listen: \"0.0.0.0:0\", auth_token_file: " + file + "}"; });
  service running(all);
  for (auto const* path : {"/", "/healthz", "/readyz", "/metrics", "/status.json", "/nothing"}) {
    EXPECT_EQ(running.get(path).status, 401) << path;
  }
  EXPECT_EQ(running.get("/healthz", {"-H", "Authorization: Bearer CANARY_HTTP_TOKEN"}).status, 200);
  EXPECT_EQ(running.get("/", {"-u", "anybody:CANARY_HTTP_TOKEN"}).status, 200);
  // A new token works without a restart.
  folder.write("http-token", "CANARY_ANOTHER\n");
  running.process().send(SIGHUP);
  EXPECT_TRUE(wait_until([&] {
    return running.get("/", {"-u", "x:CANARY_ANOTHER"}).status == 200;
  })) << running.process().err();
  EXPECT_EQ(running.get("/", {"-u", "x:CANARY_HTTP_TOKEN"}).status, 401);
  EXPECT_EQ(running.stop(), 0);
  EXPECT_THAT(running.process().err(), Not(HasSubstr("CANARY")));
}

TEST_F(http, serves_its_own_names_only) {
  service running(all);
  EXPECT_EQ(running.get("/", {"-H", "Host: evil.example"}).status, 421);
  EXPECT_EQ(running.get("/metrics", {"-H", "Host: localhost:1234"}).status, 200);
  EXPECT_EQ(running.get("/healthz", {"-0", "-H", "Host:"}).status, 200)
      << "HTTP/1.0 without a Host";
  EXPECT_EQ(running.get("/healthz", {"-H", "Host;"}).status, 400) << "an empty one";
  // A new list works without a restart.
  all.configure([](auto& s) { s.http = "{listen: \"127.0.0.1:0\", hosts: [Status.Example.com]}"; });
  running.process().send(SIGHUP);
  EXPECT_TRUE(wait_until([&] {
    return running.get("/", {"-H", "Host: status.example.com:443"}).status == 200;
  })) << running.process().err();
  EXPECT_EQ(running.get("/", {"-H", "Host: evil.example"}).status, 421);
  EXPECT_EQ(running.stop(), 0);
}

TEST_F(http, is_open_to_probes_whoever_holds_connections) {
  service running(all);
  auto const port = running.url().substr(running.url().rfind(':') + 1);
  boost::asio::io_context io;
  boost::asio::ip::tcp::endpoint const at(boost::asio::ip::address_v4::loopback(),
                                          static_cast<std::uint16_t>(std::stoi(port)));
  auto const descriptors = [&] {
    std::filesystem::path const folder = "/proc/" + std::to_string(running.process().id()) + "/fd";
    return std::distance(std::filesystem::directory_iterator(folder), {});
  };
  // Its own connections are open by then.
  ASSERT_TRUE(wait_until([&] { return running.get("/readyz").status == 200; }));
  auto const before = descriptors();
  std::vector<boost::asio::ip::tcp::socket> idle;
  for (int n = 0; n < 500; ++n) {
    idle.emplace_back(io).connect(at);
    if (n == 63 || n == 499) {
      EXPECT_EQ(running.get("/healthz").status, 200) << n;
    }
  }
  EXPECT_LT(descriptors(), before + 100);
  EXPECT_EQ(running.stop(), 0);
}

TEST_F(http, a_port_in_use_ends_the_service_with_a_word) {
  service running(all);
  auto const port = running.url().substr(running.url().rfind(':') + 1);
  all.configure([&](auto& s) { s.http = "{listen: \"127.0.0.1:" + port + "\"}"; });
  auto const second = all.syncd.run({"run"});
  EXPECT_EQ(second.code, 1);
  EXPECT_THAT(second.err,
              HasSubstr("cannot listen on \"127.0.0.1:" + port + "\": Address already in use"));
  EXPECT_THAT(second.err, HasSubstr("hint: another program"));
  EXPECT_EQ(running.stop(), 0);
}

}  // namespace
}  // namespace vobiz::e2e
