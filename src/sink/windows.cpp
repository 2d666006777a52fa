#include "vobiz/sink/windows.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

#include "vobiz/sink/query.hpp"
#include "vobiz/sink/sql_text.hpp"
#include "window_sql.hpp"

namespace vobiz::sink {

namespace {

constexpr std::string_view window_states[] = {"pending", "open", "proven", "mismatch", "forbidden"};
constexpr std::string_view proofs[] = {"total+summary", "total", "walk", "walk+repeats"};

window_state state_from(std::string_view text) {
  auto const found = std::ranges::find(window_states, text);
  return static_cast<window_state>(found - std::begin(window_states));
}

window window_from(pqxx::row const& row, streams::stream const& stream,
                   std::string const& partner) {
  window w;
  w.key = {partner, stream.name, row["scope"].c_str(), *core::day_from_text(row["day"].c_str())};
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
  w.doubted_keys = text_of(row["doubted_keys"]);
  w.doubted_for = ago("doubted_for");
  return w;
}

// The columns of vobiz_sync.windows that window_from() reads.
std::string window_columns(streams::stream const& stream) {
  std::string columns =
      "scope, day, state, proof, api_total, rows, rejects, attempts, doubted_keys,\n"
      "  floor(extract(epoch FROM now() - read_at))::bigint AS read_ago,\n"
      "  floor(extract(epoch FROM now() - walked_at))::bigint AS walked_ago,\n"
      "  floor(extract(epoch FROM now() - doubted_at))::bigint AS doubted_for";
  for (auto const& m : stream.measures) {
    columns += fmt::format(", sums ->> '{0}' AS {1}, api_sums ->> '{0}' AS {2}", m.name,
                           identifier(m.name), identifier("api_" + std::string(m.name)));
  }
  return columns;
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

// The queue of a partner's stream.
query queue_query(std::string const& columns, std::string const& partner, std::string_view stream,
                  std::string_view more = {}) {
  query result(
      "SELECT {columns} FROM vobiz_sync.windows w\n"
      "WHERE (w.partner_id, w.stream) = (:partner, :stream) AND {is_queued}{more}");
  result.with("columns", columns).with("is_queued", is_queued).with("more", more);
  result.set("partner", partner).set("stream", stream);
  return result;
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

std::int64_t count_of(pqxx::result const& rows) { return static_cast<std::int64_t>(rows.size()); }

}  // namespace

std::string_view to_text(window_state state) { return window_states[static_cast<int>(state)]; }
std::string_view to_text(proof what) { return proofs[static_cast<int>(what)]; }

std::vector<core::utc_day> days_from_array(std::string_view literal) {
  std::vector<core::utc_day> days;
  for (std::size_t at = 1; at + 10 < literal.size() + 1; at += 11) {
    if (auto const day = core::day_from_text(literal.substr(at, 10))) days.push_back(*day);
  }
  return days;
}

std::int64_t ensure_windows(pqxx::transaction_base& transaction, std::string const& partner,
                            std::string_view stream, std::string const& scope, core::utc_day first,
                            core::utc_day last, core::utc_day open_from) {
  auto sql = days_query(R"(
INSERT INTO vobiz_sync.windows (partner_id, stream, scope, day, state)
SELECT :partner, :stream, :scope, d::date, CASE WHEN d::date < :open_from::date THEN 'pending' ELSE 'open' END
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

std::vector<window> load_queue(pqxx::transaction_base& transaction, streams::stream const& stream,
                               std::string const& partner) {
  auto const sql =
      queue_query(window_columns(stream), partner, stream.name, "\nORDER BY day DESC, scope");
  std::vector<window> result;
  for (auto const& row : execute(transaction, sql)) {
    result.push_back(window_from(row, stream, partner));
  }
  return result;
}

std::optional<window> next_in_queue(pqxx::transaction_base& transaction,
                                    streams::stream const& stream, std::string const& partner,
                                    std::vector<core::utc_day> const& away_from) {
  array_literal days;
  for (auto const day : away_from) days.add(core::to_text(day));
  auto sql = queue_query(window_columns(stream), partner, stream.name, R"(
  AND NOT EXISTS (SELECT FROM unnest(:away_from::date[]) AS d WHERE w.day BETWEEN d - 1 AND d + 1)
ORDER BY day DESC, scope LIMIT 1)");
  sql.set("away_from", days.take());
  auto const rows = execute(transaction, sql);
  if (rows.empty()) return std::nullopt;
  return window_from(rows[0], stream, partner);
}

std::int64_t enqueue(pqxx::transaction_base& transaction, std::string const& partner,
                     std::string_view stream, std::string const& scope, core::utc_day first,
                     core::utc_day last) {
  ensure_windows(transaction, partner, stream, scope, first, last, last + std::chrono::days(1));
  auto sql = days_query(
      "UPDATE vobiz_sync.windows SET queued_at = coalesce(queued_at, now())\n"
      "WHERE {of_days} RETURNING 1",
      partner, stream, scope, first, last);
  sql.with("of_days", of_days);
  return count_of(execute(transaction, sql));
}

std::int64_t queue_length(pqxx::transaction_base& transaction, std::string const& partner,
                          std::string_view stream) {
  return execute(transaction, queue_query("count(*)", partner, stream))[0][0].as<std::int64_t>();
}

void drop_stand_ins(pqxx::transaction_base& transaction, std::string const& partner,
                    std::string_view stream) {
  query sql(R"(
DELETE FROM vobiz_sync.windows w
WHERE (partner_id, stream) = (:partner, :stream) AND scope <> '*' AND state NOT IN ('proven', 'pending')
  AND queued_at IS NULL
  AND EXISTS (SELECT FROM vobiz_sync.windows g
    WHERE (g.partner_id, g.stream, g.scope, g.day) = (:partner, :stream, '*', w.day) AND g.proof IS NOT NULL))");
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

void close_global(pqxx::transaction_base& transaction, window_key const& today,
                  std::string const& error) {
  auto const run = [&](query sql) {
    sql.set("error", error);
    execute(transaction, sql);
  };
  run(window_query(R"(
INSERT INTO vobiz_sync.windows AS w (partner_id, stream, scope, day, state, queued_at)
SELECT g.partner_id, g.stream, a.auth_id, g.day, 'pending', g.queued_at
FROM vobiz_sync.windows g JOIN {customers} a ON a.partner_id = g.partner_id AND a.removed_at IS NULL
WHERE (g.partner_id, g.stream, g.scope) = (:partner, :stream, '*')
  AND (g.queued_at IS NOT NULL OR g.state = 'pending')
ON CONFLICT (partner_id, stream, scope, day) DO UPDATE
  SET queued_at = coalesce(w.queued_at, excluded.queued_at))",
                   today)
          .with("customers", table(streams::customers())));
  run(window_query(R"(
DELETE FROM vobiz_sync.windows
WHERE (partner_id, stream, scope) = (:partner, :stream, '*') AND read_at IS NULL)",
                   today));
  run(window_query(R"(
UPDATE vobiz_sync.windows SET queued_at = NULL,
  state = CASE WHEN state = 'proven' THEN state ELSE 'forbidden' END,
  last_error = CASE WHEN state = 'proven' THEN last_error ELSE :error END
WHERE (partner_id, stream, scope) = (:partner, :stream, '*') AND day <> :day::date
  AND (queued_at IS NOT NULL OR state NOT IN ('proven', 'forbidden')))",
                   today));
  run(window_query(R"(
INSERT INTO vobiz_sync.windows AS w (partner_id, stream, scope, day, state, requests, read_at, attempts, last_error)
VALUES (:partner, :stream, '*', :day::date, 'forbidden', 1, now(), 1, :error)
ON CONFLICT (partner_id, stream, scope, day) DO UPDATE SET state = 'forbidden', proof = NULL,
  proven_at = NULL, queued_at = NULL, requests = w.requests + 1, read_at = now(),
  attempts = w.attempts + 1, last_error = excluded.last_error)",
                   today));
}

void touch(pqxx::transaction_base& transaction, window_key const& key) {
  auto sql = window_query(
      "UPDATE vobiz_sync.windows SET read_at = now(), requests = requests + 1\nWHERE {this}", key);
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

void reopen(pqxx::transaction_base& transaction, streams::stream const& stream, window_key key,
            std::vector<core::utc_day> const& days) {
  for (auto const day : days) {
    key.day = day;
    lock_window(transaction, key);
    recount(transaction, stream, key);
    auto sql = window_query(
        "UPDATE vobiz_sync.windows SET state = 'open', proof = NULL, proven_at = NULL\n"
        "WHERE {this} AND state = 'proven'",
        key);
    execute(transaction, sql.with("this", this_window));
  }
}

void conclude(pqxx::transaction_base& transaction, streams::stream const& stream,
              window_key const& key, conclusion const& outcome) {
  auto sql = window_query(R"(
INSERT INTO vobiz_sync.windows AS w (partner_id, stream, scope, day, state, proof, api_total, requests,
  read_at, walked_at, proven_at, attempts, doubted_total, doubted_keys, doubted_at, last_error, api_sums)
VALUES (:partner, :stream, :scope, :day::date, :state, :proof::text, :api_total::bigint, :requests::bigint, now(),
  CASE WHEN :walked::boolean THEN now() END, CASE WHEN :proof::text IS NOT NULL THEN now() END,
  CASE WHEN :proof::text IS NULL THEN 1 ELSE 0 END,
  :doubted::bigint, :doubted_keys::text, CASE WHEN :doubted_keys::text IS NOT NULL THEN now() END, :error, {sums})
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
  last_error = excluded.last_error, queued_at = NULL,
  api_sums = excluded.api_sums)",
                          key);
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
  execute(transaction, sql);
}

}  // namespace vobiz::sink
