#include "vobiz/sink/alerts.hpp"

#include "vobiz/sink/query.hpp"

namespace vobiz::sink {

std::optional<alert_changes> keep_alerts(pqxx::transaction_base& transaction,
                                         std::string const& partner) {
  query sql("SELECT begun, ended FROM vobiz.keep_alerts(:partner)");
  sql.set("partner", partner);
  auto const rows = execute(transaction, sql);
  if (rows.empty()) return std::nullopt;
  return alert_changes{rows[0]["begun"].as<std::int64_t>(), rows[0]["ended"].as<std::int64_t>()};
}

boost::asio::awaitable<std::optional<alert_changes>> keep_alerts(database& db,
                                                                 std::string const& partner,
                                                                 lease const& lease) {
  auto job = [&](pqxx::work& transaction) {
    auto const changes = keep_alerts(transaction, partner);
    hold(transaction, lease);
    return changes;
  };
  co_return co_await db.run(job);
}

}  // namespace vobiz::sink
