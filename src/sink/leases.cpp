#include "vobiz/sink/leases.hpp"

#include <unistd.h>

#include <array>
#include <random>
#include <utility>

#include "vobiz/sink/query.hpp"
#include "vobiz/sink/sql_text.hpp"

namespace vobiz::sink {

namespace {

std::int64_t const lease_seconds = lease_time.count();

void add_keys(arguments& values, std::vector<lease_key> const& keys) {
  array_literal partners;
  array_literal streams;
  for (auto const& key : keys) {
    partners.add(key.partner);
    streams.add(key.stream);
  }
  values.add_text(partners.take()).add_text(streams.take());
}

}  // namespace

core::failure held_by_another(lease_key const& of, std::string const& holder) {
  auto message = "stream \"" + std::string(of.stream) + "\" of partner \"" + of.partner + "\": ";
  message += holder.empty() ? "somebody else is taking its lease"
                            : "its lease is held by \"" + holder + "\"";
  return {core::failure_kind::lease_held, core::remedy::retry, message};
}

std::string make_holder() {
  std::array<char, 256> host{};
  // A name that was cut short is as good as any: the rest makes it unique.
  if (gethostname(host.data(), host.size() - 1) != 0) host[0] = '?';
  std::random_device random;
  return std::string(host.data()) + "/" + std::to_string(getpid()) + "/" + std::to_string(random());
}

// Only a holder ever waits for a row, and only for its own ones; everybody else skips what is
// locked: two processes cannot wait for each other, and one that was stopped inside a transaction
// holds nobody up.
std::vector<lease_standing> take_leases(pqxx::transaction_base& transaction,
                                        std::string const& holder,
                                        std::vector<lease_key> const& wanted) {
  arguments values;
  add_keys(values, wanted);
  values.add(holder).add(lease_seconds);
  auto const rows = execute(transaction, R"(
WITH wanted AS MATERIALIZED (
  SELECT partner_id, stream, place
  FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS w (partner_id, stream, place)
), renewed AS (
  UPDATE vobiz_sync.leases l SET expires_at = clock_timestamp() + make_interval(secs => $4::integer)
  FROM wanted w
  WHERE (l.partner_id, l.stream) = (w.partner_id, w.stream) AND l.holder = $3
  RETURNING l.partner_id, l.stream, l.fence
), free AS MATERIALIZED (
  SELECT l.partner_id, l.stream
  FROM vobiz_sync.leases l JOIN wanted w ON (l.partner_id, l.stream) = (w.partner_id, w.stream)
  WHERE l.holder <> $3 AND l.expires_at <= clock_timestamp()
  FOR UPDATE OF l SKIP LOCKED
), taken AS (
  UPDATE vobiz_sync.leases l
  SET holder = $3, fence = l.fence + 1, acquired_at = clock_timestamp(),
    expires_at = clock_timestamp() + make_interval(secs => $4::integer),
    claimed_by = NULL, claimed_until = NULL
  FROM free f
  WHERE (l.partner_id, l.stream) = (f.partner_id, f.stream)
  RETURNING l.partner_id, l.stream, l.fence
), made AS (
  INSERT INTO vobiz_sync.leases (partner_id, stream, holder, fence, acquired_at, expires_at)
  SELECT w.partner_id, w.stream, $3, 1, clock_timestamp(),
    clock_timestamp() + make_interval(secs => $4::integer)
  FROM wanted w
  WHERE NOT EXISTS (SELECT FROM vobiz_sync.leases l
                    WHERE (l.partner_id, l.stream) = (w.partner_id, w.stream))
  ORDER BY w.partner_id, w.stream
  ON CONFLICT (partner_id, stream) DO NOTHING
  RETURNING partner_id, stream, fence
), ours AS (
  SELECT * FROM renewed UNION ALL SELECT * FROM taken UNION ALL SELECT * FROM made
)
SELECT o.fence, CASE WHEN o.fence IS NULL THEN l.holder ELSE $3 END AS holder,
  CASE WHEN o.fence IS NOT NULL THEN $4::integer * 1000
    ELSE greatest(0, ceil(extract(epoch FROM l.expires_at - clock_timestamp()) * 1000)) END::bigint
    AS milliseconds,
  CASE WHEN l.claimed_until > clock_timestamp() THEN l.claimed_by END AS claimed_by
FROM wanted w
LEFT JOIN ours o ON (o.partner_id, o.stream) = (w.partner_id, w.stream)
LEFT JOIN vobiz_sync.leases l ON (l.partner_id, l.stream) = (w.partner_id, w.stream)
ORDER BY w.place)",
                            values);
  std::vector<lease_standing> result;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    auto const& row = rows[static_cast<pqxx::result::size_type>(i)];
    lease_standing standing;
    standing.of = wanted[i];
    standing.holder = text_of(row["holder"]).value_or("");
    if (!row["fence"].is_null()) standing.fence = row["fence"].as<std::int64_t>();
    if (!row["milliseconds"].is_null()) {
      standing.left = std::chrono::milliseconds(row["milliseconds"].as<std::int64_t>());
    }
    standing.claimed_by = text_of(row["claimed_by"]).value_or("");
    result.push_back(std::move(standing));
  }
  return result;
}

