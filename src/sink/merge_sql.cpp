#include "merge_sql.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <functional>

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

bool is_numeric(column_type type) {
  return type == column_type::numeric || type == column_type::integer ||
         type == column_type::bigint;
}

// The value of a key that is asked for and does not stand in the row.
constexpr std::string_view asked_day = "$2::date";

struct field {
  std::string name;  // quoted
  std::string_view plain;
  column_type type;
  change_rule on_change;
  std::string value;  // SQL over the incoming row `i`
};

std::string join(std::vector<field> const& fields, std::string_view separator,
                 std::function<std::string(field const&)> const& text) {
  std::string result;
  for (auto const& f : fields) {
    auto const piece = text(f);
    if (piece.empty()) continue;
    if (!result.empty()) result += separator;
    result += piece;
  }
  return result;
}

// The parts of one merge; each function below is one common table expression.
class writer {
public:
  writer(streams::stream const& stream, std::vector<bool> const& seen, merge_mode mode)
      : stream_(stream),
        only_missing_(mode == merge_mode::only_missing),
        found_(mode == merge_mode::found),
        table_("vobiz." + identifier(stream.table)) {
    for (std::size_t at = 0; at <= stream.columns.size(); ++at) {
      bool const is_extra = at == stream.columns.size();
      auto const* column = is_extra ? nullptr : &stream.columns[at];
      if (column != nullptr && column->staged_only) continue;
      bool const is_key = column != nullptr && std::ranges::count(stream.key, column->name) > 0;
      if (!seen[at] && !is_key) continue;
      arrays.push_back(at);
      field f;
      f.plain = is_extra ? std::string_view("extra") : column->name;
      f.name = identifier(f.plain);
      f.type = is_extra ? column_type::jsonb : column->type;
      f.on_change = is_extra ? change_rule::plain : column->on_change;
      f.value = "i." + f.name;
      if (column != nullptr && !column->otherwise.empty()) {
        f.value = fmt::format("coalesce({}, {})", f.value, column->otherwise);
      }
      fields_.push_back(std::move(f));
    }
    for (auto const name : stream.key) {
      auto const found = std::ranges::find(fields_, name, &field::plain);
      if (found != fields_.end()) {
        keys_.push_back(*found);
      } else {
        keys_.push_back({identifier(name), name, column_type::date, change_rule::plain,
                         std::string(asked_day)});
      }
    }
    by_day_ = !stream.day_column.empty();
    day_is_key_ = by_day_ && std::ranges::count(stream.key, stream.day_column) > 0;
    versioned_ = has(stream.version);
    can_vanish_ = streams::can_vanish(stream.form);
  }

  std::vector<std::size_t> arrays;

  std::string current() const {
    std::string sql = "WITH " + incoming();
    sql += ",\n" + joined();
    sql += ",\ninserted AS (\n" + insert("j.\"is stored\" IS FALSE", "joined j") +
           (only_missing_ ? " ON CONFLICT DO NOTHING" : "") + " RETURNING 1)";
    if (only_missing_) return sql + result("0");
    sql += ",\nchanged AS MATERIALIZED (SELECT * FROM joined WHERE \"is changed\")";
    sql += ",\nupdated AS (\n" + update() + ")";
    if (auto const pairs = adjustment_pairs(); !pairs.empty()) sql += ",\n" + adjusted(pairs);
    return sql + result("(SELECT count(*) FROM updated)");
  }

  std::string history() const {
    auto const values = join(fields_, ", ", [](field const& f) {
      return f.on_change == change_rule::quiet ? "" : "j." + f.name;
    });
    auto const latest = join(fields_, ", ", [](field const& f) {
      return f.on_change == change_rule::quiet ? "" : "s." + f.name;
    });
    auto const match =
        join(keys_, "", [](field const& f) { return fmt::format(" AND s.{0} = j.{0}", f.name); });
    return "WITH " + incoming() + ",\njoined AS MATERIALIZED (SELECT " +
           join(fields_, ", ", [](field const& f) { return f.value + " AS " + f.name; }) +
           " FROM incoming i),\ninserted AS (\nINSERT INTO " + table_ +
           " (partner_id, captured_at, " +
           join(fields_, ", ", [](field const& f) { return f.name; }) + ")\nSELECT $1, now(), " +
           join(fields_, ", ", [](field const& f) { return "j." + f.name; }) +
           fmt::format(
               "\nFROM joined j LEFT JOIN LATERAL (SELECT * FROM {} s WHERE s.partner_id = $1{}\n"
               "  ORDER BY s.captured_at DESC LIMIT 1) s ON true\n"
               "WHERE s.captured_at IS NULL OR ROW({}) IS DISTINCT FROM ROW({})\nRETURNING 1)",
               table_, match, values, latest) +
           result("0");
  }

