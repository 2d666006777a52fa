#pragma once

#include <chrono>
#include <list>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace vobiz::streams {

// The PostgreSQL type of a column; decides how the decoder checks and spells its cell.
enum class column_type {
  text,
  integer,
  bigint,
  numeric,
  boolean,
  timestamptz,
  date,
  uuid,
  jsonb,
};

enum class null_rule {
  optional,
  required,  // a row without it is rejected
};

// What a change of a column on a stored row is besides a change.
enum class change_rule {
  plain,
  billing,  // money or billing: also recorded in vobiz.adjustments (design.md §2, "Adjustments")
  quiet,    // stored with a change of another column, but no change by itself (a history's clock)
};

// What the table keeps of a row that changes.
enum class keeping {
  current,  // one row per key, updated in place
  history,  // a new row, stamped captured_at, whenever the values differ from the key's latest
};

struct column {
  std::string_view name{};  // in PostgreSQL: the second generation's spelling
  column_type type = column_type::text;
  // Where the value stands in a row, best first: the first name that holds a value wins, so that
  // both API generations decode alike. "calls.total_cost" looks inside an object.
  std::vector<std::string_view> json{};
  null_rule nulls = null_rule::optional;
  change_rule on_change = change_rule::plain;
  // Staged for this stream's own statements but not a column of the table (a dashboard's time
  // series).
  bool staged_only = false;
  // SQL over the incoming row `i` for a key that the API leaves out; the key cannot be null.
  std::string_view otherwise{};
  // Stands in an index of the table, or of a rollup of it: a row whose text is longer than
  // longest_indexed is rejected, since PostgreSQL would refuse it with its whole batch.
  bool indexed = false;
};

// Bytes. An entry of a b-tree holds 2 704, and up to six such columns.
inline constexpr std::size_t longest_indexed = 400;

// A sum that the API states for a whole day and that is compared with what is stored.
struct measure {
  std::string_view name{};  // cost, seconds, duration, debit, credit: columns of vobiz_sync.windows
  std::string_view summary{};  // the member of the envelope's `summary`
  std::string_view sql{};      // the same figure over stored rows
};

// How an endpoint is cut into requests.
enum class shape {
  document,     // one JSON object is the one row (me, dashboard, a balance)
  daily,        // one JSON object per UTC day (analytics)
  snapshot,     // a paged list of everything there is (accounts, numbers)
  day_windows,  // a paged list filtered by UTC day (transactions, cdrs)
};

// Which requests make up the stream.
enum class reach {
  partner,  // one global endpoint only
  account,  // one request per customer only
  either,   // a global endpoint, and a per-customer one to fall back to (config: scope)
};

// When the stream is due if the configuration does not say.
struct default_schedule {
  std::chrono::seconds every{};  // 0: by time of day
  std::string_view at{};         // "HH:MM" UTC, else empty
};

// Whether rows of such a stream can vanish from it: a list can show that one is gone, an object
// cannot. The tables of the former have a removed_at.
constexpr bool can_vanish(shape form) {
  return form == shape::snapshot || form == shape::day_windows;
}

struct feed;

struct stream {
  std::string_view name{};   // as in the configuration, vobiz_sync and metrics
  std::string_view table{};  // in schema vobiz
  shape form = shape::document;
  reach span = reach::partner;
  std::string_view path{};          // below base_url; empty when there is no global endpoint
  std::string_view account_path{};  // "{id}" stands for the customer's auth_id
  std::vector<std::string_view>
      rows{};  // names of the array of rows, best first; empty: the object itself
  std::string_view from_parameter{};  // day filters, both inclusive, always sent together
  std::string_view to_parameter{};
  std::vector<column> columns{};
  std::vector<std::string_view> key{};  // column names, besides partner_id
  keeping keeps = keeping::current;
  std::string_view day_column{};  // of the table: the UTC day a row was asked for; may be empty
  std::string_view
      day_time{};  // the column that puts a row into its day: a change of it moves the row
  std::string_view version{};  // column that tells the newer of two versions of a row; may be empty
  std::vector<measure> measures{};
  std::list<feed> feeds{};                  // a vector's initializer would need a complete type
  std::vector<std::string_view> secrets{};  // members dropped before anything else sees them
  default_schedule schedule{};
};

// Rows of another table inside the rows of a stream: the tier of an account, the days of a
// dashboard.
struct feed {
  std::string_view column;  // the staged column that holds them: an object, or an array of objects
  stream rows;              // its table, columns and key; what belongs to requests is unused
  bool only_missing =
      false;  // a poorer copy of rows that have a stream of their own: never overwrites
};

// All streams, in the order in which a full cycle runs them: what others refer to comes first.
std::span<stream const> all();

// nullptr when there is no stream of that name.
stream const* find(std::string_view name);

}  // namespace vobiz::streams