void claim_leases(pqxx::transaction_base& transaction, std::string const& holder,
                  std::vector<lease_key> const& wanted) {
  arguments values;
  add_keys(values, wanted);
  values.add(holder).add(lease_seconds);
  execute(transaction, R"(
WITH open AS MATERIALIZED (
  SELECT l.partner_id, l.stream
  FROM vobiz_sync.leases l
  JOIN unnest($1::text[], $2::text[]) AS w (partner_id, stream)
    ON (l.partner_id, l.stream) = (w.partner_id, w.stream)
  WHERE l.holder <> $3
    AND (l.claimed_by = $3 OR l.claimed_until IS NULL OR l.claimed_until <= clock_timestamp())
  FOR NO KEY UPDATE OF l SKIP LOCKED
)
UPDATE vobiz_sync.leases l
SET claimed_by = $3, claimed_until = clock_timestamp() + make_interval(secs => $4::integer)
FROM open o WHERE (l.partner_id, l.stream) = (o.partner_id, o.stream))",
          values);
}

void hand_over(pqxx::transaction_base& transaction, lease const& ours, std::string const& to) {
  arguments values;
  values.add(ours.of.partner)
      .add(ours.of.stream)
      .add(ours.holder)
      .add(ours.fence)
      .add(to)
      .add(lease_seconds);
  execute(transaction, R"(
UPDATE vobiz_sync.leases
SET holder = $5, fence = fence + 1, acquired_at = clock_timestamp(),
  expires_at = clock_timestamp() + make_interval(secs => $6::integer),
  claimed_by = NULL, claimed_until = NULL
WHERE (partner_id, stream, holder, fence) = ($1, $2, $3, $4::bigint))",
          values);
}

void release_leases(pqxx::transaction_base& transaction, std::string const& holder) {
  arguments values;
  values.add(holder);
  execute(transaction, R"(
UPDATE vobiz_sync.leases SET expires_at = clock_timestamp()
WHERE holder = $1 AND expires_at > clock_timestamp())",
          values);
}

void hold(pqxx::transaction_base& transaction, lease const& ours) {
  arguments values;
  values.add(ours.of.partner).add(ours.of.stream).add(ours.holder).add(ours.fence);
  if (execute(transaction, "SELECT vobiz_sync.hold_lease($1, $2, $3, $4::bigint)", values)[0][0]
          .as<bool>()) {
    return;
  }
  arguments key;
  key.add(ours.of.partner).add(ours.of.stream);
  auto const rows =
      execute(transaction,
              "SELECT holder FROM vobiz_sync.leases WHERE (partner_id, stream) = ($1, $2)", key);
  throw held_by_another(ours.of, rows.empty() ? std::string() : std::string(rows[0][0].c_str()));
}

}  // namespace vobiz::sink