  // The values are compared in the column's own type and shown as text.
  std::string compare() const {
    auto const key = join(keys_, ", ", [](field const& f) {
      return f.value == asked_day ? "" : "i." + f.name + "::text";
    });
    auto const pairs = join(fields_, ",\n    ", [](field const& f) -> std::string {
      if (f.on_change == change_rule::quiet) return "";
      return fmt::format("('{0}', s.{1}::text, i.{1}::text, i.{1} IS DISTINCT FROM s.{1})", f.plain,
                         f.name);
    });
    return "WITH " + incoming() +
           fmt::format(
               "\nSELECT array_to_string(ARRAY[{}], ' ') AS key, CASE WHEN s.partner_id IS NOT "
               "NULL "
               "THEN v.name END AS column_name,\n  v.stored, v.listed, $1::text, {}\n"
               "FROM incoming i LEFT JOIN LATERAL (\n  {}) s ON true\n"
               "LEFT JOIN LATERAL (VALUES\n    {}) v(name, stored, listed, differs)\n"
               "  ON v.differs AND s.partner_id IS NOT NULL\n"
               "WHERE s.partner_id IS NULL OR v.differs ORDER BY 1, 2",
               key, asked_day, stored(), pairs);
  }

private:
  bool has(std::string_view name) const {
    return !name.empty() && std::ranges::find(fields_, name, &field::plain) != fields_.end();
  }

  std::string incoming() const {
    std::string arrays_text;
    for (std::size_t n = 0; n < fields_.size(); ++n) {
      if (n > 0) arrays_text += ", ";
      arrays_text += fmt::format("${}::{}[]", n + 3, type_name(fields_[n].type));
    }
    auto const names = join(fields_, ", ", [](field const& f) { return f.name; });
    auto const order =
        join(keys_, ", ", [](field const& f) { return f.value == asked_day ? "" : f.value; });
    auto const distinct = order.empty() ? std::string(asked_day) : order;
    // Page drift repeats rows: of each key the newest version, and of equals the one read last.
    return fmt::format(
        "incoming AS MATERIALIZED (\nSELECT DISTINCT ON ({0}) *\n"
        "FROM unnest({1}) WITH ORDINALITY AS i({2}, ordinality)\nORDER BY {0}{3}, ordinality DESC)",
        distinct, arrays_text, names,
        versioned_ ? fmt::format(", i.{} DESC NULLS LAST", identifier(stream_.version)) : "");
  }

  std::string match(std::string_view left, std::string_view right) const {
    return join(keys_, " AND ",
                [&](field const& f) {
                  if (f.value == asked_day) return fmt::format("{}.{} = $2::date", left, f.name);
                  return fmt::format("{0}.{2} = {1}.{2}", left, right, f.name);
                }) +
           (partner_in_key() ? fmt::format(" AND {}.partner_id = $1", left) : "");
  }

  bool partner_in_key() const { return day_is_key_ || std::ranges::count(stream_.key, "day") > 0; }

  // The stored row with the key of `i`, as the body of a lateral join: an index look-up for each
  // row, whatever the planner believes of tables that nobody has analyzed yet. A row of a table of
  // months is looked for in those around the batch (its time may have been corrected) and in the
  // default partition (a time that was nonsense), which costs the same however many months there
  // are.
  std::string stored() const {
    if (!stream_.partition)
      return fmt::format("SELECT s.* FROM {} s WHERE {} LIMIT 1", table_, match("s", "i"));
    // Answered by the selective key's index, and not by one over the rest of the key and the time.
    auto const same = join(keys_, " AND ", [this](field const& f) {
      bool const hides = f.type == column_type::text && f.plain != streams::selective_key(stream_);
      return fmt::format("s.{0}{1} = i.{0}", f.name, hides ? " || ''" : "");
    });
    auto const near = arrays.size() + 3;
    return fmt::format(
        "SELECT * FROM (\n    SELECT s.* FROM {3} s WHERE {0}\n"
        "      AND s.{4} >= ${1}::date::timestamp AT TIME ZONE 'UTC'\n"
        "      AND s.{4} < ${2}::date::timestamp AT TIME ZONE 'UTC'\n    UNION ALL\n"
        "    SELECT s.* FROM {5} s WHERE {0}) s LIMIT 1",
        same, near, near + 1, table_, identifier(stream_.partition->column),
        default_partition(stream_));
  }

