#pragma once

#include <optional>
#include <pqxx/pqxx>
#include <span>
#include <string>
#include <vector>

#include "vobiz/config/settings.hpp"
#include "vobiz/reconcile/billing_day.hpp"
#include "vobiz/reconcile/checks.hpp"

namespace vobiz::reconcile {

// Whether a check can run on a day, and the day's bounds as PostgreSQL instants.
struct gate {
  std::optional<std::string> missing;  // the first incomplete input; nullopt: all are complete
  std::string from;
  std::string to;
  std::optional<std::string> proven_oldest;
  std::optional<std::string> proven_newest;

  bool operator==(gate const&) const = default;
};

// A check can run if the day ended `settle` (or the check's own wait) ago, each UTC day that the
// billing day touches is proven, and lists without days were read after its end.
// Of several checks in their order: the inputs that they share are looked at once.
std::vector<gate> check_inputs(pqxx::transaction_base& transaction, config::reconcile const& how,
                               std::string const& partner, billing_day day,
                               std::span<check const> checks);
gate check_inputs(pqxx::transaction_base& transaction, config::reconcile const& how,
                  std::string const& partner, billing_day day, check const& of);

}  // namespace vobiz::reconcile
