#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace vobiz::simulator {

// Spreads one number over 64 bits (the finalizer of splitmix64).
constexpr std::uint64_t mix(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

// Numbers that depend on the seed only: the distributions of <random> differ between libraries.
class random_source {
public:
  explicit random_source(std::uint64_t seed) : state_(seed) {}

  std::uint64_t bits() { return mix(state_++); }

  // 0 to below `end`.
  std::uint64_t below(std::uint64_t end) { return bits() % end; }

  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low + 1)));
  }

  // True this often in ten thousand times.
  bool chance(int in_ten_thousand) {
    return below(10'000) < static_cast<std::uint64_t>(in_ten_thousand);
  }

  // The position in cumulated weights, the last of which is their sum.
  std::size_t pick(std::span<std::uint32_t const> cumulated) {
    auto const at = below(cumulated.back());
    std::size_t low = 0;
    std::size_t high = cumulated.size() - 1;
    while (low < high) {
      auto const middle = (low + high) / 2;
      if (at < cumulated[middle]) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

private:
  std::uint64_t state_;
};

}  // namespace vobiz::simulator
