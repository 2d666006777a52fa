#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/error.hpp>

#include "answer_head.hpp"

namespace vobiz::api {

// Takes the next answer's head from the stream and the buffer in front of it, without the interim
// answers before it. All of them together have at most `largest` bytes. `begun` becomes true with
// the first byte. No more than 64 KiB behind the head are read.
template <class Stream>
boost::asio::awaitable<boost::system::result<answer_head, boost::beast::error_code>>
read_answer_head(Stream& stream, boost::beast::flat_buffer& buffer, std::size_t largest,
                 bool& begun) {
  namespace http = boost::beast::http;
  constexpr std::size_t piece = 64 * 1024;
  constexpr auto quiet = boost::asio::as_tuple(boost::asio::use_awaitable);
  std::size_t looked_at = 0;
  int interim = 0;
  while (true) {
    std::string_view const bytes(static_cast<char const*>(buffer.cdata().data()), buffer.size());
    begun = begun || !bytes.empty();
    if (!may_be_answer(bytes)) co_return boost::beast::error_code(http::error::bad_version);
    auto const size = head_length(bytes, looked_at);
    if (size.value_or(bytes.size()) > largest) {
      co_return boost::beast::error_code(http::error::header_limit);
    }
    if (size) {
      auto head = read_head(bytes.substr(0, *size));
      buffer.consume(*size);
      if (!head || !is_interim(head->status)) co_return head;
      if (++interim > most_interim_answers) {
        co_return boost::beast::error_code(http::error::header_limit);
      }
      largest -= *size;
      looked_at = 0;
      continue;
    }
    looked_at = bytes.size();
    auto const into = buffer.prepare(piece);
    auto const [error, got] = co_await stream.async_read_some(into, quiet);
    buffer.commit(got);
    if (error == boost::asio::error::eof) {
      co_return boost::beast::error_code(begun ? http::error::partial_message
                                               : http::error::end_of_stream);
    }
    if (error) co_return error;
  }
}

}  // namespace vobiz::api
