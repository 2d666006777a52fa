#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vobiz::simulator {

// An exact amount in millionths: the API's five decimals fit, and so do sums of billions of rows.
struct money {
  std::int64_t millionths = 0;

  auto operator<=>(money const&) const = default;
  money operator-() const { return {-millionths}; }
  money operator+(money other) const { return {millionths + other.millionths}; }
  money operator-(money other) const { return {millionths - other.millionths}; }
  money& operator+=(money other) { return *this = *this + other; }
  money& operator-=(money other) { return *this = *this - other; }
  money operator*(std::int64_t times) const { return {millionths * times}; }
};

// A rate per minute for so many seconds, rounded half up to the five decimals the API shows.
money charge(money per_minute, std::int64_t billed_seconds);

// "0.45": the shortest spelling, as a JSON number.
void append_number(std::string& out, money amount);

// "1300.00000": five decimals, six only if the sixth is needed.
void append_decimal(std::string& out, money amount);

std::string to_text(money amount);

// Nothing when the text is no plain decimal with at most six decimals, or too large.
std::optional<money> money_from_text(std::string_view text);

}  // namespace vobiz::simulator
