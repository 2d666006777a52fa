#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <charconv>
#include <string>

#include "decode/time_text.hpp"
#include "streams.hpp"
#include "target.hpp"
#include "vobiz/core/day.hpp"
#include "vobiz/core/decimal.hpp"
#include "vobiz/decode/decoder.hpp"
#include "vobiz/decode/secrets.hpp"

// Input: a line with the stream's name, then a response body.
namespace vobiz::fuzz {
namespace {

namespace json = boost::json;

void require_no_secret(json::value const& in, streams::stream const& of) {
  if (auto const* const array = in.if_array()) {
    for (auto const& element : *array) require_no_secret(element, of);
  }
  auto const* const object = in.if_object();
  if (object == nullptr) return;
  for (auto const& member : *object) {
    std::string_view const name(member.key().data(), member.key().size());
    require(!decode::is_secret(name, of.secrets), "no secret gets through", name);
    require_no_secret(member.value(), of);
  }
}

json::value require_json(std::string_view text) {
  boost::system::error_code error;
  auto result = json::parse(text, error);
  require(!error, "a value kept as JSON is valid", text);
  return result;
}

template <class Integer>
bool is_whole(std::string_view text) {
  Integer value{};
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

bool fits(streams::column_type type, std::string_view cell) {
  using enum streams::column_type;
  std::string room;
  switch (type) {
    case text:
      return true;
    case integer:
      return is_whole<std::int32_t>(cell);
    case bigint:
      return is_whole<std::int64_t>(cell);
    case numeric:
      return core::is_decimal(cell);
    case boolean:
      return cell == "true" || cell == "false";
    case timestamptz:
      return decode::time_text(cell, room).text == cell;
    case date:
      return core::day_from_text(cell).has_value();
    case uuid:
      return cell.size() == 36;
    case jsonb:
      return true;
  }
  return false;
}

void check_cells(decode::row_batch const& rows, streams::stream const& of) {
  for (std::size_t row = 0; row < rows.size(); ++row) {
    for (std::size_t column = 0; column < of.columns.size(); ++column) {
      auto const& declared = of.columns[column];
      auto const cell = rows.at(row, column);
      require(cell || declared.nulls == streams::null_rule::optional,
              "a required column has a value", declared.name);
      if (!cell) continue;
      require(rows.seen(column), "a column with a cell was seen", declared.name);
      require(fits(declared.type, *cell), "a cell fits its column", *cell);
      require(cell->find('\0') == std::string_view::npos, "no cell holds U+0000", *cell);
      if (declared.type == streams::column_type::jsonb) require_no_secret(require_json(*cell), of);
    }
    if (auto const extra = rows.at(row, of.columns.size())) {
      auto const members = require_json(*extra);
      require(members.is_object(), "members without a column form an object", *extra);
      require_no_secret(members, of);
    }
  }
}

void check(decode::page const& page, streams::stream const& of) {
  auto const& envelope = page.envelope;
  require(envelope.listed == page.rows.size() + page.rejects.size(),
          "each element is a row or a reject");
  require(envelope.has_rows_member || envelope.listed == 0, "rows are in an array of their own");
  check_cells(page.rows, of);
  for (auto const& reject : page.rejects) {
    require(!reject.reason.empty(), "a reject has its reason", reject.payload);
    require_no_secret(require_json(reject.payload), of);
  }
  for (auto const& sum : envelope.measures) {
    require(!sum || core::is_decimal(*sum), "a sum is a decimal", sum.value_or(""));
  }
}

void check_appended(decode::page const& page) {
  decode::row_batch all(page.rows.columns());
  all.append(page.rows);
  all.append(page.rows);
  require(all.size() == 2 * page.rows.size(), "a batch contains the appended rows");
  for (std::size_t row = 0; row < all.size(); ++row) {
    for (std::size_t column = 0; column < all.columns(); ++column) {
      require(all.at(row, column) == page.rows.at(row % page.rows.size(), column),
              "appended cells are the same");
    }
  }
}

}  // namespace
}  // namespace vobiz::fuzz

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace vobiz;
  auto const [stream, body] = fuzz::split(fuzz::as_text(data, size));
  if (stream == nullptr) return -1;
  auto const page = decode::decoder(*stream).decode(body);
  if (!page) {
    auto const& message = page.error().message;
    fuzz::require(
        message == "an empty body" || message.starts_with("a page of HTML or XML") ||
            message.starts_with("not JSON at byte ") ||
            message.starts_with("an answer of more than ") ||
            message.ends_with(" is not a number of rows"),
        "only a body that is not JSON, or exceeds a bound, or whose total is no count, is refused",
        message);
    return 0;
  }
  fuzz::check(*page, *stream);
  fuzz::check_appended(*page);
  return 0;
}
