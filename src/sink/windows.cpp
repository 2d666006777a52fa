#include "vobiz/sink/windows.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

#include "vobiz/sink/sql_text.hpp"
#include "vobiz/sink/statement.hpp"
#include "window_sql.hpp"

namespace vobiz::sink {

namespace {

constexpr std::string_view window_states[] = {"pending", "open", "proven", "mismatch", "forbidden"};
constexpr std::string_view proofs[] = {"total+summary", "total", "walk"};

window_state state_from(std::string_view text) {
  auto const found = std::ranges::find(window_states, text);
  return static_cast<window_state>(found - std::begin(window_states));
}

window window_from(pqxx::row const& row, streams::stream const& stream,
                   std::string const& partner) {
  window w;
  w.key = {partner, stream.name, row["scope"].c_str(), *core::day_from_text(row["day"].c_str())};
  w.state = state_from(row["state"].c_str());
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
  if (!row["doubted_total"].is_null()) w.doubted_total = row["doubted_total"].as<std::int64_t>();
  w.doubted_for = ago("doubted_for");
  return w;
}

// The columns of vobiz_sync.windows that window_from() reads.
std::string window_columns(streams::stream const& stream) {
  std::string columns =
      "scope, day, state, api_total, rows, rejects, attempts, doubted_total,\n"
      "  floor(extract(epoch FROM now() - read_at))::bigint AS read_ago,\n"
      "  floor(extract(epoch FROM now() - walked_at))::bigint AS walked_ago,\n"
      "  floor(extract(epoch FROM now() - doubted_at))::bigint AS doubted_for";
  for (auto const& m : stream.measures) {
    columns +=
        fmt::format(", {0}, {1}", identifier(m.name), identifier("api_" + std::string(m.name)));
  }
  return columns;
}

// The queue of a partner's stream, $1 and $2.
std::string from_queue() {
  return fmt::format(" FROM vobiz_sync.windows w\nWHERE (w.partner_id, w.stream) = ($1, $2) AND {}",
                     is_queued);
}

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
  arguments values;
  values.add(partner).add(stream).add(scope).add(first).add(last).add(open_from);
  return static_cast<std::int64_t>(execute(transaction, R"(
INSERT INTO vobiz_sync.windows (partner_id, stream, scope, day, state)
SELECT $1, $2, $3, d::date, CASE WHEN d::date < $6::date THEN 'pending' ELSE 'open' END FROM generate_series($4::date, $5::date, interval '1 day') AS d
WHERE NOT EXISTS (SELECT FROM vobiz_sync.windows w
  WHERE (w.partner_id, w.stream, w.scope, w.day) = ($1, $2, $3, d::date))
RETURNING 1)",
                                           values)
                                       .size());
}

std::vector<window> load_windows(pqxx::transaction_base& transaction, streams::stream const& stream,
                                 std::string const& partner, std::string const& scope,
                                 core::utc_day first, core::utc_day last) {
  arguments values;
  values.add(partner).add(stream.name).add(scope).add(first).add(last);
  std::vector<window> result;
  for (auto const& row : execute(transaction,
                                 "SELECT " + window_columns(stream) +
                                     " FROM vobiz_sync.windows\n"
                                     "WHERE (partner_id, stream, scope) = ($1, $2, $3) AND day "
                                     "BETWEEN $4::date AND $5::date\n"
                                     "ORDER BY day DESC",
                                 values)) {
    result.push_back(window_from(row, stream, partner));
  }
  return result;
}

std::vector<window> load_queue(pqxx::transaction_base& transaction, streams::stream const& stream,
                               std::string const& partner) {
  arguments values;
  values.add(partner).add(stream.name);
  std::vector<window> result;
  auto const sql = "SELECT " + window_columns(stream) + from_queue() + "\nORDER BY day DESC, scope";
  for (auto const& row : execute(transaction, sql, values)) {
    result.push_back(window_from(row, stream, partner));
  }
  return result;
}

std::optional<window> next_in_queue(pqxx::transaction_base& transaction,
                                    streams::stream const& stream, std::string const& partner,
                                    std::vector<core::utc_day> const& away_from) {
  array_literal days;
  for (auto const day : away_from) days.add(core::to_text(day));
  arguments values;
  values.add(partner).add(stream.name).add_text(days.take());
  auto const sql =
      "SELECT " + window_columns(stream) + from_queue() +
      "\nAND NOT EXISTS (SELECT FROM unnest($3::date[]) AS d WHERE w.day BETWEEN d - 1 AND d + 1)\n"
      "ORDER BY day DESC, scope LIMIT 1";
  auto const rows = execute(transaction, sql, values);
  if (rows.empty()) return std::nullopt;
  return window_from(rows[0], stream, partner);
}

