#pragma once

#include <set>
#include <string>
#include <utility>

#include "vobiz/sink/windows.hpp"

namespace vobiz::sync {

// The windows of a stream that a poll or upkeep reads at the moment. The other one leaves them
// alone: a row that one has just stored is missing in the list that the other has just read.
class windows_at_hand {
public:
  // Keeps the other reader away from a window while it lives.
  class claim {
  public:
    claim(windows_at_hand& among, sink::window_key const& window)
        : among_(among), place_(among.windows_.emplace(window.scope, window.day).first) {}
    ~claim() { among_.windows_.erase(place_); }
    claim(claim const&) = delete;
    claim& operator=(claim const&) = delete;

  private:
    windows_at_hand& among_;
    std::set<std::pair<std::string, core::utc_day>>::iterator place_;
  };

  bool has(sink::window_key const& window) const {
    return windows_.contains({window.scope, window.day});
  }

private:
  std::set<std::pair<std::string, core::utc_day>> windows_;
};

}  // namespace vobiz::sync
