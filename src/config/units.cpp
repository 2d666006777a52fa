#include "units.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <span>

#include "vobiz/core/decimal.hpp"

namespace vobiz::config {

namespace {

struct unit {
  std::string_view name;
  std::uint64_t worth;
};

// Smallest first. 10^9 of the largest unit fits into 64 bits.
constexpr std::array<unit, 5> duration_units = {
    {{"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};
constexpr std::array<unit, 3> size_units = {
    {{"KiB", 1u << 10}, {"MiB", 1u << 20}, {"GiB", 1u << 30}}};
constexpr std::array<unit, 2> month_units = {{{"months", 1}, {"month", 1}}};
constexpr std::size_t most_digits = 9;
constexpr std::size_t most_characters = 100;

std::string list_of(std::span<unit const> units) {
  std::string result;
  for (std::size_t i = 0; i < units.size(); ++i) {
    if (i > 0) result += i + 1 == units.size() ? " or " : ", ";
    result += units[i].name;
  }
  return result;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::uint64_t value_of(std::string_view digits) {
  std::uint64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

parsed<std::uint64_t> amount_from_text(std::string_view text, std::span<unit const> units,
                                       std::string_view example) {
  auto const end = std::find_if_not(text.begin(), text.end(), is_digit);
  auto const digits = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  auto name = text.substr(digits.size());
  auto const hint = fmt::format("write a whole number and {}, as in {}", list_of(units), example);
  if (digits.empty()) return {{}, "has no number", hint};
  if (name.empty()) return {{}, "has no unit", hint};
  if (digits.size() > 1 && digits[0] == '0') return {{}, "begins with a zero", hint};
  if (name[0] == ' ') name.remove_prefix(1);
  auto const found =
      std::find_if(units.begin(), units.end(), [&](unit const& u) { return u.name == name; });
  if (found == units.end()) {
    auto const fraction = name.starts_with('.') || name.starts_with(',');
    return {{}, fraction ? "is not a whole number" : "has an unknown unit", hint};
  }
  if (digits.size() > most_digits) return {{}, "is too large", {}};
  return {value_of(digits) * found->worth, {}, {}};
}

std::string amount_to_text(std::uint64_t amount, std::span<unit const> units) {
  auto const* best = &units.front();
  for (auto const& u : units) {
    if (amount != 0 && amount % u.worth == 0) best = &u;
  }
  return fmt::format("{}{}", amount / best->worth, best->name);
}

}  // namespace

parsed<std::chrono::milliseconds> duration_from_text(std::string_view text,
                                                     smallest_unit smallest) {
  std::span<unit const> units = duration_units;
  if (smallest == smallest_unit::second) units = units.subspan(1);
  auto amount = amount_from_text(text, units, smallest == smallest_unit::second ? "60s" : "500ms");
  if (!amount.value) return {{}, std::move(amount.problem), std::move(amount.hint)};
  return {std::chrono::milliseconds(*amount.value), {}, {}};
}

std::string to_text(std::chrono::milliseconds duration) {
  if (duration.count() == 0) return "0s";
  return amount_to_text(static_cast<std::uint64_t>(duration.count()), duration_units);
}

parsed<std::uint64_t> size_from_text(std::string_view text) {
  return amount_from_text(text, size_units, "32MiB");
}

std::string size_to_text(std::uint64_t bytes) { return amount_to_text(bytes, size_units); }

parsed<int> months_from_text(std::string_view text) {
  auto amount = amount_from_text(text, month_units, "36 months");
  if (!amount.value) return {{}, std::move(amount.problem), std::move(amount.hint)};
  return {static_cast<int>(*amount.value), {}, {}};
}

std::string months_to_text(int months) {
  return fmt::format("{} {}", months, months == 1 ? "month" : "months");
}

parsed<std::chrono::minutes> time_from_text(std::string_view text) {
  auto const shaped = text.size() == 5 && text[2] == ':' && is_digit(text[0]) &&
                      is_digit(text[1]) && is_digit(text[3]) && is_digit(text[4]);
  auto const hours = shaped ? value_of(text.substr(0, 2)) : 24;
  auto const minutes = shaped ? value_of(text.substr(3)) : 60;
  if (hours > 23 || minutes > 59) {
    return {{}, "is not a time of day", "write it as \"HH:MM\", from \"00:00\" to \"23:59\""};
  }
  return {std::chrono::minutes(hours * 60 + minutes), {}, {}};
}

std::string time_to_text(std::chrono::minutes since_midnight) {
  return fmt::format("{:02}:{:02}", since_midnight.count() / 60, since_midnight.count() % 60);
}

parsed<int> whole_from_text(std::string_view text) {
  auto digits = text;
  if (digits.starts_with('-')) digits.remove_prefix(1);
  if (digits.empty() || !std::all_of(digits.begin(), digits.end(), is_digit)) {
    return {{}, "is not a whole number", {}};
  }
  if (digits.size() > 1 && digits[0] == '0') {
    return {{}, "begins with a zero", "some programs read such a number as octal: remove the zero"};
  }
  if (digits.size() > most_digits) return {{}, "is too large", {}};
  auto const value = static_cast<int>(value_of(digits));
  return {text[0] == '-' ? -value : value, {}, {}};
}

parsed<double> number_from_text(std::string_view text) {
  if (text.size() > most_characters && text.find_first_not_of("0123456789.-") == text.npos) {
    return {{}, "is too large", {}};
  }
  auto const plain = text.find_first_of("eE+") == std::string_view::npos && core::is_decimal(text);
  if (!plain) return {{}, "is not a number", "write it in decimal digits, as in 0.5 or 10"};
  if (text.size() > 1 && text[0] == '0' && is_digit(text[1])) {
    return {{}, "begins with a zero", "some programs read such a number as octal: remove the zero"};
  }
  double value = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return {{}, "is too large", {}};
  return {value, {}, {}};
}

parsed<bool> truth_from_text(std::string_view text) {
  if (text == "true") return {true, {}, {}};
  if (text == "false") return {false, {}, {}};
  return {{}, "is neither true nor false", {}};
}

parsed<core::utc_day> date_from_text(std::string_view text) {
  auto const day = core::day_from_text(text);
  if (!day) return {{}, "is not a day", "write it as YYYY-MM-DD, as in 2026-01-31"};
  return {day, {}, {}};
}

}  // namespace vobiz::config
