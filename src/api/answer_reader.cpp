#include "answer_reader.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>

namespace vobiz::api {

namespace http = boost::beast::http;

std::size_t answer_reader::put(std::string_view bytes) {
  auto rest = bytes;
  if (!body_ && !error_) {
    auto const head = heads_.put(rest);
    if (!head) {
      error_ = head.error();
    } else if (*head) {
      begin_body(**head);
    }
  }
  if (body_ && !cut_ && !error_) {
    body_->put(rest);
    error_ = body_->error();
    if (error_ == http::error::body_limit && answer_.result_int() != 200) {
      error_ = {};
      cut_ = true;
    }
  }
  return bytes.size() - rest.size();
}

void answer_reader::begin_body(answer_head const& head) {
  if (head.coded_transfer) {
    error_ = http::error::bad_transfer_encoding;
    return;
  }
  // What is strict is short, and Beast knows the rules of the fields.
  http::response_parser<http::string_body> parser;
  parser.header_limit(static_cast<std::uint32_t>(head.strict.size()));
  parser.body_limit(boost::none);
  parser.put(boost::asio::buffer(head.strict), error_);
  if (error_) return;
  keeps_ = parser.keep_alive() && head.status != 101;
  auto how = body_framing::until_close;
  if (head.status / 100 == 1 || head.status == 204 || head.status == 304) {
    how = body_framing::none;
  } else if (parser.chunked()) {
    how = body_framing::chunked;
  } else if (parser.content_length()) {
    how = body_framing::length;
  }
  auto const length = parser.content_length().value_or(0);
  auto const largest = head.status == 200
                           ? largest_body_
                           : std::min<std::uint64_t>(largest_body_, core::bounds::error_body);
  if (head.status == 200 && how == body_framing::length && length > largest) {
    error_ = http::error::body_limit;
    return;
  }
  answer_.base() = std::move(parser.get().base());
  body_.emplace(how, length, largest);
}

void answer_reader::put_end() {
  if (error_ || done()) return;
  if (!body_) {
    error_ = heads_.at_end();
    return;
  }
  body_->put_end();
  error_ = body_->error();
}

wire_answer answer_reader::release() {
  answer_.body() = std::move(body_->body());
  return std::move(answer_);
}

}  // namespace vobiz::api
