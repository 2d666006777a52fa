#pragma once

#include "vobiz/api/client.hpp"

namespace vobiz::sync {

// What a request asked for.
enum class asked_for {
  document,      // an object of the partner, or a day of one
  global_list,   // a snapshot
  global_day,    // a day of a global list
  account_list,  // a customer's snapshot or wallet
  account_day,   // a day of a customer's list
  row,           // one row, by its id
};

// Where a problem was met.
struct problem_scope {
  asked_for what = asked_for::document;
  bool has_account_lists = false;  // customers' lists can take the place of the global one
  bool unreadable_before = false;  // the day read before this one was unreadable, too
};

enum class effect {
  skip_row,
  skip_day,      // the cycle reads on and fails at its end
  skip_account,  // the cycle reads the other customers
  fall_back,     // the customers' lists are read instead
  end_cycle,
};

// When it is asked for again.
enum class retry {
  by_schedule,    // in the next cycle
  growing_pause,  // after a pause that grows with each attempt
  next_search,    // when rows are looked for by id again
};

struct consequence_of_problem {
  effect what = effect::end_cycle;
  retry when = retry::by_schedule;

  friend bool operator==(consequence_of_problem const&, consequence_of_problem const&) = default;
};

// What a problem of the API means for what was asked for (docs/partner-api.md, "Errors"):
//
//                 unreadable answer        404             403, 501       any other
//   document      end cycle                end cycle       end cycle      end cycle
//   global list   end cycle                fall back (1)   fall back (1)  end cycle
//   global day    skip day (2)             fall back (1)   fall back (1)  end cycle
//   account list  end cycle                skip account    end cycle      end cycle
//   account day   skip day (2)             skip account    end cycle      end cycle
//   row           skip row                 skip row (3)    skip row       skip row
//
//   (1) end cycle without customers' lists; asked again after a growing pause
//   (2) end cycle after another unreadable day: two in a row mean that the API is broken
//   (3) a fact about the row: recorded, and asked again after a growing pause; the others say
//       nothing about the row, which is asked for again at the next search for missing rows
consequence_of_problem consequence(api::problem const& why, problem_scope const& scope);

}  // namespace vobiz::sync
