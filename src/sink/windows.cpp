#include "vobiz/sink/windows.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

#include "vobiz/core/failure.hpp"
#include "vobiz/sink/query.hpp"
#include "vobiz/sink/sql_text.hpp"
#include "window_rows.hpp"
#include "window_sql.hpp"

namespace vobiz::sink {

namespace {

constexpr std::string_view window_states[] = {"pending", "open", "proven", "mismatch", "forbidden"};
constexpr std::string_view proofs[] = {"total+summary", "total", "walk", "walk+repeats"};

window_state state_from(std::string_view text) {
  auto const found = std::ranges::find(window_states, text);
  return static_cast<window_state>(found - std::begin(window_states));
}

// Only somebody else can have written a day that has no four digits of a year.
core::utc_day day_from(pqxx::row const& row) {
  std::string const text = row["day"].c_str();
  auto const day = core::day_from_text(text);
  if (day) return *day;
  throw core::failure(core::failure_kind::failed, core::remedy::fix,
                      fmt::format("vobiz_sync.windows has a row of \"{}\", a day of no list", text),
                      "DELETE FROM vobiz_sync.windows WHERE day NOT BETWEEN '1970-01-01' AND "
                      "'9999-12-31'");
}

// Puts sums, in the order of stream::measures, as an object in the place of {sums}; what is not
// known is left out.
template <class Sums>
void set_sums(query& sql, streams::stream const& stream, Sums const& sums) {
  std::string object;
  for (std::size_t n = 0; n < std::min(sums.size(), stream.measures.size()); ++n) {
    auto const name = stream.measures[n].name;
    sql.set(name, std::optional<std::string>(sums[n]));
    object += fmt::format("{0}'{1}', :{1}::numeric", n == 0 ? "" : ", ", name);
  }
  sql.with("sums", "jsonb_strip_nulls(jsonb_build_object(" + object + "))");
}

// A statement about the windows of [first, last] of one scope.
query days_query(std::string text, std::string const& partner, std::string_view stream,
                 std::string const& scope, core::utc_day first, core::utc_day last) {
  query result(std::move(text));
  result.set("partner", partner).set("stream", stream).set("scope", scope);
  result.set("first", first).set("last", last);
  return result;
}

constexpr char const* of_days =
    "(partner_id, stream, scope) = (:partner, :stream, :scope) AND day BETWEEN :first::date AND "
    ":last::date";

}  // namespace

window window_from(pqxx::row const& row, streams::stream const& stream,
                   std::string const& partner) {
  window w;
  w.key = {partner, stream.name, row["scope"].c_str(), day_from(row)};
  w.state = state_from(row["state"].c_str());
  auto const by = std::ranges::find(proofs, std::string_view(row["proof"].c_str()));
  if (by != std::end(proofs)) w.proven_by = static_cast<proof>(by - std::begin(proofs));
  if (!row["api_total"].is_null()) w.api_total = row["api_total"].as<std::int64_t>();
  for (auto const& m : stream.measures) {
    w.api_sums.push_back(text_of(row["api_" + std::string(m.name)]));
  }
  w.stored = figures_from(row, stream);
  w.read_before = !row["read_ago"].is_null();
  w.attempts = row["attempts"].as<int>();
  auto const ago = [&row](char const* name) -> std::optional<std::chrono::seconds> {
    if (row[name].is_null()) return std::nullopt;
    return std::chrono::seconds(row[name].as<std::int64_t>());
  };
  w.read_ago = ago("read_ago");
  w.walked_ago = ago("walked_ago");
  w.next_try_in = ago("next_try_in");
  w.doubted_keys = text_of(row["doubted_keys"]);
  w.doubted_for = ago("doubted_for");
  return w;
}

std::string window_columns(streams::stream const& stream) {
  std::string columns =
      "scope, day, state, proof, api_total, rows, rejects, attempts, doubted_keys,\n"
      "  floor(extract(epoch FROM now() - read_at))::bigint AS read_ago,\n"
      "  floor(extract(epoch FROM now() - walked_at))::bigint AS walked_ago,\n"
      "  floor(extract(epoch FROM now() - doubted_at))::bigint AS doubted_for,\n"
      "  ceil(extract(epoch FROM next_try_at - now()))::bigint AS next_try_in";
  for (auto const& m : stream.measures) {
    columns += fmt::format(", sums ->> '{0}' AS {1}, api_sums ->> '{0}' AS {2}", m.name,
                           identifier(m.name), identifier("api_" + std::string(m.name)));
  }
  return columns;
}

std::string_view to_text(window_state state) { return window_states[static_cast<int>(state)]; }
std::string_view to_text(proof what) { return proofs[static_cast<int>(what)]; }

std::vector<core::utc_day> days_from_array(std::string_view literal) {
  std::vector<core::utc_day> days;
  literal = literal.substr(std::min(literal.find('{') + 1, literal.size()));
  while (!literal.empty()) {
    auto const size = std::min(literal.find_first_of(",}"), literal.size());
    if (auto const day = core::day_from_text(literal.substr(0, size))) days.push_back(*day);
    literal.remove_prefix(std::min(size + 1, literal.size()));
  }
  return days;
}

std::int64_t ensure_windows(pqxx::transaction_base& transaction, std::string const& partner,
                            std::string_view stream, std::string const& scope, core::utc_day first,
                            core::utc_day last, core::utc_day open_from) {
  auto sql = days_query(R"(
INSERT INTO vobiz_sync.windows (partner_id, stream, scope, day, state, set_aside)
SELECT :partner, :stream, :scope, d::date, CASE WHEN d::date < :open_from::date THEN 'pending' ELSE 'open' END,
  :scope <> '*' AND EXISTS (SELECT FROM vobiz_sync.windows g
    WHERE (g.partner_id, g.stream, g.scope, g.day) = (:partner, :stream, '*', d::date) AND g.state = 'proven')
FROM generate_series(:first::date, :last::date, interval '1 day') AS d
WHERE NOT EXISTS (SELECT FROM vobiz_sync.windows w
  WHERE (w.partner_id, w.stream, w.scope, w.day) = (:partner, :stream, :scope, d::date))
RETURNING 1)",
                        partner, stream, scope, first, last);
  sql.set("open_from", open_from);
  return count_of(execute(transaction, sql));
}

