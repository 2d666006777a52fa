#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "vobiz/decode/page.hpp"

namespace vobiz::sync {

// Which pages of a list to ask for next: the paging half of "read until proven", without input or
// output. It is told of each page's envelope and answers with the next pages, which may be fetched
// at the same time, until the list is at its end.
class read_plan {
public:
  // `fresh`: nothing of the window is stored yet, so all pages will be needed and are asked for in
  // large groups; otherwise groups grow from one page, since the news is at the top.
  read_plan(bool fresh, std::int64_t per_page);

  std::int64_t per_page() const { return per_page_; }

  // The next pages, empty when the list is at its end.
  std::vector<std::int64_t> next();

  // Takes note of an answer. False when it contradicts an earlier one, so that this read cannot be
  // complete: another page size in the middle of the list.
  bool add_page(decode::envelope const& reported);

  // Whether the list was read to its last page, as far as the pages tell.
  bool at_end() const;

  // Whether all pages are read in any case, so that the next ones may be fetched while these are
  // stored.
  bool reads_on() const { return fresh_ && noted_ > 0 && total_ && !at_end(); }

private:
  bool fresh_;
  std::int64_t per_page_;
  std::int64_t group_;
  std::int64_t asked_ = 0;   // pages asked for so far
  std::int64_t noted_ = 0;   // pages answered so far
  bool short_page_ = false;  // a page with fewer rows than its size: there is nothing behind it
  bool empty_page_ = false;  // whatever the total says, this is the end
  std::optional<std::int64_t> total_;
};

}  // namespace vobiz::sync
