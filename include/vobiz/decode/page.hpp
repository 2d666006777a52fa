#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vobiz/core/day.hpp"
#include "vobiz/streams/stream.hpp"

namespace vobiz::decode {

// Rows of one stream as the text PostgreSQL takes for each column (already checked against its
// type), all in one arena. Column numbers are positions in stream::columns; one more column behind
// them is `extra`: the members that no column names, as a JSON object without secrets.
class row_batch {
public:
  explicit row_batch(std::size_t columns) : columns_(columns), seen_(columns, false) {}

  std::size_t size() const { return columns_ == 0 ? 0 : cells_.size() / columns_; }
  std::size_t columns() const { return columns_; }
  std::size_t bytes() const { return arena_.size() + cells_.size() * sizeof(cell); }

  // Nothing stands for NULL.
  std::optional<std::string_view> at(std::size_t row, std::size_t column) const {
    auto const& c = cells_[row * columns_ + column];
    if (c.size < 0) return std::nullopt;
    return std::string_view(arena_).substr(c.offset, static_cast<std::size_t>(c.size));
  }

  // Whether any row carried the column, null or not. A column that a whole page leaves out is not
  // news about it: the merge keeps what is stored (docs/partner-api.md, "Transaction").
  bool seen(std::size_t column) const { return seen_[column]; }

  // For the decoder: a row of NULLs at the end, and cells of that last row. take_back() removes it.
  void add_row();
  void set(std::size_t column, std::string_view text);
  void mark_seen(std::size_t column) { seen_[column] = true; }
  void take_back();

  // All rows of another batch of the same stream behind these.
  void append(row_batch const& other);

  // The rows [first, last) as a batch of the same columns, all of which it has seen.
  row_batch slice(std::size_t first, std::size_t last) const;

private:
  struct cell {
    std::uint32_t offset = 0;
    std::int32_t size = -1;
  };
  std::size_t columns_;
  std::string arena_;
  std::vector<cell> cells_;
  std::vector<bool> seen_;
  std::size_t row_start_ = 0;  // arena size when the last row began
};

// A row that cannot be stored.
struct reject {
  std::string reason;   // names the member and quotes the value: `"cost": "n/a" is not a number`
  std::string payload;  // the row's JSON, secrets removed, representable in jsonb
};

// A row as the payload of a reject: its columns by name and, under "extra", its other members.
std::string row_json(streams::stream const& stream, row_batch const& rows, std::size_t row);

// What stands around the rows. Everything is what the API said, nothing is filled in.
struct envelope {
  std::optional<std::int64_t> page;
  std::optional<std::int64_t> per_page;
  std::optional<std::int64_t> total;
  std::optional<bool> has_next;  // whether there is another page
  // The days that the answer says it is about (`period`).
  std::optional<core::utc_day> first_day;
  std::optional<core::utc_day> last_day;
  std::size_t listed = 0;  // elements of the row array, rejects included
  // False: no row array of any known name, or a document that is an error or holds nothing known.
  // Such an answer is unusable.
  bool has_rows_member = false;
  bool has_summary = false;
  bool zeroed_summary = false;  // every number in the summary is zero
  // The measures of the stream found in the summary, in the stream's order; text is_decimal().
  std::vector<std::optional<std::string>> measures;

  // True when the summary is all zero beside rows: a degraded answer, not a fact about the day
  // (docs/partner-api.md, "Pagination and filters").
  bool degraded_summary() const;
};

struct page {
  row_batch rows;
  std::vector<reject> rejects;
  decode::envelope envelope;
  // Names of members that no column names, each once and at most bounds::unknown_names, "a.b"
  // inside objects.
  std::vector<std::string> unknown{};
  // A member whose time had no UTC offset and was taken as UTC; empty: there was none.
  std::string assumed_utc{};
};

struct parse_error {
  std::string message;  // names the place: `not JSON at byte 17: syntax error`
};

}  // namespace vobiz::decode
