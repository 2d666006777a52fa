#include "vobiz/core/decimal.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace vobiz::core {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

struct parts {
  bool negative = false;
  std::string_view whole;
  std::string_view fraction;
  long exponent = 0;
};

std::optional<parts> split(std::string_view text) {
  parts result;
  std::size_t at = 0;
  auto const run = [&] {
    auto const start = at;
    while (at < text.size() && is_digit(text[at])) ++at;
    return text.substr(start, at - start);
  };
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) result.negative = text[at++] == '-';
  result.whole = run();
  if (result.whole.empty()) return std::nullopt;
  if (at < text.size() && text[at] == '.') {
    ++at;
    result.fraction = run();
    if (result.fraction.empty()) return std::nullopt;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && text[at] == '+') ++at;
    auto const [end, error] =
        std::from_chars(text.data() + at, text.data() + text.size(), result.exponent);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    at = text.size();
  }
  if (at != text.size()) return std::nullopt;
  return result;
}

}  // namespace

bool is_decimal(std::string_view text) {
  auto const number = split(text);
  if (!number) return false;
  // A larger exponent could overflow the sums below.
  constexpr long largest = 1'000'000;
  if (number->exponent > largest || number->exponent < -largest) return false;
  auto const before = static_cast<long>(number->whole.size()) + number->exponent;
  auto const after = static_cast<long>(number->fraction.size()) - number->exponent;
  return before <= most_decimal_digits && after <= most_decimal_digits;
}

std::string canonical(std::string_view text) {
  auto const parsed = split(text);
  // A sum of rows that somebody else has written may be NaN or Infinity.
  if (!parsed || !is_decimal(text)) return std::string(text);
  auto const& number = *parsed;
  std::string digits(number.whole);
  digits += number.fraction;
  auto point = static_cast<long>(number.whole.size()) + number.exponent;
  if (point < 0) {
    digits.insert(0, static_cast<std::size_t>(-point), '0');
    point = 0;
  }
  if (point > static_cast<long>(digits.size())) {
    digits.append(static_cast<std::size_t>(point) - digits.size(), '0');
  }
  auto whole = digits.substr(0, static_cast<std::size_t>(point));
  auto fraction = digits.substr(static_cast<std::size_t>(point));
  whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size()));
  auto const last = fraction.find_last_not_of('0');
  fraction.erase(last == std::string::npos ? 0 : last + 1);
  if (whole.empty() && fraction.empty()) return "0";
  std::string result = number.negative ? "-" : "";
  result += whole.empty() ? "0" : whole;
  if (!fraction.empty()) result += '.' + fraction;
  return result;
}

bool same_value(std::string_view left, std::string_view right) {
  return left == right || canonical(left) == canonical(right);
}

bool is_zero(std::string_view text) { return canonical(text) == "0"; }

}  // namespace vobiz::core
