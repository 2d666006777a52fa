#pragma once

#include <pqxx/pqxx>
#include <string>
#include <string_view>
#include <vector>

#include "vobiz/decode/page.hpp"
#include "vobiz/sink/windows.hpp"

namespace vobiz::sink {

// Records rows that could not be stored; one met before is only counted, at most once an hour, so
// that a poll that finds nothing new writes nothing. Returns how many are new, or stand again after
// they were resolved: both change what the window counts.
std::int64_t record_rejects(pqxx::transaction_base& transaction, window_key const& window,
                            std::vector<decode::reject> const& rejects);

// After a complete read: rejects of the window that are not among `met` no longer stand. Returns
// how many.
std::int64_t resolve_rejects(pqxx::transaction_base& transaction, window_key const& window,
                             std::vector<decode::reject> const& met);

// Reports members that no column names, each name once for ever: returns those that are new.
std::vector<std::string> record_unknown_fields(pqxx::transaction_base& transaction,
                                               std::string const& partner, std::string_view stream,
                                               std::vector<std::string> const& fields);

}  // namespace vobiz::sink
