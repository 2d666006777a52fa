#include "list_fsm.hpp"

#include <algorithm>

namespace vobiz::sync {

namespace {

// Pages that are fetched side by side and stored in one transaction: 1 600 rows of about a
// kilobyte, which bounds the memory of a read (several days are read at the same time) and makes a
// commit worth its round trips.
constexpr std::int64_t largest_group = 16;

}  // namespace

list_fsm::list_fsm(bool fresh, std::int64_t per_page)
    : fresh_(fresh), per_page_(per_page), group_(fresh ? largest_group : 1) {}

list_state list_fsm::state() const {
  if (contradicted_) return list_state::contradicted;
  if (added_ == 0) return list_state::first_page;
  return ends() ? list_state::end : list_state::more_pages;
}

// Whether the list ends with the page added last.
bool list_fsm::ends() const {
  if (added_ == 0) return false;
  if (reported_.listed == 0) return true;
  if (reported_.total) return added_ * per_page_ >= *reported_.total;
  return static_cast<std::int64_t>(reported_.listed) < per_page_;
}

std::vector<std::int64_t> list_fsm::next_pages() {
  std::vector<std::int64_t> pages;
  if (ends()) return pages;
  // The first page has the total; without one, pages are read one by one.
  std::int64_t last = asked_ + 1;
  if (added_ > 0 && reported_.total) {
    auto const all = (*reported_.total + per_page_ - 1) / per_page_;
    last = std::min(asked_ + group_, all);
    group_ = std::min(group_ * 2, largest_group);
  }
  while (asked_ < last) pages.push_back(++asked_);
  return pages;
}

void list_fsm::add_page(decode::envelope const& reported) {
  if (added_ > 0 && reported.total != reported_.total) moved_ = true;
  ++added_;
  reported_ = reported;
  if (!reported.per_page || *reported.per_page == per_page_) return;
  if (added_ > 1) {
    contradicted_ = true;
  } else if (*reported.per_page > 0) {
    // The server's own page size (a silent fall-back, docs/partner-api.md, "Pagination and
    // filters") becomes ours.
    per_page_ = *reported.per_page;
  }
}

void list_fsm::add_no_new_rows() {
  if (!ends()) contradicted_ = true;
}

}  // namespace vobiz::sync
