#include "vobiz/sync/kept_days.hpp"

#include <algorithm>

namespace vobiz::sync {

std::optional<core::utc_day> kept_from(config::stream const& settings, core::utc_day today) {
  if (!settings.retention) return std::nullopt;
  std::chrono::year_month_day const date(today);
  return core::utc_day((date.year() / date.month() - *settings.retention) / 1);
}

std::optional<core::utc_day> read_from(config::stream const& settings, core::utc_day today) {
  auto const edge = kept_from(settings, today);
  return edge ? std::optional(*edge + std::chrono::days(1)) : std::nullopt;
}

core::utc_day asked_from(config::stream const& settings, core::utc_day today) {
  return std::max(settings.start_date, read_from(settings, today).value_or(settings.start_date));
}

}  // namespace vobiz::sync
