#include "merge_sql.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

#include "history_sql.hpp"
#include "touched_sql.hpp"
#include "vobiz/sink/sql_text.hpp"
#include "window_sql.hpp"

namespace vobiz::sink {

using streams::change_rule;
using streams::column_type;

namespace {

constexpr char const* current_sql = R"(WITH {incoming},
joined AS MATERIALIZED (SELECT {values}, s.partner_id IS NOT NULL AS "is stored",
  s.partner_id IS NOT NULL AND {is_changed} AS "is changed"{old_values}
FROM incoming i LEFT JOIN LATERAL (
  {stored}) s ON true),
inserted AS (
INSERT INTO {table} ({columns})
SELECT {new_values}
FROM joined j WHERE j."is stored" IS FALSE{conflict} RETURNING {inserted_values}){written}{touched}
SELECT (SELECT count(*) FROM inserted) AS inserted, {updated} AS updated,
  (SELECT count(*) FROM incoming) AS read, {left_days} AS left_days{result})";

constexpr char const* update_sql = R"(,
changed AS MATERIALIZED (SELECT * FROM joined WHERE "is changed"),
updated AS (
UPDATE {table} t SET {sets}
FROM changed c WHERE {same_row}
RETURNING {updated_values}))";

// What the rows written were to their window and are now.
constexpr char const* figures_sql = R"(,
after AS (SELECT count(*) AS rows{sums} FROM (
  SELECT {figures} FROM inserted WHERE {in_scope}
  UNION ALL SELECT {figures} FROM updated WHERE {in_window}) t),
before AS (SELECT count(*) AS rows{sums} FROM (
  SELECT {old_figures} FROM updated WHERE {was_in_window}) t))";

constexpr char const* adjusted_sql = R"(,
adjusted AS (
INSERT INTO vobiz.adjustments (partner_id, stream, account_id, row_key, window_day, column_name, old_value,
  new_value, difference, currency)
SELECT :partner, {stream}, {account}, c.{key}::text, {day}, v.name, v.old, v.new, v.difference, {currency}
FROM changed c CROSS JOIN LATERAL (VALUES
    {pairs}) v(name, old, new, difference, differs)
WHERE v.differs{newer}))";

bool is_numeric(column_type type) {
  return type == column_type::numeric || type == column_type::integer ||
         type == column_type::bigint;
}

std::string old(std::string_view name) { return identifier("old " + std::string(name)); }

// The parts of one merge into a table of current rows.
class merge_writer {
public:
  merge_writer(streams::stream const& stream, batch_fields const& fields, merge_mode mode)
      : stream_(stream),
        fields_(fields),
        only_missing_(mode == merge_mode::only_missing),
        found_(mode == merge_mode::found),
        can_vanish_(streams::can_vanish(stream.form)),
        day_(identifier(stream.day_column)),
        figures_(figured_columns(stream)) {}

  std::string text() const {
    query sql(current_sql);
    sql.with("written", only_missing_ ? std::string() : written());
    sql.with("incoming", fields_.incoming())
        .with("values", join(fields_.all, ", ", as_column))
        .with("is_changed", is_changed())
        .with("old_values", old_values())
        .with("stored", fields_.stored())
        .with("table", table(stream_))
        .with("columns", insert_columns())
        .with("new_values", insert_values())
        .with("conflict", only_missing_ ? " ON CONFLICT DO NOTHING" : "")
        .with("inserted_values", inserted_values())
        .with("updated", only_missing_ ? "0" : "(SELECT count(*) FROM updated)")
        .with("left_days", left_days())
        .with("result", result())
        .with("touched", touched_places());
    return sql.text();
  }

private:
  std::string written() const {
    query sql(std::string(update_sql) + (has_adjustments() ? adjusted() : "") +
              (counts_window() ? figures() : ""));
    sql.with("sets", sets()).with("same_row", same_row()).with("updated_values", updated_values());
    return sql.text();
  }

  // A removed row that is listed again is back, but an older version of it keeps the newer one's
  // values.
  bool returns_older() const { return fields_.versioned && can_vanish_; }

  // Whether a row that no day's list held may turn up in one.
  bool gets_listed() const { return stream_.form == streams::shape::day_windows && !found_; }

  // Whether a row can change its day: it keeps the day it was first listed under (a row on a
  // boundary may be listed under two) until the time that puts it there changes.
  bool moves() const { return gets_listed() && fields_.has(stream_.day_time); }

  bool counts_window() const { return !only_missing_ && !found_; }
  bool by_account() const { return stream_.endpoints == streams::endpoint_scope::either; }

  std::string older() const {
    return fmt::format("(i.{0} < s.{0}) IS TRUE", identifier(stream_.version));
  }

