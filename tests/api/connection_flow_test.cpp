#include <boost/asio/co_spawn.hpp>
#include <condition_variable>

#include "address_book.hpp"
#include "connection.hpp"
#include "fixture.hpp"
#include "support/cancellable.hpp"
#include "tls.hpp"
#include "vobiz/core/failure.hpp"

// Which connection carries which request, and in which order.
namespace vobiz::api {
namespace {

using support::answering;
using support::conversation;
using support::hostile_server;
using support::http_answer;
using support::script;
using testing::ElementsAre;
using testing::HasSubstr;

std::string const fine = http_answer(200, "{}");

// Responds to one request, keeps the connection until the next request and leaves that one
// unanswered.
script answers_once_then(std::function<void(conversation&)> end) {
  return [end](conversation& talk) {
    if (!talk.read_request()) return;
    talk.send(fine);
    if (talk.read_request()) end(talk);
  };
}

TEST_F(client_test, keeps_a_connection_for_many_requests) {
  hostile_server server({answering({fine})});
  client api(io.get_executor(), partner_at(server.url()), how);
  for (int time = 0; time < 20; ++time) ASSERT_TRUE(get(api));
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(client_test, keeps_a_connection_beyond_an_error_status) {
  hostile_server server({answering({http_answer(500, "x"), http_answer(404, "y"), fine})});
  client api(io.get_executor(), partner_at(server.url()), how);
  EXPECT_FALSE(get(api));
  EXPECT_TRUE(get(api));
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(client_test, leaves_a_connection_that_the_server_ends) {
  hostile_server server({answering({http_answer(200, "{}", {"Connection: close"})})});
  client api(io.get_executor(), partner_at(server.url()), how);
  ASSERT_TRUE(get(api));
  ASSERT_TRUE(get(api));
  EXPECT_EQ(server.connections(), 2);
}

TEST_F(client_test, leaves_a_connection_with_more_on_it_than_was_asked) {
  hostile_server server({answering({fine + "HTTP/1.1 200 OK\r\n", fine})});
  client api(io.get_executor(), partner_at(server.url()), how);
  ASSERT_TRUE(get(api));
  ASSERT_TRUE(get(api));
  EXPECT_EQ(server.connections(), 2);
}

TEST_F(client_test, replaces_a_stale_connection_without_a_retry) {
  for (bool const reset : {false, true}) {
    hostile_server server({answers_once_then([reset](conversation& talk) {
                             if (reset) talk.reset();
                           }),
                           answering({fine})});
    how.attempts = 1;
    client api(io.get_executor(), partner_at(server.url()), how);
    ASSERT_TRUE(get(api));
    auto const got = get(api);
    ASSERT_TRUE(got) << got.error().message;
    EXPECT_EQ(server.connections(), 2);
    EXPECT_EQ(api.stats().retries, 0);
    EXPECT_EQ(api.stats().requests, 3) << "the request was sent twice";
  }
}

TEST_F(client_test, replaces_a_stale_connection_only_once) {
  hostile_server server(
      {answers_once_then([](conversation&) {}), [](conversation& talk) { talk.read_request(); }});
  how.attempts = 1;
  client api(io.get_executor(), partner_at(server.url()), how);
  ASSERT_TRUE(get(api));
  EXPECT_EQ(get(api).error().message, "GET /cdrs: no answer: end of stream [beast.http:1]");
  EXPECT_EQ(server.connections(), 2);
}

TEST_F(client_test, counts_a_failure_after_the_first_byte_of_an_answer) {
  hostile_server server(
      {answers_once_then([](conversation& talk) { talk.send("HTTP/1.1 2"); }), answering({fine})});
  how.attempts = 1;
  client api(io.get_executor(), partner_at(server.url()), how);
  ASSERT_TRUE(get(api));
  EXPECT_EQ(get(api).error().message,
            "GET /cdrs: answer cut short: partial message [beast.http:2]");
}

TEST_F(client_test, does_not_send_on_a_connection_closed_meanwhile) {
  for (bool const tls : {false, true}) {
    auto const who = support::certificates::shared().good();
    hostile_server server({[](conversation& talk) {
                             talk.read_request();
                             talk.send(fine);
                           },
                           answering({fine})},
                          tls ? std::optional(who) : std::nullopt);
    endpoint const where = endpoint_of(server.url());
    address_book book(how);
    std::optional<tunnel> const direct;
    auto opened = support::run(io, connection::open(tls_context(partner_at("").ca_file), where,
                                                    direct, book, std::chrono::seconds(30)));
    ASSERT_TRUE(opened) << opened.error().what;
    auto& line = **opened;
    // Session tickets may follow the TLS handshake; the first read consumes them.
    EXPECT_TRUE(tls || line.silent());
    wire_request ask(boost::beast::http::verb::get, "/", 11);
    auto const got = support::run(io, line.exchange(ask, std::chrono::seconds(30), 100));
    ASSERT_TRUE(got) << got.error().what;
    EXPECT_TRUE(line.reusable());
    while (line.silent()) std::this_thread::yield();  // until the server's close has arrived
  }
}

TEST_F(client_test, drops_what_was_idle_for_too_long) {
  auto now = std::chrono::steady_clock::now();
  how.now = [&] { return now; };
  how.idle = std::chrono::seconds(30);
  hostile_server server({answering({fine})});
  client api(io.get_executor(), partner_at(server.url()), how);
  ASSERT_TRUE(get(api));
  now += std::chrono::seconds(29);
  ASSERT_TRUE(get(api));
  EXPECT_EQ(server.connections(), 1);
  now += std::chrono::seconds(30);
  ASSERT_TRUE(get(api));
  EXPECT_EQ(server.connections(), 2);
}

TEST_F(client_test, tries_every_address_and_remembers_the_good_one) {
  hostile_server server({answering({fine})});
  using boost::asio::ip::tcp;
  endpoint const where = endpoint_of(server.url());
  address_book book(how);
  // Nothing listens on 127.0.0.2.
  tcp::endpoint const dead(boost::asio::ip::make_address("127.0.0.2"), server.port());
  tcp::endpoint const good(boost::asio::ip::make_address("127.0.0.1"), server.port());
  book.remember({dead, good});
  std::optional<tunnel> const direct;
  auto const opened = support::run(
      io, connection::open(tls_context({}), where, direct, book, std::chrono::seconds(30)));
  ASSERT_TRUE(opened) << opened.error().what;
  auto const found = support::run(io, book.find(where));
  EXPECT_THAT(*found, ElementsAre(good, dead));
}

TEST_F(client_test, looks_up_again_after_some_minutes_or_when_none_worked) {
  auto now = std::chrono::steady_clock::now();
  how.now = [&] { return now; };
  endpoint const where = endpoint_of("http://127.0.0.1:9");
  using boost::asio::ip::tcp;
  tcp::endpoint const known(boost::asio::ip::make_address("127.0.0.2"), 9);
  tcp::endpoint const looked_up(boost::asio::ip::make_address("127.0.0.1"), 9);
  address_book book(how);
  book.remember({known});
  now += how.addresses - std::chrono::seconds(1);
  EXPECT_THAT(*support::run(io, book.find(where)), ElementsAre(known));
  now += std::chrono::seconds(1);
  EXPECT_THAT(*support::run(io, book.find(where)), ElementsAre(looked_up));
  book.remember({known});
  book.doubt();
  EXPECT_THAT(*support::run(io, book.find(where)), ElementsAre(looked_up));
  book.remember({known});
  book.doubt();
  EXPECT_THAT(*support::run(io, book.find(endpoint_of("http://host.invalid"))), ElementsAre(known))
      << "an old address is better than none";
}

// Holds each request until released, and counts the requests that it holds.
class slow_desk {
public:
  script serve() {
    return [this](conversation& talk) {
      while (talk.read_request()) {
        std::unique_lock lock(mutex_);
        most_ = std::max(most_, ++held_);
        changed_.notify_all();
        changed_.wait(lock, [this] { return open_; });
        --held_;
        lock.unlock();
        if (!talk.send(fine)) return;
      }
    };
  }
  int held() {
    std::lock_guard const guard(mutex_);
    return held_;
  }
  int most() {
    std::lock_guard const guard(mutex_);
    return most_;
  }
  void open() {
    std::lock_guard const guard(mutex_);
    open_ = true;
    changed_.notify_all();
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int held_ = 0;
  int most_ = 0;
  bool open_ = false;
};

struct budget_flow : client_test {
  void ask(client& api, std::string path, priority urgency) {
    boost::asio::co_spawn(io, api.get(request{std::move(path), {}, urgency}),
                          [this](std::exception_ptr error, result<answer> got) {
                            if (!error && got) ++answered;
                          });
  }
  void run_until(std::function<bool()> const& condition) {
    auto const limit = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    io.restart();
    while (!condition()) {
      ASSERT_LT(std::chrono::steady_clock::now(), limit) << "timed out";
      io.run_one_for(std::chrono::milliseconds(5));
      if (io.stopped()) io.restart();
    }
  }
  int answered = 0;
};

TEST_F(budget_flow, has_no_more_under_way_than_allowed) {
  slow_desk desk;
  hostile_server server({desk.serve()});
  auto partner = partner_at(server.url());
  partner.limits.max_in_flight = 3;
  client api(io.get_executor(), partner, how);
  for (int number = 0; number < 10; ++number) ask(api, "/cdrs", priority::fresh);
  run_until([&] { return desk.held() == 3; });
  io.poll();
  EXPECT_EQ(api.stats().requests, 3);
  desk.open();
  run_until([&] { return answered == 10; });
  EXPECT_EQ(desk.most(), 3);
  EXPECT_EQ(server.connections(), 3) << "and each connection was kept";
}

TEST_F(budget_flow, serves_the_urgent_first_and_equals_in_order) {
  slow_desk desk;
  hostile_server server({desk.serve()});
  auto partner = partner_at(server.url());
  partner.limits.max_in_flight = 1;
  client api(io.get_executor(), partner, how);
  ask(api, "/first", priority::backfill);
  run_until([&] { return desk.held() == 1; });
  ask(api, "/backfill", priority::backfill);
  ask(api, "/repair", priority::repair);
  ask(api, "/probe", priority::probe);
  ask(api, "/fresh1", priority::fresh);
  ask(api, "/unproven", priority::unproven);
  ask(api, "/fresh2", priority::fresh);
  io.poll();
  desk.open();
  run_until([&] { return answered == 7; });
  std::vector<std::string> paths;
  for (auto const& text : server.requests())
    paths.push_back(text.substr(4, text.find(" HTTP/") - 4));
  EXPECT_THAT(paths, ElementsAre("/first", "/fresh1", "/fresh2", "/unproven", "/probe", "/repair",
                                 "/backfill"));
}

TEST_F(budget_flow, pauses_everybody_when_one_is_refused) {
  hostile_server server({answering({http_answer(429, "", {"Retry-After: 3600"})})});
  how.longest_pause = std::chrono::hours(2);
  client api(io.get_executor(), partner_at(server.url()), how);
  support::cancellable<result<answer>> refused(io, api.get(request{"/cdrs", {}, {}}));
  refused.run_until([&] { return api.stats().throttled == 1; });
  support::cancellable<result<answer>> other(io, api.get(request{"/me", {}, {}}));
  io.poll();
  EXPECT_EQ(server.requests().size(), 1);
  EXPECT_EQ(api.stats().requests, 1);
  refused.cancel();
  other.cancel();
  refused.run_to_end();
  other.run_to_end();
  EXPECT_TRUE(refused.aborted());
  EXPECT_TRUE(other.aborted());
  io.restart();
  io.run();  // returns only if no timer is left
}

TEST_F(budget_flow, takes_new_limits_and_secrets_at_once) {
  slow_desk desk;
  hostile_server server({desk.serve()});
  auto partner = partner_at(server.url());
  partner.limits.max_in_flight = 1;
  client api(io.get_executor(), partner, how);
  ask(api, "/old", priority::fresh);
  run_until([&] { return desk.held() == 1; });
  ask(api, "/waiting", priority::fresh);
  io.poll();
  EXPECT_EQ(api.stats().requests, 1);
  partner.limits.max_in_flight = 3;
  partner.auth_token = core::secret("new-token");
  api.reconfigure(partner);
  ask(api, "/new", priority::fresh);
  run_until([&] { return desk.held() == 3; });
  desk.open();
  run_until([&] { return answered == 3; });
  EXPECT_THAT(server.requests(),
              testing::UnorderedElementsAre(HasSubstr("token-of-acme"), HasSubstr("token-of-acme"),
                                            HasSubstr("new-token")));
}

TEST_F(client_test, refuses_a_configuration_it_cannot_use_and_keeps_the_old) {
  hostile_server server({answering({fine})});
  client api(io.get_executor(), partner_at(server.url()), how);
  auto const refused = [&](config::partner const& partner) -> std::string {
    try {
      api.reconfigure(partner);
    } catch (core::failure const& error) {
      EXPECT_EQ(error.kind(), core::failure_kind::config_invalid);
      return error.what();
    }
    return "accepted";
  };
  auto partner = partner_at("nowhere");
  EXPECT_EQ(refused(partner), "base_url \"nowhere\": not a URL");
  partner = partner_at(server.url());
  partner.auth_token = core::secret("token\nwith a line");
  EXPECT_EQ(
      refused(partner),
      "partner \"acme\": auth_token is empty or holds a character that a header cannot carry");
  partner = partner_at(server.url());
  partner.ca_file = "/nonexistent.pem";
  EXPECT_THAT(refused(partner), testing::StartsWith("ca_file \"/nonexistent.pem\": "));
  EXPECT_TRUE(get(api));
}

}  // namespace
}  // namespace vobiz::api
