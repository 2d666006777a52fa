#include "vobiz/sink/journal.hpp"

#include "vobiz/sink/cursor.hpp"
#include "vobiz/sink/database.hpp"
#include "vobiz/sink/query.hpp"
#include "vobiz/sink/sql_text.hpp"

namespace vobiz::sink {

namespace {

constexpr std::string_view outcomes[run_outcomes] = {
    "ok", "mismatch", "failed", "forbidden", "unauthorized", "cancelled", "unavailable"};

// The state of the stream that an outcome leaves behind; a cancelled cycle says nothing about it.
constexpr std::string_view run_states[] = {"ok",           "mismatch", "failing",    "forbidden",
                                           "unauthorized", "",         "unavailable"};

}  // namespace

std::string_view to_text(run_outcome outcome) { return outcomes[static_cast<int>(outcome)]; }

void note_streams(pqxx::transaction_base& transaction, std::string const& partner,
                  std::vector<enabled_stream> const& enabled) {
  array_literal names;
  array_literal starts;
  array_literal limits;
  for (auto const& one : enabled) {
    names.add(one.name);
    starts.add(one.start_date ? core::to_text(*one.start_date) : std::string());
    limits.add(std::to_string(one.stale_after.count()));
  }
  arguments values;
  values.add(partner).add_text(names.take()).add_text(starts.take()).add_text(limits.take());
  // A cycle sets a first day that has moved: the cursor moves with it.
  execute(transaction, R"(
WITH enabled AS (
  SELECT stream, nullif(first_day, '')::date AS start_date, seconds::bigint * interval '1 second' AS stale_after
  FROM unnest($2::text[], $3::text[], $4::text[]) AS e(stream, first_day, seconds)
), others AS (
  UPDATE vobiz_sync.streams s SET is_enabled = false
  WHERE s.partner_id = $1 AND s.is_enabled AND s.stream NOT IN (SELECT stream FROM enabled)
)
INSERT INTO vobiz_sync.streams AS s (partner_id, stream, start_date, stale_after)
SELECT $1, stream, start_date, stale_after FROM enabled ORDER BY stream
ON CONFLICT (partner_id, stream) DO UPDATE SET is_enabled = true, stale_after = excluded.stale_after
WHERE NOT s.is_enabled OR s.stale_after IS DISTINCT FROM excluded.stale_after)",
          values);
}

boost::asio::awaitable<void> note_streams(database& db, std::string const& partner,
                                          std::vector<enabled_stream> const& enabled) {
  auto job = [&](pqxx::work& transaction) { note_streams(transaction, partner, enabled); };
  co_await db.run(job);
}

core::utc_time begin_cycle(pqxx::transaction_base& transaction, std::string const& partner,
                           std::string_view stream, std::optional<core::utc_day> start_date,
                           std::optional<core::utc_day> keep_from) {
  arguments values;
  values.add(partner).add(stream).add(start_date).add(keep_from);
  auto const row = execute(transaction, R"(
WITH before AS (SELECT start_date FROM vobiz_sync.streams WHERE (partner_id, stream) = ($1, $2))
INSERT INTO vobiz_sync.streams AS s (partner_id, stream, start_date, keep_from, last_attempt_at)
VALUES ($1, $2, $3::date, $4::date, now())
ON CONFLICT (partner_id, stream) DO UPDATE
SET start_date = excluded.start_date, keep_from = excluded.keep_from, last_attempt_at = excluded.last_attempt_at,
  synced_through = CASE WHEN s.start_date IS NOT DISTINCT FROM excluded.start_date THEN s.synced_through END
RETURNING extract(epoch FROM now())::bigint, (SELECT start_date FROM before) IS DISTINCT FROM start_date)",
                           values)[0];
  // What the cursor says holds from the first day on.
  if (start_date && row[1].as<bool>()) update_cursor(transaction, partner, stream);
  return core::utc_time(std::chrono::seconds(row[0].as<std::int64_t>()));
}

