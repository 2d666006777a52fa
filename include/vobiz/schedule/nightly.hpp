#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

#include "vobiz/config/settings.hpp"
#include "vobiz/schedule/books_connection.hpp"
#include "vobiz/schedule/lease_keeper.hpp"

namespace vobiz::schedule {

// The name under which reconciliation has a lease, beside the streams.
inline constexpr std::string_view reconcile_lease = "reconcile";

// Checks a partner's books every night for ever, as long as the lease is ours: at the moment of the
// schedule, or at once when it passed while nobody was at work. Days that could not be judged for
// want of inputs are tried again within the hour. All partners share a connection of their own, so
// that no stream waits for it. Ends like run_stream.
boost::asio::awaitable<void> run_nightly(books_connection& books, config::reconcile how,
                                         std::string partner, lease_keeper& leases);

}  // namespace vobiz::schedule
