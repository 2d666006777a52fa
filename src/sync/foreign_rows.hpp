#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "vobiz/decode/page.hpp"
#include "vobiz/sink/windows.hpp"

namespace vobiz::sync {

// Rows that a window's list should not hold.
struct foreign_rows {
  std::int64_t other_days = 0;       // all times of the row lie more than a day from the window's
  std::int64_t other_customers = 0;  // the row names another customer than the list asked for
  std::string example{};             // the day or customer of one of them

  std::int64_t size() const { return other_days + other_customers; }
  foreign_rows& operator+=(foreign_rows const& more);
};

// Where such rows stand in a batch, in ascending order, and what they are. A row without any time
// belongs to the day. The day before and after are not another day: a row on a boundary may be
// listed by either (docs/partner-api.md, "Days may not tile").
struct found_foreign_rows {
  std::vector<std::size_t> places;
  foreign_rows what;
};
found_foreign_rows find_foreign_rows(streams::stream const& stream, sink::window_key const& window,
                                     decode::row_batch const& rows);

// The batch without these rows.
decode::row_batch without(decode::row_batch const& rows, std::vector<std::size_t> const& places);

}  // namespace vobiz::sync
