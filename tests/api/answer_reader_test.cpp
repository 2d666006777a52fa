#include "answer_reader.hpp"

#include <gtest/gtest.h>

#include "vobiz/core/input_bounds.hpp"

// What an answer may be, and what it may not exceed, without a network.
namespace vobiz::api {
namespace {

namespace bounds = core::bounds;

constexpr std::size_t largest_body = 1000;
// A string that grows doubles.
constexpr std::size_t most_held = 2 * (bounds::head + bounds::error_body) + 1024;

std::string const chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

struct reading {
  std::string end;  // the body, or the error
  bool keeps_connection = false;
  std::size_t taken = 0;
};

// Reads `first`, then `again` for as long as it is taken, a megabyte of it at most, and then the
// end of the connection. Each piece has `size` bytes.
reading read(std::string const& first, std::string const& again = {}, std::size_t size = 61) {
  answer_reader reader(largest_body);
  reading result;
  auto const put = [&](std::string_view bytes) {
    while (!bytes.empty() && !reader.done() && !reader.error()) {
      auto const taken = reader.put(bytes.substr(0, size));
      result.taken += taken;
      bytes.remove_prefix(taken);
      EXPECT_LE(reader.held(), most_held);
    }
  };
  put(first);
  while (!again.empty() && result.taken < bounds::mib && !reader.done() && !reader.error()) {
    put(again);
  }
  reader.put_end();
  if (reader.error()) {
    result.end = reader.error().message();
    return result;
  }
  result.keeps_connection = reader.keeps_connection();
  result.end = reader.release().body();
  return result;
}

TEST(answer_reader, reads_every_framing_in_any_pieces) {
  struct {
    char const* name;
    std::string bytes;
    std::string body;
    bool keeps_connection = true;
  } const cases[] = {
      {"length", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", "{}"},
      {"no body", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", ""},
      {"a status without a body", "HTTP/1.1 204 No\r\nContent-Length: 5\r\n\r\n", ""},
      {"until the end", "HTTP/1.1 200 OK\r\n\r\n{}", "{}", false},
      {"chunks", chunked + "1\r\n{\r\n1\r\n}\r\n0\r\n\r\n", "{}"},
      {"capital digits", chunked + "A\r\n0123456789\r\n0\r\n\r\n", "0123456789"},
      {"extensions", chunked + "2;a=b;c=\"d\"\r\n{}\r\n0;x\r\n\r\n", "{}"},
      {"blanks behind a size", chunked + "2 \t\r\n{}\r\n0 \r\n\r\n", "{}"},
      {"zeros before a size", chunked + "0002\r\n{}\r\n000\r\n\r\n", "{}"},
      {"trailers", chunked + "2\r\n{}\r\n0\r\nX: y\r\nContent-Length: 7\r\n\r\n", "{}"},
      {"lines that end with LF", chunked + "2\n{}\n0\nX: y\n\n", "{}"},
      {"the largest body", chunked + "3e8\r\n" + std::string(1000, ' ') + "\r\n0\r\n\r\n",
       std::string(1000, ' ')},
      {"interim answers",
       "HTTP/1.1 100\r\n\r\nHTTP/1.1 103\r\nA: b\r\n\r\n" + chunked + "0\r\n\r\n", ""},
  };
  for (auto const& c : cases) {
    for (std::size_t const size : {std::size_t(1), std::size_t(2), std::size_t(7), bounds::piece}) {
      auto const got = read(c.bytes, {}, size);
      EXPECT_EQ(got.end, c.body) << c.name << ", in pieces of " << size;
      EXPECT_EQ(got.keeps_connection, c.keeps_connection) << c.name;
      EXPECT_EQ(got.taken, c.bytes.size()) << c.name;
    }
    answer_reader reader(largest_body);
    if (c.name == std::string("until the end")) continue;
    EXPECT_EQ(reader.put(c.bytes + "HTTP/1.1"), c.bytes.size()) << c.name;
    EXPECT_TRUE(reader.done()) << c.name;
  }
}

TEST(answer_reader, is_not_complete_before_its_last_byte) {
  for (auto const& bytes : {std::string("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"),
                            chunked + "2\r\n{}\r\n0\r\nX: y\r\n\r\n"}) {
    EXPECT_EQ(read("").end, "end of stream");
    for (std::size_t size = 1; size < bytes.size(); ++size) {
      EXPECT_EQ(read(bytes.substr(0, size)).end, "partial message") << bytes.substr(0, size);
    }
  }
}

TEST(answer_reader, bounds_every_part_of_an_answer) {
  struct {
    char const* name;
    std::string first;
    std::string again;
    std::string end;
  } const cases[] = {
      {"a field without end", "HTTP/1.1 200 OK\r\nX: ", "xxxxxxxx", "header limit exceeded"},
      {"a status line without end", "HTTP/1.1 200 ", "xxxxxxxx", "header limit exceeded"},
      {"fields without end", "HTTP/1.1 200 OK\r\n", "X: y\r\n", "header limit exceeded"},
      {"folded lines without end", "HTTP/1.1 200 OK\r\nX: y\r\n", " z\r\n",
       "header limit exceeded"},
      {"interim answers without end", "", "HTTP/1.1 100 Continue\r\n\r\n", "header limit exceeded"},
      {"a body without end", "HTTP/1.1 200 OK\r\n\r\n", "xxxxxxxx", "body limit exceeded"},
      {"a length above the limit", "HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n", "",
       "body limit exceeded"},
      {"the largest length", "HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\n", "",
       "body limit exceeded"},
      {"a length that is none", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "",
       "bad Content-Length"},
      {"two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n", "",
       "multiple Content-Length"},
      {"a coding of the transfer", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
       "", "bad Transfer-Encoding"},
      {"chunks without end", chunked, "5\r\nxxxxx\r\n", "body limit exceeded"},
      {"tiny chunks without end", chunked, "1\r\n \r\n", "body limit exceeded"},
      {"a chunk of the largest size", chunked + "ffffffffffffffff\r\n", "xxxxxxxx",
       "body limit exceeded"},
      {"a chunk of a size beyond 64 bits", chunked + "10000000000000000f\r\n", "xxxxxxxx",
       "body limit exceeded"},
      {"a size without end", chunked, "f", "a chunk begins with more than 4096 bytes"},
      {"zeros without end", chunked, "0", "a chunk begins with more than 4096 bytes"},
      {"an extension without end", chunked + "1;", "aaaaaaaa",
       "a chunk begins with more than 4096 bytes"},
      {"an extension of the last chunk without end", chunked + "0;", "a",
       "a chunk begins with more than 4096 bytes"},
      {"extensions without end", chunked, "1;" + std::string(500, 'a') + "\r\n \r\n",
       "more than 16384 bytes of chunk extensions"},
      {"zeros before every size", chunked, std::string(500, '0') + "1\r\n \r\n",
       "more than 16384 bytes of chunk extensions"},
      {"trailers without end", chunked + "0\r\n", "X: y\r\n", "more than 16384 bytes of trailers"},
      {"a trailer without end", chunked + "0\r\nX: ", "y", "more than 16384 bytes of trailers"},
      {"a trailer of line ends", chunked + "0\r\n", "\r", "more than 16384 bytes of trailers"},
      {"no size", chunked + "\r\n", "", "bad chunk"},
      {"a size that is none", chunked + "-1\r\n", "", "bad chunk"},
      {"a size of words", chunked + "2x\r\n{}\r\n", "", "bad chunk"},
      {"data behind a chunk", chunked + "1\r\n{}\r\n", "", "bad chunk"},
      {"line ends behind a chunk", chunked + "1\r\n{\r\r\n", "", "bad chunk"},
      {"no HTTP", "", "SSH-2.0", "bad version"},
  };
  for (auto const& c : cases) {
    auto const got = read(c.first, c.again);
    EXPECT_EQ(got.end, c.end) << c.name;
    EXPECT_LT(got.taken, bounds::head + bounds::piece) << c.name;
  }
}

TEST(answer_reader, counts_chunks) {
  answer_reader reader(10 * bounds::chunks);
  reader.put(chunked);
  std::size_t count = 0;
  for (; !reader.error() && count <= bounds::chunks; ++count) reader.put("1\r\n \r\n");
  EXPECT_EQ(reader.error().message(), "more than 1000000 chunks");
  EXPECT_EQ(count, bounds::chunks + 1);
}

TEST(answer_reader, takes_as_many_fields_as_it_says) {
  auto const with = [](std::size_t count) {
    std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n";
    for (std::size_t n = 1; n < count; ++n) head += "X: y\r\n";
    return read(head + "\r\n{}").end;
  };
  EXPECT_EQ(with(bounds::head_fields), "{}");
  EXPECT_EQ(with(bounds::head_fields + 1), "header limit exceeded");
}

// Its status says enough: the rest is not waited for.
TEST(answer_reader, reads_only_the_beginning_of_an_error) {
  for (std::string const framing :
       {"Content-Length: 18446744073709551615\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\nfffff\r\n", "Connection: close\r\n\r\n"}) {
    answer_reader reader(10 * bounds::mib);
    auto const head = "HTTP/1.1 502 Bad\r\n" + framing;
    std::size_t taken = reader.put(head + "<title>Bad</title>");
    while (!reader.done() && !reader.error() && taken < bounds::mib) taken += reader.put("xxxxxxx");
    ASSERT_TRUE(reader.done()) << framing << reader.error().message();
    EXPECT_LE(reader.held(), most_held);
    EXPECT_FALSE(reader.keeps_connection());
    auto const answer = reader.release();
    EXPECT_EQ(answer.result_int(), 502u);
    EXPECT_EQ(answer.body().size(), bounds::error_body);
    EXPECT_TRUE(answer.body().starts_with("<title>Bad</title>x"));
  }
}

}  // namespace
}  // namespace vobiz::api
