#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>

#include "vobiz/schedule/lease_keeper.hpp"
#include "vobiz/sync/cycle.hpp"

namespace vobiz::schedule {

// Runs a stream for ever, as long as its lease is ours: a cycle at once, then one whenever it is
// due, never two at a time. Without the lease it stands by. A failed cycle is logged and tried
// again later; only cancellation ends it (operation_aborted).
boost::asio::awaitable<void> run_stream(sync::cycle_setting setting, lease_keeper& leases,
                                        std::function<double()> random);

// Reads the stream's backfill queue beside its cycles, `side_by_side` windows at a time, and checks
// for new windows every ten seconds. Ends like run_stream.
boost::asio::awaitable<void> run_backfill(sync::cycle_setting setting, lease_keeper& leases,
                                          int side_by_side);

}  // namespace vobiz::schedule
