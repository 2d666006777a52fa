#pragma once

#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <string_view>
#include <vector>

#include "vobiz/sink/windows.hpp"

// The backfill queue of a stream: pending windows and those somebody asked to read again, newest
// days first.
namespace vobiz::sink {

// Where a read of the queue stands: behind the windows of this day up to this scope.
struct queue_place {
  core::utc_day day{};
  std::string scope;
};

// The next `most` windows of the queue behind `after` (nothing: from its start), whether their
// pauses are over or not.
std::vector<window> load_queue(pqxx::transaction_base& transaction, streams::stream const& stream,
                               std::string const& partner, std::optional<queue_place> const& after,
                               std::int64_t most);

// The first window that may be read now: it is of none of these days and no neighbour of one, and
// neither its pause nor that of its customer is under way.
std::optional<window> next_in_queue(pqxx::transaction_base& transaction,
                                    streams::stream const& stream, std::string const& partner,
                                    std::vector<core::utc_day> const& away_from);

// How many windows may be read now, counted up to `most`.
std::int64_t count_readable(pqxx::transaction_base& transaction, std::string const& partner,
                            std::string_view stream, std::int64_t most);

// How many windows have not been tried since they were put into the queue: for people, counts them.
std::int64_t count_untried(pqxx::transaction_base& transaction, std::string const& partner,
                           std::string_view stream);

// Puts the windows of [first, last] into the queue, to be read without a pause, making those that
// are not there. Their proofs stand until they are read. Returns how many windows the queue now
// holds of that span.
std::int64_t enqueue(pqxx::transaction_base& transaction, std::string const& partner,
                     std::string_view stream, std::string const& scope, core::utc_day first,
                     core::utc_day last);

}  // namespace vobiz::sink