  std::string joined() const {
    auto const mine = join(fields_, ", ", [](field const& f) {
      return f.on_change == change_rule::quiet ? "" : "i." + f.name;
    });
    auto const theirs = join(fields_, ", ", [](field const& f) {
      return f.on_change == change_rule::quiet ? "" : "s." + f.name;
    });
    std::string changed = fmt::format("ROW({}) IS DISTINCT FROM ROW({})", mine, theirs);
    if (can_vanish_) changed = fmt::format("({} OR s.removed_at IS NOT NULL)", changed);
    if (gets_listed()) changed = fmt::format("({} OR s.found_by IS NOT NULL)", changed);
    // A row that only its id found and a span lists after all.
    if (found_) changed = fmt::format("({} OR s.found_by = 'id' AND $2::text = 'span')", changed);
    if (versioned_) {
      auto const older = fmt::format("(i.{0} < s.{0}) IS TRUE", identifier(stream_.version));
      changed = fmt::format("CASE WHEN {} THEN {} ELSE {} END", older,
                            returns_older() ? "s.removed_at IS NOT NULL" : "false", changed);
    }
    std::string sql = "joined AS MATERIALIZED (SELECT " +
                      join(fields_, ", ", [](field const& f) { return f.value + " AS " + f.name; });
    sql += ", s.partner_id IS NOT NULL AS \"is stored\"";
    sql += fmt::format(",\n  s.partner_id IS NOT NULL AND {} AS \"is changed\"", changed);
    for (auto const& f : fields_) {
      if (f.on_change == change_rule::billing)
        sql += fmt::format(", s.{} AS {}", f.name, old(f.plain));
    }
    if (has(stream_.day_time)) {
      sql += fmt::format(", s.{} AS {}", identifier(stream_.day_time), old(stream_.day_time));
    }
    if (moves()) {
      sql += fmt::format(", s.{} AS {}", identifier(stream_.day_column), old(stream_.day_column));
    }
    if (can_vanish_) sql += ", s.removed_at AS " + old("removed_at");
    if (returns_older())
      sql += fmt::format(", (i.{0} < s.{0}) IS TRUE AS \"is older\"", identifier(stream_.version));
    if (gets_listed()) sql += ", s.found_by AS " + old("found_by");
    return sql + fmt::format("\nFROM incoming i LEFT JOIN LATERAL (\n  {}) s ON true)", stored());
  }

  // A removed row that is listed again is back, but an older version of it keeps the newer one's
  // values.
  bool returns_older() const { return versioned_ && can_vanish_; }

  // Whether a row can change its day: it keeps the day it was first listed under (a row on a
  // boundary may be listed under two) until the time that puts it there changes.
  bool moves() const { return gets_listed() && has(stream_.day_time); }

  // Whether a row that no day's list held may turn up in one.
  bool gets_listed() const { return stream_.form == streams::shape::day_windows && !found_; }

  // The day a row is stored under.
  std::string day_of_row() const {
    if (!found_) return std::string(asked_day);
    return fmt::format("(j.{} AT TIME ZONE 'UTC')::date", identifier(stream_.day_time));
  }

  static std::string old(std::string_view name) { return identifier("old " + std::string(name)); }

  std::string insert(std::string_view condition, std::string_view source) const {
    std::string columns =
        "partner_id, " + join(fields_, ", ", [](field const& f) { return f.name; });
    std::string values = "$1, " + join(fields_, ", ", [](field const& f) { return "j." + f.name; });
    if (by_day_) {
      columns += ", " + identifier(stream_.day_column);
      values += ", " + day_of_row();
    }
    if (found_) {
      columns += ", found_by";
      values += ", $2::text";
    }
    return fmt::format("INSERT INTO {} ({})\nSELECT {}\nFROM {} WHERE {}", table_, columns, values,
                       source, condition);
  }

