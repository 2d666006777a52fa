#include <spdlog/fmt/fmt.h>

#include <algorithm>

#include "vobiz/sink/sql_text.hpp"
#include "vobiz/sink/windows.hpp"
#include "window_sql.hpp"

// A complete read's keys against what is stored.
namespace vobiz::sink {

namespace {

// The walked keys as a table `w`, from $5 on; the types are those of the stream's columns.
std::string walked_table(streams::stream const& stream, arguments& values,
                         walked_keys const& walked) {
  std::string arrays;
  std::string names;
  std::size_t at = 0;
  for (auto const key : stream.key) {
    if (key == stream.day_column) continue;
    values.add(walked[at]);
    auto const column = std::ranges::find(stream.columns, key, &streams::column::name);
    arrays += fmt::format("{}${}::{}[]", at ? ", " : "", at + 5,
                          column->type == streams::column_type::uuid ? "uuid" : "text");
    names += (at ? ", " : "") + identifier(key);
    ++at;
  }
  return fmt::format("(SELECT DISTINCT * FROM unnest({}) AS u({})) w", arrays, names);
}

std::string key_names(streams::stream const& stream) {
  std::string names;
  for (auto const key : stream.key) {
    if (key != stream.day_column) names += (names.empty() ? "" : ", ") + identifier(key);
  }
  return names;
}

std::string same_key(streams::stream const& stream) {
  std::string sql;
  for (auto const key : stream.key) {
    if (key == stream.day_column) continue;
    sql += fmt::format("{0}w.{1} = t.{1}", sql.empty() ? "" : " AND ", identifier(key));
  }
  return sql;
}

// Runs a statement that holds all rows of a day against all walked keys. The planner would loop
// over all pairs whenever it takes the table for small, as it does until somebody has analyzed it.
pqxx::result execute_without_loops(pqxx::transaction_base& transaction, std::string const& sql,
                                   arguments const& values) {
  transaction.exec("SET LOCAL enable_nestloop = off");
  auto result = execute(transaction, sql, values);
  transaction.exec("SET LOCAL enable_nestloop = on");
  return result;
}

// The keys of stored rows of the window that were not walked.
std::string vanished_keys(streams::stream const& stream, std::string const& walked,
                          std::string const& belong) {
  return fmt::format("SELECT {0} FROM {1} t WHERE {2} AND {3} EXCEPT SELECT {0} FROM {4}",
                     key_names(stream), table(stream), belong, all_four, walked);
}

std::int64_t mark(pqxx::transaction_base& transaction, streams::stream const& stream,
                  window_key const& key, walked_keys const& walked, listing by) {
  auto values = identity(key);
  auto const w = walked_table(stream, values, walked);
  auto const belong = belongs(transaction, stream, key, by);
  return static_cast<std::int64_t>(
      execute_without_loops(
          transaction,
          fmt::format("UPDATE {} t SET removed_at = now(), changed_at = now()\n"
                      "FROM ({}) w WHERE {} AND {} RETURNING 1",
                      table(stream), vanished_keys(stream, w, belong), same_key(stream), belong),
          values)
          .size());
}

}  // namespace

std::int64_t count_vanished(pqxx::transaction_base& transaction, streams::stream const& stream,
                            window_key const& key, walked_keys const& walked) {
  auto values = identity(key);
  auto const w = walked_table(stream, values, walked);
  auto const gone = vanished_keys(stream, w, belongs(transaction, stream, key));
  return execute(transaction, "SELECT count(*) FROM (" + gone + ") v", values)[0][0]
      .as<std::int64_t>();
}

std::vector<std::string> vanished(pqxx::transaction_base& transaction,
                                  streams::stream const& stream, window_key const& key,
                                  walked_keys const& walked) {
  auto values = identity(key);
  auto const w = walked_table(stream, values, walked);
  std::vector<std::string> keys;
  auto const gone = vanished_keys(stream, w, belongs(transaction, stream, key));
  for (auto const& row : execute(transaction, gone + " ORDER BY 1", values)) {
    std::string text;
    for (auto const& part : row) text += (text.empty() ? "" : " ") + std::string(part.c_str());
    keys.push_back(std::move(text));
  }
  return keys;
}

std::int64_t count_stored(pqxx::transaction_base& transaction, streams::stream const& stream,
                          window_key const& key) {
  return execute(transaction,
                 fmt::format("SELECT count(*) FROM {} t WHERE {} AND {}", table(stream),
                             belongs(transaction, stream, key), all_four),
                 identity(key))[0][0]
      .as<std::int64_t>();
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
  auto values = identity(key);
  auto const w = walked_table(stream, values, walked);
  auto const stored =
      fmt::format("{} t WHERE t.partner_id = $1 AND t.removed_at IS NULL", table(stream));
  // A row on a boundary stands under the day before or after; one further away is looked up by its
  // key.
  auto const near = stream.day_column.empty()
                        ? stored
                        : fmt::format("{0} AND t.{1} BETWEEN $4::date - 1 AND $4::date + 1", stored,
                                      identifier(stream.day_column));
  return figures_from(
      execute_without_loops(
          transaction,
          fmt::format("WITH away AS MATERIALIZED (SELECT {0} FROM {1} EXCEPT SELECT {0} FROM {2})\n"
                      "SELECT count(*) AS rows, {3} AS rejects{4} FROM (\n"
                      "  SELECT t.* FROM {1} JOIN (SELECT t.* FROM {2}) t ON {5}\n  UNION ALL\n"
                      "  SELECT t.* FROM away w CROSS JOIN LATERAL (SELECT t.* FROM {6} AND {5} "
                      "OFFSET 0) t) t",
                      key_names(stream), w, near, open_rejects, sums(stream), same_key(stream),
                      stored),
          values)[0],
      stream);
}

}  // namespace vobiz::sink
