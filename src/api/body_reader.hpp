#pragma once

#include <boost/beast/core/error.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace vobiz::api {

// How the end of a body is told (RFC 9112 §6.3).
enum class body_framing { none, length, chunked, until_close };

// Why a body is not read further, besides the errors of Beast's parser (bad_chunk, body_limit …).
// Each is a bound of core/input_bounds.hpp.
enum class body_bound { chunk_line = 1, chunk_extensions, chunks, trailers };

boost::system::error_code make_error_code(body_bound which);

// Collects a body from bytes in any pieces. Besides the body it holds nothing: what stands between
// chunks and behind them is counted and dropped.
class body_reader {
public:
  // `length` is that of body_framing::length. More than `largest` bytes are body_limit; so many are
  // then in body().
  body_reader(body_framing how, std::uint64_t length, std::uint64_t largest);

  // Takes bytes from the front, up to the end of the body or an error.
  void put(std::string_view& bytes);

  // The connection has ended.
  void put_end();

  bool done() const { return done_; }
  boost::beast::error_code const& error() const { return error_; }
  std::string& body() { return body_; }

  // Bytes of memory.
  std::size_t held() const { return body_.capacity(); }

private:
  enum class part { size, extension, data, behind_data, trailer };

  void take_data(std::string_view& bytes);
  void take_framing(char c);
  void take_size(char c);
  void take_extension(char c);
  void take_trailer(char c);
  void end_chunk_line();

  body_framing how_;
  std::uint64_t largest_;
  std::uint64_t left_;  // of the body, or of the chunk at hand
  std::string body_;
  bool done_;
  boost::beast::error_code error_;

  part part_ = part::size;
  std::size_t digits_ = 0;      // of the chunk's size
  std::size_t line_ = 0;        // bytes of the chunk's line
  std::size_t extensions_ = 0;  // bytes of all of them
  std::size_t chunks_ = 0;
  std::size_t trailers_ = 0;      // bytes
  bool empty_line_ = true;        // of the trailers
  bool carriage_return_ = false;  // behind a chunk's data
};

}  // namespace vobiz::api

template <>
struct boost::system::is_error_code_enum<vobiz::api::body_bound> : std::true_type {};
