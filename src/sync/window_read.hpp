#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "key_set.hpp"
#include "read_plan.hpp"
#include "vobiz/decode/page.hpp"
#include "vobiz/sink/windows.hpp"

namespace vobiz::sync {

// What to do after a group of pages has been stored.
enum class verdict {
  more,      // fetch the next pages
  settle,    // the list is at its end: tell what was walked, see settle()
  again,     // the list moved while it was read: read it from the top
  proven,    // the window is complete
  mismatch,  // it could not be proven, or a shrink waits to be confirmed; outcome() says why
};

// "Read until proven" (design.md §2) as a state machine without input or output: it is told what
// was read and stored, and decides. At most three reads, then a mismatch; never a proof that the
// API's own count and sums do not bear out.
class window_read {
public:
  // The parts of a row's key, each with U+0000 behind it, which no stored text holds.
  using row_key = std::string;

  // `whole`: to the last page even when the totals agree before, because totals cannot show every
  // change.
  window_read(sink::window const& before, bool whole, std::int64_t per_page);

  // The next pages to fetch, which may be fetched at the same time.
  std::vector<std::int64_t> next_pages() { return plan_.next(); }
  std::int64_t per_page() const { return plan_.per_page(); }
  // Whether next_pages() will be needed whatever comes of storing the pages noted last.
  bool reads_on() const { return plan_.reads_on() && !contradicted_; }
  bool at_end() const { return plan_.at_end() || contradicted_; }

  // Takes note of a page: its envelope, the keys of its rows and the payloads of its rejects.
  void add_page(decode::envelope const& reported, std::vector<row_key> const& keys,
                std::vector<decode::reject> const& rejects);

  // Whether judge() may come to more than "more" with these figures: what it decides rests on a
  // count.
  bool may_decide(sink::figures const& stored) const;

  // After the noted pages have been stored: `stored` is what is stored of the window now, `changed`
  // whether any of these pages changed it.
  verdict judge(sink::figures const& stored, bool changed);

  // After verdict::settle: `walked` are rows and sums of the walked keys, `vanished` how many of
  // the `stored` rows are not among them. When the result is proven, those are to be marked
  // removed.
  verdict settle(sink::figures const& walked, std::int64_t vanished, std::int64_t stored);

  key_set const& keys() const { return keys_; }
  std::vector<decode::reject> rejects() const;

  // After proven or mismatch: all but the state a proven window gets and the requests it cost.
  sink::conclusion const& outcome() const { return outcome_; }

private:
  verdict retry(std::string doubt);
  void start_over();
  std::size_t met() const { return keys_.size() + rejects_.size(); }

  sink::window const& before_;
  bool whole_;
  std::int64_t first_per_page_;
  int reads_ = 1;
  read_plan plan_;
  key_set keys_;
  std::map<std::string, decode::reject> rejects_;  // by payload: drift repeats them like rows
  std::size_t met_when_judged_ = 0;
  bool contradicted_ = false;
  bool moved_ = false;  // the total changed from one page to another
  bool noted_ = false;
  decode::envelope reported_;
  sink::conclusion outcome_;
};

}  // namespace vobiz::sync
