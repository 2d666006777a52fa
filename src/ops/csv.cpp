#include "vobiz/ops/csv.hpp"

#include <algorithm>
#include <string>

namespace vobiz::ops {

namespace {

// What a spreadsheet may compute. Excel of East Asia takes the wide forms as well.
constexpr std::string_view computed[] = {"=",  "+",      "-",      "@",      "\t",
                                         "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20"};

// -12.50, as amounts are written here.
bool is_amount(std::string_view text) {
  auto const is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.starts_with('-')) text.remove_prefix(1);
  auto const point = std::min(text.find('.'), text.size());
  auto const whole = text.substr(0, point);
  auto const fraction = text.substr(std::min(point + 1, text.size()));
  return !whole.empty() && std::ranges::all_of(whole, is_digit) &&
         std::ranges::all_of(fraction, is_digit) && (point == text.size() || !fraction.empty());
}

bool begins_formula(std::string_view text) {
  return std::ranges::any_of(computed,
                             [&](std::string_view sign) { return text.starts_with(sign); });
}

// Also where a program that splits at another character would begin a cell.
std::string defused(std::string_view field) {
  if (is_amount(field)) return std::string(field);
  std::string result;
  bool at_start = true;
  for (std::size_t at = 0; at < field.size(); ++at) {
    if (at_start && begins_formula(field.substr(at))) result += '\'';
    result += field[at];
    at_start = field[at] == ';' || field[at] == '\n' || field[at] == '\r' || field[at] == '\t';
  }
  return result;
}

void append(std::string& line, std::string_view field) {
  if (field.find_first_of("\",;\t\r\n") == std::string_view::npos) {
    line += field;
    return;
  }
  line += '"';
  for (char const c : field) {
    if (c == '"') line += c;
    line += c;
  }
  line += '"';
}

}  // namespace

std::string csv_line(std::initializer_list<std::string_view> fields) {
  std::string line;
  for (auto const& field : fields) {
    if (&field != fields.begin()) line += ',';
    append(line, defused(field));
  }
  return line + "\r\n";
}

}  // namespace vobiz::ops
