#include "vobiz/sink/sql_text.hpp"

#include <utility>

namespace vobiz::sink {

namespace {

std::string doubled(std::string_view text, char quote) {
  std::string result(1, quote);
  for (char const c : text) {
    if (c == quote) result += quote;
    result += c;
  }
  result += quote;
  return result;
}

}  // namespace

std::string identifier(std::string_view name) { return doubled(name, '"'); }

std::string literal(std::string_view text) { return doubled(text, '\''); }

void array_literal::separate() {
  if (text_.size() > 1) text_ += ',';
}

void array_literal::add(std::string_view element) {
  separate();
  text_ += '"';
  for (char const c : element) {
    if (c == '"' || c == '\\') text_ += '\\';
    text_ += c;
  }
  text_ += '"';
}

void array_literal::add_null() {
  separate();
  text_ += "NULL";
}

std::string array_literal::take() {
  text_ += '}';
  // A std::string, as g++ 12 warns of an overlap in assigning "{" itself (its bug 105651).
  return std::exchange(text_, std::string(1, '{'));
}

}  // namespace vobiz::sink
