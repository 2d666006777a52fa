#include "consequence.hpp"

namespace vobiz::sync {

namespace {

using api::problem_kind;

// A complete answer came, but none that can be used.
bool is_unreadable(api::problem const& why) { return why.status >= 200 && why.status < 300; }

bool lists_are_refused(problem_kind kind) {
  return kind == problem_kind::forbidden || kind == problem_kind::not_found ||
         kind == problem_kind::unsupported;
}

}  // namespace

consequence_of_problem consequence(api::problem const& why, problem_scope const& scope) {
  bool const is_day = scope.what == asked_for::global_day || scope.what == asked_for::account_day;
  if (is_day && is_unreadable(why) && !scope.unreadable_before) {
    return {effect::skip_day, retry::by_schedule};
  }
  switch (scope.what) {
    case asked_for::document:
      break;
    case asked_for::global_list:
    case asked_for::global_day:
      if (scope.has_account_lists && lists_are_refused(why.kind)) {
        return {effect::fall_back, retry::growing_pause};
      }
      break;
    case asked_for::account_list:
    case asked_for::account_day:
      // An id of another partner, or of a customer who left, says nothing about the others.
      if (why.kind == problem_kind::not_found) return {effect::skip_account, retry::by_schedule};
      break;
    case asked_for::row:
      return {effect::skip_row,
              why.kind == problem_kind::not_found ? retry::growing_pause : retry::next_search};
  }
  return {effect::end_cycle, retry::by_schedule};
}

}  // namespace vobiz::sync
