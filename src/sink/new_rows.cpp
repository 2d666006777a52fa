#include "new_rows.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

#include "vobiz/sink/sql_text.hpp"
#include "window_sql.hpp"

namespace vobiz::sink {

std::size_t selective_key_column(streams::stream const& stream) {
  return streams::position(stream, streams::selective_key(stream));
}

std::string make_default_partition_sql(streams::stream const& stream) {
  auto const& column = stream.columns[selective_key_column(stream)];
  return fmt::format("SELECT EXISTS (SELECT FROM {} s JOIN unnest($1::{}[]) AS v ON s.{} = v)",
                     default_partition(stream), type_name(column.type), identifier(column.name));
}

std::string make_look_up_sql(streams::stream const& stream) {
  auto const& column = stream.columns[selective_key_column(stream)];
  auto const values = fmt::format("unnest($1::{}[]) AS v", type_name(column.type));
  // Each value is looked up by itself: given all of them at once, the planner reads a whole index
  // over time of a table that nobody has analyzed yet.
  auto const is_stored = [&](std::string_view in, std::string_view near) {
    return fmt::format(
        "EXISTS (SELECT FROM {} CROSS JOIN LATERAL (SELECT FROM {} s WHERE s.{} = v{} LIMIT 1) s)",
        values, in, identifier(column.name), near);
  };
  auto const twice = fmt::format("SELECT (SELECT count(DISTINCT v) < count(*) FROM {})\n", values);
  if (!stream.partition) return fmt::format("{}  OR {}", twice, is_stored(table(stream), ""));
  // Where a merge looks for such rows, too.
  auto const near = fmt::format(
      "\n    AND s.{0} >= $2::date::timestamp AT TIME ZONE 'UTC'\n"
      "    AND s.{0} < $3::date::timestamp AT TIME ZONE 'UTC'",
      identifier(stream.partition->column));
  auto const rest = default_partition(stream);
  return fmt::format("{}  OR {}\n  OR EXISTS (SELECT FROM {})\n    AND {}", twice,
                     is_stored(table(stream), near), rest, is_stored(rest, ""));
}

merge_statement make_insert_sql(streams::stream const& stream, std::vector<bool> const& seen) {
  merge_statement result;
  std::string names;
  std::string arrays;
  std::string counted;
  auto const is_measured = [&stream](std::string_view name) {
    return std::ranges::any_of(stream.measures, [name](streams::measure const& m) {
      return m.sql.find(name) != std::string_view::npos;
    });
  };
  for (std::size_t at = 0; at <= stream.columns.size(); ++at) {
    bool const is_extra = at == stream.columns.size();
    auto const name = is_extra ? std::string_view("extra") : stream.columns[at].name;
    if (!is_extra && is_measured(name)) counted += ", " + identifier(name);
    if (!seen[at] && std::ranges::count(stream.key, name) == 0) continue;
    auto const type = is_extra ? streams::column_type::jsonb : stream.columns[at].type;
    arrays += fmt::format("{}${}::{}[]", arrays.empty() ? "" : ", ", result.arrays.size() + 3,
                          type_name(type));
    names += ", " + identifier(name);
    result.arrays.push_back(at);
  }
  result.sql = fmt::format(
      "WITH inserted AS (INSERT INTO {0} (partner_id, {1}{2})\n"
      "SELECT $1, $2::date, i.* FROM ROWS FROM (unnest({3})) AS i RETURNING 1{4})\n"
      "SELECT count(*) AS rows{5} FROM inserted t",
      table(stream), identifier(stream.day_column), names, arrays, counted, sums(stream));
  return result;
}

}  // namespace vobiz::sink