std::int64_t enqueue(pqxx::transaction_base& transaction, std::string const& partner,
                     std::string_view stream, std::string const& scope, core::utc_day first,
                     core::utc_day last) {
  ensure_windows(transaction, partner, stream, scope, first, last, last + std::chrono::days(1));
  arguments values;
  values.add(partner).add(stream).add(scope).add(first).add(last);
  return static_cast<std::int64_t>(execute(transaction, R"(
UPDATE vobiz_sync.windows SET queued_at = coalesce(queued_at, now())
WHERE (partner_id, stream, scope) = ($1, $2, $3) AND day BETWEEN $4::date AND $5::date
RETURNING 1)",
                                           values)
                                       .size());
}

std::int64_t queue_length(pqxx::transaction_base& transaction, std::string const& partner,
                          std::string_view stream) {
  arguments values;
  values.add(partner).add(stream);
  return execute(transaction, "SELECT count(*)" + from_queue(), values)[0][0].as<std::int64_t>();
}

void drop_stand_ins(pqxx::transaction_base& transaction, std::string const& partner,
                    std::string_view stream) {
  arguments values;
  values.add(partner).add(stream);
  execute(transaction, R"(
DELETE FROM vobiz_sync.windows w
WHERE (partner_id, stream) = ($1, $2) AND scope <> '*' AND state NOT IN ('proven', 'pending') AND queued_at IS NULL
  AND EXISTS (SELECT FROM vobiz_sync.windows g WHERE (g.partner_id, g.stream, g.scope, g.day) = ($1, $2, '*', w.day)
    AND g.proof IS NOT NULL))",
          values);
}

bool was_read(pqxx::transaction_base& transaction, std::string const& partner,
              std::string_view stream) {
  arguments values;
  values.add(partner).add(stream);
  return execute(
             transaction,
             "SELECT EXISTS (SELECT FROM vobiz_sync.windows WHERE (partner_id, stream) = ($1, $2)\n"
             "AND proof IS NOT NULL)",
             values)[0][0]
      .as<bool>();
}

void close_global(pqxx::transaction_base& transaction, window_key const& today,
                  std::string const& error) {
  arguments values;
  values.add(today.partner).add(today.stream);
  execute(transaction,
          fmt::format(R"(
INSERT INTO vobiz_sync.windows AS w (partner_id, stream, scope, day, state, queued_at)
SELECT g.partner_id, g.stream, a.auth_id, g.day, 'pending', g.queued_at
FROM vobiz_sync.windows g JOIN {} a ON a.partner_id = g.partner_id AND a.removed_at IS NULL
WHERE (g.partner_id, g.stream, g.scope) = ($1, $2, '*') AND (g.queued_at IS NOT NULL OR g.state = 'pending')
ON CONFLICT (partner_id, stream, scope, day) DO UPDATE
  SET queued_at = coalesce(w.queued_at, excluded.queued_at))",
                      table(streams::customers())),
          values);
  execute(transaction, R"(
DELETE FROM vobiz_sync.windows
WHERE (partner_id, stream, scope) = ($1, $2, '*') AND read_at IS NULL)",
          values);
  values.add(error).add(today.day);
  execute(transaction, R"(
UPDATE vobiz_sync.windows SET queued_at = NULL,
  state = CASE WHEN state = 'proven' THEN state ELSE 'forbidden' END,
  last_error = CASE WHEN state = 'proven' THEN last_error ELSE $3 END
WHERE (partner_id, stream, scope) = ($1, $2, '*') AND day <> $4::date
  AND (queued_at IS NOT NULL OR state NOT IN ('proven', 'forbidden')))",
          values);
  execute(transaction, R"(
INSERT INTO vobiz_sync.windows AS w (partner_id, stream, scope, day, state, requests, read_at, attempts, last_error)
VALUES ($1, $2, '*', $4::date, 'forbidden', 1, now(), 1, $3)
ON CONFLICT (partner_id, stream, scope, day) DO UPDATE SET state = 'forbidden', proof = NULL,
  proven_at = NULL, queued_at = NULL, requests = w.requests + 1, read_at = now(),
  attempts = w.attempts + 1, last_error = excluded.last_error)",
          values);
}

void touch(pqxx::transaction_base& transaction, window_key const& key) {
  execute(transaction,
          "UPDATE vobiz_sync.windows SET read_at = now(), requests = requests + 1\n"
          "WHERE (partner_id, stream, scope, day) = ($1, $2, $3, $4::date)",
          identity(key));
}

void lock_window(pqxx::transaction_base& transaction, window_key const& key) {
  execute(transaction,
          "SELECT FROM vobiz_sync.windows WHERE (partner_id, stream, scope, day) = ($1, $2, $3, "
          "$4::date)\n"
          "FOR NO KEY UPDATE",
          identity(key));
}

