#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
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
  std::string partner;                // auth_id
  std::vector<billing_day> days;      // at least one, in any order
  check const* only = nullptr;        // null: all checks
  std::optional<core::utc_time> due;  // a nightly run, and the moment of the schedule it stands for
  sink::lease const* lease = nullptr;  // checked inside each commit where there is one
};

struct run_outcome {
  std::int64_t run_id = 0;
  std::vector<std::string>
      errors;  // one message for each check that the database refused, naming it
};

// Checks the days, each check of each day in a transaction of its own (those that judge each call
// share one): stores its results, opens, changes and heals breaks. A check whose inputs are not
// complete is stored as not run. A check that the database refuses does not keep the others from
// running; throws core::failure when the database is not to be had.
boost::asio::awaitable<run_outcome> run_checks(sink::database& db, config::reconcile const& how,
                                               run_request const& what);

// What past nightly runs of a partner say about the next.
struct nights {
  std::optional<core::utc_time> last_due;  // of the last one that came to its end
  std::optional<billing_day> last_long;    // the day of the last one over 35 days
  std::vector<billing_day>
      judgeable;  // of the last 8: not run for want of inputs that are there now
};
nights load_nights(pqxx::transaction_base& transaction, config::reconcile const& how,
                   std::string const& partner, billing_day today);

}  // namespace vobiz::reconcile
