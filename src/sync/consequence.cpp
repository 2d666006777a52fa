#include "consequence.hpp"

namespace vobiz::sync {

namespace {

using api::problem_kind;

consequence_of_problem depending_on(others witness, consequence_of_problem where_they_answer,
                                    effect where_they_are_silent) {
  switch (witness) {
    case others::not_asked:
      return {effect::ask_others, retry::by_schedule};
    case others::answer:
      return where_they_answer;
    case others::are_silent:
      break;
  }
  return {where_they_are_silent, retry::by_schedule};
}

}  // namespace

bool has_no_such_list(api::problem const& why) {
  return why.kind == problem_kind::forbidden || has_no_such_endpoint(why);
}

bool has_no_such_endpoint(api::problem const& why) {
  return why.kind == problem_kind::not_found || why.kind == problem_kind::unsupported;
}

bool is_refusal(api::problem const& why) {
  return why.kind != problem_kind::unavailable && why.kind != problem_kind::unauthorized;
}

consequence_of_problem consequence(api::problem const& why, problem_scope const& scope) {
  if (scope.what == asked_for::row) {
    return {effect::skip_row,
            why.kind == problem_kind::not_found ? retry::growing_pause : retry::next_search};
  }
  if (why.kind == problem_kind::unauthorized) return {};
  consequence_of_problem const skip_day{effect::skip_day, retry::growing_pause};
  consequence_of_problem const skip_account{effect::skip_account, retry::growing_pause};
  switch (scope.what) {
    case asked_for::global_list:
      if (scope.has_account_lists && has_no_such_list(why)) {
        return {effect::fall_back, retry::growing_pause};
      }
      break;
    case asked_for::account_list:
      if (is_refusal(why)) return skip_account;
      return depending_on(scope.witness, skip_account, effect::end_cycle);
    case asked_for::global_day:
    case asked_for::account_day:
      return depending_on(scope.witness, skip_day, effect::blame_list);
    case asked_for::document:
    case asked_for::row:
      break;
  }
  return {};
}

}  // namespace vobiz::sync
