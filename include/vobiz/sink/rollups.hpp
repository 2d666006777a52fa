#pragma once

#include <chrono>
#include <cstdint>
#include <pqxx/pqxx>
#include <string>

// The rollups behind the views (migrations/functions/rollups/). Their 15 minutes are kept by the
// transactions that change rows (touched.hpp), the rest stands here.
namespace vobiz::sink {

// Tells the database the zone of billing days and how long a day may still change. The zone is
// taken only while there are no rollups, because all of them depend on it. Returns the zone in
// force. Throws core::failure (retry) if the database takes no writes.
std::string adopt_settings(pqxx::connection& connection, std::string const& timezone,
                           std::chrono::seconds settle);

// Stores the newest billing day of the partner whose stored rollups no longer hold, and of a day
// that is not over the peaks of its hours that are. False when no day is left.
bool store_marked_day(pqxx::transaction_base& transaction, std::string const& partner);

// Whether that day is so far from all windows that wait in a queue of the partner that none of them
// changes it.
bool has_settled_day(pqxx::transaction_base& transaction, std::string const& partner);

// Sets the zone and recomputes everything from the rows in one transaction, for which writers wait.
// Returns how many rows the rollups have now.
std::int64_t rebuild_rollups(pqxx::connection& connection, std::string const& timezone);

// After rows were changed by hand: recomputes the rollups of these billing days (YYYY-MM-DD) from
// the rows in one transaction, for which writers wait.
struct rebuilt_days {
  std::string timezone;        // of the billing days
  std::int64_t differing = 0;  // rows of 15 minutes that were not what the rows add up to
};
rebuilt_days rebuild_days(pqxx::connection& connection, std::string const& first,
                          std::string const& last);

}  // namespace vobiz::sink
