#include "vobiz/sink/merge.hpp"

#include "merge_sql.hpp"
#include "new_rows.hpp"
#include "vobiz/sink/sql_text.hpp"
#include "vobiz/sink/statement.hpp"
#include "vobiz/sink/windows.hpp"

namespace vobiz::sink {

merge_counts& merge_counts::operator+=(merge_counts const& more) {
  inserted += more.inserted;
  updated += more.updated;
  unchanged += more.unchanged;
  return *this;
}

namespace {

std::vector<bool> seen_columns(decode::row_batch const& rows) {
  std::vector<bool> seen;
  for (std::size_t column = 0; column < rows.columns(); ++column) seen.push_back(rows.seen(column));
  return seen;
}

// The columns of the batch as array literals, in the order the statement takes them.
void add_arrays(arguments& values, std::vector<std::size_t> const& columns,
                decode::row_batch const& rows) {
  for (auto const column : columns) {
    array_literal array;
    for (std::size_t row = 0; row < rows.size(); ++row) {
      if (auto const cell = rows.at(row, column)) {
        array.add(*cell);
      } else {
        array.add_null();
      }
    }
    values.add_text(array.take());
  }
}

// The days between which rows of the batch may be stored already; nothing where no months divide
// the table. A row that moved further is stored anew, and the old one is marked when its day is
// read again.
void add_neighbourhood(arguments& values, streams::stream const& stream,
                       decode::row_batch const& rows) {
  if (!stream.partition) return;
  std::optional<core::utc_day> first;
  std::optional<core::utc_day> last;
  for (auto const column : streams::partition_time_columns(stream)) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
      auto const text = rows.at(row, column);
      auto const day = text ? core::day_from_text(text->substr(0, 10)) : std::nullopt;
      if (!day) continue;
      first = std::min(first.value_or(*day), *day);
      last = std::max(last.value_or(*day), *day);
    }
  }
  std::chrono::days const around(stream.partition->search_days);
  if (first) first = *first - around;
  if (last) last = *last + around;
  values.add(first).add(last);
}

// The days between which rows of the batch that are stored may have started, for the planner: those
// above, or any at all where one of the batch is in the default partition, which holds what no
// month does.
void add_stored_days(arguments& values, pqxx::transaction_base& transaction,
                     streams::stream const& stream, decode::row_batch const& rows) {
  if (!stream.partition) return;
  arguments keys;
  add_arrays(keys, {selective_key_column(stream)}, rows);
  bool const outside =
      execute(transaction, make_default_partition_sql(stream), keys)[0][0].as<bool>();
  if (outside) {
    values.add("-infinity").add("infinity");
  } else {
    add_neighbourhood(values, stream, rows);
  }
}

// Stores the rows if none of them is stored yet, and returns nothing if one is.
std::optional<merge_result> insert_new(pqxx::transaction_base& transaction,
                                       streams::stream const& stream, merge_target const& target,
                                       decode::row_batch const& rows) {
  arguments keys;
  add_arrays(keys, {selective_key_column(stream)}, rows);
  add_neighbourhood(keys, stream, rows);
  // The planner would read whole months for so many keys.
  transaction.exec("SET LOCAL enable_seqscan = off");
  bool const known = execute(transaction, make_look_up_sql(stream), keys)[0][0].as<bool>();
  transaction.exec("SET LOCAL enable_seqscan = on");
  if (known) return std::nullopt;

  auto const statement = make_insert_sql(stream, seen_columns(rows));
  arguments values;
  values.add(target.partner).add(target.day);
  add_arrays(values, statement.arrays, rows);
  auto const outcome = execute(transaction, statement.sql, values)[0];
  merge_result result;
  result.counts.inserted = outcome["rows"].as<std::int64_t>();
  for (auto const& m : stream.measures)
    result.added_sums.emplace_back(outcome[std::string(m.name)].c_str());
  return result;
}

}  // namespace

merge_result merge(pqxx::transaction_base& transaction, streams::stream const& stream,
                   merge_target const& target, decode::row_batch const& rows) {
  if (rows.size() == 0) return {};
  auto const mode = !target.found_by.empty() ? merge_mode::found
                    : target.only_missing    ? merge_mode::only_missing
                                             : merge_mode::listed;
  if (target.expect_new && mode == merge_mode::listed &&
      stream.form == streams::shape::day_windows) {
    if (auto stored = insert_new(transaction, stream, target, rows)) return *stored;
  }
  auto const statement = make_merge_sql(stream, seen_columns(rows), mode);
  if (statement.arrays.empty()) {
    // An answer without anything that has a column says nothing about the row.
    merge_result nothing;
    nothing.counts.unchanged = static_cast<std::int64_t>(rows.size());
    return nothing;
  }

  arguments values;
  values.add(target.partner);
  if (mode == merge_mode::found) {
    values.add(target.found_by);
  } else {
    values.add(target.day);
  }
  add_arrays(values, statement.arrays, rows);
  add_neighbourhood(values, stream, rows);
  if (mode != merge_mode::only_missing) add_stored_days(values, transaction, stream, rows);

  auto const outcome = execute(transaction, statement.sql, values)[0];
  merge_result result;
  result.counts.inserted = outcome["inserted"].as<std::int64_t>();
  result.counts.updated = outcome["updated"].as<std::int64_t>();
  result.counts.unchanged =
      outcome["read"].as<std::int64_t>() - result.counts.inserted - result.counts.updated;
  result.left_days = days_from_array(text_of(outcome["left_days"]).value_or("{}"));
  return result;
}

std::vector<row_difference> compare(pqxx::transaction_base& transaction,
                                    streams::stream const& stream, merge_target const& target,
                                    decode::row_batch const& rows) {
  std::vector<row_difference> differences;
  if (rows.size() == 0) return differences;
  auto const statement = make_compare_sql(stream, seen_columns(rows));
  arguments values;
  values.add(target.partner).add(target.day);
  add_arrays(values, statement.arrays, rows);
  add_neighbourhood(values, stream, rows);
  for (auto const& row : execute(transaction, statement.sql, values)) {
    differences.push_back({row["key"].c_str(), text_of(row["column_name"]), text_of(row["stored"]),
                           text_of(row["listed"])});
  }
  return differences;
}

}  // namespace vobiz::sink
