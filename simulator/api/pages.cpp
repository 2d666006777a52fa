#include "simulator/api/pages.hpp"

#include <charconv>

namespace vobiz::simulator {

namespace {

// A positive number of at most nine digits, so that no offset overflows.
std::optional<std::size_t> positive(std::string_view text) {
  std::size_t value = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (value == 0 || value > 999'999'999) return std::nullopt;
  return value;
}

refusal no_number(std::string_view name) {
  return {422, "VALIDATION_ERROR", std::string(name) + " must be a positive integer"};
}

}  // namespace

std::optional<refusal> read_page(request const& what, std::string_view size_name,
                                 std::size_t largest, overflow too_large, page_request& out) {
  if (auto const text = what.parameter("page")) {
    auto const page = positive(*text);
    if (!page) return no_number("page");
    out.page = *page;
  }
  if (auto const text = what.parameter(size_name)) {
    auto const size = positive(*text);
    if (!size) return no_number(size_name);
    if (*size <= largest) {
      out.size = *size;
    } else if (too_large == overflow::refuse) {
      return refusal{
          422, "VALIDATION_ERROR",
          std::string(size_name) + " must be less than or equal to " + std::to_string(largest)};
    }
  }
  return std::nullopt;
}

std::optional<refusal> read_day(request const& what, std::string_view name, int status,
                                std::optional<utc_day>& out) {
  auto const text = what.parameter(name);
  if (!text || text->empty()) return std::nullopt;
  out = day_from_text(*text);
  if (out) return std::nullopt;
  return refusal{status, status >= 500 ? "INTERNAL_ERROR" : "VALIDATION_ERROR",
                 std::string(name) + " is not a date: " + std::string(*text)};
}

}  // namespace vobiz::simulator
