#include "list_fsm.hpp"

#include <algorithm>
#include <utility>

namespace vobiz::sync {

namespace {

// Pages that are fetched side by side and stored in one transaction: 1 600 rows of about a
// kilobyte, which bounds the memory of a read (several days are read at the same time) and makes a
// commit worth its round trips.
constexpr std::int64_t largest_group = 16;

// Groups of pages without a new row that a list may have: those of rows that it repeats for good.
constexpr int most_barren = 3;

}  // namespace

list_fsm::list_fsm(bool fresh, std::int64_t per_page)
    : fresh_(fresh), per_page_(per_page), group_(fresh ? largest_group : 1) {}

list_state list_fsm::state() const {
  if (contradicted_) return list_state::contradicted;
  if (added_ == 0) return list_state::first_page;
  return ends() ? list_state::end : list_state::more_pages;
}

// Pages that hold the rows which the total counts.
std::int64_t list_fsm::counted_pages() const {
  auto const total = reported_.total.value_or(0);
  return total / per_page_ + (total % per_page_ == 0 ? 0 : 1);
}

// Whether the list ends with the page added last.
bool list_fsm::ends() const {
  if (added_ == 0) return false;
  if ((reported_.listed == 0 && !was_jump_) || nothing_behind_) return true;
  if (!reported_.total || added_ < counted_pages()) return false;
  bool const is_full = static_cast<std::int64_t>(reported_.listed) >= per_page_;
  return !is_full && !reported_.has_next.value_or(false);
}

bool list_fsm::is_behind_total(std::int64_t page) const {
  return added_ > 0 && reported_.total && page > counted_pages();
}

bool list_fsm::look_behind_total() {
  auto const total = reported_.total.value_or(0);
  if (ends() || is_confirmed_ || total <= 0 || total % per_page_ != 0) return false;
  auto const page = counted_pages() + 1;
  if (added_ >= page) return false;
  wants_jump_ = page > asked_ + 1;
  return true;
}

std::vector<std::int64_t> list_fsm::next_pages() {
  std::vector<std::int64_t> pages;
  if (std::exchange(wants_jump_, false)) {
    jump_ = counted_pages() + 1;
    return {*jump_};
  }
  if (ends()) return pages;
  // The first page has the total; without one, and behind it, pages are read one by one.
  std::int64_t last = asked_ + 1;
  if (added_ > 0 && reported_.total && asked_ < counted_pages()) {
    last = std::min(asked_ + group_, counted_pages());
    group_ = std::min(group_ * 2, largest_group);
  }
  while (asked_ < last) pages.push_back(++asked_);
  return pages;
}

void list_fsm::add_page(decode::envelope const& reported) {
  was_jump_ = jump_.has_value();
  bool const is_behind = was_jump_ || is_behind_total(added_ + 1);
  if (added_ > 0 && reported.total != reported_.total) moved_ = true;
  if (is_behind && reported.total == reported_.total) {
    auto& holds_nothing = was_jump_ ? is_confirmed_ : nothing_behind_;
    (reported.listed == 0 ? holds_nothing : capped_) = true;
  }
  jump_.reset();
  if (!was_jump_) ++added_;
  reported_ = reported;
  // An empty page may have an empty summary, which is not the list's.
  if (is_behind && reported_.listed == 0 && reported_.zeroed_summary) reported_.has_summary = false;
  auto const size = reported.per_page.value_or(per_page_);
  if (size == per_page_ || size <= 0) return;
  if (added_ > 1) {
    contradicted_ = true;
  } else {
    // The server's own page size (a silent fall-back, docs/partner-api.md, "Pagination and
    // filters") becomes ours.
    per_page_ = size;
  }
}

bool list_fsm::add_no_new_rows() {
  if (ends()) return false;
  // A page number that is too large may be answered with the last page; where the answer has its
  // number, rows have slipped behind the total while the list was read.
  if (capped_ && !reported_.page) {
    capped_ = false;
    (was_jump_ ? is_confirmed_ : nothing_behind_) = true;
    return true;
  }
  if (capped_ || ++barren_ > most_barren) contradicted_ = true;
  return false;
}

}  // namespace vobiz::sync
