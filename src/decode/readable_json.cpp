#include "readable_json.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace vobiz::decode {

namespace {

// The code unit of an escape \uXXXX at a position.
std::optional<unsigned> code_unit(std::string_view body, std::size_t at) {
  if (body.substr(at, 2) != "\\u" || at + 6 > body.size()) return std::nullopt;
  unsigned unit = 0;
  auto const* const end = body.data() + at + 6;
  auto const [read, error] = std::from_chars(body.data() + at + 2, end, unit, 16);
  if (error != std::errc() || read != end) return std::nullopt;
  return unit;
}

bool is_high(std::optional<unsigned> unit) { return unit && *unit >= 0xd800 && *unit <= 0xdbff; }
bool is_low(std::optional<unsigned> unit) { return unit && *unit >= 0xdc00 && *unit <= 0xdfff; }

// Copies the string literal that begins at a position; returns the position behind it.
std::size_t copy_string(std::string_view body, std::size_t at, std::string& out) {
  out += body[at++];
  while (at < body.size()) {
    std::size_t length = 1;
    if (body[at] == '"') {
      out += '"';
      return at + 1;
    }
    if (body[at] == '\\') {
      auto const unit = code_unit(body, at);
      length = unit ? 6 : 2;
      if (is_high(unit) && is_low(code_unit(body, at + 6))) {
        length = 12;
      } else if (is_high(unit) || is_low(unit)) {
        out += "\\ufffd";
        at += 6;
        continue;
      }
    }
    out += body.substr(at, length);
    at += length;
  }
  return body.size();
}

// More digits than numeric's largest exponent has.
bool has_huge_exponent(std::string_view number) {
  auto const exponent = number.find_first_of("eE");
  if (exponent == std::string_view::npos) return false;
  auto digits = number.substr(exponent + 1);
  digits.remove_prefix(std::min(digits.find_first_not_of("+-0"), digits.size()));
  return digits.size() > 6;
}

}  // namespace

std::string readable_json(std::string_view body) {
  std::string out;
  out.reserve(body.size() + 2);
  for (std::size_t at = 0; at < body.size();) {
    if (body[at] == '"') {
      at = copy_string(body, at, out);
      continue;
    }
    auto const number = body.substr(at, body.find_first_not_of("0123456789+-.eE", at) - at);
    auto const starts_number = !number.empty() && number.front() != 'e' && number.front() != 'E';
    auto const length = starts_number ? number.size() : 1;
    auto const quote = starts_number && has_huge_exponent(number);
    if (quote) out += '"';
    out += body.substr(at, length);
    if (quote) out += '"';
    at += length;
  }
  return out;
}

}  // namespace vobiz::decode
