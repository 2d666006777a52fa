#include "simulator/world/money.hpp"

#include <charconv>

namespace vobiz::simulator {

namespace {

constexpr std::int64_t unit = 1'000'000;

void append(std::string& out, money amount, int least_decimals) {
  auto magnitude = amount.millionths < 0 ? 0 - static_cast<std::uint64_t>(amount.millionths)
                                         : static_cast<std::uint64_t>(amount.millionths);
  if (amount.millionths < 0) out += '-';
  char digits[24];
  auto const* end = std::to_chars(digits, digits + sizeof digits, magnitude / unit).ptr;
  out.append(digits, static_cast<std::size_t>(end - digits));
  char decimals[6];
  auto rest = magnitude % unit;
  for (int i = 5; i >= 0; --i, rest /= 10) decimals[i] = static_cast<char>('0' + rest % 10);
  int count = 6;
  while (count > least_decimals && decimals[count - 1] == '0') --count;
  if (count == 0) return;
  out += '.';
  out.append(decimals, static_cast<std::size_t>(count));
}

}  // namespace

money charge(money per_minute, std::int64_t billed_seconds) {
  constexpr std::int64_t step = 10;  // millionths in the fifth decimal
  auto const exact = per_minute.millionths * billed_seconds;
  return {(exact + 60 * step / 2) / (60 * step) * step};
}

void append_number(std::string& out, money amount) { append(out, amount, 0); }

void append_decimal(std::string& out, money amount) { append(out, amount, 5); }

std::string to_text(money amount) {
  std::string out;
  append_number(out, amount);
  return out;
}

std::optional<money> money_from_text(std::string_view text) {
  bool const negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  auto const point = text.find('.');
  auto const whole = text.substr(0, point);
  auto fraction = point == std::string_view::npos ? std::string_view() : text.substr(point + 1);
  if (whole.empty() || whole.size() > 12 || (point != std::string_view::npos && fraction.empty())) {
    return std::nullopt;
  }
  std::int64_t value = 0;
  for (char const c : whole) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  for (std::size_t i = 0; i < 6 || i < fraction.size(); ++i) {
    char const c = i < fraction.size() ? fraction[i] : '0';
    if (c < '0' || c > '9' || (i >= 6 && c != '0')) return std::nullopt;
    if (i < 6) value = value * 10 + (c - '0');
  }
  return money{negative ? -value : value};
}

}  // namespace vobiz::simulator
