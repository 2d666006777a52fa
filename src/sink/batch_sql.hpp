#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "vobiz/decode/page.hpp"
#include "vobiz/sink/query.hpp"
#include "vobiz/streams/stream.hpp"

// The rows of a batch as SQL. Statements over them take these values, as far as they name them:
// :partner, :day (the day the rows were listed under), :scope, :found_by, an array of each column
// (:uuid_array for uuid), and for tables of months the days between which stored rows are looked
// for
// (:search_from, :search_to; the second is left out).
namespace vobiz::sink {

std::string_view type_name(streams::column_type type);

// A query over a batch, and the columns it takes as arrays, as positions in stream::columns
// (stream::columns.size() is `extra`).
class batch_query : public query {
public:
  batch_query(std::string text, streams::stream const& stream, std::vector<std::size_t> columns)
      : query(std::move(text)), stream_(stream), columns_(std::move(columns)) {}

  std::vector<std::size_t> const& columns() const { return columns_; }
  void set_rows(decode::row_batch const& rows);

private:
  streams::stream const& stream_;
  std::vector<std::size_t> columns_;
};

// One column of a batch as an array literal.
std::string array_of(decode::row_batch const& rows, std::size_t column);

// A column of the batch, or of the key without one in the row.
struct batch_field {
  std::string name;  // quoted
  std::string_view plain;
  streams::column_type type;
  streams::change_rule on_change;
  std::string value;  // SQL over the incoming row `i`
  bool is_asked_day = false;
};

std::string join(std::vector<batch_field> const& fields, std::string_view separator,
                 std::function<std::string(batch_field const&)> const& text);

// Parts of join(): a field's column, its value as that column, and of the row `row` the values that
// make it another one.
std::string name_only(batch_field const& f);
std::string as_column(batch_field const& f);
std::function<std::string(batch_field const&)> telling(std::string const& row);

// The columns of a batch and what statements say of them.
struct batch_fields {
  // `seen` says of each column (and `extra` behind them) whether the batch carries it.
  batch_fields(streams::stream const& stream, std::vector<bool> const& seen);

  bool has(std::string_view name) const;
  // The batch as the common table expression `incoming`, each key once.
  std::string incoming() const;
  // The stored row with the key of `i`, as the body of a lateral join.
  std::string stored() const;
  // That two rows have the same key.
  std::string same_key(std::string_view left, std::string_view right) const;

  streams::stream const& stream;
  std::vector<batch_field> all;
  std::vector<batch_field> keys;
  std::vector<std::size_t> columns;
  bool versioned = false;
};

// `:uuid_array::uuid[]`, and the names of the columns.
std::string array_values(streams::stream const& stream, std::vector<std::size_t> const& columns);
std::string column_names(streams::stream const& stream, std::vector<std::size_t> const& columns);

// The batch's values of these columns as the table `name`.
std::string given_values(streams::stream const& stream, std::vector<std::size_t> const& columns,
                         std::string_view name);

// That rows `left` and `right` have the same values in these columns.
std::string same_values(streams::stream const& stream, std::vector<std::size_t> const& columns,
                        std::string_view left, std::string_view right);

// Parts of SQL with commas between them.
std::string with_commas(std::vector<std::string> const& parts);

// That a time of the row `row` lies between the days of these values, for tables of months.
std::string within(std::string_view row, streams::stream const& stream, std::string_view from,
                   std::string_view to);

}  // namespace vobiz::sink
