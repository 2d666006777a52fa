#include "simulator/faults/wire.hpp"

#include <zlib.h>

#include <stdexcept>

#include "simulator/api/errors.hpp"

namespace vobiz::simulator {

std::string script::bytes() const {
  std::string all;
  for (auto const& one : steps) all += one.bytes;
  return all;
}

std::string head_of(answer const& what, framing how, std::size_t length, bool keep_alive) {
  auto head = "HTTP/1.1 " + std::to_string(what.status) + ' ' +
              std::string(reason_of(what.status)) + "\r\nServer: vobiz-sim\r\n";
  if (!what.content_type.empty()) head += "Content-Type: " + what.content_type + "\r\n";
  for (auto const& [name, value] : what.headers) (((head += name) += ": ") += value) += "\r\n";
  if (how == framing::length) head += "Content-Length: " + std::to_string(length) + "\r\n";
  if (how == framing::chunked) head += "Transfer-Encoding: chunked\r\n";
  if (!keep_alive || how == framing::until_close) head += "Connection: close\r\n";
  return head + "\r\n";
}

script plain_script(answer const& what, bool keep_alive) {
  script plain;
  plain.steps.push_back({head_of(what, framing::length, what.body.size(), keep_alive) + what.body});
  plain.end = keep_alive ? ending::keep : ending::close;
  return plain;
}

std::string gzip(std::string_view text) {
  z_stream stream{};
  // The fastest level: the simulator must not be what a measurement waits for. 16 asks for gzip.
  if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::runtime_error("cannot compress: zlib has no memory");
  }
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

void compress(answer& what) {
  constexpr std::size_t least = 256;  // below, the headers weigh more than the gain
  if (what.body.size() < least) return;
  what.body = gzip(what.body);
  what.headers.emplace_back("Content-Encoding", "gzip");
  what.headers.emplace_back("Vary", "Accept-Encoding");
}

}  // namespace vobiz::simulator