  std::string is_changed() const {
    auto changed =
        fmt::format("ROW({}) IS DISTINCT FROM ROW({})", join(fields_.all, ", ", telling("i")),
                    join(fields_.all, ", ", telling("s")));
    if (can_vanish_) changed = fmt::format("({} OR s.removed_at IS NOT NULL)", changed);
    if (gets_listed()) changed = fmt::format("({} OR s.found_by IS NOT NULL)", changed);
    if (moves()) {
      changed = fmt::format("({} OR {})", changed,
                            comes_home("i." + identifier(stream_.day_time), "s." + day_));
    }
    // A row that only its id found and a span lists after all.
    if (found_) changed = fmt::format("({} OR s.found_by = 'id' AND :found_by = 'span')", changed);
    if (!fields_.versioned) return changed;
    return fmt::format("CASE WHEN {} THEN {} ELSE {} END", older(),
                       returns_older() ? "s.removed_at IS NOT NULL" : "false", changed);
  }

  // What the later parts want to know of the stored row.
  std::string old_values() const {
    std::vector<std::string_view> names;
    auto const want = [&names](std::string_view name) {
      if (std::ranges::count(names, name) == 0) names.push_back(name);
    };
    for (auto const& f : fields_.all) {
      if (f.on_change == change_rule::billing) want(f.plain);
    }
    if (fields_.has(stream_.day_time)) want(stream_.day_time);
    if (stream_.partition) want(stream_.partition->column);
    if (stream_.rolled_up) {
      want("partner_id");
      for (auto const name : stream_.rolled_up->columns) want(name);
    }
    if (gets_listed()) want(stream_.day_column);
    if (can_vanish_) want("removed_at");
    if (gets_listed()) want("found_by");
    if (counts_window()) {
      want("partner_id");
      for (auto const name : figures_) want(name);
    }
    std::string sql;
    for (auto const name : names) sql += fmt::format(", s.{} AS {}", identifier(name), old(name));
    if (returns_older()) sql += fmt::format(", {} AS \"is older\"", older());
    return sql;
  }

  std::string insert_columns() const {
    auto columns = "partner_id, " + join(fields_.all, ", ", name_only);
    if (!stream_.day_column.empty()) columns += ", " + day_;
    return found_ ? columns + ", found_by" : columns;
  }

  std::string insert_values() const {
    auto values =
        ":partner, " + join(fields_.all, ", ", [](auto const& f) { return "j." + f.name; });
    if (found_) {
      return values + fmt::format(", (j.{} AT TIME ZONE 'UTC')::date, :found_by",
                                  identifier(stream_.day_time));
    }
    return stream_.day_column.empty() ? values : values + ", :day::date";
  }

  std::string sets() const {
    auto sql = join(fields_.all, ", ", [this](batch_field const& f) {
      if (!returns_older()) return fmt::format("{0} = c.{0}", f.name);
      return fmt::format("{0} = CASE WHEN c.\"is older\" THEN t.{0} ELSE c.{0} END", f.name);
    });
    sql += ", partner_id = :partner, changed_at = now()";
    if (can_vanish_) sql += ", removed_at = NULL";
    if (gets_listed()) sql += ", found_by = NULL";
    if (found_)
      sql += ", found_by = CASE WHEN t.found_by = 'id' THEN :found_by ELSE t.found_by END";
    if (moves()) {
      sql += fmt::format(",\n  {0} = CASE WHEN {1} THEN :day::date ELSE t.{0} END", day_,
                         comes_to_day("c."));
    }
    return sql;
  }

  // That a changed row belongs to the asked day from now on, whatever its day was.
  std::string comes_to_day(std::string_view row) const {
    return fmt::format(
        "{0}{1} IS DISTINCT FROM {0}{2} OR {0}\"old removed_at\" IS NOT NULL\n"
        "    OR {0}\"old found_by\" IS NOT NULL OR {3}",
        row, identifier(stream_.day_time), old(stream_.day_time),
        comes_home(std::string(row) + identifier(stream_.day_time),
                   std::string(row) + old(stream_.day_column)));
  }

  std::string same_row() const {
    auto const same = fields_.same_key("t", "c");
    if (!stream_.partition) return same;
    auto const& time = stream_.partition->column;
    // The time of each row, and constants around all of them: only these let the planner leave out
    // months.
    return fmt::format("{}\n  AND t.{} = c.{}\n  AND {}", same, identifier(time), old(time),
                       within("t", stream_, "stored_from", "stored_to"));
  }

  std::vector<std::string> figure_names() const {
    std::vector<std::string> names = {"partner_id"};
    for (auto const name : figures_) names.push_back(identifier(name));
    return names;
  }

  std::string inserted_values() const {
    auto names = place_columns(stream_);
    if (counts_window()) {
      for (auto const& name : figure_names()) add_once(names, name);
    }
    return names.empty() ? "1" : with_commas(names);
  }

  std::string updated_values() const {
    std::vector<std::string> names;
    for (auto const& name : place_columns(stream_)) names.push_back("t." + name);
    if (stream_.rolled_up) {
      names.push_back("c." + old("partner_id"));
      for (auto const name : stream_.rolled_up->columns) names.push_back("c." + old(name));
    }
    if (counts_window()) {
      for (auto const& name : figure_names()) add_once(names, "t." + name);
      add_once(names, "c." + old("partner_id"));
      for (auto const name : figures_) add_once(names, "c." + old(name));
      if (can_vanish_) names.push_back("c." + old("removed_at"));
      if (gets_listed()) {
        add_once(names, "t." + day_);
        add_once(names, "c." + old(stream_.day_column));
        names.push_back("c." + old("found_by"));
      }
    }
    return names.empty() ? "1" : with_commas(names);
  }

