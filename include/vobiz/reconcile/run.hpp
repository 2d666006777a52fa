#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vobiz/config/settings.hpp"
#include "vobiz/reconcile/billing_day.hpp"
#include "vobiz/reconcile/checks.hpp"
#include "vobiz/sink/database.hpp"
#include "vobiz/sink/leases.hpp"

namespace vobiz::reconcile {

struct run_request {
  std::string partner;                 // auth_id
  std::vector<billing_day> days;       // at least one day, in any order
  check const* only = nullptr;         // null: all checks
  std::optional<core::utc_time> due;   // set for a nightly run: its scheduled time
  sink::lease const* lease = nullptr;  // if not null, each commit checks it
  std::function<void()> day_done{};    // if set, called after each day
  std::size_t lanes = 1;               // checks of a day at a time, each with a connection
};

struct run_outcome {
  std::int64_t run_id = 0;
  std::vector<std::string> errors;  // one message per check that the database refused
};

// Runs the checks and stores results and breaks; incomplete inputs store "not run". A refused check
// does not stop the others. Throws core::failure if the database is unavailable.
boost::asio::awaitable<run_outcome> run_checks(sink::database& db, config::reconcile const& how,
                                               run_request const& what);

// State of a partner's past nightly runs, which decides what the next one does.
struct nights {
  std::optional<core::utc_time> last_due;  // of the last finished run
  std::optional<billing_day> last_long;    // the day of the last run over 35 days
  std::vector<billing_day> judgeable;  // of the last 8: not run then, but inputs are complete now
};
nights load_nights(pqxx::transaction_base& transaction, config::reconcile const& how,
                   std::string const& partner, billing_day today);

}  // namespace vobiz::reconcile
