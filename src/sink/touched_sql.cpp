#include "touched_sql.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

#include "vobiz/sink/query.hpp"
#include "vobiz/sink/sql_text.hpp"

namespace vobiz::sink {

namespace {

std::string all_of(std::vector<std::string> const& rows) {
  std::string sql;
  for (auto const& part : rows) sql += (sql.empty() ? "  " : "\n  UNION ALL ") + part;
  return sql;
}

}  // namespace

void add_once(std::vector<std::string>& names, std::string const& name) {
  if (std::ranges::count(names, name) == 0) names.push_back(name);
}

std::vector<std::string> place_columns(streams::stream const& stream) {
  std::vector<std::string> names;
  if (stream.rolled_up) {
    names = {"partner_id", identifier(stream.account_column)};
    for (auto const name : stream.rolled_up->columns) add_once(names, identifier(name));
  }
  if (stream.partition) {
    add_once(names, "partner_id");
    add_once(names, identifier(stream.partition->column));
    add_once(names, identifier(stream.day_column));
  }
  return names;
}

std::string touched(streams::stream const& stream, std::vector<std::string> const& rows) {
  if (!stream.rolled_up) return "";
  bool const has_end = !stream.rolled_up->until.empty();
  return query(R"(,
touched AS (
SELECT array_agg(partner_id)::text AS partners, array_agg({account})::text AS customers,
  array_agg(bucket)::text AS buckets{ends}
FROM (SELECT partner_id, {account}, vobiz_sync.bucket_of({at}) AS bucket{until} FROM (
{rows}) r
  GROUP BY 1, 2, 3) k))")
      .with("account", identifier(stream.account_column))
      .with("at", stream.rolled_up->at)
      .with("ends", has_end ? ", array_agg(until)::text AS ends" : "")
      .with("until", has_end ? fmt::format(", max({}) AS until", stream.rolled_up->until) : "")
      .with("rows", all_of(rows))
      .text();
}

std::string touched_columns(streams::stream const& stream) {
  if (!stream.rolled_up) return "";
  std::string const both = ", touched.partners, touched.customers, touched.buckets";
  return both + (stream.rolled_up->until.empty() ? "" : ", touched.ends");
}

std::string strays(streams::stream const& stream, std::vector<std::string> const& rows) {
  if (!stream.partition) return "";
  return query(R"(,
strays AS (
INSERT INTO vobiz_sync.stray_days SELECT DISTINCT partner_id, {day} FROM (
{rows}) r
WHERE vobiz_sync.is_stray({time}, {day}) ON CONFLICT DO NOTHING))")
      .with("day", identifier(stream.day_column))
      .with("time", identifier(stream.partition->column))
      .with("rows", all_of(rows))
      .text();
}

}  // namespace vobiz::sink
