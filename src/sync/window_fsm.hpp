#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "foreign_rows.hpp"
#include "key_set.hpp"
#include "list_fsm.hpp"
#include "vobiz/decode/page.hpp"
#include "vobiz/sink/walks.hpp"
#include "vobiz/sink/windows.hpp"
#include "vobiz/sync/shrink_budget.hpp"

namespace vobiz::sync {

// What to do after a group of pages has been stored.
enum class verdict {
  more,      // fetch the next pages
  settle,    // the list is at its end: call settle() with what was walked
  again,     // the list moved while it was read: read it from the top
  proven,    // the window is complete
  mismatch,  // it could not be proven, or a shrink waits to be confirmed; outcome() says why
};

// "Read until proven" (docs/architecture.md) as a state machine without input or output: it is
// given what was read and stored, and decides. At most three reads, then a mismatch; never a proof
// against the API's own count and sums. list_fsm decides where the list ends.
//
//   event    list          what is stored                              verdict
//   judge    any           the list holds other days' rows (1)         mismatch
//   judge    any           proves the window (2)                       proven
//   judge    more pages    does not                                    more
//   judge    contradicted  does not                                    again, or mismatch (3)
//   judge    end, moved    does not                                    again, or mismatch (3)
//   judge    end           does not, or the list is read whole         settle
//   settle   end, capped   anything                                    mismatch
//   settle   end           is not what was walked by count and sums    again, or mismatch (3)
//   settle   end           is; too many rows have vanished at once     mismatch
//   settle   end           is                                          proven
//
//   (1) or other customers': see lists_foreign_rows()
//   (2) see prove(); not while every page is wanted, not at the end of a read that changed rows,
//       not by a count alone once the list has moved, and not by a total that the page behind it
//       has not confirmed, where the last page is full
//   (3) mismatch after the third read
class window_fsm {
public:
  // The parts of a row's key, each with U+0000 behind it, which no stored text holds.
  using row_key = std::string;

  // `whole`: to the last page even when the totals agree before, because totals cannot show every
  // change.
  window_fsm(sink::window const& before, bool whole, std::int64_t per_page);

  // The next pages to fetch, which may be fetched at the same time.
  std::vector<std::int64_t> next_pages() { return list_.next_pages(); }
  list_fsm const& list() const { return list_; }

  // Adds a page: its envelope, the keys of its rows, the payloads of its rejects, and how many of
  // its rows belong to other days or customers.
  void add_page(decode::envelope const& reported, std::vector<row_key> const& keys,
                std::vector<decode::reject> const& rejects, foreign_rows const& foreign = {});

  // Whether more rows of other days or customers are listed than boundaries and nonsense times
  // explain: five or a twentieth, and not more than there are of this one. Such a list proves
  // nothing, and its foreign rows are not stored.
  bool lists_foreign_rows() const;

  // Whether judge() may come to more than verdict::more with these figures: what it decides then
  // has to rest on a count.
  bool may_decide(sink::figures const& stored) const;

  // After the added pages have been stored: `stored` is what is stored of the window now, `changed`
  // whether any of these pages changed it.
  verdict judge(sink::figures const& stored, bool changed);

  // After verdict::settle: `walk` is the read against what is stored (with its rejects filled in),
  // `each_time` its figures with those of repeated() added, `stored` the rows of the window. When
  // the result is proven, the vanished rows are to be marked removed.
  verdict settle(sink::walk_comparison const& walk, sink::figures const& each_time,
                 std::int64_t stored, shrink_budget& shrinks);

  key_set const& keys() const { return keys_; }
  std::vector<decode::reject> rejects() const;
  // The keys that were listed once more, each as often; at most most_repeats of them.
  std::vector<row_key> const& repeated() const { return repeated_; }

  // After proven or mismatch: all but the state a proven window gets and the requests it cost.
  sink::conclusion const& outcome() const { return outcome_; }

private:
  verdict mismatch(std::string error);
  verdict retry(std::string doubt);
  void start_over();
  std::size_t met() const { return keys_.size() + rejects_.size(); }
  std::int64_t repeats() const;
  std::string repeats_text() const;
  std::optional<sink::proof> prove_walk(sink::figures const& walked,
                                        sink::figures const& each_time) const;
  std::optional<sink::proof> known_repeats(sink::figures const& stored, bool changed) const;

  sink::window const& before_;
  bool whole_;
  std::int64_t first_per_page_;
  int reads_ = 1;
  list_fsm list_;
  key_set keys_;
  std::map<std::string, decode::reject> rejects_;  // by payload: drift repeats them like rows
  std::size_t met_when_judged_ = 0;
  std::vector<row_key> repeated_;
  std::size_t repeated_when_judged_ = 0;
  std::int64_t repeated_rejects_ = 0;
  bool too_many_repeats_ = false;
  std::optional<std::string> repeats_before_;  // those of the last read that ended with some
  foreign_rows foreign_;
  std::int64_t listed_ = 0;
  sink::conclusion outcome_;
};

}  // namespace vobiz::sync
