#pragma once

#include "vobiz/api/client.hpp"

namespace vobiz::sync {

// What a request asked for.
enum class asked_for {
  document,      // an object of the partner
  global_list,   // a global list as a whole
  global_day,    // a day of it, or of an object that the API has for each day
  account_list,  // a customer's list as a whole, or wallet
  account_day,   // a day of a customer's list
  row,           // one row, by its id
};

// Whether the API gives others of the same kind meanwhile: other days of the list, or the lists of
// other customers.
enum class others { not_asked, answer, are_silent };

// Where a problem was met.
struct problem_scope {
  asked_for what = asked_for::document;
  bool has_account_lists = false;  // customers' lists can take the place of the global one
  others witness = others::not_asked;
};

enum class effect {
  skip_row,
  skip_day,      // the cycle reads on; the day has a pause of its own
  skip_account,  // the cycle reads the other customers; the list has a pause of its own
  fall_back,     // the customers' lists are read instead, once the refusal has stood for a while
  end_cycle,
  ask_others,  // it depends on them
  blame_list,  // the problem is that of the whole list
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

// Whether the API answered that it does not give what was asked for: 3xx and 4xx but 401, 408 and
// 429, and 501. Anything else may be another answer a moment later.
bool is_refusal(api::problem const& why);

// Whether it is a 403, 404 or 501: the API has no such list for us, or a firewall says so for a
// moment.
bool has_no_such_list(api::problem const& why);

// Whether it says that the API does not know the endpoint: a 404 or a 501.
bool has_no_such_endpoint(api::problem const& why);

// What a problem of the API means for what was asked for (docs/partner-api.md, "Errors"):
//
//                 401        403, 404, 501   other refusal   any other
//   document      end cycle  end cycle       end cycle       end cycle
//   global list   end cycle  fall back (1)   end cycle       end cycle
//   account list  end cycle  skip account    skip account    skip account (2)
//   any day       end cycle  skip day (3)    skip day (3)    skip day (3)
//   row           skip row   skip row (4)    skip row        skip row
//
//   (1) end cycle without customers' lists
//   (2) where the lists of other customers answer; end cycle where they are silent
//   (3) where other days of the list answer; where they are silent, the list is to blame
//   (4) a 404 is a fact about the row: recorded, and asked again after a growing pause; the others
//       say nothing about the row, which is asked for again at the next search for missing rows
//
// A cycle that a 404 or 501 ends is judged once more at its end: a stream whose only endpoint has
// never answered is not offered at all (cycle.cpp).
consequence_of_problem consequence(api::problem const& why, problem_scope const& scope);

}  // namespace vobiz::sync