  // The places of the rows written, as they are now and as they were.
  std::string touched_places() const {
    auto const names = place_columns(stream_);
    if (names.empty()) return "";
    std::vector<std::string> rows = {"SELECT " + with_commas(names) + " FROM inserted"};
    if (!only_missing_) rows.push_back("SELECT " + with_commas(names) + " FROM updated");
    auto const stray_days = strays(stream_, rows);
    if (!only_missing_ && stream_.rolled_up) {
      // The customer is part of the key.
      std::vector<std::string> olds = {old("partner_id")};
      for (auto const& name : names) {
        if (name == "partner_id") continue;
        auto const plain = std::ranges::find(stream_.rolled_up->columns, name, identifier);
        olds.push_back(plain == stream_.rolled_up->columns.end() ? name : old(*plain));
      }
      rows.push_back("SELECT " + with_commas(olds) + " FROM updated");
    }
    return touched(stream_, rows) + stray_days;
  }

  std::string in_scope(std::string_view account) const {
    return by_account() ? fmt::format("(:scope = '*' OR {} = :scope)", account) : "true";
  }

  std::string figures() const {
    std::vector<std::string> olds = {old("partner_id")};
    for (auto const name : figures_) olds.push_back(old(name) + " AS " + identifier(name));
    auto const is_in = in_scope(identifier(stream_.account_column));
    auto was_in = old("partner_id") + " = :partner AND " + in_scope(old(stream_.account_column));
    if (can_vanish_) was_in += " AND " + old("removed_at") + " IS NULL";
    if (gets_listed()) {
      was_in += fmt::format(" AND {} IS NULL AND {} = :day::date", old("found_by"),
                            old(stream_.day_column));
    }
    return query(figures_sql)
        .with("sums", sums(stream_))
        .with("figures", with_commas(figure_names()))
        .with("old_figures", with_commas(olds))
        .with("in_scope", is_in)
        .with("in_window",
              gets_listed() ? fmt::format("{} AND {} = :day::date", is_in, day_) : is_in)
        .with("was_in_window", was_in)
        .text();
  }

  std::string change() const {
    std::string sql = ",\n  after.rows - before.rows AS rows";
    for (auto const& m : stream_.measures) {
      sql += fmt::format(", after.{0} - before.{0} AS {0}", identifier(m.name));
    }
    return sql;
  }

  // What else the one row of the result says.
  std::string result() const {
    auto const places = touched_columns(stream_);
    if (!counts_window()) return places + (places.empty() ? "" : "\nFROM touched");
    return change() + places + "\nFROM after, before" + (places.empty() ? "" : ", touched");
  }

  bool has_adjustments() const {
    return std::ranges::count(fields_.all, change_rule::billing, &batch_field::on_change) > 0;
  }

  std::string adjusted() const {
    auto const pairs = join(fields_.all, ",\n    ", [](batch_field const& f) -> std::string {
      if (f.on_change != change_rule::billing) return "";
      auto const before = old(f.plain);
      return fmt::format("('{0}', c.{2}::text, c.{1}::text, {3}, c.{1} IS DISTINCT FROM c.{2})",
                         f.plain, f.name, before,
                         is_numeric(f.type) ? fmt::format("c.{}::numeric - c.{}", f.name, before)
                                            : std::string("NULL::numeric"));
    });
    bool const has_account = fields_.has(stream_.account_column);
    bool const has_day = !found_ && !stream_.day_column.empty();
    return query(adjusted_sql)
        .with("stream", literal(stream_.name))
        .with("account", has_account ? "c." + identifier(stream_.account_column) : "NULL")
        .with("key", identifier(streams::selective_key(stream_)))
        .with("day", has_day ? ":day::date" : "NULL::date")
        .with("currency", fields_.has("currency") ? "c.currency" : "NULL")
        .with("pairs", pairs)
        .with("newer", returns_older() ? " AND NOT c.\"is older\"" : "")
        .text();
  }

  std::string left_days() const {
    if (!moves() || only_missing_) return "NULL";
    return fmt::format(
        "(SELECT array_agg(DISTINCT {0})::text FROM changed WHERE {0} <> :day::date\n    AND "
        "({1}))",
        old(stream_.day_column), comes_to_day(""));
  }

  streams::stream const& stream_;
  batch_fields const& fields_;
  bool only_missing_;
  bool found_;
  bool can_vanish_;
  std::string day_;
  std::vector<std::string_view> figures_;
};

}  // namespace

batch_query make_merge_query(streams::stream const& stream, std::vector<bool> const& seen,
                             merge_mode mode) {
  batch_fields const fields(stream, seen);
  auto sql = stream.keeps == streams::keeping::history ? history_sql(stream, fields)
                                                       : merge_writer(stream, fields, mode).text();
  return {std::move(sql), stream, fields.columns};
}

}  // namespace vobiz::sink
