#include <spdlog/fmt/fmt.h>

#include <algorithm>

#include "batch_sql.hpp"
#include "vobiz/sink/sql_text.hpp"
#include "vobiz/sink/windows.hpp"
#include "walks_sql.hpp"
#include "window_sql.hpp"

// A complete read's keys against what is stored.
namespace vobiz::sink {

namespace {

// The columns of the key that a walk tells apart, in its order: the day left out.
std::vector<std::size_t> walked_columns(streams::stream const& stream) {
  std::vector<std::size_t> columns;
  for (auto const key : stream.key) {
    if (key != stream.day_column) columns.push_back(streams::position(stream, key));
  }
  return columns;
}

// The walked keys as a table `w`.
std::string walked_table(streams::stream const& stream) {
  auto const columns = walked_columns(stream);
  return fmt::format("(SELECT DISTINCT * FROM unnest({}) AS u({})) w",
                     array_values(stream, columns), column_names(stream, columns));
}

std::string key_names(streams::stream const& stream) {
  return column_names(stream, walked_columns(stream));
}

std::string same_key(streams::stream const& stream) {
  std::string sql;
  for (auto const column : walked_columns(stream)) {
    sql += fmt::format("{0}w.{1} = t.{1}", sql.empty() ? "" : " AND ",
                       identifier(stream.columns[column].name));
  }
  return sql;
}

query walk_query(std::string text, pqxx::transaction_base& transaction,
                 streams::stream const& stream, window_key const& key, walked_keys const& walked) {
  auto result = window_query(std::move(text), key, transaction, stream);
  auto const columns = walked_columns(stream);
  for (std::size_t n = 0; n < columns.size(); ++n) {
    result.set(std::string(stream.columns[columns[n]].name) + "_array", walked[n]);
  }
  return result;
}

// Runs a statement that holds all rows of a day against all walked keys. The planner would loop
// over all pairs whenever it takes the table for small, as it does until somebody has analyzed it.
pqxx::result execute_without_loops(pqxx::transaction_base& transaction, query const& sql) {
  transaction.exec("SET LOCAL enable_nestloop = off");
  auto result = execute(transaction, sql);
  transaction.exec("SET LOCAL enable_nestloop = on");
  return result;
}

std::int64_t mark(pqxx::transaction_base& transaction, streams::stream const& stream,
                  window_key const& key, walked_keys const& walked, listing by) {
  auto const sql = walk_query(mark_vanished_sql(stream, by), transaction, stream, key, walked);
  return static_cast<std::int64_t>(execute_without_loops(transaction, sql).size());
}

}  // namespace

std::string vanished_keys_sql(streams::stream const& stream, listing by) {
  return query(
             "SELECT {names} FROM {table} t\nWHERE {rows_of_window}\nEXCEPT SELECT {names} FROM "
             "{walked}")
      .with("names", key_names(stream))
      .with("table", table(stream))
      .with("rows_of_window", rows_of_window(stream, by))
      .with("walked", walked_table(stream))
      .text();
}

std::string mark_vanished_sql(streams::stream const& stream, listing by) {
  return query(
             "UPDATE {table} t SET removed_at = now(), changed_at = now()\n"
             "FROM ({vanished}) w\nWHERE {same_key}\n  AND {rows_of_window} RETURNING 1")
      .with("table", table(stream))
      .with("vanished", vanished_keys_sql(stream, by))
      .with("same_key", same_key(stream))
      .with("rows_of_window", rows_of_window(stream, by))
      .text();
}

std::string figures_of_walk_sql(streams::stream const& stream) {
  // A row on a boundary stands under the day before or after; one further away is looked up by its
  // key.
  auto const near = stream.day_column.empty()
                        ? std::string()
                        : fmt::format(" AND t.{} BETWEEN :day::date - 1 AND :day::date + 1",
                                      identifier(stream.day_column));
  return query(R"(WITH away AS MATERIALIZED (
  SELECT {names} FROM {walked} EXCEPT SELECT {names} FROM {table} t WHERE {stored}{near})
SELECT count(*) AS rows,
  {rejects} AS rejects{sums}
FROM (
  SELECT t.* FROM {walked} JOIN (SELECT t.* FROM {table} t WHERE {stored}{near}) t ON {same_key}
  UNION ALL
  SELECT t.* FROM away w CROSS JOIN LATERAL (
    SELECT t.* FROM {table} t WHERE {stored} AND {same_key} OFFSET 0) t) t)")
      .with("names", key_names(stream))
      .with("walked", walked_table(stream))
      .with("table", table(stream))
      .with("stored", "t.partner_id = :partner AND t.removed_at IS NULL")
      .with("near", near)
      .with("rejects", open_rejects)
      .with("sums", sums(stream))
      .with("same_key", same_key(stream))
      .text();
}

std::int64_t count_vanished(pqxx::transaction_base& transaction, streams::stream const& stream,
                            window_key const& key, walked_keys const& walked) {
  auto const sql = "SELECT count(*) FROM (" + vanished_keys_sql(stream, listing::day) + ") v";
  return execute(transaction, walk_query(sql, transaction, stream, key, walked))[0][0]
      .as<std::int64_t>();
}

std::vector<std::string> vanished(pqxx::transaction_base& transaction,
                                  streams::stream const& stream, window_key const& key,
                                  walked_keys const& walked) {
  std::vector<std::string> keys;
  auto const sql = vanished_keys_sql(stream, listing::day) + "\nORDER BY 1";
  for (auto const& row : execute(transaction, walk_query(sql, transaction, stream, key, walked))) {
    std::string text;
    for (auto const& part : row) text += (text.empty() ? "" : " ") + std::string(part.c_str());
    keys.push_back(std::move(text));
  }
  return keys;
}

std::int64_t count_stored(pqxx::transaction_base& transaction, streams::stream const& stream,
                          window_key const& key) {
  auto sql = window_query("SELECT count(*) FROM {table} t WHERE {rows_of_window}", key, transaction,
                          stream);
  sql.with("table", table(stream)).with("rows_of_window", rows_of_window(stream));
  return execute(transaction, sql)[0][0].as<std::int64_t>();
}

std::int64_t mark_removed(pqxx::transaction_base& transaction, streams::stream const& stream,
                          window_key const& key, walked_keys const& walked) {
  return mark(transaction, stream, key, walked, listing::day);
}

std::int64_t mark_found_removed(pqxx::transaction_base& transaction, streams::stream const& stream,
                                window_key const& key, walked_keys const& walked) {
  return mark(transaction, stream, key, walked, listing::span);
}

figures figures_of(pqxx::transaction_base& transaction, streams::stream const& stream,
                   window_key const& key, walked_keys const& walked) {
  auto const sql = walk_query(figures_of_walk_sql(stream), transaction, stream, key, walked);
  return figures_from(execute_without_loops(transaction, sql)[0], stream);
}

}  // namespace vobiz::sink
