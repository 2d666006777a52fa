#pragma once

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <optional>
#include <string_view>

#include "body_reader.hpp"
#include "head_reader.hpp"
#include "vobiz/core/input_bounds.hpp"

namespace vobiz::api {

using wire_answer = boost::beast::http::response<boost::beast::http::string_body>;

// Reads one answer from bytes in any pieces. It decides without a network: connection.cpp brings
// the bytes. Beast's own reading loop is not used, since it does not see a cancellation that comes
// between two reads, so that a server that always has bytes ready would escape every deadline.
class answer_reader {
public:
  // A body of status 200 has at most `largest_body` bytes. Of other bodies at most
  // bounds::error_body are read; then the answer counts as complete.
  explicit answer_reader(std::uint64_t largest_body)
      : largest_body_(largest_body), heads_(core::bounds::head) {}

  // Takes bytes; returns how many. Less than all: the answer is complete, or an error.
  std::size_t put(std::string_view bytes);

  // The connection has ended.
  void put_end();

  // Whether something has come.
  bool begun() const { return heads_.begun(); }
  bool done() const { return body_ && (body_->done() || cut_) && !error_; }
  boost::beast::error_code const& error() const { return error_; }

  // Of a complete answer: its body as it came.
  wire_answer release();
  // Whether the connection may carry another answer, provided that nothing stands behind this one.
  bool keeps_connection() const { return keeps_ && !cut_; }

  // Bytes of memory.
  std::size_t held() const { return heads_.held() + (body_ ? body_->held() : 0); }

private:
  void begin_body(answer_head const& head);

  std::uint64_t largest_body_;
  head_reader heads_;
  wire_answer answer_;
  std::optional<body_reader> body_;  // behind the head
  bool keeps_ = false;
  bool cut_ = false;  // the rest of an error's body is left
  boost::beast::error_code error_;
};

}  // namespace vobiz::api
