#include "vobiz/core/decimal.hpp"

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>
#include <charconv>
#include <optional>
#include <string>

#include "target.hpp"

// Input: two decimals, one per line.
namespace vobiz::fuzz {
namespace {

using boost::multiprecision::cpp_int;

// The value times 10^200, computed independently; nullopt if it does not fit.
std::optional<cpp_int> scaled(std::string_view text) {
  constexpr int scale = 200;
  auto const mantissa = text.substr(0, text.find_first_of("eE"));
  int exponent = 0;
  if (mantissa.size() < text.size()) {
    auto digits = text.substr(mantissa.size() + 1);
    if (digits.front() == '+') digits.remove_prefix(1);
    std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
  }
  cpp_int value = 0;
  int power = scale + exponent;
  bool behind_point = false;
  for (char const c : mantissa) {
    if (c == '.') behind_point = true;
    if (c < '0' || c > '9') continue;
    value = value * 10 + (c - '0');
    if (behind_point) --power;
  }
  if (power < 0 || power > 2 * scale) return std::nullopt;
  for (; power > 0; --power) value *= 10;
  return mantissa.front() == '-' ? -value : value;
}

void check(std::string_view text) {
  auto const plain = core::canonical(text);
  require(core::is_decimal(plain), "the plain spelling is a decimal", plain);
  require(core::canonical(plain) == plain, "the plain spelling does not change again", plain);
  require(core::same_value(text, plain), "the plain spelling has the same value", plain);
  require(core::is_zero(text) == (plain == "0"), "zero is spelt 0", plain);
  require(plain.find_first_of("eE+") == std::string::npos, "the plain spelling is plain", plain);
  if (auto const value = scaled(text)) {
    require(scaled(plain) == value, "the value is unchanged", text);
  }
}

}  // namespace
}  // namespace vobiz::fuzz

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace vobiz;
  auto const all = fuzz::as_text(data, size);
  auto const first = all.substr(0, all.find('\n'));
  auto const second = all.substr(std::min(first.size() + 1, all.size()));
  if (!core::is_decimal(first)) return 0;
  fuzz::check(first);
  if (!core::is_decimal(second)) return 0;
  fuzz::check(second);
  auto const left = fuzz::scaled(first);
  auto const right = fuzz::scaled(second);
  if (left && right) {
    fuzz::require(core::same_value(first, second) == (left == right),
                  "two decimals are equal if their values are", all);
  }
  return 0;
}
