#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "address_book.hpp"
#include "answer_reader.hpp"
#include "attempt_failure.hpp"
#include "endpoint.hpp"
#include "tunnel.hpp"

namespace vobiz::api {

using wire_request = boost::beast::http::request<boost::beast::http::string_body>;

// One connection to the API. After any error or cancellation it must be thrown away.
class connection {
public:
  using clock = std::chrono::steady_clock;

  // Resolves, tries all addresses and shakes hands, all within `limit`. With a proxy the addresses
  // are its own, and it finds the API; the handshake is with the API either way.
  static boost::asio::awaitable<attempt_result<std::unique_ptr<connection>>> open(
      std::shared_ptr<boost::asio::ssl::context> tls, endpoint const& where,
      std::optional<tunnel> const& by, address_book& book, std::chrono::milliseconds limit);

  connection(boost::asio::any_io_executor const& executor,
             std::shared_ptr<boost::asio::ssl::context> tls, endpoint const& where);

  // Sends the request and reads the whole answer within `limit`, its body as it came. At status 200
  // it has at most `largest` bytes.
  boost::asio::awaitable<attempt_result<wire_answer>> exchange(wire_request const& request,
                                                               std::chrono::milliseconds limit,
                                                               std::uint64_t largest);

  // Whether the last answer left the connection fit for another request.
  bool reusable() const { return reusable_; }

  // Whether an unused connection is still silent. Anything to read means that the server has closed
  // it or sent data without a request.
  bool silent();

private:
  boost::asio::awaitable<boost::system::error_code> connect(boost::asio::ip::tcp::endpoint address);
  boost::asio::awaitable<boost::system::error_code> handshake();
  boost::asio::awaitable<attempt_result<wire_answer>> talk(wire_request const& request,
                                                           std::uint64_t largest);
  template <class Stream>
  boost::asio::awaitable<attempt_result<wire_answer>> talk_over(Stream& stream,
                                                                wire_request const& request,
                                                                std::uint64_t largest);

  std::shared_ptr<boost::asio::ssl::context> tls_;  // the stream refers to it
  bool encrypted_;
  boost::asio::ssl::stream<boost::asio::ip::tcp::socket> stream_;
  std::vector<char> piece_;  // what is read next; only while an answer is read
  bool used_ = false;        // has carried an answer
  bool answering_ = false;   // something of the present answer has come
  bool reusable_ = false;
};

}  // namespace vobiz::api
