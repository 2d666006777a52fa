#include "walks_sql.hpp"

#include <spdlog/fmt/fmt.h>

#include "batch_sql.hpp"
#include "touched_sql.hpp"
#include "vobiz/sink/sql_text.hpp"

namespace vobiz::sink {

namespace {

std::string key_names(streams::stream const& stream, std::string_view row) {
  std::string sql;
  for (auto const column : walked_columns(stream)) {
    sql += fmt::format("{}{}.{}", sql.empty() ? "" : ", ", row,
                       identifier(stream.columns[column].name));
  }
  return sql;
}

// The given keys as a table `k`.
std::string given_keys(streams::stream const& stream) {
  return given_values(stream, walked_columns(stream), "k");
}

std::string same_key(streams::stream const& stream) {
  return same_values(stream, walked_columns(stream), "t", "k");
}

}  // namespace

std::vector<std::size_t> walked_columns(streams::stream const& stream) {
  std::vector<std::size_t> columns;
  for (auto const key : stream.key) {
    if (key != stream.day_column) columns.push_back(streams::position(stream, key));
  }
  return columns;
}

std::string keys_sql(streams::stream const& stream, listing by) {
  return query("SELECT {names} FROM {table} t\nWHERE {rows_of_window}")
      .with("names", key_names(stream, "t"))
      .with("table", table(stream))
      .with("rows_of_window", rows_of_window(stream, by))
      .text();
}

std::string shared_keys_sql(streams::stream const& stream) {
  return query("SELECT {names} FROM {table} t\nWHERE {rows} AND {near_midnight}")
      .with("names", key_names(stream, "t"))
      .with("table", table(stream))
      .with("rows", rows_of_window(stream, listing::neighbours))
      .with("near_midnight", near_midnight(stream))
      .text();
}

std::string figures_of_keys_sql(streams::stream const& stream) {
  bool const has_days = !stream.day_column.empty();
  return query(
             "SELECT count(*) AS rows, 0::bigint AS rejects{sums}\n"
             "FROM {keys} JOIN {table} t ON {same_key}\nWHERE {rows}")
      .with("sums", sums(stream))
      .with("keys", given_keys(stream))
      .with("table", table(stream))
      .with("same_key", same_key(stream))
      .with("rows", rows_of_window(stream, has_days ? listing::around : listing::day))
      .text();
}

std::string mark_removed_sql(streams::stream const& stream, listing by) {
  std::string returned;
  std::string names;
  for (auto const& name : place_columns(stream)) {
    returned += (returned.empty() ? "t." : ", t.") + name;
    names += (names.empty() ? "" : ", ") + name;
  }
  auto const places = touched_columns(stream);
  return query(
             "WITH removed AS (\nUPDATE {table} t SET removed_at = now(), changed_at = now()\n"
             "FROM {keys}\nWHERE {same_key}\n  AND {rows_of_window}\nRETURNING {returned})"
             "{touched}\nSELECT (SELECT count(*) FROM removed) AS removed{places}")
      .with("returned", returned.empty() ? "1" : returned)
      .with("touched", touched(stream, {"SELECT " + names + " FROM removed"}))
      .with("places", places + (places.empty() ? "" : "\nFROM touched"))
      .with("table", table(stream))
      .with("keys", given_keys(stream))
      .with("same_key", same_key(stream))
      .with("rows_of_window", rows_of_window(stream, by))
      .text();
}

std::string removed_beside_sql(streams::stream const& stream) {
  return query("SELECT EXISTS (SELECT FROM {table} t\nWHERE {rows} AND {near_midnight})")
      .with("table", table(stream))
      .with("rows", rows_of_window(stream, listing::removed_neighbours))
      .with("near_midnight", near_midnight(stream))
      .text();
}

}  // namespace vobiz::sink
