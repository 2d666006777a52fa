#pragma once

#include <cstdint>
#include <mutex>

namespace vobiz::sync {

// How many rows a stream's cycle may believe to have vanished without a second read: five, or a
// twentieth of the rows of all windows that it read to their ends; never all rows of a window
// (docs/architecture.md, "Vanished rows"). One for the whole cycle, or for a whole queue: many
// small shrinks are one large one. Windows may ask side by side.
class shrink_budget {
public:
  // Whether `vanished` of the `stored` rows of a window are believed; if so, they count.
  bool believes(std::int64_t vanished, std::int64_t stored) {
    std::scoped_lock const lock(mutex_);
    stored_ += stored;
    if (vanished == 0) return true;
    if (vanished >= stored) return false;
    auto const all = believed_ + vanished;
    if (all > most_rows && all * part > stored_) return false;
    believed_ = all;
    return true;
  }

private:
  static constexpr std::int64_t most_rows = 5;
  static constexpr std::int64_t part = 20;

  std::mutex mutex_;
  std::int64_t stored_ = 0;
  std::int64_t believed_ = 0;
};

}  // namespace vobiz::sync