std::vector<window> load_windows(pqxx::transaction_base& transaction, streams::stream const& stream,
                                 std::string const& partner, std::string const& scope,
                                 core::utc_day first, core::utc_day last) {
  auto sql =
      days_query("SELECT {columns} FROM vobiz_sync.windows\nWHERE {of_days}\nORDER BY day DESC",
                 partner, stream.name, scope, first, last);
  sql.with("columns", window_columns(stream)).with("of_days", of_days);
  std::vector<window> result;
  for (auto const& row : execute(transaction, sql)) {
    result.push_back(window_from(row, stream, partner));
  }
  return result;
}

std::vector<window> load_due_windows(pqxx::transaction_base& transaction,
                                     streams::stream const& stream, std::string const& partner,
                                     std::string const& scope, core::utc_day first,
                                     core::utc_day last, core::utc_day proven_from) {
  auto sql = days_query(
      "SELECT {columns} FROM vobiz_sync.windows\nWHERE {of_days}\n"
      "  AND (day >= :proven_from::date OR state NOT IN ('proven', 'pending'))\nORDER BY day DESC",
      partner, stream.name, scope, first, last);
  sql.with("columns", window_columns(stream)).with("of_days", of_days);
  sql.set("proven_from", proven_from);
  std::vector<window> result;
  for (auto const& row : execute(transaction, sql)) {
    result.push_back(window_from(row, stream, partner));
  }
  return result;
}

std::vector<core::utc_day> proven_days(pqxx::transaction_base& transaction,
                                       std::string const& partner, std::string_view stream,
                                       std::string const& scope, std::int64_t most) {
  query sql(
      "SELECT day FROM vobiz_sync.windows\n"
      "WHERE (partner_id, stream, scope) = (:partner, :stream, :scope) AND proof IS NOT NULL\n"
      "  AND next_try_at IS NULL ORDER BY day DESC LIMIT :most::bigint");
  sql.set("partner", partner).set("stream", stream).set("scope", scope).set("most", most);
  std::vector<core::utc_day> result;
  for (auto const& row : execute(transaction, sql)) {
    result.push_back(*core::day_from_text(row[0].c_str()));
  }
  return result;
}

