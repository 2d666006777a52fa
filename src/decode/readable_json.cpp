#include "readable_json.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <optional>

#include "vobiz/core/input_bounds.hpp"

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

// Copies the string literal that begins at a position; returns the position behind it. Ends early
// where `out` has more than `most` bytes.
std::size_t copy_string(std::string_view body, std::size_t at, std::string& out, std::size_t most) {
  out += body[at++];
  while (at < body.size() && out.size() <= most) {
    auto const c = body[at];
    std::size_t length = 1;
    if (c == '"') {
      out += '"';
      return at + 1;
    }
    if (c == '\n' || c == '\r' || c == '\t') {
      (out += '\\') += c == '\n' ? 'n' : c == '\r' ? 'r' : 't';
      ++at;
      continue;
    }
    if (static_cast<unsigned char>(c) < 0x20) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
      ++at;
      continue;
    }
    if (c == '\\') {
      auto const unit = code_unit(body, at);
      auto const next = at + 1 < body.size() ? body[at + 1] : '"';
      length = unit ? 6 : 2;
      if (is_high(unit) && is_low(code_unit(body, at + 6))) {
        length = 12;
      } else if (is_high(unit) || is_low(unit)) {
        out += "\\ufffd";
        at += 6;
        continue;
      } else if (!unit && std::string_view(R"("\/bfnrt)").find(next) == std::string_view::npos) {
        out += "\\\\";
        ++at;
        continue;
      }
    }
    out += body.substr(at, length);
    at += length;
  }
  return body.size();
}

bool is_in_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '+' ||
         c == '-' || c == '.' || c == '_' || c == '#';
}

std::size_t take_digits(std::string_view& text) {
  auto const count = std::min(text.find_first_not_of("0123456789"), text.size());
  text.remove_prefix(count);
  return count;
}

// Whether the word is a number by JSON's grammar, with an exponent that an int holds.
bool is_number(std::string_view word) {
  if (word.starts_with('-')) word.remove_prefix(1);
  auto const leading_zero = word.starts_with('0');
  auto const whole = take_digits(word);
  if (whole == 0 || (leading_zero && whole > 1)) return false;
  if (word.starts_with('.')) {
    word.remove_prefix(1);
    if (take_digits(word) == 0) return false;
  }
  if (word.empty()) return true;
  if (word.front() != 'e' && word.front() != 'E') return false;
  word.remove_prefix(1);
  if (word.starts_with('+') || word.starts_with('-')) word.remove_prefix(1);
  // More digits than the largest exponent of a decimal has.
  constexpr std::size_t most_digits = 6;
  auto const zeros = std::min(word.find_first_not_of('0'), word.size());
  auto const digits = take_digits(word);
  return digits > 0 && digits - zeros <= most_digits && word.empty();
}

bool is_value(std::string_view word) {
  return word == "true" || word == "false" || word == "null" || is_number(word);
}

// The position behind the array or object that begins at a position.
std::size_t behind_nested(std::string_view body, std::size_t at) {
  std::string unused;
  for (std::size_t levels = 0; at < body.size();) {
    auto const c = body[at];
    if (c == '"') {
      unused.clear();
      at = copy_string(body, at, unused, std::string::npos);
      continue;
    }
    ++at;
    if (c == '[' || c == '{') ++levels;
    if ((c == ']' || c == '}') && --levels == 0) return at;
  }
  return at;
}

}  // namespace

std::string readable_json(std::string_view body, std::size_t deepest) {
  auto const most = core::bounds::repaired(body.size());
  std::string out;
  out.reserve(body.size() + 2);
  std::size_t level = 0;
  for (std::size_t at = 0; at < body.size();) {
    if (out.size() > most) break;
    auto const c = body[at];
    if (c == '"') {
      at = copy_string(body, at, out, most);
      continue;
    }
    // A body that is one word is no JSON at all.
    if (level > 0 && is_in_word(c)) {
      auto const end =
          std::find_if_not(body.begin() + static_cast<std::ptrdiff_t>(at), body.end(), is_in_word);
      auto const word = body.substr(at, static_cast<std::size_t>(end - body.begin()) - at);
      auto const quote = is_value(word) ? "" : "\"";
      ((out += quote) += word) += quote;
      at += word.size();
      continue;
    }
    if (c == '[' || c == '{') {
      if (level == deepest) {
        auto const end = behind_nested(body, at);
        // What is cut short inside stays cut short.
        if (end < body.size()) out += R"("nested too deep")";
        at = end;
        continue;
      }
      ++level;
    }
    if ((c == ']' || c == '}') && level > 0) --level;
    out += c;
    ++at;
  }
  if (out.size() > most) out.clear();
  return out;
}

}  // namespace vobiz::decode
