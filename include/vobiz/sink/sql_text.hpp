#pragma once

#include <string>
#include <string_view>

// The one place each where a name becomes part of SQL and where a value becomes part of an array
// literal.
namespace vobiz::sink {

// A name as a quoted identifier.
std::string identifier(std::string_view name);

// A text as a quoted literal; only for texts of this program (stream names), values are parameters.
std::string literal(std::string_view text);

// Builds PostgreSQL's array literal {…} element by element.
class array_literal {
public:
  array_literal() : text_("{") {}
  void add(std::string_view element);
  void add_null();
  std::string take();

private:
  void separate();
  std::string text_;
};

}  // namespace vobiz::sink
