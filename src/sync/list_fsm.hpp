#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "vobiz/decode/page.hpp"

namespace vobiz::sync {

enum class list_state {
  first_page,    // nothing is known of the list yet
  more_pages,    // there are pages behind those that were added
  end,           // the last page was added
  contradicted,  // the pages contradict each other: this read cannot be complete
};

// The pages of a list, as a state machine without input or output. It alone decides where a list
// ends.
//
//   state         event                                      next state
//   first_page    page, and the list ends with it (1)        end
//   first_page    page, and there is more                    more_pages
//   more_pages    page, and the list ends with it (1)        end
//   more_pages    page, and there is more                    more_pages
//   more_pages    no new rows in the pages of a group (2)    contradicted (3)
//   more_pages    no new rows behind the total               end
//   end           page of the same group, and there is more  more_pages (the list has grown)
//   end           no new rows in the pages of a group        end
//   any           page of another size than the first        contradicted
//   contradicted  anything                                   contradicted
//
//   (1) an empty page; or a page that reaches the list's total, is not full, and does not say that
//       there is a next one: behind a full page a total that is capped may hide rows
//   (2) before the total is reached
//   (3) the fourth time: the last pages may hold only rows that the list repeats
class list_fsm {
public:
  // `fresh`: nothing of the list is stored yet, so all pages will be needed and are asked for in
  // large groups; otherwise groups grow from one page, since new rows are at the top.
  list_fsm(bool fresh, std::int64_t per_page);

  list_state state() const;

  // The next pages, which may be fetched at the same time; none behind the end. A contradicted list
  // can still be read on.
  std::vector<std::int64_t> next_pages();
  std::int64_t per_page() const { return per_page_; }

  // Whether the page lies behind all the rows that the total counts.
  bool is_behind_total(std::int64_t page) const;
  // Makes the page behind the total the next one, which shows whether the total counts all rows.
  // False where there is nothing to ask: the last page is not full, or it was asked already.
  bool look_behind_total();

  // Events.
  void add_page(decode::envelope const& reported);
  // True: they are the last page once more, given for a page behind the total.
  bool add_no_new_rows();

  // Whether reading on is of no use: at the end, or contradicted.
  bool is_over() const { return state() == list_state::end || state() == list_state::contradicted; }
  // Whether all pages are read in any case, so that the next ones may be fetched while these are
  // stored.
  bool reads_on() const { return fresh_ && reported_.total && state() == list_state::more_pages; }
  // Whether the total changed from one page to the next.
  bool has_moved() const { return moved_; }
  // Whether there are rows that the total does not count.
  bool is_capped() const { return capped_; }
  // The envelope of the page added last.
  decode::envelope const& reported() const { return reported_; }

private:
  bool ends() const;
  std::int64_t counted_pages() const;

  bool fresh_;
  std::int64_t per_page_;
  std::int64_t group_;
  std::int64_t asked_ = 0;  // pages asked for
  std::int64_t added_ = 0;  // pages added
  bool contradicted_ = false;
  bool moved_ = false;
  bool capped_ = false;
  bool nothing_behind_ = false;       // the page behind the total holds nothing new
  int barren_ = 0;                    // groups of pages that held nothing new
  bool is_confirmed_ = false;         // so it is, and the pages between were not read
  bool wants_jump_ = false;           // the page behind the total is the next to ask for
  bool was_jump_ = false;             // the page added last was asked for out of turn
  std::optional<std::int64_t> jump_;  // the page behind the total, asked for out of turn
  decode::envelope reported_;
};

}  // namespace vobiz::sync
