#include <algorithm>
#include <set>

#include "store.hpp"

// The database's tables against the declarations: columns, types, null rules, comments, and what is
// hidden from masked readers.
namespace vobiz::sink {
namespace {

using streams::column_type;

std::string_view type_of(column_type type) {
  switch (type) {
    case column_type::text:
      return "text";
    case column_type::integer:
      return "integer";
    case column_type::bigint:
      return "bigint";
    case column_type::numeric:
      return "numeric";
    case column_type::boolean:
      return "boolean";
    case column_type::timestamptz:
      return "timestamp with time zone";
    case column_type::date:
      return "date";
    case column_type::uuid:
      return "uuid";
    case column_type::jsonb:
      return "jsonb";
  }
  return "";
}

using lines = std::set<std::string>;

lines lines_of(store& all, std::string const& sql) {
  lines result;
  for (auto const& row : all.database.query(sql)) result.insert(row[0].c_str());
  return result;
}

void expect_same(lines const& declared, lines const& stored) {
  for (auto const& line : declared) {
    EXPECT_TRUE(stored.contains(line)) << "only declared: " << line;
  }
  for (auto const& line : stored) {
    EXPECT_TRUE(declared.contains(line)) << "only in the database: " << line;
  }
}

// The columns that the mirror itself adds to a table.
lines own_columns(streams::stream const& stream, bool is_feed) {
  lines names = {"partner_id", "extra", "first_seen_at", "changed_at"};
  if (!stream.day_column.empty()) names.insert(std::string(stream.day_column));
  if (stream.keeps == streams::keeping::history) names.insert("captured_at");
  if (!is_feed && streams::can_vanish(stream.form)) names.insert("removed_at");
  if (stream.form == streams::shape::day_windows) names.insert("found_by");
  // Generated from the entry's own reference.
  for (auto const& other : streams::all()) {
    if (other.charged_in && other.charged_in->table == stream.table) {
      names.insert(std::string(other.charged_in->column));
    }
  }
  return names;
}

void expect_table(store& all, streams::stream const& stream, bool is_feed) {
  SCOPED_TRACE(std::string(stream.table));
  auto const own = own_columns(stream, is_feed);
  std::string listed;
  for (auto const& name : own) listed += (listed.empty() ? "'" : ", '") + name + "'";
  auto const relation = "'vobiz." + std::string(stream.table) + "'::regclass";

  lines declared = {"table: " + std::string(stream.comment)};
  for (auto const& column : stream.columns) {
    if (column.staged_only) continue;
    bool const is_key = std::ranges::count(stream.key, column.name) > 0;
    bool const never_null = is_key || column.nulls == streams::null_rule::required;
    EXPECT_FALSE(column.comment.empty()) << column.name;
    declared.insert(std::string(column.name) + " " + std::string(type_of(column.type)) +
                    (never_null ? " NOT NULL: " : ": ") + std::string(column.comment));
  }
  expect_same(declared,
              lines_of(all, "SELECT 'table: ' || obj_description(" + relation +
                                ", 'pg_class') UNION ALL\n"
                                "SELECT attname || ' ' || format_type(atttypid, atttypmod)\n"
                                "  || CASE WHEN attnotnull THEN ' NOT NULL: ' ELSE ': ' END\n"
                                "  || coalesce(col_description(attrelid, attnum), '')\n"
                                "FROM pg_attribute WHERE attrelid = " +
                                relation +
                                " AND attnum > 0 AND NOT attisdropped\n"
                                "  AND attname NOT IN (" +
                                listed + ")"));
  expect_same(own, lines_of(all, "SELECT attname FROM pg_attribute WHERE attrelid = " + relation +
                                     " AND attname IN (" + listed + ")"));

  // What no column names yet may be personal, and so may any JSON.
  lines personal = {"extra"};
  for (auto const& column : stream.columns) {
    if (column.staged_only) continue;
    if (column.personal || column.type == column_type::jsonb)
      personal.insert(std::string(column.name));
  }
  expect_same(personal, lines_of(all,
                                 "SELECT column_name FROM vobiz_sync.personal_columns()\n"
                                 "WHERE relation = " +
                                     relation));
  for (auto const& feed : stream.feeds) {
    if (!feed.only_missing) expect_table(all, feed.rows, true);
  }
}

TEST(declared_schema, is_the_database_s) {
  store all;
  for (auto const& stream : streams::all()) expect_table(all, stream, false);
}

}  // namespace
}  // namespace vobiz::sink
