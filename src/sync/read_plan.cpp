#include "read_plan.hpp"

#include <algorithm>

namespace vobiz::sync {

namespace {

// Pages that are fetched side by side and stored in one transaction: 1 600 rows of about a
// kilobyte, which bounds the memory of a read (several days are read at the same time) and makes a
// commit worth its round trips.
constexpr std::int64_t largest_group = 16;

}  // namespace

read_plan::read_plan(bool fresh, std::int64_t per_page)
    : fresh_(fresh), per_page_(per_page), group_(fresh ? largest_group : 1) {}

bool read_plan::at_end() const {
  if (noted_ == 0) return false;
  if (empty_page_) return true;
  return total_ ? noted_ * per_page_ >= *total_ : short_page_;
}

std::vector<std::int64_t> read_plan::next() {
  std::vector<std::int64_t> pages;
  if (at_end()) return pages;
  // The first page tells how many there are; without a total each page tells only of the next.
  std::int64_t last = asked_ + 1;
  if (noted_ > 0 && total_) {
    auto const all = (*total_ + per_page_ - 1) / per_page_;
    last = std::min(asked_ + group_, all);
    group_ = std::min(group_ * 2, largest_group);
  }
  while (asked_ < last) pages.push_back(++asked_);
  return pages;
}

bool read_plan::add_page(decode::envelope const& reported) {
  ++noted_;
  total_ = reported.total;
  short_page_ = static_cast<std::int64_t>(reported.listed) < per_page_;
  empty_page_ = reported.listed == 0;
  if (!reported.per_page || *reported.per_page == per_page_) return true;
  if (noted_ > 1) return false;
  // The server's own page size (a silent fall-back, partner-api.md "Pagination") becomes ours.
  if (*reported.per_page > 0) per_page_ = *reported.per_page;
  short_page_ = static_cast<std::int64_t>(reported.listed) < per_page_;
  return true;
}

}  // namespace vobiz::sync
