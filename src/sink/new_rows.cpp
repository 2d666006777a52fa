#include "new_rows.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

#include "touched_sql.hpp"
#include "vobiz/sink/sql_text.hpp"
#include "walks_sql.hpp"

namespace vobiz::sink {

namespace {

// The columns that an index finds a stored row by: of a partitioned table the selective key, which
// its primary key begins with; otherwise the whole key.
std::vector<std::size_t> found_by(streams::stream const& stream) {
  if (!stream.partition) return walked_columns(stream);
  return {streams::position(stream, streams::selective_key(stream))};
}

}  // namespace

batch_query make_default_partition_query(streams::stream const& stream) {
  auto const columns = found_by(stream);
  auto sql =
      fmt::format("SELECT EXISTS (SELECT FROM {} s JOIN {} ON {})", default_partition(stream),
                  given_values(stream, columns, "v"), same_values(stream, columns, "s", "v"));
  return {std::move(sql), stream, columns};
}

batch_query make_look_up_query(streams::stream const& stream) {
  auto const columns = found_by(stream);
  auto const values = given_values(stream, columns, "v");
  // Each value is looked up by itself: given all of them at once, the planner reads a whole index
  // over time of a table that nobody has analyzed yet.
  auto const is_stored = [&](std::string_view in, std::string_view near) {
    return fmt::format(
        "EXISTS (SELECT FROM {} CROSS JOIN LATERAL (SELECT FROM {} s WHERE {}{} LIMIT 1) s)",
        values, in, same_values(stream, columns, "s", "v"), near);
  };
  auto sql = fmt::format("SELECT (SELECT count(DISTINCT v) < count(*) FROM {})\n", values);
  if (!stream.partition) {
    sql += "  OR " + is_stored(table(stream), "");
  } else {
    // Where a merge looks for such rows, too.
    auto const near = "\n    AND " + within("s", stream, "search_from", "search_to");
    auto const rest = default_partition(stream);
    sql += fmt::format("  OR {}\n  OR EXISTS (SELECT FROM {})\n    AND {}",
                       is_stored(table(stream), near), rest, is_stored(rest, ""));
  }
  return {std::move(sql), stream, columns};
}

batch_query make_insert_query(streams::stream const& stream, std::vector<bool> const& seen) {
  auto const columns = batch_fields(stream, seen).columns;
  auto const places = place_columns(stream);
  auto returned = places;
  for (auto const name : figured_columns(stream)) add_once(returned, identifier(name));
  std::vector<std::string> const rows = {"SELECT " + with_commas(places) + " FROM inserted"};
  auto const touched_places = touched_columns(stream);
  bool const by_account = stream.endpoints == streams::endpoint_scope::either;
  query sql(R"(WITH inserted AS (INSERT INTO {table} (partner_id, {day}, {columns})
SELECT :partner, :day::date, i.* FROM ROWS FROM (unnest({arrays})) AS i RETURNING {returned}),
figures AS (SELECT count(*) AS rows{sums} FROM inserted t WHERE {in_scope}){touched}
SELECT (SELECT count(*) FROM inserted) AS inserted, figures.*{touched_columns} FROM figures{from_touched})");
  sql.with("table", table(stream))
      .with("day", identifier(stream.day_column))
      .with("columns", column_names(stream, columns))
      .with("arrays", array_values(stream, columns))
      .with("returned", returned.empty() ? "1" : with_commas(returned))
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
