#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <memory>

#include "adversaries.hpp"
#include "rig.hpp"
#include "survivor.hpp"

// The real program between an honest provider and hostile ones, with little memory. Whatever a
// hostile one sends ends with a message that says what it was, and costs the honest one nothing.
namespace vobiz::e2e {
namespace {

using support::hostile_server;

// Address space of the whole process, in bytes: its libraries, the stacks and arenas of its
// threads, and what one partner's answers may take.
constexpr rlim_t most_mapped = 1000u << 20;
// Resident memory in KiB with an answer of the largest size, its copy unpacked or repaired, and
// what is decoded of it. Without bounds it was more than a gigabyte.
constexpr std::int64_t most_resident = 256 << 10;

struct besieged : rig {
  explicit besieged(std::vector<adversary> const& by, std::string const& timeouts) {
    std::string partners;
    for (auto const& one : by) {
      auto& server =
          *servers.emplace_back(std::make_unique<hostile_server>(std::vector{one.what()}));
      auto where = one.partner.empty() ? "base_url: http://127.0.0.1:PORT" : one.partner;
      where.replace(where.find("PORT"), 4, std::to_string(server.port()));
      auto const name = "zenith" + std::to_string(servers.size());
      partners += "  - name: " + name + "\n    " + where + "\n    auth_id: PA_HOSTILE" +
                  std::to_string(servers.size()) + "\n    auth_token: CANARY_HOSTILE_TOKEN\n" +
                  "    timeouts: {" + timeouts + "}\n";
    }
    configure([&](auto& s) {
      s.partners = partners;
      // No day is queued, since the queue is read only every ten seconds.
      s.streams = "  cdrs: {start_date: " + days_ago(6) + ", lookback_days: 7, every: 1s}\n";
      for (auto const* other : {"profile", "accounts", "balances", "numbers", "dashboard",
                                "transactions", "analytics"}) {
        s.streams += "  " + std::string(other) + ": {enabled: false}\n";
      }
    });
    // The file contains the tokens, so only its owner may read it.
    std::filesystem::permissions(
        syncd.file(), std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  }

  // Starts the program with the limit.
  std::unique_ptr<support::process> start_with_little_memory(std::string const& command) {
    auto running = syncd.start({command});
    if (memory_is_real) {
      rlimit const little{most_mapped, most_mapped};
      if (::prlimit(running->id(), RLIMIT_AS, &little, nullptr) != 0) {
        throw std::runtime_error("cannot limit memory");
      }
    }
    return running;
  }

  void look_at_memory(support::process const& of) {
    try {
      peak = std::max(peak, memory_of(of.id(), "VmHWM"));
    } catch (std::runtime_error const&) {
      // It has just ended.
    }
  }

  void expect_the_honest_one_is_served() {
    EXPECT_EQ(stored_calls(database), true_calls(api));
    EXPECT_EQ(value("SELECT count(*) FROM vobiz_sync.windows WHERE partner_id = 'PA_EXAMPLE01' "
                    "AND proof IS NULL AND stream = 'cdrs'"),
              "0");
    EXPECT_EQ(value("SELECT count(*) FROM vobiz.cdrs WHERE partner_id <> 'PA_EXAMPLE01'"), "0");
    ::testing::Test::RecordProperty("peak_kib", std::to_string(peak));
    if (memory_is_real) {
      EXPECT_LT(peak, most_resident);
    }
  }

  std::vector<std::unique_ptr<hostile_server>> servers;
  std::int64_t peak = 0;
};

std::string last_error(besieged& all, std::size_t number) {
  return all.value(
      "SELECT coalesce(max(last_error), 'none') FROM vobiz_sync.streams\n"
      "WHERE stream = 'cdrs' AND consecutive_failures > 0 AND partner_id = 'PA_HOSTILE" +
      std::to_string(number) + "'");
}

void expect_no_complaint(std::string const& output) {
  EXPECT_THAT(output, Not(HasSubstr("out of memory")));
  EXPECT_THAT(output, Not(HasSubstr("CANARY")));
}

TEST(adversary, on_the_wire_they_all_come_at_once) {
  auto const& by = adversaries_on_the_wire();
  besieged all(by, "connect: 500ms, response: 300ms");
  auto const service = all.start_with_little_memory("run");
  for (std::size_t n = 0; n < by.size(); ++n) {
    EXPECT_TRUE(support::wait_until([&] {
      all.look_at_memory(*service);
      return last_error(all, n + 1).find(by[n].says) != std::string::npos;
    })) << by[n].name
        << ": " << last_error(all, n + 1);
  }
  EXPECT_TRUE(
      support::wait_until([&] { return stored_calls(all.database) == true_calls(all.api); }));
  all.look_at_memory(*service);
  service->send(SIGTERM);
  auto const ended = service->wait(std::chrono::seconds(10));
  ASSERT_TRUE(ended) << service->err();
  EXPECT_EQ(ended->code, 0) << ended->err;
  expect_no_complaint(ended->err);
  all.expect_the_honest_one_is_served();
}

class adversary_in_a_body : public ::testing::TestWithParam<adversary> {};

TEST_P(adversary_in_a_body, costs_a_bounded_amount_of_memory) {
  besieged all({GetParam()}, "connect: 5s, response: 60s");
  auto const running = all.start_with_little_memory("sync");
  std::optional<ending> ended;
  auto const has_ended = [&] {
    all.look_at_memory(*running);
    ended = running->wait(std::chrono::milliseconds(0));
    return ended.has_value();
  };
  EXPECT_TRUE(support::wait_until(has_ended, std::chrono::minutes(5))) << running->err();
  ASSERT_TRUE(ended);
  EXPECT_NE(ended->code, 0);
  EXPECT_THAT(ended->out, HasSubstr("zenith1 cdrs: "));
  EXPECT_THAT(last_error(all, 1), HasSubstr(GetParam().says));
  expect_no_complaint(ended->out + ended->err);
  all.expect_the_honest_one_is_served();
}

std::string test_name(::testing::TestParamInfo<adversary> const& info) {
  auto result = info.param.name;
  std::ranges::replace(result, ' ', '_');
  return result;
}

INSTANTIATE_TEST_SUITE_P(e2e, adversary_in_a_body, ::testing::ValuesIn(adversaries_in_a_body()),
                         test_name);

// Ids come from the provider, and become part of paths.
TEST(adversary, no_id_becomes_syntax_of_a_path) {
  std::vector<std::string> const ids = {"../../../login", "..",   "a/b",        "a?page=9", "a#b",
                                        "a%2Fb",          "a b;", "a\\r\\nX: y"};
  std::string rows;
  for (auto const& id : ids)
    rows += std::string(rows.empty() ? "" : ",") + R"({"auth_id":")" + id + "\"}";
  auto const accounts = R"({"accounts":[)" + rows + R"(],"total":8})";
  hostile_server server({[&](support::conversation& talk) {
    while (auto const request = talk.read_request()) {
      auto const list = request->starts_with("GET /v1/accounts?");
      talk.send(support::http_answer(list ? 200 : 404, list ? accounts : "{}"));
    }
  }});
  rig all;
  all.configure([&](auto& s) {
    s.base_url = server.url("/v1");
    s.streams = "  balances: {scope: per_account}\n";
  });
  all.sync({"accounts"});
  all.sync({"balances"});
  std::vector<std::string> paths;
  for (auto const& request : server.requests()) {
    auto const line = request.substr(0, request.find("\r\n"));
    if (line.find("/balance") != std::string::npos) paths.push_back(line);
  }
  // A refused customer is asked for again, as a witness.
  std::ranges::sort(paths);
  paths.erase(std::ranges::unique(paths).begin(), paths.end());
  EXPECT_THAT(paths, ::testing::UnorderedElementsAre(
                         "GET /v1/accounts/..%2F..%2F..%2Flogin/balance HTTP/1.1",
                         "GET /v1/accounts/a%2Fb/balance HTTP/1.1",
                         "GET /v1/accounts/a%3Fpage%3D9/balance HTTP/1.1",
                         "GET /v1/accounts/a%23b/balance HTTP/1.1",
                         "GET /v1/accounts/a%252Fb/balance HTTP/1.1",
                         "GET /v1/accounts/a%20b%3B/balance HTTP/1.1",
                         "GET /v1/accounts/a%0D%0AX%3A%20y/balance HTTP/1.1"));
}

}  // namespace
}  // namespace vobiz::e2e
