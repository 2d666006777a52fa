#include "secret_length.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

namespace vobiz::config {

std::string length_problem(std::string_view secret) {
  // Characters, not bytes: the following bytes of one begin with the bits 10.
  auto const size = static_cast<std::size_t>(std::ranges::count_if(
      secret, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
  if (size >= shortest_secret) return {};
  return fmt::format(
      "is shorter than {} characters: it would occur in ordinary words, and could not be kept out "
      "of messages without them",
      shortest_secret);
}

}  // namespace vobiz::config
