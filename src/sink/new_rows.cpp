#include "new_rows.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

#include "touched_sql.hpp"
#include "vobiz/sink/sql_text.hpp"
#include "window_sql.hpp"

namespace vobiz::sink {

namespace {

std::size_t selective_key_column(streams::stream const& stream) {
  return streams::position(stream, streams::selective_key(stream));
}

// The batch's selective keys as the common table expression `keys`.
std::string keys(streams::stream const& stream) {
  return "WITH keys AS MATERIALIZED (SELECT unnest(" +
         array_values(stream, {selective_key_column(stream)}) + ") AS v)\n";
}

}  // namespace

batch_query make_default_partition_query(streams::stream const& stream) {
  auto sql = fmt::format("{}SELECT EXISTS (SELECT 1 FROM {} s JOIN keys ON s.{} = v)", keys(stream),
                         default_partition(stream), identifier(streams::selective_key(stream)));
  return {std::move(sql), stream, {selective_key_column(stream)}};
}

batch_query make_look_up_query(streams::stream const& stream) {
  // Each value is looked up by itself: given all of them at once, the planner reads a whole index
  // over time of a table that nobody has analyzed yet.
  auto const is_stored = [&](std::string_view in, std::string_view near) {
    return fmt::format(
        "EXISTS (SELECT 1 FROM keys CROSS JOIN LATERAL (SELECT DISTINCT ON (s.{0}) s.{0} FROM {1} "
        "s WHERE "
        "s.{2} = v{3}) s)",
        identifier(stream.account_column), in, identifier(streams::selective_key(stream)), near);
  };
  auto sql = keys(stream) + "SELECT (SELECT count(DISTINCT v) < count(*) FROM keys)\n";
  if (!stream.partition) {
    sql += "  OR " + is_stored(table(stream), "");
  } else {
    // Where a merge looks for such rows, too.
    auto const near = "\n    AND " + within("s", stream, "search_from", "search_to");
    auto const rest = default_partition(stream);
    sql += fmt::format("  OR {}\n  OR EXISTS (SELECT 1 FROM {})\n    AND {}",
                       is_stored(table(stream), near), rest, is_stored(rest, ""));
  }
  return {std::move(sql), stream, {selective_key_column(stream)}};
}

batch_query make_insert_query(streams::stream const& stream, std::vector<bool> const& seen) {
  auto const columns = batch_fields(stream, seen).columns;
  auto const places = place_columns(stream);
  auto returned = places;
  for (auto const name : figured_columns(stream)) add_once(returned, identifier(name));
  auto const listed = [](std::vector<std::string> const& names) {
    std::string sql;
    for (auto const& name : names) sql += (sql.empty() ? "" : ", ") + name;
    return sql;
  };
  std::vector<std::string> const rows = {"SELECT " + listed(places) + " FROM inserted"};
  auto const touched_places = touched_columns(stream);
  bool const by_account = stream.endpoints == streams::endpoint_scope::either;
  query sql(R"(WITH inserted AS (INSERT INTO {table} (partner_id, {day}, {columns})
SELECT :partner, :day::date, i.* FROM ROWS FROM (unnest({arrays})) AS i({columns}){not_dropped} RETURNING {returned}),
figures AS (SELECT count(*) AS rows{sums} FROM inserted t WHERE {in_scope}){touched}
SELECT (SELECT count(*) FROM inserted) AS inserted, figures.*{touched_columns} FROM figures{from_touched})");
  sql.with("table", table(stream))
      .with("day", identifier(stream.day_column))
      .with("columns", column_names(stream, columns))
      .with("not_dropped", not_dropped("i", stream))
      .with("arrays", array_values(stream, columns))
      .with("returned", returned.empty() ? "1" : listed(returned))
      .with("touched_columns", touched_places)
      .with("from_touched", touched_places.empty() ? "" : ", touched")
      .with("touched", touched(stream, rows) + strays(stream, rows))
      .with("sums", sums(stream))
      .with("in_scope", by_account ? fmt::format("(:scope = '*' OR t.{} = :scope)",
                                                 identifier(stream.account_column))
                                   : "true");
  return {sql.text(), stream, columns};
}

}  // namespace vobiz::sink
