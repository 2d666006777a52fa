#include <gmock/gmock.h>
#include <zlib.h>

#include <stdexcept>

#include "simulator/provider.hpp"

namespace vobiz::simulator {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr char const* day_of_calls = "/cdrs?start_date=2026-01-29&end_date=2026-01-29&per_page=10";

// The simulator's bytes for a request with these faults.
script with(std::vector<std::string> faults, std::string_view path = day_of_calls,
            bool accepts_gzip = false) {
  auto chosen = small_world();
  chosen.faults = std::move(faults);
  provider asked(chosen);
  auto what = asked.make(path);
  what.accepts_gzip = accepts_gzip;
  return asked.behind.respond(what, true);
}

struct parts {
  std::string head;
  std::string body;
};

parts split(std::string const& bytes) {
  auto const end = bytes.find("\r\n\r\n");
  if (end == std::string::npos) return {bytes, {}};
  return {bytes.substr(0, end + 2), bytes.substr(end + 4)};
}

std::size_t told_length(std::string const& head) {
  auto const at = head.find("Content-Length: ");
  EXPECT_NE(at, std::string::npos) << head;
  return at == std::string::npos ? 0 : std::stoul(head.substr(at + 16));
}

// nullopt if it is no complete sequence of gzip members.
std::optional<std::string> inflate_all(std::string const& bytes) {
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string out;
  char part[65'536];
  int result = Z_OK;
  while (stream.avail_in > 0 || result == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(part);
    stream.avail_out = sizeof part;
    result = inflate(&stream, Z_NO_FLUSH);
    out.append(part, sizeof part - stream.avail_out);
    if (result == Z_STREAM_END && stream.avail_in > 0)
      inflateReset(&stream);
    else if (result != Z_OK)
      break;
  }
  inflateEnd(&stream);
  if (result != Z_STREAM_END) return std::nullopt;
  return out;
}

json::value body_of(std::vector<std::string> faults, std::string_view path = day_of_calls) {
  return json::parse(split(with(std::move(faults), path).bytes()).body);
}

TEST(fault_spec, says_what_is_wrong_with_it) {
  auto const message = [](char const* spec) -> std::string {
    try {
      parse_fault(spec);
    } catch (std::invalid_argument const& error) {
      return error.what();
    }
    return "accepted";
  };
  EXPECT_EQ(message("statsu:500"),
            "bad fault \"statsu:500\": unknown kind \"statsu\", vobiz-sim --help lists them");
  EXPECT_EQ(message("status:abc"), "bad fault \"status:abc\": \"abc\" is not a number");
  EXPECT_EQ(message("status:200"), "bad fault \"status:200\": the status must be 201 to 599");
  EXPECT_EQ(message("drip:-1"), "bad fault \"drip:-1\": the value must not be negative");
  EXPECT_EQ(message("status:500,header=x"),
            "bad fault \"status:500,header=x\": header must be NAME:TEXT");
  EXPECT_EQ(message("html,p=2"), "bad fault \"html,p=2\": p must be between 0 and 1");
  EXPECT_EQ(message("html,next=0"), "bad fault \"html,next=0\": next must be at least 1");
  EXPECT_EQ(message("html,often"), "bad fault \"html,often\": \"often\" is not key=value");
  EXPECT_THAT(message("html,when=now"),
              StartsWith("bad fault \"html,when=now\": unknown key \"when\""));
  EXPECT_EQ(message("lying-total:-3,path=/cdrs,query=page=2,p=0.5,next=3,after=1"), "accepted");
}

TEST(fault_spec, matches_paths_by_prefix_and_segment) {
  EXPECT_TRUE(parse_fault("html").matches("/cdrs", ""));
  EXPECT_TRUE(parse_fault("html,path=/cdrs").matches("/cdrs", "page=1"));
  EXPECT_FALSE(parse_fault("html,path=/cdrs").matches("/accounts/MA_1/cdrs", ""));
  EXPECT_TRUE(parse_fault("html,path=/accounts/*/cdrs").matches("/accounts/MA_1/cdrs", ""));
  EXPECT_FALSE(parse_fault("html,path=/accounts/*/cdrs").matches("/accounts/MA_1/numbers", ""));
  EXPECT_FALSE(parse_fault("html,path=/cdrs,query=page=2").matches("/cdrs", "page=1"));
}

TEST(fault_set, counts_down_and_waits) {
  auto chosen = small_world();
  chosen.faults = {"status:503,next=2,after=1,path=/me"};
  provider asked(chosen);
  std::vector<int> statuses;
  for (int i = 0; i < 5; ++i) {
    statuses.push_back(
        std::stoi(asked.behind.respond(asked.make("/me"), true).bytes().substr(9, 3)));
  }
  EXPECT_EQ(statuses, (std::vector<int>{200, 503, 503, 200, 200}));
  asked.post("/faults", R"({"fault":"status:502"})");
  EXPECT_THAT(asked.behind.respond(asked.make("/me"), true).bytes(),
              StartsWith("HTTP/1.1 502 Bad Gateway\r\n"));
  EXPECT_EQ(asked.control("/faults").at("faults").at(0).at("hits").as_int64(), 1);
  asked.control("/faults", "DELETE");
  EXPECT_THAT(asked.behind.respond(asked.make("/me"), true).bytes(),
              StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_EQ(asked.try_control("/faults", "POST", R"({"fault":"nonsense"})").status, 400);
}

TEST(fault_set, strikes_about_as_often_as_asked) {
  auto chosen = small_world();
  chosen.faults = {"status:500,p=0.3"};
  provider asked(chosen);
  int hits = 0;
  for (int i = 0; i < 1'000; ++i) {
    hits += asked.behind.respond(asked.make("/numbers?per_page=1"), true)
                .bytes()
                .starts_with("HTTP/1.1 500");
  }
  EXPECT_NEAR(hits, 300, 60);  // four standard deviations; the seed is fixed
}

TEST(fault, answers_with_a_status_in_the_shape_asked_for) {
  EXPECT_THAT(split(with({"status:500,shape=1"}).bytes()).body, HasSubstr("\"requestId\""));
  EXPECT_EQ(split(with({"status:500,shape=2"}).bytes()).body,
            R"({"error":{"code":500,"message":"simulated fault"}})");
  EXPECT_EQ(split(with({"status:500,shape=3"}).bytes()).body,
            R"({"error":"SIMULATED_FAULT","message":"simulated fault"})");
  EXPECT_EQ(split(with({"status:500,shape=4"}).bytes()).body, R"({"error":"simulated fault"})");
  EXPECT_THAT(split(with({"status:503,header=Retry-After:soon"}).bytes()).head,
              HasSubstr("Retry-After: soon\r\n"));
  auto const html = split(with({"status:502,shape=html"}).bytes());
  EXPECT_THAT(html.head, HasSubstr("Content-Type: text/html\r\n"));
  EXPECT_THAT(html.body, HasSubstr("<h1>Bad Gateway</h1>"));
  auto const empty = split(with({"status:504,shape=empty"}).bytes());
  EXPECT_THAT(empty.head, HasSubstr("Content-Length: 0\r\n"));
  EXPECT_EQ(empty.body, "");
}

TEST(fault, throttles_in_every_form) {
  auto const in_seconds = split(with({"throttle:7"}).bytes());
  EXPECT_THAT(in_seconds.head, StartsWith("HTTP/1.1 429 Too Many Requests\r\n"));
  EXPECT_THAT(in_seconds.head, HasSubstr("Retry-After: 7\r\n"));
  EXPECT_THAT(split(with({"throttle:7,retry=date"}).bytes()).head,
              testing::ContainsRegex(
                  "Retry-After: [A-Z][a-z][a-z], [0-9][0-9] [A-Z][a-z][a-z] 20[0-9][0-9] "
                  "[0-9][0-9]:[0-9][0-9]:[0-9][0-9] GMT\r\n"));
  auto const details = split(with({"throttle:7,retry=details"}).bytes());
  EXPECT_THAT(details.head, Not(HasSubstr("Retry-After")));
  EXPECT_EQ(json::parse(details.body).at("error").at("details").at("retryAfter").as_int64(), 7);
  auto const none = with({"throttle:7,retry=none"}).bytes();
  EXPECT_THAT(none, Not(HasSubstr("Retry-After")));
  EXPECT_THAT(none, Not(HasSubstr("retryAfter")));
}

TEST(fault, delays_and_stalls) {
  auto const whole = with({}).bytes();
  auto const late = with({"latency:250"});
  EXPECT_EQ(late.steps.front().before, milliseconds(250));
  EXPECT_EQ(late.bytes(), whole);
  auto const silent = with({"stall-head"});
  EXPECT_EQ(silent.bytes(), "");
  EXPECT_EQ(silent.end, ending::hold);
  EXPECT_EQ(with({"stall-head:90"}).steps.front().before, milliseconds(90));
  auto const inside = with({"stall-body"});
  EXPECT_EQ(inside.end, ending::hold);
  auto const started = split(inside.bytes());
  EXPECT_GT(started.body.size(), 0u);
  EXPECT_LT(started.body.size(), told_length(started.head));
  auto const for_a_while = with({"stall-body:90"});
  ASSERT_EQ(for_a_while.steps.size(), 2u);
  EXPECT_EQ(for_a_while.steps[1].before, milliseconds(90));
  EXPECT_EQ(for_a_while.bytes(), whole);
  auto const drips = with({"drip:3"});
  EXPECT_GT(drips.steps.size(), 100u);
  EXPECT_EQ(drips.steps.back().before, milliseconds(3));
  EXPECT_EQ(drips.bytes(), whole);
}

TEST(fault, resets_at_three_places) {
  auto const before = with({"reset-before"});
  EXPECT_EQ(before.bytes(), "");
  EXPECT_EQ(before.end, ending::reset);
  auto const head = with({"reset-head"});
  EXPECT_EQ(head.end, ending::reset);
  EXPECT_THAT(head.bytes(), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(head.bytes(), Not(HasSubstr("\r\n\r\n")));
  auto const body = with({"reset-body"});
  EXPECT_EQ(body.end, ending::reset);
  auto const started = split(body.bytes());
  EXPECT_LT(started.body.size(), told_length(started.head));
}

TEST(fault, truncates_in_three_framings) {
  auto const whole = split(with({}).bytes()).body;
  auto const framed = with({"truncate:40"});
  EXPECT_EQ(framed.end, ending::close);
  EXPECT_EQ(told_length(split(framed.bytes()).head), whole.size());
  EXPECT_EQ(split(framed.bytes()).body, whole.substr(0, whole.size() * 40 / 100));
  auto const chunked = split(with({"truncate-chunked"}).bytes());
  EXPECT_THAT(chunked.head, HasSubstr("Transfer-Encoding: chunked\r\n"));
  EXPECT_THAT(chunked.head, Not(HasSubstr("Content-Length")));
  EXPECT_THAT(chunked.body, Not(HasSubstr("\r\n0\r\n")));
  EXPECT_EQ(std::stoul(chunked.body, nullptr, 16), whole.size() / 2);
  auto const unframed = with({"truncate-unframed"});
  EXPECT_EQ(unframed.end, ending::close);
  EXPECT_THAT(split(unframed.bytes()).head, Not(HasSubstr("Content-Length")));
  EXPECT_EQ(split(unframed.bytes()).body, whole.substr(0, whole.size() / 2));
}

TEST(fault, spoils_bodies) {
  EXPECT_THAT(split(with({"html"}).bytes()).body, StartsWith("<html>"));
  EXPECT_EQ(split(with({"empty"}).bytes()).body, "");
  auto const broken = split(with({"invalid-json"}).bytes());
  EXPECT_EQ(told_length(broken.head), broken.body.size());
  boost::system::error_code error;
  json::parse(broken.body, error);
  EXPECT_TRUE(error);
  EXPECT_THAT(split(with({"invalid-utf8"}).bytes()).body, HasSubstr("\xff"));
  auto const redirect = split(with({"redirect:307,to=http://other.example/"}).bytes());
  EXPECT_THAT(redirect.head, StartsWith("HTTP/1.1 307 "));
  EXPECT_THAT(redirect.head, HasSubstr("Location: http://other.example/\r\n"));
  EXPECT_GT(split(with({"oversize:2"}).bytes()).body.size(), 2u << 20);
}

TEST(fault, spoils_encodings) {
  auto const good = split(with({}, day_of_calls, true).bytes());
  EXPECT_THAT(good.head, HasSubstr("Content-Encoding: gzip\r\n"));
  EXPECT_EQ(inflate_all(good.body), split(with({}).bytes()).body);
  auto const wrong = split(with({"wrong-encoding"}).bytes());
  EXPECT_THAT(wrong.head, HasSubstr("Content-Encoding: gzip\r\n"));
  EXPECT_FALSE(inflate_all(wrong.body));
  auto const bomb = split(with({"gzip-bomb:20"}).bytes());
  EXPECT_LT(bomb.body.size(), 1u << 20);
  EXPECT_EQ(inflate_all(bomb.body).value().size(), 20u << 20);
}

TEST(fault, lies_in_envelopes) {
  auto const good = body_of({});
  auto const total = good.at("pagination").at("total").as_int64();
  auto const zeroed = body_of({"zero-summary"});
  EXPECT_EQ(zeroed.at("data"), good.at("data"));
  EXPECT_EQ(zeroed.at("summary").at("totalCalls").as_int64(), 0);
  EXPECT_EQ(zeroed.at("pagination").at("total").as_int64(), total);
  EXPECT_FALSE(body_of({"no-summary"}).as_object().contains("summary"));
  EXPECT_FALSE(body_of({"no-total"}).at("pagination").as_object().contains("total"));
  EXPECT_EQ(body_of({"lying-total:-3"}).at("pagination").at("total").as_int64(), total - 3);
  EXPECT_EQ(body_of({"wrong-page:4"}).at("pagination").at("page").as_int64(), 5);
  auto const empty = body_of({"empty-list"});
  EXPECT_TRUE(empty.at("data").as_array().empty());
  EXPECT_EQ(empty.at("pagination").at("total").as_int64(), 0);
  EXPECT_EQ(empty.at("summary").at("totalCalls").as_int64(), 0);
  EXPECT_EQ(body_of({"fallback"}).at("pagination").at("per_page").as_int64(), 20);
  for (auto const* path : {"/transactions", "/accounts", "/numbers"}) {
    EXPECT_EQ(body_of({"empty-list"}, path).at("total").as_int64(), 0) << path;
    EXPECT_FALSE(body_of({"no-total"}, path).as_object().contains("total")) << path;
    EXPECT_EQ(body_of({"wrong-page"}, path).at("page").as_int64(), 2) << path;
  }
}

TEST(rate_limit, lets_through_what_it_holds_and_says_when_to_come_again) {
  rate_limit bucket(4);
  rate_limit slow(0.1);
  auto const now = rate_limit::clock::now();
  for (int i = 0; i < 4; ++i) EXPECT_FALSE(bucket.take(now)) << i;
  EXPECT_EQ(bucket.take(now), 1);
  EXPECT_FALSE(bucket.take(now + milliseconds(260)));
  EXPECT_TRUE(bucket.take(now + milliseconds(270)));
  EXPECT_FALSE(slow.take(now));
  EXPECT_EQ(slow.take(now), 10);
  rate_limit none(0);
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(none.take(now));
}

TEST(rate_limit, answers_429_on_the_wire) {
  auto chosen = small_world();
  chosen.rate_limit = 1;
  provider asked(chosen);
  EXPECT_THAT(asked.behind.respond(asked.make("/me"), true).bytes(), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(asked.behind.respond(asked.make("/me"), true).bytes(),
              HasSubstr("Retry-After: 1\r\n"));
  EXPECT_EQ(asked.control("/requests").at("by_status").at("429").as_int64(), 1);
}

}  // namespace
}  // namespace vobiz::simulator
