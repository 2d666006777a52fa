#include "vobiz/sink/upkeep.hpp"

#include "vobiz/sink/query.hpp"

namespace vobiz::sink {

bool did_something(run_report const& report) {
  return report.requests > 0 || report.outcome != run_outcome::ok;
}

void end_upkeep(pqxx::transaction_base& transaction, run_report const& report) {
  if (report.outcome == run_outcome::cancelled) return;
  bool const good = report.outcome == run_outcome::ok || report.outcome == run_outcome::mismatch;
  arguments values;
  values.add(report.partner).add(report.stream).add_bool(did_something(report));
  values.add(good ? std::nullopt : std::optional<std::string_view>(report.error));
  execute(transaction, R"(
UPDATE vobiz_sync.streams SET upkeep_error = $4, upkeep_at = CASE WHEN $3::boolean THEN clock_timestamp()
  ELSE upkeep_at END
WHERE (partner_id, stream) = ($1, $2) AND ($3::boolean OR upkeep_error IS DISTINCT FROM $4))",
          values);
}

core::utc_time database_time(pqxx::transaction_base& transaction) {
  auto const seconds = execute(transaction, "SELECT extract(epoch FROM now())::bigint")[0][0];
  return core::utc_time(std::chrono::seconds(seconds.as<std::int64_t>()));
}

}  // namespace vobiz::sink