figures recount(pqxx::transaction_base& transaction, streams::stream const& stream,
                window_key const& key) {
  auto const counted =
      execute(transaction,
              fmt::format("SELECT count(*) AS rows, {} AS rejects{} FROM {} t WHERE {} AND {}",
                          open_rejects, sums(stream), table(stream),
                          belongs(transaction, stream, key), all_four),
              identity(key));
  auto const result = figures_from(counted[0], stream);

  auto values = identity(key);
  values.add(result.rows).add(result.rejects);
  std::string sets = "rows = $5::bigint, rejects = $6::bigint";
  std::string differs = "rows <> $5::bigint OR rejects <> $6::bigint";
  int at = 7;
  for (std::size_t n = 0; n < stream.measures.size(); ++n, ++at) {
    values.add(result.sums[n]);
    auto const name = identifier(stream.measures[n].name);
    sets += fmt::format(", {} = ${}::numeric", name, at);
    differs += fmt::format(" OR {} IS DISTINCT FROM ${}::numeric", name, at);
  }
  execute(transaction,
          fmt::format("UPDATE vobiz_sync.windows SET {}\n"
                      "WHERE (partner_id, stream, scope, day) = ($1, $2, $3, $4::date) AND ({})",
                      sets, differs),
          values);
  return result;
}

figures add_to_window(pqxx::transaction_base& transaction, streams::stream const& stream,
                      window_key const& key, std::int64_t rows,
                      std::vector<std::string> const& sums) {
  auto values = identity(key);
  values.add(rows);
  std::string sets = "rows = rows + $5::bigint";
  std::string names;
  for (std::size_t n = 0; n < stream.measures.size(); ++n) {
    values.add(sums[n]);
    auto const name = identifier(stream.measures[n].name);
    sets += fmt::format(", {0} = coalesce({0}, 0) + ${1}::numeric", name, n + 6);
    names += ", " + name;
  }
  auto const changed = execute(transaction,
                               fmt::format("UPDATE vobiz_sync.windows SET {}\n"
                                           "WHERE (partner_id, stream, scope, day) = ($1, $2, $3, "
                                           "$4::date) RETURNING rows, rejects{}",
                                           sets, names),
                               values);
  return changed.empty() ? recount(transaction, stream, key) : figures_from(changed[0], stream);
}

void reopen(pqxx::transaction_base& transaction, streams::stream const& stream, window_key key,
            std::vector<core::utc_day> const& days) {
  for (auto const day : days) {
    key.day = day;
    lock_window(transaction, key);
    recount(transaction, stream, key);
    execute(transaction,
            "UPDATE vobiz_sync.windows SET state = 'open', proof = NULL, proven_at = NULL\n"
            "WHERE (partner_id, stream, scope, day) = ($1, $2, $3, $4::date) AND state = 'proven'",
            identity(key));
  }
}

void conclude(pqxx::transaction_base& transaction, streams::stream const& stream,
              window_key const& key, conclusion const& outcome) {
  auto values = identity(key);
  values.add(to_text(outcome.state));
  if (outcome.proven_by) {
    values.add(to_text(*outcome.proven_by));
  } else {
    values.add_null();
  }
  values.add(outcome.api_total)
      .add(outcome.requests)
      .add_bool(outcome.walked)
      .add(outcome.doubted_total)
      .add(outcome.error);
  std::string names;
  std::string sources;
  std::string sets;
  int at = 12;
  for (std::size_t n = 0; n < stream.measures.size(); ++n, ++at) {
    if (n < outcome.api_sums.size()) {
      values.add(outcome.api_sums[n]);
    } else {
      values.add_null();
    }
    auto const name = identifier("api_" + std::string(stream.measures[n].name));
    names += ", " + name;
    sources += fmt::format(", ${}::numeric", at);
    sets += fmt::format(", {0} = excluded.{0}", name);
  }
  execute(transaction,
          fmt::format(R"(
INSERT INTO vobiz_sync.windows AS w (partner_id, stream, scope, day, state, proof, api_total, requests,
  read_at, walked_at, proven_at, attempts, doubted_total, doubted_at, last_error{0})
VALUES ($1, $2, $3, $4::date, $5, $6::text, $7::bigint, $8::bigint, now(),
  CASE WHEN $9::boolean THEN now() END, CASE WHEN $6::text IS NOT NULL THEN now() END,
  CASE WHEN $6::text IS NULL THEN 1 ELSE 0 END,
  $10::bigint, CASE WHEN $10::bigint IS NOT NULL THEN now() END, $11{1})
ON CONFLICT (partner_id, stream, scope, day) DO UPDATE SET
  state = excluded.state, proof = excluded.proof, api_total = excluded.api_total,
  requests = w.requests + excluded.requests, read_at = excluded.read_at,
  walked_at = coalesce(excluded.walked_at, w.walked_at),
  -- The present proof keeps the time it was made as long as nothing breaks it.
  proven_at = CASE WHEN excluded.proof IS NULL THEN NULL
    WHEN w.state = 'proven' AND excluded.state = 'proven' THEN coalesce(w.proven_at, excluded.proven_at)
    ELSE excluded.proven_at END,
  attempts = CASE WHEN excluded.proof IS NULL THEN w.attempts + 1 ELSE 0 END,
  doubted_total = excluded.doubted_total,
  doubted_at = CASE WHEN excluded.doubted_total IS NOT DISTINCT FROM w.doubted_total
    THEN w.doubted_at ELSE excluded.doubted_at END,
  last_error = excluded.last_error, queued_at = NULL{2})",
                      names, sources, sets),
          values);
}

}  // namespace vobiz::sink
