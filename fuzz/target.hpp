#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

// Called by libFuzzer with each input.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size);

namespace vobiz::fuzz {

inline std::string_view as_text(std::uint8_t const* data, std::size_t size) {
  return {reinterpret_cast<char const*>(data), size};
}

// Unless the property holds, ends the run; libFuzzer then keeps the input.
inline void require(bool holds, char const* property, std::string_view about = {}) {
  if (holds) return;
  std::fprintf(stderr, "this does not hold: %s: \"%.*s\"\n", property,
               static_cast<int>(about.size()), about.data());
  std::abort();
}

}  // namespace vobiz::fuzz
