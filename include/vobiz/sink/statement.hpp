#pragma once

#include <charconv>
#include <cstdint>
#include <deque>
#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <string_view>
#include <vector>

#include "vobiz/core/day.hpp"

// What differs between libpqxx 6 (Debian 12) and 7 (Debian 13) stands in statement.cpp and
// connection.cpp, nowhere else.
namespace vobiz::sink {

// Values for $1, $2, … of a statement, in order. A text with U+0000, which no server takes, throws
// std::invalid_argument: libpq would send what stands before it.
class arguments {
public:
  arguments& add(std::optional<std::string_view> text);
  arguments& add_text(std::string text);  // taken, not copied: an array of rows has megabytes
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

// Runs one statement with its values in one round trip. Errors are libpqxx's; database::run
// translates.
pqxx::result execute(pqxx::transaction_base& transaction, std::string const& sql,
                     arguments const& values = {});

// A cell's text, or nothing for NULL.
std::optional<std::string> text_of(pqxx::field const& cell);

}  // namespace vobiz::sink
