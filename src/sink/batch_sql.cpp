#include "batch_sql.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

#include "vobiz/sink/sql_text.hpp"
#include "window_sql.hpp"

namespace vobiz::sink {

using streams::change_rule;
using streams::column_type;

std::string_view type_name(column_type type) {
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
      return "timestamptz";
    case column_type::date:
      return "date";
    case column_type::uuid:
      return "uuid";
    case column_type::jsonb:
      return "jsonb";
  }
  return "text";
}

namespace {

std::string_view name_of(streams::stream const& stream, std::size_t column) {
  return column == stream.columns.size() ? "extra" : stream.columns[column].name;
}

column_type type_of(streams::stream const& stream, std::size_t column) {
  return column == stream.columns.size() ? column_type::jsonb : stream.columns[column].type;
}

bool is_key(streams::stream const& stream, std::string_view name) {
  return std::ranges::count(stream.key, name) > 0;
}

}  // namespace

std::string array_of(decode::row_batch const& rows, std::size_t column) {
  array_literal array;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (auto const cell = rows.at(row, column)) {
      array.add(*cell);
    } else {
      array.add_null();
    }
  }
  return array.take();
}

void batch_query::set_rows(decode::row_batch const& rows) {
  for (auto const column : columns_) {
    set(std::string(name_of(stream_, column)) + "_array", array_of(rows, column));
  }
}

std::string array_values(streams::stream const& stream, std::vector<std::size_t> const& columns) {
  std::string sql;
  for (auto const column : columns) {
    sql += fmt::format("{}:{}_array::{}[]", sql.empty() ? "" : ", ", name_of(stream, column),
                       type_name(type_of(stream, column)));
  }
  return sql;
}

std::string column_names(streams::stream const& stream, std::vector<std::size_t> const& columns) {
  std::string sql;
  for (auto const column : columns) {
    sql += (sql.empty() ? "" : ", ") + identifier(name_of(stream, column));
  }
  return sql;
}

std::string given_values(streams::stream const& stream, std::vector<std::size_t> const& columns,
                         std::string_view name) {
  return fmt::format("unnest({}) AS {}({})", array_values(stream, columns), name,
                     column_names(stream, columns));
}

std::string same_values(streams::stream const& stream, std::vector<std::size_t> const& columns,
                        std::string_view left, std::string_view right) {
  std::string sql;
  for (auto const column : columns) {
    sql += fmt::format("{}{}.{} = {}.{}", sql.empty() ? "" : " AND ", left,
                       identifier(name_of(stream, column)), right,
                       identifier(name_of(stream, column)));
  }
  return sql;
}

std::string with_commas(std::vector<std::string> const& parts) {
  std::string sql;
  for (auto const& part : parts) sql += (sql.empty() ? "" : ", ") + part;
  return sql;
}

std::string within(std::string_view row, streams::stream const& stream, std::string_view from,
                   std::string_view to) {
  return fmt::format(
      "{0}.{1} >= :{2}::date::timestamp AT TIME ZONE 'UTC'\n"
      "      AND {0}.{1} < :{3}::date::timestamp AT TIME ZONE 'UTC'",
      row, identifier(stream.partition->column), from, to);
}

std::string join(std::vector<batch_field> const& fields, std::string_view separator,
                 std::function<std::string(batch_field const&)> const& text) {
  std::string result;
  for (auto const& f : fields) {
    auto const piece = text(f);
    if (piece.empty()) continue;
    if (!result.empty()) result += separator;
    result += piece;
  }
  return result;
}

std::string name_only(batch_field const& f) { return f.name; }
std::string as_column(batch_field const& f) { return f.value + " AS " + f.name; }

std::function<std::string(batch_field const&)> telling(std::string const& row) {
  return [row](batch_field const& f) {
    return f.on_change == change_rule::quiet ? "" : row + "." + f.name;
  };
}

batch_fields::batch_fields(streams::stream const& of, std::vector<bool> const& seen) : stream(of) {
  for (std::size_t at = 0; at <= of.columns.size(); ++at) {
    bool const is_extra = at == of.columns.size();
    auto const* column = is_extra ? nullptr : &of.columns[at];
    if (column != nullptr && column->staged_only) continue;
    if (!seen[at] && (is_extra || !is_key(of, column->name))) continue;
    columns.push_back(at);
    batch_field f;
    f.plain = name_of(of, at);
    f.name = identifier(f.plain);
    f.type = type_of(of, at);
    f.on_change = is_extra ? change_rule::plain : column->on_change;
    f.value = "i." + f.name;
    if (column != nullptr && !column->otherwise.empty()) {
      f.value = fmt::format("coalesce({}, {})", f.value, column->otherwise);
    }
    all.push_back(std::move(f));
  }
  for (auto const name : of.key) {
    auto const found = std::ranges::find(all, name, &batch_field::plain);
    if (found != all.end()) {
      keys.push_back(*found);
    } else {
      keys.push_back(
          {identifier(name), name, column_type::date, change_rule::plain, ":day::date", true});
    }
  }
  versioned = has(of.version);
}

bool batch_fields::has(std::string_view name) const {
  return !name.empty() && std::ranges::find(all, name, &batch_field::plain) != all.end();
}

std::string batch_fields::incoming() const {
  auto key = join(keys, ", ", [](auto const& f) { return f.is_asked_day ? "" : f.value; });
  if (key.empty()) key = ":day::date";
  auto const newest =
      versioned ? fmt::format(", i.{} DESC NULLS LAST", identifier(stream.version)) : "";
  // Page drift repeats rows: of each key the newest version, and of equals the one read last.
  return fmt::format(
      "incoming AS MATERIALIZED (\nSELECT DISTINCT ON ({0}) *\n"
      "FROM unnest({1})\n  WITH ORDINALITY AS i({2}, ordinality)\nORDER BY {0}{3}, ordinality "
      "DESC)",
      key, array_values(stream, columns), column_names(stream, columns), newest);
}

std::string batch_fields::same_key(std::string_view left, std::string_view right) const {
  bool const by_day = std::ranges::count(stream.key, "day") > 0 ||
                      (!stream.day_column.empty() && is_key(stream, stream.day_column));
  auto const same = join(keys, " AND ", [&](batch_field const& f) {
    if (f.is_asked_day) return fmt::format("{}.{} = :day::date", left, f.name);
    return fmt::format("{0}.{2} = {1}.{2}", left, right, f.name);
  });
  return by_day ? fmt::format("{} AND {}.partner_id = :partner", same, left) : same;
}

std::string batch_fields::stored() const {
  // An index look-up for each row, whatever the planner believes of tables that nobody has analyzed
  // yet.
  if (!stream.partition) {
    return fmt::format("SELECT s.* FROM {} s WHERE {} LIMIT 1", table(stream), same_key("s", "i"));
  }
  // Answered by the selective key's index, and not by one over the rest of the key and the time.
  auto const same = join(keys, " AND ", [this](batch_field const& f) {
    bool const hides = f.type == column_type::text && f.plain != streams::selective_key(stream);
    return fmt::format("s.{0}{1} = i.{0}", f.name, hides ? " || ''" : "");
  });
  // In the months around the batch (its time may have been corrected) and in the default partition
  // (a time that was nonsense), which costs the same however many months there are.
  return fmt::format(
      "SELECT * FROM (\n    SELECT s.* FROM {1} s WHERE {0}\n      AND {2}\n    UNION ALL\n"
      "    SELECT s.* FROM {3} s WHERE {0}) s LIMIT 1",
      same, table(stream), within("s", stream, "search_from", "search_to"),
      default_partition(stream));
}

}  // namespace vobiz::sink
