#include <atomic>

#include "service.hpp"
#include "support/hostile_server.hpp"

// An API that answers with customers and their tokens where it should say what is wrong, and that
// hands the partner's own token back.
namespace vobiz::e2e {
namespace {

using support::conversation;
using support::hostile_server;
using support::http_answer;
using support::wait_until;

constexpr auto partner_token = "CANARY_PARTNER_TOKEN";
std::string const customer = R"({"auth_id":"MA_1","auth_token":"CANARY_OF_CUSTOMER"})";

std::string of_type(std::string const& type) { return "Content-Type: " + type; }

// Each as "HTTP answer to a request": a request may be quoted.
using answer_to = std::function<std::string(std::string const& request)>;

answer_to always(int status, std::string const& body,
                 std::vector<std::string> const& headers = {}) {
  return [text = http_answer(status, body, headers)](std::string const&) { return text; };
}

std::vector<answer_to> hostile_answers() {
  auto const json = of_type("application/json");
  auto const text = of_type("text/plain");
  return {
      always(500, "[" + customer + "]", {json}),
      always(403, "[" + customer + "]", {json}),
      always(500, R"({"accounts":[)" + customer + ",", {json}),
      always(500, R"({"error":{"message":"boom","details":)" + customer + "}}", {json}),
      always(500, R"({"error":{"message":)" + customer + "}}", {json}),
      always(500, R"({"error":)" + customer + R"(,"message":[)" + customer + "]}", {json}),
      always(500, R"({"code":"auth_token=CANARY_AS_CODE","message":"x"})", {json}),
      always(500, "panic: dump X-Auth-Token: CANARY_PARTNER_TOKEN auth_token=CANARY_OF_CUSTOMER",
             {text}),
      [=](std::string const& request) { return http_answer(500, request, {text}); },
      always(400, R"({"message":"bad header: Q0FOQVJZX1BBUlRORVJfVE9LRU4= / CANARY_PARTNER_TOKE"})",
             {json}),
      always(400, R"({"message":"seen CANARY%5FPARTNER%5FTOKEN, canary_partner_token"})", {json}),
      always(400, R"({"error":"row was {\"auth_tokens\":[\"CANARY_OF_CUSTOMER\"]}"})", {json}),
      always(422, R"({"error":"Authorization: Bearer CANARY_OF_SESSION"})", {json}),
      always(500, "<html><title>CANARY_OF_TITLE</title>", {of_type("text/html")}),
      always(500, "x", {of_type("text/CANARY_OF_TYPE")}),
      always(500, R"({"message":"m","requestId":"CANARY_PARTNER_TOKEN"})", {json}),
      always(500, "{}", {"X-Request-Id: Bearer CANARY_OF_ID", "Set-Cookie: sid=CANARY_OF_COOKIE"}),
      always(302, "", {"Location: /login?token=CANARY_OF_LOCATION"}),
      always(200, "x", {"Content-Encoding: CANARY_OF_CODING"}),
      always(200, R"({"accounts":[)" + customer + ","),
      always(200, customer),
      always(200, "[" + customer + "]"),
      always(200, R"({"error":)" + customer + "}"),
      [](std::string const&) -> std::string {
        return "HTTP/1.1 500 CANARY_OF_REASON\r\nContent-Length: 2\r\n\r\n{}";
      },
  };
}

void expect_no_canary(std::string const& where, std::string const& text) {
  EXPECT_FALSE(text.empty()) << where;
  for (auto const* secret : {"CANARY", "canary_", "Q0FOQVJZX1BB", "LEAKME"}) {
    auto const at = text.find(secret);
    EXPECT_EQ(at, std::string::npos) << where << ": " << text.substr(at < 80 ? 0 : at - 80, 160);
  }
}

void expect_none_in_the_database(rig& all) {
  auto const dump = support::run_program(
      {"pg_dump", "--dbname", support::dsn_of(all.database.name())}, all.syncd.folder());
  ASSERT_EQ(dump.code, 0) << dump.err;
  expect_no_canary("database", dump.out);
}

TEST(hostile_errors, are_quoted_nowhere_but_for_what_they_say) {
  auto const answers = hostile_answers();
  std::atomic<std::size_t> next = 0;
  // Streams ask in turns, so each meets each answer.
  hostile_server api({[&](conversation& talk) {
    while (auto const request = talk.read_request()) {
      if (!talk.send(answers[next++ % answers.size()](*request))) return;
    }
  }});
  rig all;
  all.configure([&](auto& s) {
    serve_http(s);
    s.level = "trace";
    s.base_url = api.url("/api/v1/partner");
    s.token = partner_token;
  });
  service syncd(all);
  auto const met_all = [&] {
    return next > 6 * answers.size() &&
           all.number("SELECT count(*) FROM vobiz_sync.streams WHERE last_error IS NOT NULL") >= 5;
  };
  // Streams that fail ask less and less often.
  ASSERT_TRUE(wait_until(met_all, std::chrono::minutes(5))) << next << syncd.process().err();
  for (auto const* path : {"/", "/status.json", "/metrics", "/readyz"}) {
    expect_no_canary(path, syncd.get(path).body);
  }
  expect_no_canary("status", all.syncd.run({"status", "--json"}).out);
  EXPECT_EQ(syncd.stop(), 0);
  auto const log = syncd.process().err();
  expect_no_canary("log", log);
  // What may be said is said.
  EXPECT_THAT(log, HasSubstr("500 with an application/json body of 54 bytes"));
  EXPECT_THAT(log, HasSubstr("500 with a text/plain body of "));
  EXPECT_THAT(log, HasSubstr("500 \"boom\""));
  EXPECT_THAT(log, HasSubstr("400 \"bad header: *** / ***\""));
  expect_none_in_the_database(all);
}

TEST(hostile_errors, obey_no_terminal_and_forge_no_line) {
  hostile_server api({support::answering({http_answer(
      400,
      R"({"error":{"code":"\u001b]0;pwn\u0007","message":"\u001b[2J\u001b[31mhi\r\n2026-11-28T00:00:00.000Z error: forged\u202e\u2028\u0085x"},)"
      R"("requestId":"r\n2026-11-28T00:00:00.000Z error: forged [x\u001b[31m"})")})});
  rig all;
  all.configure([&](auto& s) { s.base_url = api.url("/api/v1/partner"); });
  auto const ended = all.sync({"accounts"});
  EXPECT_THAT(ended.out + ended.err,
              HasSubstr("400 \"\\x1b[2J\\x1b[31mhi 2026-11-28T00:00:00.000Z error: "
                        "forged\\u202e\\u2028\\u0085x\""));
  for (auto const* raw :
       {"\x1b", "\xe2\x80\xae", "\xe2\x80\xa8", "\xc2\x85", "\n2026-11-28T00:00:00.000Z e"}) {
    EXPECT_THAT(ended.out + ended.err, Not(HasSubstr(raw)));
  }
}

// Names of secrets as providers spell them, in every place where a row may have members.
TEST(hostile_rows, lose_secrets_of_any_name_at_any_depth) {
  rig all;
  all.configure([](auto& s) {
    serve_http(s);
    s.level = "trace";
  });
  std::string members;
  int number = 0;
  for (auto const* name : {"auth_tokens",
                           "secret_key",
                           "private_key",
                           "apiKeys",
                           "passwd",
                           "jwt",
                           "accessKey",
                           "client-secret",
                           "AuthToken",
                           "bearer",
                           "pin",
                           "otp",
                           "credentials",
                           "signature",
                           "session_cookie",
                           "webhook_secret",
                           "sip_password",
                           "pwd",
                           "Authorization",
                           "X-Api-Key",
                           "refreshToken",
                           "passphrase",
                           "totp_seed",
                           "signing_key",
                           "recovery_codes",
                           "ssh_private_key",
                           "license_key",
                           "encryptionKey",
                           "hmac",
                           "connectionString",
                           "basic_auth",
                           "db_pass",
                           "PASSWORD_HASH",
                           "secretAccessKey",
                           "auth_token=CANARY_IN_NAME"}) {
    auto const value = "\"CANARY_" + std::to_string(number++) + '"';
    members += std::string(number == 1 ? "" : ",") + '"' + name + "\":" +
               (number % 3 == 0   ? "[" + value + "]"
                : number % 3 == 1 ? "{\"of\":" + value + "}"
                                  : value);
  }
  std::string in_text = "{" + members + "}";
  for (std::size_t at = 0; (at = in_text.find_first_of("\"\\", at)) != std::string::npos; at += 2) {
    in_text.insert(at, "\\");
  }
  auto const everywhere = members + R"(,"kept":"yes","author":"also kept","deep":{"list":[{)" +
                          members + R"(}]},"raw":")" + in_text +
                          R"(","headers":[{"name":"X-Auth-Token","value":"CANARY_OF_PAIR"}])";
  all.api.post("/rows", {{"stream", "accounts"},
                         {"json", R"({"auth_id":"MA_HOSTILE","name":")" + in_text + "\"," +
                                      everywhere + "}"}});
  // Without its key the row is rejected, and kept as it is.
  all.api.post("/rows",
               {{"stream", "accounts"}, {"json", R"({"name":"Example",)" + everywhere + "}"}});
  all.api.post("/rows", {{"stream", "accounts"},
                         {"json", R"({"auth_id":"MA_2","cash_credits":")" + in_text + R"("})"}});
  service syncd(all);
  ASSERT_TRUE(wait_until([&] {
    return all.number("SELECT count(*) FROM vobiz_sync.rejects") == 2 &&
           all.number("SELECT count(*) FROM vobiz.accounts WHERE auth_id = 'MA_HOSTILE'") == 1;
  })) << syncd.process().err();
  EXPECT_EQ(all.value("SELECT concat_ws(',', extra ->> 'kept', extra ->> 'author')\n"
                      "FROM vobiz.accounts WHERE auth_id = 'MA_HOSTILE'"),
            "yes,also kept");
  for (auto const* path : {"/", "/status.json", "/metrics"}) {
    expect_no_canary(path, syncd.get(path).body);
  }
  EXPECT_EQ(syncd.stop(), 0);
  expect_no_canary("log", syncd.process().err());
  expect_none_in_the_database(all);
}

}  // namespace
}  // namespace vobiz::e2e
