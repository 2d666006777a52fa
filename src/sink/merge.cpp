#include "vobiz/sink/merge.hpp"

#include "merge_sql.hpp"
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

merge_result merge(pqxx::transaction_base& transaction, streams::stream const& stream,
                   merge_target const& target, decode::row_batch const& rows) {
  if (rows.size() == 0) return {};
  std::vector<bool> seen;
  for (std::size_t column = 0; column < rows.columns(); ++column) seen.push_back(rows.seen(column));
  auto const mode = !target.found_by.empty() ? merge_mode::found
                    : target.only_missing    ? merge_mode::only_missing
                                          : merge_mode::listed;
  auto const statement = make_merge_sql(stream, seen, mode);
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
  for (auto const column : statement.arrays) {
    array_literal array;
    for (std::size_t row = 0; row < rows.size(); ++row) {
      if (auto const cell = rows.at(row, column)) {
        array.add(*cell);
      } else {
        array.add_null();
      }
    }
    values.add(array.take());
  }

  auto const outcome = execute(transaction, statement.sql, values)[0];
  merge_result result;
  result.counts.inserted = outcome["inserted"].as<std::int64_t>();
  result.counts.updated = outcome["updated"].as<std::int64_t>();
  result.counts.unchanged =
      outcome["read"].as<std::int64_t>() - result.counts.inserted - result.counts.updated;
  result.left_days = days_from_array(text_of(outcome["left_days"]).value_or("{}"));
  return result;
}

}  // namespace vobiz::sink