void drop_unread_windows(pqxx::transaction_base& transaction, std::string const& partner,
                         std::string_view stream) {
  query sql(R"(
DELETE FROM vobiz_sync.windows
WHERE (partner_id, stream) = (:partner, :stream) AND read_at IS NULL AND proof IS NULL)");
  sql.set("partner", partner).set("stream", stream);
  execute(transaction, sql);
}

bool was_read(pqxx::transaction_base& transaction, std::string const& partner,
              std::string_view stream) {
  query sql(R"(
SELECT EXISTS (SELECT FROM vobiz_sync.windows
  WHERE (partner_id, stream) = (:partner, :stream) AND proof IS NOT NULL))");
  sql.set("partner", partner).set("stream", stream);
  return execute(transaction, sql)[0][0].as<bool>();
}

void touch(pqxx::transaction_base& transaction, window_key const& key) {
  auto sql = window_query(
      "UPDATE vobiz_sync.windows SET read_at = now(), requests = requests + 1, attempts = 0,\n"
      "  next_try_at = NULL, last_error = NULL\nWHERE {this}",
      key);
  execute(transaction, sql.with("this", this_window));
}

void lock_window(pqxx::transaction_base& transaction, window_key const& key) {
  auto sql = window_query("SELECT FROM vobiz_sync.windows WHERE {this}\nFOR NO KEY UPDATE", key);
  execute(transaction, sql.with("this", this_window));
}

figures recount(pqxx::transaction_base& transaction, streams::stream const& stream,
                window_key const& key) {
  auto const count = window_query(figures_of_window_sql(stream), key, transaction, stream);
  auto const result = figures_from(execute(transaction, count)[0], stream);

  auto sql = window_query(R"(
UPDATE vobiz_sync.windows SET rows = :rows::bigint, rejects = :rejects::bigint, sums = {sums}
WHERE {this} AND (rows, rejects, sums) <> (:rows::bigint, :rejects::bigint, {sums}))",
                          key);
  sql.set("rows", result.rows).set("rejects", result.rejects);
  sql.with("this", this_window);
  set_sums(sql, stream, result.sums);
  execute(transaction, sql);
  return result;
}

figures add_to_window(pqxx::transaction_base& transaction, streams::stream const& stream,
                      window_key const& key, figures_change const& change) {
  auto sql = window_query(R"(
UPDATE vobiz_sync.windows SET rows = rows + :rows::bigint, sums = sums || jsonb_build_object({sums})
WHERE {this} RETURNING rows, rejects{values})",
                          key);
  sql.set("rows", change.rows);
  std::string sums;
  std::string values;
  for (std::size_t n = 0; n < stream.measures.size(); ++n) {
    auto const name = stream.measures[n].name;
    sql.set(name, change.sums[n]);
    sums += fmt::format("{0}'{1}', coalesce((sums ->> '{1}')::numeric, 0) + :{1}::numeric",
                        n == 0 ? "" : ", ", name);
    values += fmt::format(", sums ->> '{}' AS {}", name, identifier(name));
  }
  sql.with("this", this_window).with("sums", sums).with("values", values);
  auto const changed = execute(transaction, sql);
  return changed.empty() ? recount(transaction, stream, key) : figures_from(changed[0], stream);
}

std::int64_t reopen(pqxx::transaction_base& transaction, streams::stream const& stream,
                    window_key key, std::vector<core::utc_day> const& days) {
  std::int64_t reopened = 0;
  for (auto const day : days) {
    key.day = day;
    lock_window(transaction, key);
    recount(transaction, stream, key);
    auto sql = window_query(
        "UPDATE vobiz_sync.windows SET state = 'open', proof = NULL, proven_at = NULL\n"
        "WHERE {this} AND state = 'proven' RETURNING 1",
        key);
    reopened += count_of(execute(transaction, sql.with("this", this_window)));
  }
  return reopened;
}

