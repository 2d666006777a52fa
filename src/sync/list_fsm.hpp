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
//   more_pages    no new rows in the pages of a group        contradicted
//   end           page of the same group, and there is more  more_pages (the list has grown)
//   end           no new rows in the pages of a group        end
//   any           page of another size than the first        contradicted
//   contradicted  anything                                   contradicted
//
//   (1) an empty page; a page that reaches the list's total; without a total, a page with fewer
//       rows than its size
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

  // Events.
  void add_page(decode::envelope const& reported);
  void add_no_new_rows();

  // Whether reading on is of no use: at the end, or contradicted.
  bool is_over() const { return state() == list_state::end || state() == list_state::contradicted; }
  // Whether all pages are read in any case, so that the next ones may be fetched while these are
  // stored.
  bool reads_on() const { return fresh_ && reported_.total && state() == list_state::more_pages; }
  // Whether the total changed from one page to the next.
  bool has_moved() const { return moved_; }
  // The envelope of the page added last.
  decode::envelope const& reported() const { return reported_; }

private:
  bool ends() const;

  bool fresh_;
  std::int64_t per_page_;
  std::int64_t group_;
  std::int64_t asked_ = 0;  // pages asked for
  std::int64_t added_ = 0;  // pages added
  bool contradicted_ = false;
  bool moved_ = false;
  decode::envelope reported_;
};

}  // namespace vobiz::sync
