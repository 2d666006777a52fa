#include "vobiz/sink/merge.hpp"

#include "merge_sql.hpp"
#include "new_rows.hpp"
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

// The days between which rows of the batch may be stored already; nothing where no months divide
// the table. A row that moved further is stored anew, and the old one is marked when its day is
// read again.
struct neighbourhood {
  std::optional<core::utc_day> first;
  std::optional<core::utc_day> last;
};

neighbourhood neighbourhood_of(streams::stream const& stream, decode::row_batch const& rows) {
  neighbourhood days;
  for (auto const column : streams::partition_time_columns(stream)) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
      auto const text = rows.at(row, column);
      // No row has such a day, and around it there may be none that PostgreSQL knows.
      if (text && !streams::is_dated(*text)) continue;
      auto const day = text ? core::day_from_text(text->substr(0, 10)) : std::nullopt;
      if (!day) continue;
      days.first = std::min(days.first.value_or(*day), *day);
      days.last = std::max(days.last.value_or(*day), *day);
    }
  }
  if (!days.first) return days;
  std::chrono::days const reach(stream.partition->search_days);
  return {*days.first - reach, *days.last + reach};
}

// Gives a query over the batch all the values it may name.
void set_values(batch_query& sql, streams::stream const& stream, merge_target const& target,
                decode::row_batch const& rows) {
  auto const days = neighbourhood_of(stream, rows);
  sql.set("partner", target.partner)
      .set("day", target.day)
      .set("scope", target.scope)
      .set("found_by", target.found_by)
      .set("search_from", days.first)
      .set("search_to", days.last);
  sql.set_rows(rows);
}

// The days between which rows of the batch that are stored lie, for the planner: those around the
// batch, or any at all where one of it is in the default partition, which holds what no month does.
void set_stored_days(batch_query& sql, pqxx::transaction_base& transaction,
                     streams::stream const& stream, decode::row_batch const& rows) {
  if (!stream.partition) return;
  auto any_in_default = make_default_partition_query(stream);
  any_in_default.set_rows(rows);
  if (execute(transaction, any_in_default)[0][0].as<bool>()) {
    sql.set("stored_from", "-infinity").set("stored_to", "infinity");
  } else {
    auto const days = neighbourhood_of(stream, rows);
    sql.set("stored_from", days.first).set("stored_to", days.last);
  }
}

figures_change change_from(pqxx::row const& row, streams::stream const& stream) {
  figures_change change;
  change.rows = row["rows"].as<std::int64_t>();
  for (auto const& m : stream.measures) {
    change.sums.emplace_back(row[std::string(m.name)].c_str());
  }
  return change;
}

// Stores the rows if none of them is stored yet, and returns nothing if one is.
std::optional<merge_result> insert_new(pqxx::transaction_base& transaction,
                                       streams::stream const& stream, merge_target const& target,
                                       decode::row_batch const& rows) {
  auto look_up = make_look_up_query(stream);
  set_values(look_up, stream, target, rows);
  // The planner would read whole months for so many keys.
  transaction.exec("SET LOCAL enable_seqscan = off");
  bool const known = execute(transaction, look_up)[0][0].as<bool>();
  transaction.exec("SET LOCAL enable_seqscan = on");
  if (known) return std::nullopt;

  auto insert = make_insert_query(stream, seen_columns(rows));
  set_values(insert, stream, target, rows);
  auto const outcome = execute(transaction, insert)[0];
  merge_result result;
  result.counts.inserted = outcome["inserted"].as<std::int64_t>();
  result.change = change_from(outcome, stream);
  result.touched = touched_from(outcome, stream);
  return result;
}

merge_result merge_once(pqxx::transaction_base& transaction, streams::stream const& stream,
                        merge_target const& target, decode::row_batch const& rows) {
  merge_result result;
  result.change.sums.assign(stream.measures.size(), "0");
  auto const mode = !target.found_by.empty() ? merge_mode::found
                    : target.only_missing    ? merge_mode::only_missing
                                             : merge_mode::listed;
  if (target.expect_new && mode == merge_mode::listed &&
      stream.form == streams::shape::day_windows) {
    if (auto stored = insert_new(transaction, stream, target, rows)) return *stored;
  }
  auto sql = make_merge_query(stream, seen_columns(rows), mode);
  if (sql.columns().empty()) {
    // An answer without anything that has a column says nothing about the row.
    result.counts.unchanged = static_cast<std::int64_t>(rows.size());
    return result;
  }
  set_values(sql, stream, target, rows);
  if (mode != merge_mode::only_missing) set_stored_days(sql, transaction, stream, rows);

  auto const outcome = execute(transaction, sql)[0];
  result.counts.inserted = outcome["inserted"].as<std::int64_t>();
  result.counts.updated = outcome["updated"].as<std::int64_t>();
  result.counts.unchanged =
      outcome["read"].as<std::int64_t>() - result.counts.inserted - result.counts.updated;
  result.touched = touched_from(outcome, stream);
  result.left_days = days_from_array(text_of(outcome["left_days"]).value_or("{}"));
  if (mode == merge_mode::listed && stream.keeps == streams::keeping::current) {
    result.change = change_from(outcome, stream);
  }
  return result;
}

}  // namespace

merge_result merge(pqxx::transaction_base& transaction, streams::stream const& stream,
                   merge_target const& target, decode::row_batch const& rows) {
  if (rows.size() == 0) {
    merge_result nothing;
    nothing.change.sums.assign(stream.measures.size(), "0");
    return nothing;
  }
  // Two days are read side by side, and a call on their boundary is in the lists of both: who comes
  // second has waited for the first to commit, and finds the row now. A statement sees what is
  // committed when it begins, so a second try is enough, save for a third reader.
  constexpr int most_tries = 3;
  transaction.exec("SAVEPOINT vobiz_merge");
  for (int tries = 1;; ++tries) {
    try {
      auto result = merge_once(transaction, stream, target, rows);
      transaction.exec("RELEASE SAVEPOINT vobiz_merge");
      return result;
    } catch (pqxx::unique_violation const&) {
      if (tries == most_tries) throw;
      transaction.exec("ROLLBACK TO SAVEPOINT vobiz_merge");
    }
  }
}

std::vector<row_difference> compare(pqxx::transaction_base& transaction,
                                    streams::stream const& stream, merge_target const& target,
                                    decode::row_batch const& rows) {
  std::vector<row_difference> differences;
  if (rows.size() == 0) return differences;
  auto sql = make_compare_query(stream, seen_columns(rows));
  set_values(sql, stream, target, rows);
  for (auto const& row : execute(transaction, sql)) {
    differences.push_back({row["key"].c_str(), text_of(row["column_name"]), text_of(row["stored"]),
                           text_of(row["listed"])});
  }
  return differences;
}

}  // namespace vobiz::sink
