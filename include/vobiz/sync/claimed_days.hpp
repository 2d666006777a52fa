#pragma once

#include <vector>

#include "vobiz/core/day.hpp"

namespace vobiz::sync {

// The days that are being read from one backfill queue at the same time. Never two neighbours: the
// API may list a call on their boundary under both, and the second read has to find the rows of the
// first.
class claimed_days {
public:
  // Keeps others away from a day and its neighbours while it lives.
  class claim {
  public:
    claim(claimed_days& among, core::utc_day day) : among_(among), day_(day) {
      among_.days_.push_back(day);
    }
    ~claim();
    claim(claim const&) = delete;
    claim& operator=(claim const&) = delete;

  private:
    claimed_days& among_;
    core::utc_day day_;
  };

  // One reader stores the billing days that are complete, while the others read on.
  class storing {
  public:
    explicit storing(claimed_days& among) : among_(among) { among_.stores_ = true; }
    ~storing() { among_.stores_ = false; }
    storing(storing const&) = delete;
    storing& operator=(storing const&) = delete;

  private:
    claimed_days& among_;
  };

  bool is_storing() const { return stores_; }
  bool has_near(core::utc_day day) const;
  // A copy, for a job that runs on a worker of the database while others claim days.
  std::vector<core::utc_day> days() const { return days_; }

private:
  std::vector<core::utc_day> days_;
  bool stores_ = false;
};

}  // namespace vobiz::sync
