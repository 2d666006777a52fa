#include "window_sql.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cctype>

#include "vobiz/sink/sql_text.hpp"

namespace vobiz::sink {

query window_query(std::string text, window_key const& key) {
  query result(std::move(text));
  result.set("partner", key.partner)
      .set("stream", key.stream)
      .set("scope", key.scope)
      .set("day", key.day);
  return result;
}

query window_query(std::string text, window_key const& key, pqxx::transaction_base& transaction,
                   streams::stream const& stream) {
  auto result = window_query(std::move(text), key);
  if (!stream.partition) return result;
  // Where a row of the day is known to lie further away, no month is left out.
  auto const strays = window_query(
      "SELECT FROM vobiz_sync.stray_days WHERE (partner_id, day) = (:partner, :day::date)", key);
  if (execute(transaction, strays).empty()) {
    std::chrono::days const distance(stream.partition->listed_days + 1);
    result.set("first_time", core::to_text(key.day - distance) + " 00:00Z")
        .set("last_time", core::to_text(key.day + distance) + " 00:00Z");
  } else {
    result.set("first_time", "-infinity").set("last_time", "infinity");
  }
  return result;
}

query stream_query(std::string text, std::string const& partner, std::string_view stream) {
  query result(std::move(text));
  result.set("partner", partner).set("stream", stream);
  return result;
}

std::string age_sql(std::string_view time) {
  return fmt::format("floor(1000 * extract(epoch FROM now() - {}))::bigint", time);
}

std::optional<std::chrono::milliseconds> age_from(pqxx::field const& cell) {
  if (cell.is_null()) return std::nullopt;
  return std::chrono::milliseconds(cell.as<std::int64_t>());
}

std::int64_t count_of(pqxx::result const& rows) { return static_cast<std::int64_t>(rows.size()); }

std::string pause_after(std::string_view reads_before) {
  // Beyond 2^6 minutes the bound holds anyway.
  return fmt::format("least(interval '1 hour', interval '1 minute' * power(2, least({}, 6)))",
                     reads_before);
}

std::string table(streams::stream const& stream) { return "vobiz." + identifier(stream.table); }

std::string default_partition(streams::stream const& stream) {
  return "vobiz_part." + identifier(stream.partition->default_partition);
}

namespace {

std::string_view days_of(listing by) {
  switch (by) {
    case listing::neighbours:
    case listing::removed_neighbours:
      return "IN (:day::date - 1, :day::date + 1)";
    case listing::around:
      return "BETWEEN :day::date - 1 AND :day::date + 1";
    default:
      return "= :day::date";
  }
}

}  // namespace

std::string rows_of_window(streams::stream const& stream, listing by) {
  std::string sql = "t.partner_id = :partner";
  if (streams::can_vanish(stream.form)) {
    sql += by == listing::removed_neighbours ? " AND t.removed_at = now()"
                                             : " AND t.removed_at IS NULL";
  }
  // Rows that no single day lists belong to the day, not to the window.
  if (stream.form == streams::shape::day_windows) {
    sql += by == listing::span ? " AND t.found_by = 'span'" : " AND t.found_by IS NULL";
  }
  if (!stream.day_column.empty()) {
    sql += fmt::format(" AND t.{} {}", identifier(stream.day_column), days_of(by));
  }
  if (stream.endpoints == streams::endpoint_scope::either) {
    sql +=
        fmt::format("\n  AND (:scope = '*' OR t.{} = :scope)", identifier(stream.account_column));
  }
  if (stream.partition) {
    sql +=
        fmt::format("\n  AND t.{0} >= :first_time::timestamptz AND t.{0} < :last_time::timestamptz",
                    identifier(stream.partition->column));
  }
  return sql;
}

std::string near_midnight(streams::stream const& stream) {
  std::string times;
  for (auto const name : streams::day_times(stream)) {
    times += fmt::format("{}t.{}", times.empty() ? "" : ", ", identifier(name));
  }
  auto const midnight = fmt::format("greatest(t.{}, :day::date)::timestamp AT TIME ZONE 'UTC'",
                                    identifier(stream.day_column));
  return fmt::format(
      "least({0}) < {1} + interval '1 hour'\n  AND greatest({0}) > {1} - interval '1 hour'", times,
      midnight);
}

std::string comes_home(std::string const& time, std::string const& stored_day) {
  return fmt::format(
      "(({0} AT TIME ZONE 'UTC')::date = :day::date AND {1} <> :day::date AND (abs({1} - "
      ":day::date) > 1\n"
      "    OR abs(extract(epoch FROM {0} - greatest({1}, :day::date)::timestamp AT TIME ZONE "
      "'UTC')) > 3600))",
      time, stored_day);
}

std::string sums(streams::stream const& stream) {
  std::string sql;
  for (auto const& m : stream.measures) {
    sql += fmt::format(", coalesce({}, 0) AS {}", m.sql, identifier(m.name));
  }
  return sql;
}

std::vector<std::string_view> figured_columns(streams::stream const& stream) {
  std::vector<std::string_view> names;
  auto const is_word = [](std::string_view text, std::string_view word) {
    auto const part_of_name = [&](std::size_t at) {
      return at < text.size() &&
             (std::isalnum(static_cast<unsigned char>(text[at])) != 0 || text[at] == '_');
    };
    for (auto at = text.find(word); at != text.npos; at = text.find(word, at + 1)) {
      if ((at == 0 || !part_of_name(at - 1)) && !part_of_name(at + word.size())) return true;
    }
    return false;
  };
  for (auto const& column : stream.columns) {
    bool const is_measured = std::ranges::any_of(
        stream.measures, [&](auto const& m) { return is_word(m.sql, column.name); });
    bool const is_account =
        stream.endpoints == streams::endpoint_scope::either && column.name == stream.account_column;
    if (is_measured || is_account) names.push_back(column.name);
  }
  return names;
}

std::string figures_of_window_sql(streams::stream const& stream) {
  return fmt::format("SELECT count(*) AS rows,\n  {} AS rejects{}\nFROM {} t\nWHERE {}",
                     open_rejects, sums(stream), table(stream), rows_of_window(stream));
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
