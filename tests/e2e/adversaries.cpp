#include "adversaries.hpp"

#include <thread>

#include "support/gzip.hpp"

namespace vobiz::e2e {

namespace {

using std::chrono::milliseconds;
using support::conversation;
using support::script;

// A little less than max_response.
// The sanitizers make a body of 32 MiB a matter of minutes. Less than 8 MiB would stay below the
// bound of small rows.
#ifdef __SANITIZE_ADDRESS__
constexpr std::size_t largest = (8u << 20) - 1024;
constexpr std::size_t largest_repaired = 1u << 20;
#else
constexpr std::size_t largest = (32u << 20) - 1024;
constexpr std::size_t largest_repaired = largest;
#endif

std::string const ok = "HTTP/1.1 200 OK\r\n";
std::string const chunked = ok + "Transfer-Encoding: chunked\r\n\r\n";

std::string repeated(std::string const& text, std::size_t times) {
  std::string result;
  result.reserve(text.size() * times);
  for (std::size_t n = 0; n < times; ++n) result += text;
  return result;
}

// As many as make a body of the largest size.
std::string filled(std::string const& text) { return repeated(text, largest / text.size()); }

std::function<script()> always(script what) {
  return [what] { return what; };
}

// Sends `first`, then `again` until the client has gone, without a pause.
std::function<script()> floods(std::string first, std::string const& again) {
  auto const many = repeated(again, 1 + 4096 / again.size());
  return always([first, many](conversation& talk) {
    if (!talk.read_request()) return;
    talk.send(first);
    while (talk.send(many)) {
    }
  });
}

// The same, with a pause before each.
std::function<script()> drips(std::string first, std::string again) {
  return always([first, again](conversation& talk) {
    if (!talk.read_request()) return;
    talk.send(first);
    while (!talk.closed_within(milliseconds(50)) && talk.send(again)) {
    }
  });
}

std::function<script()> is_silent() {
  return always([](conversation& talk) { talk.wait_for_close(); });
}

// Begins a TLS handshake with a record that never ends.
std::function<script()> drips_a_handshake() {
  return always([](conversation& talk) {
    talk.send(std::string({0x16, 0x03, 0x03, 0x40, 0x00, 0x02, 0x00, 0x3f, '\xfc'}));
    // What the client has said stays unread, so a poll would not wait.
    while (talk.send("\x03")) std::this_thread::sleep_for(milliseconds(50));
  });
}

// The bodies are made when they are needed: together they would fill the test's own memory.
std::function<script()> says(std::function<std::string()> body, std::string const& header = {}) {
  return [body, header] {
    std::vector<std::string> headers;
    if (!header.empty()) headers.push_back(header);
    return support::answering({support::http_answer(200, body(), headers)});
  };
}

std::string in_rows(std::string const& rows) { return R"({"data":[)" + rows + "1]}"; }

std::string const no_answer = "no answer within 0.3 s";
std::string const incomplete = "answer not complete within 0.3 s";
std::string const cut = "answer cut short: ";
std::string const too_large_head = cut + "header limit exceeded [beast.http:8]";
std::string const unread = "200 with a body that cannot be read: ";
std::string const unused = "200 with a body that cannot be used: ";

std::string const tls = "base_url: https://127.0.0.1:PORT";
std::string const proxy =
    "base_url: https://api.example.com\n    proxy: {url: \"http://127.0.0.1:PORT\"}";

// clang-format off
std::vector<adversary> const wire = {
    {"silence", is_silent(), no_answer},
    {"a head that drips", drips(ok + "X: ", "x"), incomplete},
    {"fields that drip", drips(ok, "X: y\r\n"), incomplete},
    {"a field without end", floods(ok + "X: ", "x"), too_large_head},
    {"fields without end", floods(ok, "X: y\r\n"), too_large_head},
    {"too many fields", floods(ok + repeated("X: y\r\n", 1000) + "\r\n", "x"), too_large_head},
    {"1xx without end", floods("", "HTTP/1.1 100 Continue\r\n\r\n"), too_large_head},
    {"1xx that drip", drips("", "HTTP/1.1 100 Continue\r\n\r\n"), incomplete},
    {"an extension without end", floods(chunked + "1;", "a"), cut + "a chunk begins with more than 4096 bytes [answer:1]"},
    {"an extension that drips", drips(chunked + "1;", "a"), incomplete},
    {"extensions without end", floods(chunked, "1;" + std::string(500, 'a') + "\r\n \r\n"), cut + "more than 16384 bytes of chunk extensions [answer:2]"},
    {"a size without end", floods(chunked, "0"), cut + "a chunk begins with more than 4096 bytes [answer:1]"},
    {"a chunk each moment", drips(chunked, "1\r\n \r\n"), incomplete},
    {"trailers without end", floods(chunked + "0\r\n", "X: y\r\n"), cut + "more than 16384 bytes of trailers [answer:4]"},
    {"trailers that drip", drips(chunked + "0\r\n", "X: y\r\n"), incomplete},
    {"a body that drips", drips(ok + "Content-Length: 100000\r\n\r\n", " "), incomplete},
    {"the largest length", floods(ok + "Content-Length: 18446744073709551615\r\n\r\n", "x"), "answer larger than 33554432 bytes: raise max_response"},
    {"two lengths", floods(ok + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n", "x"), cut + "multiple Content-Length [beast.http:24]"},
    {"an error without end", floods("HTTP/1.1 500 Error\r\n\r\n[", "1,"), "500 "},
    {"an error of endless chunks", floods("HTTP/1.1 400 No\r\nTransfer-Encoding: chunked\r\n\r\n", "8\r\n[[[[[[[[\r\n"), "400 "},
    {"no TLS handshake", is_silent(), "within 0.5 s", tls},
    {"a TLS handshake that drips", drips_a_handshake(), "within 0.5 s", tls},
    {"a proxy that is silent", is_silent(), "within 0.5 s", proxy},
    {"a proxy that drips", drips(ok + "X: ", "x"), "within 0.5 s", proxy},
    {"a proxy with fields without end", floods(ok, "X: y\r\n"), "header limit exceeded [beast.http:8]", proxy},
    {"a proxy with 1xx without end", floods("", "HTTP/1.1 100 Continue\r\n\r\n"), "header limit exceeded [beast.http:8]", proxy},
};

std::vector<adversary> const bodies = {
    {"a body without end", floods(ok + "\r\n{\"data\":[", "1,"), "answer larger than 33554432 bytes: raise max_response"},
    {"chunks without end", floods(chunked, "1000\r\n" + std::string(4096, ' ') + "\r\n"), "answer larger than 33554432 bytes: raise max_response"},
    {"tiny chunks without end", floods(chunked, "1\r\n \r\n"), cut + "more than 1000000 chunks [answer:3]"},
    {"numbers for rows", says([] { return in_rows(filled("1,")); }), unused + "an answer of more than 100000 rows"},
    {"empty objects for rows", says([] { return in_rows(filled("{},")); }), unused + "an answer of more than 100000 rows"},
    {"small rows", says([] { return in_rows(filled(R"({"uuid":"00000000-0000-4000-8000-000000000001","account_id":"a"},)")); }), unused + "an answer of more than 100000 rows"},
    {"values around the rows", says([] { return R"({"x":[)" + filled("1,") + R"(1],"data":[]})"; }), unused + "an answer of more than 1000000 values"},
    {"members around the rows", says([] { return "{" + filled(R"("a":1,)") + R"("data":[]})"; }), unused + "an answer of more than 1000000 values"},
    {"objects around the rows", says([] { return R"({"x":[)" + filled("{},") + R"(1],"data":[]})"; }), unused + "an answer of more than 1000000 values"},
    {"nesting", says([] { return filled("["); }), unused + "not JSON at byte "},
    {"nested objects", says([] { return filled(R"({"a":)"); }), unused + "not JSON at byte "},
    {"control characters", says([] { return R"({"data":[],"x":")" + repeated("\x01", largest_repaired); }), unused + "not JSON at byte "},
    {"escapes", says([] { return R"({"data":[],"x":")" + filled("\\u0041"); }), unused + "not JSON at byte "},
    {"a total of megabytes", says([] { return R"({"data":[],"total":"9)" + filled("\xc2\x80") + R"("})"; }), unused + "\"total\": \"9\\u0080"},
    {"a number of megabytes", says([] { return R"({"data":[],"total":)" + filled("9") + "}"; }), unused + "\"total\": 9999"},
    {"gzip of spaces without end", says([] { return support::gzipped(std::string(200u << 20, ' ')); }, "Content-Encoding: gzip"), unread + "unpacks to more than 33554432 bytes: raise max_response"},
    {"gzip twice", says([] { return support::gzipped(support::gzipped(std::string(200u << 20, ' '))); }, "Content-Encoding: gzip, gzip"), unread + "unpacks to more than 33554432 bytes: raise max_response"},
    {"empty members of gzip", says([] { return filled(support::gzipped("")); }, "Content-Encoding: gzip"), unused + "an empty body"},
};
// clang-format on

}  // namespace

std::vector<adversary> const& adversaries_on_the_wire() { return wire; }
std::vector<adversary> const& adversaries_in_a_body() { return bodies; }

}  // namespace vobiz::e2e
