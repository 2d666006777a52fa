#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "vobiz/core/day.hpp"

namespace vobiz::config {

// A parsed value or the reason for failure. The reason never quotes the text.
template <class T>
struct parsed {
  std::optional<T> value;
  std::string problem;
  std::string hint;
};

// The smallest unit that a duration field accepts.
enum class smallest_unit { millisecond, second };

// "500ms", "5s", "60 s", "5m", "6h", "2d".
parsed<std::chrono::milliseconds> duration_from_text(std::string_view text, smallest_unit unit);
// Uses the largest unit that divides the duration: "90s", "6h".
std::string to_text(std::chrono::milliseconds duration);

// "512KiB", "32MiB", "1GiB"; returns bytes.
parsed<std::uint64_t> size_from_text(std::string_view text);
std::string size_to_text(std::uint64_t bytes);

// "36 months", "1 month".
parsed<int> months_from_text(std::string_view text);
std::string months_to_text(int months);

// "02:30", from 00:00 to 23:59.
parsed<std::chrono::minutes> time_from_text(std::string_view text);
std::string time_to_text(std::chrono::minutes since_midnight);

// A decimal integer as in YAML 1.2, not C: "010" is refused.
parsed<int> whole_from_text(std::string_view text);

// A plain decimal number: "0.5", "10".
parsed<double> number_from_text(std::string_view text);

// Only "true" and "false": the meaning of "yes", "on" and "1" depends on the YAML version.
parsed<bool> truth_from_text(std::string_view text);

parsed<core::utc_day> date_from_text(std::string_view text);

}  // namespace vobiz::config
