#pragma once

#include <pqxx/pqxx>
#include <string>
#include <string_view>

namespace vobiz::sink {

// Sets the stream's cursor to the newest day up to which each day since the stream's start_date has
// a proven window and none that the cursor must not pass: derived from the windows, in the
// transaction that changed them. Needed where a window has appeared, gained or lost its proof.
// Reads the first unproven window, and the days before it only where the cursor moves.
void update_cursor(pqxx::transaction_base& transaction, std::string const& partner,
                   std::string_view stream);

}  // namespace vobiz::sink
