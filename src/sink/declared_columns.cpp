#include "declared_columns.hpp"

#include <spdlog/fmt/fmt.h>

#include "vobiz/sink/sql_text.hpp"

namespace vobiz::sink {

namespace {

constexpr std::string_view head = R"(-- Made from the declarations in src/streams.
CREATE OR REPLACE FUNCTION vobiz_sync.declared_columns()
  RETURNS TABLE (table_name name, column_name name, is_personal boolean, is_history boolean)
  LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT v.table_name::name, v.column_name::name, v.is_personal, v.is_history FROM (VALUES
)";

constexpr std::string_view tail = R"() v(table_name, column_name, is_personal, is_history)
$$;
COMMENT ON FUNCTION vobiz_sync.declared_columns IS
  'columns of the streams'' tables: whether one is personal, and whether the table only grows';
)";

void add_rows(std::string& rows, streams::stream const& stream) {
  bool const is_history = stream.keeps == streams::keeping::history;
  for (auto const& column : stream.columns) {
    if (column.staged_only) continue;
    rows += fmt::format("{}    ({}, {}, {}, {})", rows.empty() ? "" : ",\n", literal(stream.table),
                        literal(column.name), column.personal, is_history);
  }
  for (auto const& feed : stream.feeds) {
    // A poorer copy of another stream's rows has no table of its own.
    if (!feed.only_missing) add_rows(rows, feed.rows);
  }
}

}  // namespace

std::string declared_columns_text(std::span<streams::stream const> all) {
  std::string rows;
  for (auto const& stream : all) add_rows(rows, stream);
  return std::string(head) + rows + std::string(tail);
}

}  // namespace vobiz::sink
