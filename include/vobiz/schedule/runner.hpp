#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>

#include "vobiz/sync/cycle.hpp"

namespace vobiz::schedule {

// Runs a stream for ever: a cycle at once, then one whenever it is due, never two at a time. A failed cycle
// is logged and tried again later; only cancellation ends it (operation_aborted).
boost::asio::awaitable<void> run_stream(sync::cycle_setting setting, std::function<double()> random);

}  // namespace vobiz::schedule
