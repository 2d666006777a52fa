#include "window_sql.hpp"

#include <spdlog/fmt/fmt.h>

#include "vobiz/sink/sql_text.hpp"

namespace vobiz::sink {

arguments identity(window_key const& key) {
  arguments values;
  values.add(key.partner).add(key.stream).add(key.scope).add(key.day);
  return values;
}

std::string table(streams::stream const& stream) { return "vobiz." + identifier(stream.table); }

std::string default_partition(streams::stream const& stream) {
  return "vobiz_part." + identifier(stream.partition->default_partition);
}

namespace {

// The times between which a row lies that is listed under a day, for the planner to leave out all
// other months: nothing where one is known to lie further away.
std::string near(pqxx::transaction_base& transaction, streams::month_partition const& partition,
                 window_key const& key) {
  arguments values;
  values.add(key.partner).add(key.day);
  auto const sql = "SELECT FROM vobiz_sync.stray_days WHERE (partner_id, day) = ($1, $2::date)";
  if (!execute(transaction, sql, values).empty()) return {};
  std::chrono::days const around(partition.listed_days + 1);
  return fmt::format(" AND t.{0} >= '{1} 00:00Z' AND t.{0} < '{2} 00:00Z'",
                     identifier(partition.column), core::to_text(key.day - around),
                     core::to_text(key.day + around));
}

}  // namespace

std::string belongs(pqxx::transaction_base& transaction, streams::stream const& stream,
                    window_key const& key, listing by) {
  std::string sql = "t.partner_id = $1";
  if (streams::can_vanish(stream.form)) sql += " AND t.removed_at IS NULL";
  // Rows that no single day lists belong to the day, not to the window.
  if (stream.form == streams::shape::day_windows) {
    sql += by == listing::span ? " AND t.found_by = 'span'" : " AND t.found_by IS NULL";
  }
  if (!stream.day_column.empty()) sql += " AND t." + identifier(stream.day_column) + " = $4::date";
  if (stream.endpoints == streams::endpoint_scope::either) {
    sql += fmt::format(" AND ($3 = '*' OR t.{} = $3)", identifier(stream.account_column));
  }
  if (stream.partition) sql += near(transaction, *stream.partition, key);
  return sql;
}

std::string sums(streams::stream const& stream) {
  std::string sql;
  for (auto const& m : stream.measures) {
    sql += fmt::format(", coalesce({}, 0) AS {}", m.sql, identifier(m.name));
  }
  return sql;
}

figures figures_from(pqxx::row const& row, streams::stream const& stream) {
  figures result;
  result.rows = row["rows"].as<std::int64_t>();
  result.rejects = row["rejects"].as<std::int64_t>();
  for (auto const& m : stream.measures) {
    result.sums.push_back(text_of(row[std::string(m.name)]).value_or("0"));
  }
  return result;
}

}  // namespace vobiz::sink
