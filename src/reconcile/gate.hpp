#pragma once

#include <optional>
#include <pqxx/pqxx>
#include <string>

#include "vobiz/config/settings.hpp"
#include "vobiz/reconcile/billing_day.hpp"
#include "vobiz/reconcile/checks.hpp"

namespace vobiz::reconcile {

// Whether a check may be run on a day, and the bounds of the day as PostgreSQL writes instants.
struct gate {
  std::optional<std::string> missing;  // the first input that is not complete; nothing: all are
  std::string from;
  std::string to;
  std::optional<std::string> proven_oldest;
  std::optional<std::string> proven_newest;
};

// A check may be run when the day has been over for `settle` (or the check's own wait, where that
// is longer), every UTC day that its billing day touches is proven, and lists without days were
// read after its end.
gate look_at_inputs(pqxx::transaction_base& transaction, config::reconcile const& how,
                    std::string const& partner, billing_day day, check const& of);

}  // namespace vobiz::reconcile