  std::string update() const {
    std::string sets = join(fields_, ", ", [this](field const& f) {
      if (!returns_older()) return fmt::format("{0} = c.{0}", f.name);
      return fmt::format("{0} = CASE WHEN c.\"is older\" THEN t.{0} ELSE c.{0} END", f.name);
    });
    sets += ", partner_id = $1, changed_at = now()";
    if (can_vanish_) sets += ", removed_at = NULL";
    if (gets_listed()) sets += ", found_by = NULL";
    if (found_)
      sets += ", found_by = CASE WHEN t.found_by = 'id' THEN $2::text ELSE t.found_by END";
    if (moves()) {
      sets += fmt::format(
          ",\n  {0} = CASE WHEN c.{1} IS DISTINCT FROM c.{2} OR c.\"old removed_at\" IS NOT NULL\n"
          "    OR c.\"old found_by\" IS NOT NULL THEN $2::date ELSE t.{0} END",
          identifier(stream_.day_column), identifier(stream_.day_time), old(stream_.day_time));
    }
    auto condition = match("t", "c");
    if (stream_.partition) {
      // The time of each row, and constants around all of them: only these let the planner leave
      // out months.
      auto const stored = arrays.size() + 5;
      condition += fmt::format(
          "\n  AND t.{0} = c.{1}\n"
          "  AND t.{0} >= ${2}::date::timestamp AT TIME ZONE 'UTC'\n"
          "  AND t.{0} < ${3}::date::timestamp AT TIME ZONE 'UTC'",
          identifier(stream_.partition->column), old(stream_.partition->column), stored,
          stored + 1);
    }
    return fmt::format("UPDATE {} t SET {}\nFROM changed c WHERE {} RETURNING 1", table_, sets,
                       condition);
  }

  std::string adjustment_pairs() const {
    return join(fields_, ",\n    ", [](field const& f) -> std::string {
      if (f.on_change != change_rule::billing) return "";
      return fmt::format("('{0}', c.{2}::text, c.{1}::text, {3}, c.{1} IS DISTINCT FROM c.{2})",
                         f.plain, f.name, old(f.plain),
                         is_numeric(f.type)
                             ? fmt::format("c.{}::numeric - c.{}", f.name, old(f.plain))
                             : std::string("NULL::numeric"));
    });
  }

  std::string adjusted(std::string const& pairs) const {
    return fmt::format(
        "adjusted AS (\nINSERT INTO vobiz.adjustments (partner_id, stream, account_id, row_key,\n"
        "  window_day, column_name, old_value, new_value, difference, currency)\n"
        "SELECT $1, {}, {}, c.{}::text, {}, v.name, v.old, v.new, v.difference, {}\n"
        "FROM changed c CROSS JOIN LATERAL (VALUES\n    {}) v(name, old, new, difference, "
        "differs)\n"
        "WHERE v.differs{})",
        literal(stream_.name),
        has(stream_.account_column) ? "c." + identifier(stream_.account_column) : "NULL",
        identifier(streams::selective_key(stream_)), found_ ? "NULL::date" : asked_day,
        has("currency") ? "c.currency" : "NULL", pairs,
        returns_older() ? " AND NOT c.\"is older\"" : "");
  }

  std::string result(std::string_view updated) const {
    std::string const left =
        moves() && !only_missing_
            ? fmt::format(
                  "(SELECT array_agg(DISTINCT {0})::text FROM changed WHERE {0} <> $2::date\n"
                  "    AND ({1} IS DISTINCT FROM {2} OR \"old removed_at\" IS NOT NULL\n"
                  "      OR \"old found_by\" IS NOT NULL))",
                  old(stream_.day_column), identifier(stream_.day_time), old(stream_.day_time))
            : "NULL";
    // $1 and $2 are named once more so that a stream that uses neither still has them typed.
    return fmt::format(
        "\nSELECT (SELECT count(*) FROM inserted) AS inserted, {} AS updated,\n"
        "  (SELECT count(*) FROM incoming) AS read, {} AS left_days, $1::text, {}",
        updated, left, found_ ? "$2::text" : asked_day);
  }

  streams::stream const& stream_;
  bool only_missing_;
  bool found_;
  std::string table_;
  std::vector<field> fields_;
  std::vector<field> keys_;
  bool by_day_ = false;
  bool day_is_key_ = false;
  bool versioned_ = false;
  bool can_vanish_ = false;
};

}  // namespace

merge_statement make_merge_sql(streams::stream const& stream, std::vector<bool> const& seen,
                               merge_mode mode) {
  writer const parts(stream, seen, mode);
  return {stream.keeps == streams::keeping::history ? parts.history() : parts.current(),
          parts.arrays};
}

merge_statement make_compare_sql(streams::stream const& stream, std::vector<bool> const& seen) {
  writer const parts(stream, seen, merge_mode::listed);
  return {parts.compare(), parts.arrays};
}

}  // namespace vobiz::sink
