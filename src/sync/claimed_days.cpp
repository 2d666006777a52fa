#include "vobiz/sync/claimed_days.hpp"

#include <algorithm>

namespace vobiz::sync {

claimed_days::claim::~claim() { among_.days_.erase(std::ranges::find(among_.days_, day_)); }

bool claimed_days::has_near(core::utc_day day) const {
  return std::ranges::any_of(days_, [day](core::utc_day claimed) {
    return std::chrono::abs(day - claimed) <= std::chrono::days(1);
  });
}

}  // namespace vobiz::sync
