#include "service.hpp"
#include "support/run.hpp"
#include "vobiz/api/client.hpp"

namespace vobiz::e2e {
namespace {

using ::testing::ContainsRegex;

void expect_no_canary(std::string const& where, std::string const& text) {
  EXPECT_FALSE(text.empty()) << where;
  EXPECT_THAT(text, Not(HasSubstr("CANARY"))) << where;
}

// The token, the passwords, the login's token and each account's auth_token contain CANARY.
TEST(secrets, are_in_no_log_no_table_and_no_output) {
  for (bool const by_login : {false, true}) {
    SCOPED_TRACE(by_login ? "login" : "token");
    rig all;
    all.configure([&](auto& s) {
      s.login = by_login;
      s.level = "trace";
    });
    // Rejected rows are stored, and error responses are quoted.
    all.api.post(
        "/rows",
        {{"stream", "accounts"},
         {"json",
          R"({"name":"Example","auth_token":"CANARY_A","deep":[{"password":"CANARY_B"}]})"}});
    all.api.add_fault("status:500,path=/numbers,next=2");
    auto const synced = all.sync();
    EXPECT_EQ(synced.code, 0) << synced.err;
    expect_no_canary("log", synced.err);
    expect_no_canary("output", synced.out);
    expect_no_canary("status", all.syncd.run({"status", "--json"}).out);
    expect_no_canary("check-config", all.syncd.run({"check-config", "--connect"}).out);
    EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_sync.rejects"), "1");
    auto const dump = support::run_program(
        {"pg_dump", "--dbname", support::dsn_of(all.database.name())}, all.syncd.folder());
    EXPECT_EQ(dump.code, 0) << dump.err;
    expect_no_canary("database", dump.out);
  }
}

// What other users of the machine can see of the running service.
TEST(secrets, are_in_nothing_that_the_service_shows) {
  rig all;
  all.configure([](auto& s) {
    serve_http(s);
    s.level = "trace";
  });
  // An error text that repeats the request.
  all.api.add_fault("status:401,next=1");
  service syncd(all);
  ASSERT_TRUE(support::wait_until([&] {
    return all.number(
               "SELECT count(*) FROM vobiz_sync.streams WHERE last_attempt_at IS NOT NULL") == 8;
  })) << syncd.process().err();
  for (auto const* path : {"/", "/status.json", "/metrics", "/healthz", "/readyz", "/nowhere"})
    expect_no_canary(path, syncd.get(path).body);
  std::filesystem::path const proc = "/proc/" + std::to_string(syncd.process().id());
  expect_no_canary("command line", support::contents(proc / "cmdline"));
  expect_no_canary("environment", support::contents(proc / "environ"));
  // No child process that inherits secrets, and no core file.
  EXPECT_EQ(support::contents(proc / "task" / proc.filename() / "children"), "");
  EXPECT_THAT(support::contents(proc / "limits"), ContainsRegex("Max core file size +0 +0 "));
  EXPECT_EQ(syncd.stop(), 0);
  expect_no_canary("log", syncd.process().err());
}

// All GET endpoints of the reference, through the service's client.
TEST(endpoints, are_all_answered) {
  rig all;
  all.sync_ends_with(0, {"accounts", "cdrs"});
  auto const id = all.value("SELECT account_id FROM vobiz.cdrs LIMIT 1");
  auto const uuid =
      all.value("SELECT uuid FROM vobiz.cdrs WHERE account_id = '" + id + "' LIMIT 1");
  std::vector<std::string> const paths = {"/me",
                                          "/dashboard",
                                          "/analytics",
                                          "/accounts",
                                          "/accounts/" + id,
                                          "/accounts/" + id + "/balance",
                                          "/accounts/" + id + "/transactions",
                                          "/transactions",
                                          "/accounts/" + id + "/cdrs",
                                          "/accounts/" + id + "/cdrs/" + uuid,
                                          "/cdrs",
                                          "/accounts/" + id + "/numbers",
                                          "/numbers"};
  config::partner partner;
  partner.name = "acme";
  partner.base_url = all.api.base_url();
  partner.login.emplace();
  partner.login->email = "partner@example.com";
  partner.login->password = core::secret("CANARY_PASSWORD");
  boost::asio::io_context context;
  api::client client(context.get_executor(), partner);
  for (auto const& path : paths) {
    api::request request;
    request.path = path;
    auto const answer = support::run(context, client.get(request));
    EXPECT_TRUE(answer) << (answer ? "" : answer.error().message);
  }
  // The fourteenth endpoint is the login.
  EXPECT_EQ(client.stats().logins, 1u);
}

}  // namespace
}  // namespace vobiz::e2e