void ensure_partitions(pqxx::transaction_base& transaction, core::utc_day first,
                       core::utc_day last) {
  arguments values;
  values.add(first).add(last);
  execute(transaction, "SELECT vobiz_sync.ensure_cdr_partitions($1::date, $2::date)", values);
}

void write_run(pqxx::transaction_base& transaction, run_report const& report) {
  auto const error = report.error.empty() ? std::nullopt : std::optional(report.error);
  arguments run;
  run.add(report.partner)
      .add(report.stream)
      .add(report.command)
      .add(std::int64_t(
          std::chrono::duration_cast<std::chrono::microseconds>(report.started.time_since_epoch())
              .count()))
      .add(to_text(report.outcome))
      .add(std::int64_t(report.windows))
      .add(std::int64_t(report.proven))
      .add(std::int64_t(report.requests))
      .add(std::int64_t(report.retries))
      .add(std::int64_t(report.bytes))
      .add(report.rows_read)
      .add(report.rows.inserted)
      .add(report.rows.updated)
      .add(report.rows.unchanged)
      .add(report.removed)
      .add(report.rejected)
      .add(error);
  execute(transaction, R"(
INSERT INTO vobiz_sync.runs (partner_id, stream, command, started_at, finished_at, outcome, windows, proven,
  requests, retries, bytes, rows_read, inserted, updated, unchanged, removed, rejected, error)
VALUES ($1, $2, $3, timestamptz 'epoch' + $4::bigint * interval '1 microsecond', clock_timestamp(), $5,
  $6::integer, $7::integer, $8::bigint, $9::bigint, $10::bigint, $11::bigint, $12::bigint, $13::bigint,
  $14::bigint, $15::bigint, $16::bigint, $17))",
          run);
}

void end_cycle(pqxx::transaction_base& transaction, run_report const& report,
               std::optional<std::chrono::seconds> next_due_in) {
  auto const error = report.error.empty() ? std::nullopt : std::optional(report.error);
  arguments stream;
  stream.add(report.partner)
      .add(report.stream)
      .add(run_states[static_cast<int>(report.outcome)])
      .add(error)
      .add(next_due_in ? std::optional(std::int64_t(next_due_in->count())) : std::nullopt)
      .add(report.read_with.empty() ? std::nullopt : std::optional(report.read_with));
  execute(transaction, R"(
UPDATE vobiz_sync.streams SET
  state = CASE WHEN $3 = '' THEN state ELSE $3 END,
  last_success_at = CASE WHEN $3 <> 'ok' THEN last_success_at WHEN $6::text IS NULL THEN clock_timestamp()
    ELSE (SELECT o.last_success_at FROM vobiz_sync.streams o WHERE (o.partner_id, o.stream) = ($1, $6)) END,
  consecutive_failures = CASE WHEN $3 IN ('ok', 'mismatch', 'unavailable') THEN 0
    WHEN $3 = '' THEN consecutive_failures ELSE consecutive_failures + 1 END,
  last_error = CASE WHEN $3 = '' THEN last_error ELSE $4 END,
  next_due_at = CASE WHEN $5::bigint IS NULL THEN NULL
    ELSE clock_timestamp() + $5::bigint * interval '1 second' END
WHERE (partner_id, stream) = ($1, $2))",
          stream);
}

stream_standing standing_of(pqxx::transaction_base& transaction, std::string const& partner,
                            std::string_view stream) {
  arguments key;
  key.add(partner).add(stream);
  auto const rows = execute(transaction, R"(
SELECT state, last_success_at IS NOT NULL, coalesce(last_error, '') FROM vobiz_sync.streams
WHERE (partner_id, stream) = ($1, $2))",
                            key);
  if (rows.empty()) return {"new", false, {}};
  return {rows[0][0].c_str(), rows[0][1].as<bool>(), rows[0][2].c_str()};
}

}  // namespace vobiz::sink
