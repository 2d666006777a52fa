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

namespace {

// The times between which a call may have started that is listed under a day, for the planner to
// leave out all other months: nothing where one is known to have started further away.
std::string near(pqxx::transaction_base& transaction, window_key const& key) {
  arguments values;
  values.add(key.partner).add(key.day);
  auto const sql = "SELECT FROM vobiz_sync.stray_days WHERE (partner_id, day) = ($1, $2::date)";
  if (!execute(transaction, sql, values).empty()) return {};
  constexpr std::chrono::days around(32);  // vobiz_sync.is_stray() allows 31
  return fmt::format(" AND t.start_time >= '{} 00:00Z' AND t.start_time < '{} 00:00Z'",
                     core::to_text(key.day - around), core::to_text(key.day + around));
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
  if (stream.span == streams::reach::either) sql += " AND ($3 = '*' OR t.account_id = $3)";
  if (stream.table == "cdrs") sql += near(transaction, key);
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
