#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <optional>
#include <pqxx/pqxx>
#include <string>

#include "vobiz/sink/database.hpp"
#include "vobiz/sink/leases.hpp"

// Customers whose calls or wallets need a look (vobiz.alerts; docs/dashboards.md, "Early warning").
namespace vobiz::sink {

struct alert_changes {
  std::int64_t begun = 0;
  std::int64_t ended = 0;
};

// Brings a partner's alerts up to what is found now, and writes only what differs. Nothing: its
// calls have never been read.
std::optional<alert_changes> keep_alerts(pqxx::transaction_base& transaction,
                                         std::string const& partner);

// The same on a worker, as long as the lease is ours.
boost::asio::awaitable<std::optional<alert_changes>> keep_alerts(database& db,
                                                                 std::string const& partner,
                                                                 lease const& lease);

}  // namespace vobiz::sink
