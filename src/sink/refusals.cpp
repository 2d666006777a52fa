#include "vobiz/sink/refusals.hpp"

#include "vobiz/sink/query.hpp"
#include "window_sql.hpp"

namespace vobiz::sink {

namespace {

constexpr char const* refusal_columns =
    "scope, attempts, fallen_back, next_try_at > now() AS is_paused,\n"
    "  floor(extract(epoch FROM now() - refused_since))::bigint AS stands_for";

refusal refusal_from(pqxx::row const& row) {
  refusal result;
  result.scope = row["scope"].c_str();
  result.stands_for = std::chrono::seconds(row["stands_for"].as<std::int64_t>());
  result.attempts = row["attempts"].as<int>();
  result.is_paused = row["is_paused"].as<bool>();
  result.fallen_back = row["fallen_back"].as<bool>();
  return result;
}

}  // namespace

std::vector<refusal> load_refusals(pqxx::transaction_base& transaction, std::string const& partner,
                                   std::string_view stream) {
  query sql(
      "SELECT {columns} FROM vobiz_sync.refusals\nWHERE (partner_id, stream) = (:partner, "
      ":stream)");
  sql.with("columns", refusal_columns).set("partner", partner).set("stream", stream);
  std::vector<refusal> result;
  for (auto const& row : execute(transaction, sql)) result.push_back(refusal_from(row));
  return result;
}

refusal record_refusal(pqxx::transaction_base& transaction, window_key const& key,
                       std::string const& error) {
  auto sql = window_query(R"(
INSERT INTO vobiz_sync.refusals AS r (partner_id, stream, scope, next_try_at, last_error)
VALUES (:partner, :stream, :scope, now() + {first_pause}, :error)
ON CONFLICT (partner_id, stream, scope) DO UPDATE SET attempts = r.attempts + 1,
  next_try_at = now() + {pause}, last_error = excluded.last_error
RETURNING {columns})",
                          key);
  sql.with("first_pause", pause_after("0")).with("pause", pause_after("r.attempts"));
  sql.with("columns", refusal_columns).set("error", error);
  return refusal_from(execute(transaction, sql)[0]);
}

bool end_refusal(pqxx::transaction_base& transaction, std::string const& partner,
                 std::string_view stream, std::string const& scope) {
  query sql(
      "DELETE FROM vobiz_sync.refusals\n"
      "WHERE (partner_id, stream, scope) = (:partner, :stream, :scope) RETURNING fallen_back");
  sql.set("partner", partner).set("stream", stream).set("scope", scope);
  auto const ended = execute(transaction, sql);
  return !ended.empty() && ended[0][0].as<bool>();
}

}  // namespace vobiz::sink
