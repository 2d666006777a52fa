#pragma once

namespace vobiz::simulator {

// What happens while clients look: from the start of the world, or of the plan, on.
struct live_plan {
  double active_percent = 0;  // of the customers who can call: each ends one call a minute
  double free_percent = 0;    // of these calls: they cost nothing and move no wallet
  bool still = false;         // the ordinary business (calls of the day, payments, rentals) rests
};

}  // namespace vobiz::simulator
