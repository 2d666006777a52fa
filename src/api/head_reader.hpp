#pragma once

#include <boost/beast/core/error.hpp>
#include <boost/system/result.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "answer_head.hpp"

namespace vobiz::api {

// Collects the head of an answer from bytes in any pieces, and drops the interim answers before it.
class head_reader {
public:
  // All heads together have at most `largest` bytes.
  explicit head_reader(std::size_t largest) : left_(largest) {}

  // Takes bytes from the front. Gives the head once it has come as a whole, nothing while more is
  // needed; then all bytes are taken. The errors are those of read_head(), and header_limit.
  boost::system::result<std::optional<answer_head>, boost::beast::error_code> put(
      std::string_view& bytes);

  // Whether something has come.
  bool begun() const { return begun_; }

  // What the end of the connection means here: partial_message, or end_of_stream.
  boost::beast::error_code at_end() const;

  // Bytes of memory.
  std::size_t held() const { return bytes_.capacity(); }

private:
  std::string bytes_;  // of the head that has not come as a whole
  std::size_t left_;
  int interim_ = 0;
  bool begun_ = false;
};

}  // namespace vobiz::api
