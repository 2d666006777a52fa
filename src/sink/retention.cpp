#include "vobiz/sink/retention.hpp"

#include "vobiz/sink/query.hpp"

namespace vobiz::sink {

std::vector<retired_month> retire_calls(pqxx::transaction_base& transaction,
                                        std::string const& partner) {
  arguments values;
  values.add(partner);
  std::vector<retired_month> result;
  for (auto const& row : execute(transaction, R"(
SELECT what, partition, coalesce(calls, 0) AS calls, coalesce(reason, '') AS reason,
  coalesce(to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), '') AS at
FROM vobiz_sync.retire_calls($1))",
                                 values)) {
    result.push_back({row["what"].c_str(), row["partition"].c_str(),
                      row["calls"].as<std::int64_t>(), row["at"].c_str(), row["reason"].c_str()});
  }
  return result;
}

void prune_runs(pqxx::transaction_base& transaction, std::string const& partner,
                std::string_view stream) {
  arguments values;
  values.add(partner).add(stream);
  // A cycle writes one run, so taking up to 200 catches up with whatever has piled up, and looking
  // at the oldest ones alone keeps an idle poll cheap.
  execute(transaction, R"(
DELETE FROM vobiz_sync.runs WHERE id IN (
  SELECT id FROM (SELECT id, started_at FROM vobiz_sync.runs WHERE (partner_id, stream) = ($1, $2)
                  ORDER BY id LIMIT 200) oldest
  WHERE started_at < now() - interval '90 days' AND id < (
    SELECT min(id) FROM (SELECT id FROM vobiz_sync.runs WHERE (partner_id, stream) = ($1, $2)
                         ORDER BY id DESC LIMIT 100) newest)))",
          values);
}

}  // namespace vobiz::sink
