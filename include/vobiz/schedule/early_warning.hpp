#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

#include "vobiz/schedule/books_connection.hpp"
#include "vobiz/schedule/lease_keeper.hpp"

namespace vobiz::schedule {

// Keeps a partner's alerts every five minutes for ever, as long as the lease of reconciliation is
// ours: both are about the books and share its connection, so that no stream waits for them. Ends
// like run_stream.
boost::asio::awaitable<void> run_early_warning(books_connection& books, std::string partner,
                                               lease_keeper& leases);

}  // namespace vobiz::schedule
