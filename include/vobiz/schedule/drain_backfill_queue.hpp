#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>

#include "vobiz/schedule/lease_keeper.hpp"
#include "vobiz/sync/cycle.hpp"

namespace vobiz::schedule {

// Called with the result of each window of the queue, in the order in which they end.
using window_observer = std::function<void(sync::backfill_result const&)>;

// Reads the stream's backfill queue to its end, `side_by_side` windows at a time (one for each
// connection to the database keeps all of them busy), each of them under a turn of its own. Stops
// early where the API gives no answer; the result says whether it did. Throws what the database
// fails with, and operation_aborted when cancelled, once the windows at hand have ended.
boost::asio::awaitable<bool> drain_backfill_queue(sync::cycle_setting setting, lease_keeper& leases,
                                                  int side_by_side, window_observer on_window);

}  // namespace vobiz::schedule
