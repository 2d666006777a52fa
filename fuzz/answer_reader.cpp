#include "api/answer_reader.hpp"

#include <algorithm>
#include <string>

#include "target.hpp"
#include "vobiz/core/input_bounds.hpp"

// Input: a character that seeds the lengths of pieces, one that says how often the end is repeated,
// then what a server sends. What stands behind the first byte 0xff comes again and again. The
// reader gets it in pieces, as a network brings it, and must hold no more than its bounds, end by
// itself, and read the same whatever the pieces.
namespace vobiz::fuzz {
namespace {

namespace bounds = core::bounds;

constexpr std::size_t largest_body = 4096;

// A string that grows doubles.
constexpr std::size_t most_held = 2 * (bounds::head + largest_body) + 1024;

// Each byte of the body may be a chunk of its own.
constexpr std::size_t longest_chunk_framing = 32;
constexpr std::size_t most_taken = bounds::head + bounds::chunk_extensions + bounds::trailers +
                                   (largest_body + 2) * longest_chunk_framing;

struct outcome {
  bool done = false;
  std::string error;
  unsigned status = 0;
  std::string body;
  std::size_t taken = 0;
  bool keeps_connection = false;

  bool operator==(outcome const&) const = default;
};

// Reads with pieces whose lengths come from `seed`; 0: all in one piece.
outcome read(std::string_view bytes, unsigned seed) {
  api::answer_reader reader(largest_body);
  outcome result;
  auto rest = bytes;
  while (!rest.empty() && !reader.done() && !reader.error()) {
    // A linear congruential generator, whose high bits are good enough.
    seed = seed == 0 ? 0 : seed * 1103515245 + 12345;
    auto const size =
        seed == 0 ? rest.size() : std::min<std::size_t>(rest.size(), 1 + (seed >> 20) % 97);
    auto const taken = reader.put(rest.substr(0, size));
    require(taken <= size, "no more is taken than there is", rest.substr(0, size));
    require(taken == size || reader.done() || reader.error(), "all is taken until the end",
            rest.substr(0, size));
    require(reader.held() <= most_held, "memory has its bound");
    result.taken += taken;
    rest.remove_prefix(size);
  }
  require(result.taken <= most_taken, "an answer ends by itself");
  reader.put_end();
  require(reader.done() != bool(reader.error()), "the end of the connection ends the answer");
  result.done = reader.done();
  if (!reader.done()) {
    result.error = reader.error().message();
    return result;
  }
  result.keeps_connection = reader.keeps_connection();
  auto answer = reader.release();
  result.status = answer.result_int();
  result.body = std::move(answer.body());
  require(result.body.size() <= largest_body, "a body has its bound");
  return result;
}

}  // namespace
}  // namespace vobiz::fuzz

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace vobiz;
  if (size < 2) return 0;
  unsigned const seed = data[0];
  std::size_t const times = data[1];
  auto const sent = fuzz::as_text(data, size).substr(2);
  auto const start = std::min(sent.find('\xff'), sent.size());
  std::string bytes(sent.substr(0, start));
  auto const repeated = sent.substr(std::min(start + 1, sent.size()));
  constexpr std::size_t longest = 512 * 1024;
  for (std::size_t n = 0; n <= times * 64 && bytes.size() < longest; ++n) bytes += repeated;
  auto const whole = fuzz::read(bytes, 0);
  auto const pieces = fuzz::read(bytes, seed + 1);
  fuzz::require(whole.done == pieces.done && whole.error == pieces.error,
                "the outcome does not depend on the pieces", bytes);
  fuzz::require(!whole.done || whole == pieces, "an answer does not depend on the pieces", bytes);
  return 0;
}
