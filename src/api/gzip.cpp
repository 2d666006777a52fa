#include "gzip.hpp"

#include <spdlog/fmt/fmt.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <memory>

namespace vobiz::api {

namespace {

constexpr int gzip_only = 15 + 16;  // zlib.h, inflateInit2: the largest window, and no zlib header

// Whether another member may begin here. Servers pad with zeros, or forget other bytes behind the
// last member; gzip(1) and browsers ignore those.
bool may_be_member(z_stream const& stream) {
  return stream.avail_in > 0 && stream.next_in[0] == 0x1f &&
         (stream.avail_in == 1 || stream.next_in[1] == 0x8b);
}

struct ending {
  void operator()(z_stream* stream) const { inflateEnd(stream); }
};

}  // namespace

boost::system::result<std::string, gzip_error> gunzip(std::string_view packed,
                                                      std::uint64_t limit) {
  z_stream stream{};
  if (inflateInit2(&stream, gzip_only) != Z_OK) throw std::bad_alloc();
  std::unique_ptr<z_stream, ending> const owner(&stream);
  // zlib never writes to its input, but its interface is older than const.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());

  std::string result;
  std::array<char, 64 * 1024> chunk;
  int state = Z_OK;
  do {
    if (state == Z_STREAM_END) inflateReset(&stream);
    stream.next_out = reinterpret_cast<Bytef*>(chunk.data());
    stream.avail_out = static_cast<uInt>(chunk.size());
    state = inflate(&stream, Z_NO_FLUSH);
    if (state == Z_MEM_ERROR) throw std::bad_alloc();
    if (state != Z_OK && state != Z_STREAM_END && state != Z_BUF_ERROR) {
      return gzip_error{false,
                        fmt::format("not gzip: {}", stream.msg ? stream.msg : "corrupt data")};
    }
    auto const got = chunk.size() - stream.avail_out;
    if (result.size() + got > limit) {
      return gzip_error{true, fmt::format("unpacks to more than {} bytes", limit)};
    }
    result.append(chunk.data(), got);
    if (state != Z_STREAM_END && stream.avail_in == 0 && stream.avail_out != 0) {
      return gzip_error{false, fmt::format("gzip cut short after {} bytes", packed.size())};
    }
  } while (state != Z_STREAM_END || may_be_member(stream));
  return result;
}

}  // namespace vobiz::api
