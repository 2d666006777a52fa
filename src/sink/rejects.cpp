#include "vobiz/sink/rejects.hpp"

#include "isolation.hpp"
#include "vobiz/sink/query.hpp"
#include "vobiz/sink/sql_text.hpp"

namespace vobiz::sink {

namespace {

void add_window(arguments& values, window_key const& window) {
  values.add(window.partner).add(window.stream).add(window.scope).add(window.day);
}

// Names of a stream that are told: one whose names are data has a new one in every row.
constexpr std::int64_t most_fields = 1000;

std::string payloads(std::vector<decode::reject> const& rejects) {
  array_literal array;
  for (auto const& reject : rejects) array.add(reject.payload);
  return array.take();
}

std::int64_t record(pqxx::transaction_base& transaction, arguments const& values,
                    std::string_view payload) {
  query sql(R"(
WITH incoming AS MATERIALIZED (
  SELECT DISTINCT ON (digest) md5(payload) AS digest, reason, payload
  FROM unnest($5::text[], $6::text[]) AS r(reason, payload) ORDER BY digest),
inserted AS (
  INSERT INTO vobiz_sync.rejects (partner_id, stream, scope, window_day, reason, payload, digest)
  SELECT $1, $2, $3, $4::date, i.reason, {payload}, i.digest FROM incoming i
  WHERE NOT EXISTS (SELECT FROM vobiz_sync.rejects r
    WHERE (r.partner_id, r.stream, r.scope, r.window_day, r.digest) = ($1, $2, $3, $4::date, i.digest))
  RETURNING 1),
counted AS (
  UPDATE vobiz_sync.rejects r
  SET times_seen = r.times_seen + 1, last_seen_at = now(), resolved_at = NULL, reason = i.reason
  FROM incoming i
  WHERE (r.partner_id, r.stream, r.scope, r.window_day, r.digest) = ($1, $2, $3, $4::date, i.digest)
    AND (r.resolved_at IS NOT NULL OR r.last_seen_at < now() - interval '1 hour')
  RETURNING 1),
returned AS (
  SELECT FROM vobiz_sync.rejects r JOIN incoming i USING (digest)
  WHERE (r.partner_id, r.stream, r.scope, r.window_day) = ($1, $2, $3, $4::date) AND r.resolved_at IS NOT NULL)
SELECT (SELECT count(*) FROM inserted) + (SELECT count(*) FROM returned))");
  sql.with("payload", payload);
  return execute(transaction, sql.text(), values)[0][0].as<std::int64_t>();
}

}  // namespace

std::int64_t record_rejects(pqxx::transaction_base& transaction, window_key const& window,
                            std::vector<decode::reject> const& rejects) {
  if (rejects.empty()) return 0;
  array_literal reasons;
  for (auto const& reject : rejects) reasons.add(reject.reason);
  arguments values;
  add_window(values, window);
  values.add_text(reasons.take()).add_text(payloads(rejects));
  std::int64_t fresh = 0;
  // The decoder writes JSON that jsonb takes. Should it not, the reject has its payload as a text.
  auto const as_json = [&] { fresh = record(transaction, values, "i.payload::jsonb"); };
  if (attempt(transaction, as_json)) fresh = record(transaction, values, "to_jsonb(i.payload)");
  return fresh;
}

std::int64_t resolve_rejects(pqxx::transaction_base& transaction, window_key const& window,
                             std::vector<decode::reject> const& met) {
  arguments values;
  add_window(values, window);
  values.add(payloads(met));
  return static_cast<std::int64_t>(execute(transaction, R"(
UPDATE vobiz_sync.rejects SET resolved_at = now()
WHERE (partner_id, stream, scope, window_day) = ($1, $2, $3, $4::date) AND resolved_at IS NULL
  AND digest NOT IN (SELECT md5(payload) FROM unnest($5::text[]) AS m(payload))
RETURNING 1)",
                                           values)
                                       .size());
}

std::vector<std::string> record_unknown_fields(pqxx::transaction_base& transaction,
                                               std::string const& partner, std::string_view stream,
                                               std::vector<std::string> const& fields) {
  std::vector<std::string> fresh;
  if (fields.empty()) return fresh;
  array_literal names;
  for (auto const& field : fields) {
    if (field.size() <= streams::longest_indexed) names.add(field);
  }
  arguments values;
  values.add(partner).add(stream).add_text(names.take()).add(most_fields);
  for (auto const& row : execute(transaction, R"(
INSERT INTO vobiz_sync.unknown_fields (partner_id, stream, field)
SELECT DISTINCT $1, $2, f.field FROM unnest($3::text[]) AS f(field)
WHERE NOT EXISTS (SELECT FROM vobiz_sync.unknown_fields u
  WHERE (u.partner_id, u.stream, u.field) = ($1, $2, f.field))
LIMIT greatest(0, $4::bigint - (SELECT count(*) FROM vobiz_sync.unknown_fields u
  WHERE (u.partner_id, u.stream) = ($1, $2)))
ON CONFLICT DO NOTHING RETURNING field)",
                                 values)) {
    fresh.emplace_back(row[0].c_str());
  }
  return fresh;
}

}  // namespace vobiz::sink
