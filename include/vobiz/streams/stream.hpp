#pragma once

#include <chrono>
#include <list>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
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
  billing,  // money or billing: also recorded in vobiz.adjustments (docs/architecture.md,
            // "Adjustments")
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
  // Decides the day of its row, in which months, books and rollups put it: a row whose value lies
  // outside first_year to last_year is rejected. Other times are only stored.
  bool dated = false;
  // May hold what belongs to a person: hidden from masked readers (vobiz_sync.let_read_masked).
  bool personal = false;
  std::string_view comment{};  // in the database, for people who look at the table

  // For declarations: the same column with its comment.
  column says(std::string_view text) && {
    comment = text;
    return std::move(*this);
  }
};

// Bytes. An entry of a b-tree holds 2 704, and up to six such columns.
inline constexpr std::size_t longest_indexed = 400;

// Years of a day that a row can belong to.
inline constexpr std::string_view first_year = "1970";
inline constexpr std::string_view last_year = "2200";

// Whether a time or date, as text that begins with its UTC year, lies in those years.
inline bool is_dated(std::string_view text) {
  auto const year = text.substr(0, 4);
  return year >= first_year && year <= last_year;
}

// A sum that the API states for a whole day and that is compared with what is stored.
struct measure {
  std::string_view name{};     // its key in the sums of vobiz_sync.windows
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

// Which endpoints the API has for the stream.
enum class endpoint_scope {
  global,       // one for the partner
  per_account,  // one for each customer
  either,       // a global one, and one per customer to fall back to (config: scope)
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

// A table of another stream that has the figures of each day for all customers together.
struct day_totals {
  std::string_view stream{};  // that fills the table
  std::string_view table{};   // in schema vobiz, by partner_id and `day`
  std::string_view rows{};    // its column that counts the rows of the day
  std::string_view sum{};     // its column that adds up the measure
  std::string_view measure{};
  // A table in schema vobiz with the days that the latest answer covers, as text that begins with
  // the first of them; by partner_id and captured_at.
  std::string_view period_table{};
  std::string_view period_column{};
  // The same figures by customer and billing day: a view in schema vobiz by partner_id and `day`.
  std::string_view own_table{};
  std::string_view own_rows{};
  std::string_view own_sum{};
};

// A table that is partitioned by the UTC month of a time.
struct month_partition {
  std::string_view column{};             // part of every unique key of the table
  std::string_view default_partition{};  // in vobiz_part: holds what no month does
  // Days between a row's time and the day that lists it; vobiz_sync.is_stray() records the others.
  int listed_days = 0;
  // A stored row whose time was corrected is looked for this many days around its batch.
  int search_days = 0;
};

// Sums of rows by customer and 15 minutes. The transaction that changes rows makes those sums anew
// of the 15 minutes in which rows are now or were before.
struct rollup {
  std::string_view function{};  // in schema vobiz_sync: takes partners, customers and 15 minutes
  // Of the table, besides partner and customer: what decides where a row counts.
  std::vector<std::string_view> columns{};
  std::string_view at{};  // the instant that does, as SQL over these columns
  std::string_view
      until{};  // where peaks are kept, the end of what is in progress, in the same way
};

// The ledger in which rows of a stream are charged.
struct ledger_reference {
  std::string_view table{};   // in schema vobiz
  std::string_view column{};  // of the ledger: the charged row's selective key
  std::string_view time{};    // of the ledger: when it was charged
  // How long before and after the charge the charged row's own time lies, as a rule.
  int days_before = 0;
  int days_after = 0;
};

// A column of another table that names rows of a stream.
struct mention {
  std::string_view table{};  // in schema vobiz
  std::string_view column{};
  std::string_view day_column{};  // bounds the look by day; empty: rows that are not removed
};

// Rows that others mention but no list holds are asked for by id.
struct id_repair {
  std::string_view kind{};  // in vobiz_sync.repairs
  std::string_view path{};  // "{id}" stands for the customer's auth_id, "{key}" for the row's key
  std::vector<mention> mentions{};  // empty: the ledger that charges for the rows mentions them
};

struct feed;

struct stream {
  std::string_view name{};   // as in the configuration, vobiz_sync and metrics
  std::string_view table{};  // in schema vobiz
  std::string_view comment{};
  // The stream that a full cycle runs before this one; empty: this is the first. Streams after the
  // same one follow by name.
  std::string_view after{};
  shape form = shape::document;
  endpoint_scope endpoints = endpoint_scope::global;
  std::string_view path{};          // below base_url; empty when there is no global endpoint
  std::string_view account_path{};  // "{id}" stands for the customer's auth_id
  std::vector<std::string_view>
      rows{};  // names of the array of rows, best first; empty: the object itself
  std::string_view from_parameter{};  // day filters, both inclusive, always sent together
  std::string_view to_parameter{};
  // What the API's generations call the size of a page: a name it does not know is ignored.
  std::vector<std::string_view> page_size_parameters = {"per_page"};
  std::vector<column> columns{};
  std::vector<std::string_view> key{};  // column names, besides partner_id
  // The column of a key of several that tells rows apart by itself.
  std::string_view selective_key{};
  std::string_view account_column{};  // the customer a row belongs to; may be empty
  keeping keeps = keeping::current;
  std::string_view day_column{};  // of the table: the UTC day a row was asked for; may be empty
  std::string_view
      day_time{};  // the column that puts a row into its day: a change of it moves the row
  // Further times that the API's day filter may look at, where it does not say which.
  std::vector<std::string_view> other_day_times{};
  std::string_view version{};  // column that tells the newer of two versions of a row; may be empty
  std::vector<measure> measures{};
  std::list<feed> feeds{};                  // a vector's initializer would need a complete type
  std::vector<std::string_view> secrets{};  // members dropped before anything else sees them
  default_schedule schedule{};
  bool enabled_by_default = true;
  std::optional<month_partition> partition{};
  std::optional<rollup> rolled_up{};
  bool may_expire = false;  // its months can be dropped (config: retention)
  std::optional<id_repair> repair{};
  std::optional<ledger_reference> charged_in{};
  std::optional<day_totals> vouched_by{};
  bool lists_customers = false;          // its rows are the partner's customers
  bool carries_wallets = false;          // its rows hold the customers' wallets as they are now
  bool keeps_wallets = false;            // it is the history of those
  std::string_view partner_id_column{};  // of the document that tells who the partner is
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

// That order of declared streams, which are sorted by name. Without those whose `after` names no
// stream.
std::vector<stream> in_cycle_order(std::span<stream const> declared);

// nullptr when there is no stream of that name.
stream const* find(std::string_view name);

// The stream whose rows are the customers, the one that keeps the history of their wallets, and the
// document that tells who the partner is.
stream const& customers();
stream const& wallet_history();
stream const& partner_document();

// Where stream::columns has the column; their number where it does not.
std::size_t position(stream const& of, std::string_view column_name);

// The column that tells the rows of the stream apart: the declared one, or the only one of the key.
std::string_view selective_key(stream const& of);

// The columns by whose times a row may belong to a day: day_time first; empty where it has none.
std::vector<std::string_view> day_times(stream const& of);

// The columns that the partition's column takes its value from, as positions in stream::columns.
std::vector<std::size_t> partition_time_columns(stream const& of);

}  // namespace vobiz::streams
