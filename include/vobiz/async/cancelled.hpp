#pragma once

#include <boost/asio/awaitable.hpp>

namespace vobiz::async {

// Throws boost::system::system_error (operation_aborted) if the calling coroutine was cancelled.
// Call it after an await that discarded its error code.
boost::asio::awaitable<void> throw_if_cancelled();

}  // namespace vobiz::async
