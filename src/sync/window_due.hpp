#pragma once

#include "vobiz/config/settings.hpp"
#include "vobiz/sink/windows.hpp"

namespace vobiz::sync {

// What a cycle does about a window, in the order in which it does it.
enum class need {
  read,   // until proven
  whole,  // to the last page, since totals cannot show every change
  probe,  // one small request: are the totals still the same?
  nothing,
};

// Decides from the window's row alone (docs/architecture.md, "Probe" and "Drift"): a day that is
// not proven is read, after a failed read or a mismatch once its pause is over; a proven day
// of the lookback is read in full once a day and probed every quarter of an hour, one of the audit
// days probed once a day. Pending windows are the backfill's. `everything` (the sync command): no
// pauses, and every probe now.
need what_is_due(sink::window const& window, config::stream const& settings, core::utc_day today,
                 bool everything);

}  // namespace vobiz::sync