void record_failed_read(pqxx::transaction_base& transaction, window_key const& key,
                        std::string const& error, bool is_refused) {
  auto sql = window_query(R"(
INSERT INTO vobiz_sync.windows AS w (partner_id, stream, scope, day, state, attempts, last_error, next_try_at)
VALUES (:partner, :stream, :scope, :day::date, CASE WHEN :refused::boolean THEN 'forbidden' ELSE 'open' END, 1,
  :error, now() + CASE WHEN {is_over} THEN {first_pause} ELSE interval '30 seconds' END)
ON CONFLICT (partner_id, stream, scope, day) DO UPDATE SET
  state = CASE WHEN :refused::boolean AND w.state NOT IN ('proven', 'pending') THEN 'forbidden' ELSE w.state END,
  attempts = w.attempts + 1, last_error = excluded.last_error,
  next_try_at = now() + CASE WHEN {is_over} THEN {pause} ELSE interval '30 seconds' END)",
                          key);
  // The day that people look at is tried again soon.
  sql.with("is_over", ":day::date < (now() AT TIME ZONE 'UTC')::date");
  sql.with("first_pause", pause_after("0")).with("pause", pause_after("w.attempts"));
  sql.set("error", error).set_bool("refused", is_refused);
  execute(transaction, sql);
}

bool conclude(pqxx::transaction_base& transaction, streams::stream const& stream,
              window_key const& key, conclusion const& outcome) {
  auto sql = window_query(R"(
-- Whether the cursor had to stop before the window. Counted, so that it is read before the window is written.
WITH before AS MATERIALIZED (
  SELECT state <> 'proven' AND NOT set_aside AS stops FROM vobiz_sync.windows WHERE {this} FOR NO KEY UPDATE)
INSERT INTO vobiz_sync.windows AS w (partner_id, stream, scope, day, state, proof, api_total, requests,
  read_at, walked_at, proven_at, attempts, next_try_at, doubted_total, doubted_keys, doubted_at, last_error, api_sums)
SELECT :partner, :stream, :scope, :day::date, :state, :proof::text, :api_total::bigint, :requests::bigint, now(),
  CASE WHEN :walked::boolean THEN now() END, CASE WHEN :proof::text IS NOT NULL THEN now() END,
  CASE WHEN :proof::text IS NULL THEN 1 ELSE 0 END, CASE WHEN :proof::text IS NULL THEN now() + {first_pause} END,
  :doubted::bigint, :doubted_keys::text, CASE WHEN :doubted_keys::text IS NOT NULL THEN now() END, :error, {sums}
FROM (SELECT count(*) FROM before) b
ON CONFLICT (partner_id, stream, scope, day) DO UPDATE SET
  state = excluded.state, proof = excluded.proof, api_total = excluded.api_total,
  requests = w.requests + excluded.requests, read_at = excluded.read_at,
  walked_at = coalesce(excluded.walked_at, w.walked_at),
  -- The present proof keeps the time it was made as long as nothing breaks it.
  proven_at = CASE WHEN excluded.proof IS NULL THEN NULL
    WHEN w.state = 'proven' AND excluded.state = 'proven' THEN coalesce(w.proven_at, excluded.proven_at)
    ELSE excluded.proven_at END,
  attempts = CASE WHEN excluded.proof IS NULL THEN w.attempts + 1 ELSE 0 END,
  doubted_total = excluded.doubted_total, doubted_keys = excluded.doubted_keys,
  doubted_at = CASE WHEN excluded.doubted_keys IS NOT DISTINCT FROM w.doubted_keys
    THEN w.doubted_at ELSE excluded.doubted_at END,
  next_try_at = CASE WHEN excluded.proof IS NULL THEN now() + {pause} END,
  last_error = excluded.last_error, queued_at = NULL, set_aside = false, api_sums = excluded.api_sums
RETURNING coalesce((SELECT stops FROM before), true) <> (w.state <> 'proven'))",
                          key);
  sql.with("this", this_window);
  sql.with("first_pause", pause_after("0")).with("pause", pause_after("w.attempts"));
  sql.set("state", to_text(outcome.state))
      .set("proof", outcome.proven_by ? std::optional(std::string(to_text(*outcome.proven_by)))
                                      : std::nullopt)
      .set("api_total", outcome.api_total)
      .set("requests", outcome.requests)
      .set_bool("walked", outcome.walked)
      .set("doubted", outcome.doubted_total)
      .set("doubted_keys", outcome.doubted_keys)
      .set("error", outcome.error);
  set_sums(sql, stream, outcome.api_sums);
  return execute(transaction, sql)[0][0].as<bool>();
}

}  // namespace vobiz::sink
