#pragma once

#include <string>
#include <vector>

#include "vobiz/sink/lease_store.hpp"

// How several daemons share the streams that they could all work on, decided from how the leases
// stand.
namespace vobiz::schedule {

struct share_plan {
  using gift = sink::lease_gift;

  std::vector<sink::lease_key> claims;  // ask their holder for these
  std::vector<gift> gifts;              // ours, that another asked for
};

// Who has at least two streams fewer than the one who has most asks that one for half the
// difference, and who is asked gives as long as that evens out: so the daemons end with as many
// streams each as the others, or one more, and then rest. Both sides count the streams that they
// know of, so daemons that work on different streams leave each other alone.
share_plan share_out(std::vector<sink::lease_standing> const& leases, std::string const& self);

}  // namespace vobiz::schedule
