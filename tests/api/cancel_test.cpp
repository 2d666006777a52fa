#include <atomic>

#include "fixture.hpp"
#include "support/cancellable.hpp"

// The service stops by cancelling its coroutines. Each must end at once and leave the client
// usable.
namespace vobiz::api {
namespace {

using support::answering;
using support::cancellable;
using support::conversation;
using support::hostile_server;
using support::http_answer;
using support::script;

std::string const fine = http_answer(200, "{}");

struct stage {
  char const* name;
  script before;  // what the server does before the client is cancelled; signals its start
  bool tls;
};

TEST_F(client_test, ends_at_once_when_cancelled_at_any_stage) {
  std::atomic<bool> there = false;
  auto const stalls_after = [&](std::string bytes) -> script {
    return [&there, bytes](conversation& talk) {
      if (!talk.read_request()) return;
      talk.send(bytes);
      if (!bytes.empty()) talk.wait_until_read();
      there = true;
      talk.wait_for_close();
    };
  };
  stage const stages[] = {
      {"before the head", stalls_after(""), false},
      {"inside the head", stalls_after("HTTP/1.1 200 OK\r\nX"), false},
      {"inside the body", stalls_after("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"), false},
      {"before the head, TLS", stalls_after(""), true},
      {"inside the body, TLS", stalls_after("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"), true},
  };
  for (auto const& c : stages) {
    there = false;
    auto const who = support::certificates::shared().good();
    hostile_server server({c.before, answering({fine})}, c.tls ? std::optional(who) : std::nullopt);
    auto partner = partner_at(server.url());
    partner.limits.max_in_flight = 1;
    partner.timeouts.response = std::chrono::hours(1);
    client api(io.get_executor(), partner, how);
    cancellable<result<answer>> work(io, api.get(request{"/cdrs", {}, {}}));
    work.run_until([&] { return there.load(); });
    work.cancel();
    work.run_to_end();
    EXPECT_TRUE(work.aborted()) << c.name;
    EXPECT_TRUE(get(api)) << c.name << ": its place is free again";
    EXPECT_EQ(api.stats().retries, 0) << c.name;
  }
}

TEST_F(client_test, ends_at_once_when_cancelled_in_the_handshake) {
  hostile_server server({[](conversation& talk) { talk.wait_for_close(); }});
  auto partner = partner_at("https://127.0.0.1:" + std::to_string(server.port()));
  partner.timeouts.connect = std::chrono::hours(1);
  client api(io.get_executor(), partner, how);
  cancellable<result<answer>> work(io, api.get(request{"/cdrs", {}, {}}));
  work.run_until([&] { return server.connections() == 1; });
  work.cancel();
  work.run_to_end();
  EXPECT_TRUE(work.aborted());
}

TEST_F(client_test, ends_at_once_when_cancelled_before_it_starts) {
  client api(io.get_executor(), partner_at("http://127.0.0.1:9"), how);
  cancellable<result<answer>> work(io, api.get(request{"/cdrs", {}, {}}));
  work.cancel();
  work.run_to_end();
  EXPECT_TRUE(work.aborted());
}

TEST_F(client_test, ends_at_once_when_cancelled_between_attempts) {
  hostile_server server({answering({http_answer(503, "", {"Retry-After: 3600"})})});
  how.longest_pause = std::chrono::hours(2);
  client api(io.get_executor(), partner_at(server.url()), how);
  cancellable<result<answer>> work(io, api.get(request{"/cdrs", {}, {}}));
  work.run_until([&] { return log().find("attempt 2 of 5 in 3600 s") != std::string::npos; });
  work.cancel();
  work.run_to_end();
  EXPECT_TRUE(work.aborted());
  io.restart();
  io.run();  // returns only if no handler is left
}

TEST_F(client_test, leaks_nothing_when_the_executor_goes_first) {
  std::atomic<bool> there = false;
  hostile_server server({[&](conversation& talk) {
    talk.read_request();
    there = true;
    talk.wait_for_close();
  }});
  auto loop = std::make_unique<boost::asio::io_context>();
  auto partner = partner_with_login(server.url());
  auto api = std::make_unique<client>(loop->get_executor(), partner, how);
  int ended = 0;
  for (int number = 0; number < 3; ++number) {
    boost::asio::co_spawn(*loop, api->get(request{"/cdrs", {}, {}}),
                          [&](std::exception_ptr, result<answer>) { ++ended; });
  }
  while (!there) loop->run_one_for(std::chrono::milliseconds(5));
  api.reset();
  loop.reset();
  EXPECT_EQ(ended, 0);
}

}  // namespace
}  // namespace vobiz::api
