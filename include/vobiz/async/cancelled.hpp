#pragma once

#include <boost/asio/awaitable.hpp>

namespace vobiz::async {

// Throws boost::system::system_error (operation_aborted) when the calling coroutine was cancelled.
// For places that swallowed the error code of an awaited operation, and so cannot tell why it
// ended.
boost::asio::awaitable<void> throw_if_cancelled();

}  // namespace vobiz::async
