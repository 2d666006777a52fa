#include "body_reader.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <boost/beast/http/error.hpp>

#include "vobiz/core/input_bounds.hpp"

namespace vobiz::api {

namespace http = boost::beast::http;
namespace bounds = core::bounds;

namespace {

// Boost's base has no virtual destructor, since no category is ever deleted.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"
class body_bounds final : public boost::system::error_category {
public:
  char const* name() const noexcept override { return "answer"; }
  std::string message(int which) const override {
    switch (static_cast<body_bound>(which)) {
      case body_bound::chunk_line:
        return fmt::format("a chunk begins with more than {} bytes", bounds::chunk_line);
      case body_bound::chunk_extensions:
        return fmt::format("more than {} bytes of chunk extensions", bounds::chunk_extensions);
      case body_bound::chunks:
        return fmt::format("more than {} chunks", bounds::chunks);
      case body_bound::trailers:
        return fmt::format("more than {} bytes of trailers", bounds::trailers);
    }
    return "no such bound";
  }
};
#pragma GCC diagnostic pop

// Digits of a chunk's size: 64 bits. More of them count as an extension.
constexpr std::size_t longest_size = 16;

// -1 for anything else.
int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

boost::system::error_code make_error_code(body_bound which) {
  static body_bounds const category;
  return {static_cast<int>(which), category};
}

body_reader::body_reader(body_framing how, std::uint64_t length, std::uint64_t largest)
    : how_(how),
      largest_(largest),
      left_(how == body_framing::length ? length : 0),
      done_(how == body_framing::none || (how == body_framing::length && length == 0)) {}

void body_reader::put(std::string_view& bytes) {
  while (!bytes.empty() && !done_ && !error_) {
    if (how_ != body_framing::chunked || part_ == part::data) {
      take_data(bytes);
    } else {
      take_framing(bytes.front());
      bytes.remove_prefix(1);
    }
  }
}

void body_reader::take_data(std::string_view& bytes) {
  if (how_ == body_framing::until_close) left_ = bytes.size();
  auto const size = static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), left_));
  auto const room = largest_ - body_.size();
  if (size > room) {
    body_.append(bytes.substr(0, static_cast<std::size_t>(room)));
    bytes.remove_prefix(static_cast<std::size_t>(room));
    error_ = http::error::body_limit;
    return;
  }
  // Once, for what is said to come: a string that grows by itself holds half as much again.
  if (how_ == body_framing::length && body_.empty() && left_ <= largest_) {
    body_.reserve(static_cast<std::size_t>(left_));
  }
  body_.append(bytes.substr(0, size));
  bytes.remove_prefix(size);
  left_ -= size;
  if (left_ > 0) return;
  if (how_ == body_framing::length) done_ = true;
  part_ = part::behind_data;
}

void body_reader::take_framing(char c) {
  switch (part_) {
    case part::size:
      return take_size(c);
    case part::extension:
      return take_extension(c);
    case part::trailer:
      return take_trailer(c);
    case part::behind_data:
      if (c == '\n') {
        part_ = part::size;
        carriage_return_ = false;
        digits_ = line_ = 0;
      } else if (c == '\r' && !carriage_return_) {
        carriage_return_ = true;
      } else {
        error_ = http::error::bad_chunk;
      }
      return;
    case part::data:
      return;
  }
}

void body_reader::take_size(char c) {
  if (++line_ > bounds::chunk_line) {
    error_ = body_bound::chunk_line;
    return;
  }
  auto const value = hex_value(c);
  if (value >= 0) {
    // The largest body is far below: what would overflow is larger too.
    if (left_ > largest_) return;
    left_ = left_ * 16 + static_cast<std::uint64_t>(value);
    // Zeros without end are no size.
    if (++digits_ > longest_size && ++extensions_ > bounds::chunk_extensions) {
      error_ = body_bound::chunk_extensions;
    }
    return;
  }
  bool const may_end = c == '\n' || c == '\r' || c == ';' || c == ' ' || c == '\t';
  if (digits_ == 0 || !may_end) {
    error_ = http::error::bad_chunk;
  } else if (c == '\n') {
    end_chunk_line();
  } else {
    part_ = part::extension;
  }
}

void body_reader::take_extension(char c) {
  if (c == '\n') return end_chunk_line();
  if (++line_ > bounds::chunk_line) error_ = body_bound::chunk_line;
  if (c != '\r' && ++extensions_ > bounds::chunk_extensions) error_ = body_bound::chunk_extensions;
}

void body_reader::end_chunk_line() {
  part_ = left_ == 0 ? part::trailer : part::data;
  if (++chunks_ > bounds::chunks) error_ = body_bound::chunks;
}

void body_reader::take_trailer(char c) {
  if (++trailers_ > bounds::trailers) {
    error_ = body_bound::trailers;
  } else if (c == '\n') {
    done_ = empty_line_;
    empty_line_ = true;
  } else if (c != '\r') {
    empty_line_ = false;
  }
}

void body_reader::put_end() {
  if (done_ || error_) return;
  if (how_ == body_framing::until_close) {
    done_ = true;
  } else {
    error_ = http::error::partial_message;
  }
}

}  // namespace vobiz::api
