#include "vobiz/sync/days_at_hand.hpp"

#include <algorithm>

namespace vobiz::sync {

days_at_hand::claim::~claim() { among_.days_.erase(std::ranges::find(among_.days_, day_)); }

bool days_at_hand::has_near(core::utc_day day) const {
  return std::ranges::any_of(days_, [day](core::utc_day at_hand) {
    return std::chrono::abs(day - at_hand) <= std::chrono::days(1);
  });
}

}  // namespace vobiz::sync
