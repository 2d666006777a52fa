#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <string_view>
#include <vector>

#include "vobiz/core/day.hpp"

// What differs between libpqxx 6 (Debian 12) and 7 (Debian 13) stands in query.cpp and
// connection.cpp, nowhere else.
namespace vobiz::sink {

// Values for $1, $2, … of a short text, in order. A value with U+0000, which no server takes,
// throws std::invalid_argument: libpq would send what stands before it.
class arguments {
public:
  arguments& add(std::optional<std::string_view> text);
  arguments& add_text(std::string text);  // taken, not copied
  arguments& add(core::utc_day day) { return add(core::to_text(day)); }
  arguments& add(std::optional<core::utc_day> day);
  arguments& add(std::int64_t number) { return add(std::to_string(number)); }
  arguments& add(std::optional<std::int64_t> number);
  arguments& add_bool(bool value) { return add(value ? "true" : "false"); }
  arguments& add_null();

  std::vector<char const*> const& pointers() const { return pointers_; }

private:
  std::deque<std::string> texts_;
  std::vector<char const*> pointers_;  // nullptr is NULL
};

// A text of SQL with its values by name. `:name` stands for a value, `{name}` for SQL put in its
// place; neither is seen in quotes, in comments or in `::`. Values that the text does not name are
// not sent.
class query {
public:
  explicit query(std::string text) : text_(std::move(text)) {}

  // Puts SQL, which may name values, in the place of {part}. Throws std::logic_error where the text
  // has no such part.
  query& with(std::string_view part, std::string_view sql);

  // Gives :name its value. U+0000 throws as in arguments.
  query& set(std::string_view name, std::optional<std::string> text);
  query& set(std::string_view name, std::string text);  // taken: an array of rows has megabytes
  query& set(std::string_view name, std::string_view text) { return set(name, std::string(text)); }
  query& set(std::string_view name, char const* text) { return set(name, std::string(text)); }
  query& set(std::string_view name, core::utc_day day) { return set(name, core::to_text(day)); }
  query& set(std::string_view name, std::optional<core::utc_day> day);
  query& set(std::string_view name, std::int64_t number);
  query& set(std::string_view name, std::optional<std::int64_t> number);
  query& set_bool(std::string_view name, bool value) { return set(name, value ? "true" : "false"); }

  // The text with the names of its values, as people read it.
  std::string const& text() const { return text_; }

  // What the server gets: $1, $2, … in the order in which the text first names them. Throws
  // std::logic_error for a name without a value.
  struct bound {
    std::string sql;
    std::vector<char const*> values;  // belong to the query; nullptr is NULL
  };
  bound bind() const;

private:
  std::string text_;
  std::map<std::string, std::optional<std::string>, std::less<>> values_;
};

// Runs one text of SQL with its values in one round trip. Errors are libpqxx's; database::run
// translates.
pqxx::result execute(pqxx::transaction_base& transaction, std::string const& sql,
                     arguments const& values = {});
pqxx::result execute(pqxx::transaction_base& transaction, query const& what);

// A cell's text, or nothing for NULL.
std::optional<std::string> text_of(pqxx::field const& cell);

}  // namespace vobiz::sink
