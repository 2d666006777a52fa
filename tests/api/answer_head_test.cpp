#include "answer_head.hpp"

#include <gtest/gtest.h>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace vobiz::api {
namespace {

namespace http = boost::beast::http;

TEST(answer_head, ends_with_its_blank_line) {
  for (std::string const head :
       {"HTTP/1.1 200\r\n\r\n", "HTTP/1.1 200\n\n", "HTTP/1.1 200\n\r\n",
        "HTTP/1.1 200 OK\r\nA: b\r\n\r\n", "HTTP/1.1 200 OK\r\nA: b\n\n"}) {
    EXPECT_EQ(head_length(head + "\r\n\r\nbody", 0), head.size()) << head;
    for (std::size_t known = 0; known < head.size(); ++known) {
      EXPECT_EQ(head_length(head.substr(0, known), 0), std::nullopt) << known;
      EXPECT_EQ(head_length(head + "{}", known), head.size()) << known;
    }
  }
}

TEST(answer_head, begins_with_a_version) {
  for (auto const* bytes : {"", "H", "HTTP/1", "HTTP/1.", "HTTP/1.1 200"}) {
    EXPECT_TRUE(may_be_answer(bytes)) << bytes;
  }
  for (auto const* bytes : {"S", "\r\n", "http/1.1", "HTTP/2 200", "<html>", "ICY 200 OK"}) {
    EXPECT_FALSE(may_be_answer(bytes)) << bytes;
  }
}

TEST(answer_head, becomes_strict) {
  struct {
    char const* sent;
    int status;
    char const* strict;
    bool ambiguous = false;
  } const cases[] = {
      {"HTTP/1.1 200\r\n\r\n", 200, "HTTP/1.1 200 \r\nConnection: keep-alive\r\n\r\n"},
      {"HTTP/1.1 200 \r\n\r\n", 200, "HTTP/1.1 200 \r\nConnection: keep-alive\r\n\r\n"},
      {"HTTP/1.1  200  All right\n\n", 200, "HTTP/1.1 200 \r\nConnection: keep-alive\r\n\r\n"},
      {"HTTP/1.1 503 \x01\xff\r\n\r\n", 503, "HTTP/1.1 503 \r\nConnection: keep-alive\r\n\r\n"},
      {"HTTP/1.0 200 OK\r\n\r\n", 200, "HTTP/1.0 200 \r\nConnection: close\r\n\r\n"},
      {"HTTP/1.0 200 OK\r\nconnection: Keep-Alive\r\n\r\n", 200,
       "HTTP/1.0 200 \r\nConnection: keep-alive\r\n\r\n"},
      {"HTTP/1.1 200 OK\r\nConnection: x; y, Close\r\n\r\n", 200,
       "HTTP/1.1 200 \r\nConnection: close\r\n\r\n"},
      {"HTTP/1.1 200 OK\r\nX-Odd: \x01\r\nServer:\r\nContent-Length : 2\r\n\r\n", 200,
       "HTTP/1.1 200 \r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\n"},
      {"HTTP/1.1 429 Slow\r\nretry-after: 3\r\nRetry-After: 4\r\nDate: Sun,\r\n 06 Nov\r\n\r\n",
       429,
       "HTTP/1.1 429 \r\nConnection: keep-alive\r\nRetry-After: 3, 4\r\nDate: Sun, 06 "
       "Nov\r\n\r\n"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: Chunked\r\n\r\n", 200,
       "HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n", true},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 9\r\n\r\n", 200,
       "HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n", true},
      {"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n", 200,
       "HTTP/1.0 200 \r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n", true},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 200,
       "HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: identity\r\n\r\n", 200,
       "HTTP/1.1 200 \r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\n"},
  };
  for (auto const& c : cases) {
    auto const head = read_head(c.sent);
    ASSERT_TRUE(head) << c.sent << ": " << head.error().message();
    EXPECT_EQ(head->status, c.status) << c.sent;
    EXPECT_EQ(head->strict, c.strict) << c.sent;
    EXPECT_EQ(head->ambiguous_length, c.ambiguous) << c.sent;
    http::response_parser<http::string_body> parser;
    boost::system::error_code error;
    EXPECT_EQ(parser.put(boost::asio::buffer(head->strict), error), head->strict.size());
    EXPECT_FALSE(error) << c.sent << ": " << error.message();
  }
}

TEST(answer_head, is_refused_where_nobody_could_read_it) {
  struct {
    char const* sent;
    http::error error;
  } const cases[] = {
      {"HTTP/2.0 200 OK\r\n\r\n", http::error::bad_version},
      {"HTTP/1.2 200 OK\r\n\r\n", http::error::bad_version},
      {"HTTP/1.1\r\n\r\n", http::error::bad_version},
      {"HTTP/1.\r\n\r\n", http::error::bad_version},
      {"HTTP/1.1200 OK\r\n\r\n", http::error::bad_version},
      {"HTTP/1.1 \r\n\r\n", http::error::bad_status},
      {"HTTP/1.1 20 OK\r\n\r\n", http::error::bad_status},
      {"HTTP/1.1 2000\r\n\r\n", http::error::bad_status},
      {"HTTP/1.1 099 OK\r\n\r\n", http::error::bad_status},
      {"HTTP/1.1 200OK\r\n\r\n", http::error::bad_status},
      {"HTTP/1.1 -20 OK\r\n\r\n", http::error::bad_status},
      {"HTTP/1.1 200 OK\r\nno colon\r\n\r\n", http::error::bad_field},
      {"HTTP/1.1 200 OK\r\n folded: no line before\r\n\r\n", http::error::bad_field},
  };
  for (auto const& c : cases) {
    auto const head = read_head(c.sent);
    ASSERT_FALSE(head) << c.sent;
    EXPECT_EQ(head.error(), c.error) << c.sent << ": " << head.error().message();
  }
}

TEST(answer_head, tells_codings_of_the_transfer) {
  auto const coded = [](std::string const& value) {
    auto const head = read_head("HTTP/1.1 200 OK\r\nTransfer-Encoding: " + value + "\r\n\r\n");
    return head && head->coded_transfer;
  };
  EXPECT_TRUE(coded("gzip, chunked"));
  EXPECT_TRUE(coded("gzip"));
  EXPECT_FALSE(coded("chunked"));
  EXPECT_FALSE(coded(" identity , CHUNKED"));
}

TEST(answer_head, says_which_answers_precede_another) {
  for (int const status : {100, 102, 103, 199}) EXPECT_TRUE(is_interim(status)) << status;
  for (int const status : {101, 200, 204, 500}) EXPECT_FALSE(is_interim(status)) << status;
}

}  // namespace
}  // namespace vobiz::api
