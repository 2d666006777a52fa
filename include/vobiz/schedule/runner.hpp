#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>

#include "vobiz/schedule/api_watch.hpp"
#include "vobiz/schedule/customer_pace.hpp"
#include "vobiz/schedule/lease_keeper.hpp"
#include "vobiz/sync/cycle.hpp"

namespace vobiz::schedule {

// The streams of a partner share its watch and its pace.
struct surroundings {
  lease_keeper& leases;
  api_watch& watch;
  customer_pace& pace;
  std::function<double()> random;  // in [0, 1)
};

// Polls a stream for ever, as long as its lease is ours: at once, then whenever it is due, or when
// the API answers again; never two polls at a time. Without the lease it stands by. A failed poll
// is logged and tried again later; only cancellation ends it (operation_aborted).
boost::asio::awaitable<void> run_stream(sync::cycle_setting setting, surroundings around);

// Does the stream's upkeep beside its polls, once they go well: looks each minute (or shorter
// interval) for what is due, after failures after pauses that double up to an hour. Ends like
// run_stream.
boost::asio::awaitable<void> run_upkeep(sync::cycle_setting setting, surroundings around);

// Reads the stream's backfill queue beside its polls, `side_by_side` windows at a time, and checks
// for new windows every ten seconds. Ends like run_stream.
boost::asio::awaitable<void> run_backfill(sync::cycle_setting setting, surroundings around,
                                          int side_by_side);

}  // namespace vobiz::schedule
