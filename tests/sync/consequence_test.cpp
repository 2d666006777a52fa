#include "consequence.hpp"

#include <gtest/gtest.h>

#include <ostream>

namespace vobiz::sync {
namespace {

using api::problem;
using api::problem_kind;

consequence_of_problem const ends{effect::end_cycle, retry::by_schedule};
consequence_of_problem const asks{effect::ask_others, retry::by_schedule};
consequence_of_problem const blames{effect::blame_list, retry::by_schedule};
consequence_of_problem const skips_day{effect::skip_day, retry::growing_pause};
consequence_of_problem const skips_account{effect::skip_account, retry::growing_pause};
consequence_of_problem const falls_back{effect::fall_back, retry::growing_pause};
consequence_of_problem const row_is_missing{effect::skip_row, retry::growing_pause};
consequence_of_problem const skips_row{effect::skip_row, retry::next_search};

problem const problems[] = {
    {problem_kind::unauthorized, 401, "refused"},   {problem_kind::not_found, 404, "not found"},
    {problem_kind::forbidden, 403, "forbidden"},    {problem_kind::unsupported, 501, "unsupported"},
    {problem_kind::bad_request, 422, "invalid"},    {problem_kind::bad_request, 400, "wrong"},
    {problem_kind::unavailable, 200, "unreadable"}, {problem_kind::unavailable, 500, "broken"},
    {problem_kind::unavailable, 503, "busy"},       {problem_kind::unavailable, 429, "too many"},
    {problem_kind::unavailable, 0, "no answer"}};

struct row_of_table {
  char const* name;
  problem_scope scope;
  consequence_of_problem of_401, of_404, of_403, of_501, of_422, of_400, of_the_others;
};

using what = asked_for;

// clang-format off
row_of_table const table[] = {
    // name, scope                                              401        404            403            501            422            400            200, 5xx, 429, none
    {"document", {what::document},                              ends,      ends,          ends,          ends,          ends,          ends,          ends},
    {"global list", {what::global_list},                        ends,      ends,          ends,          ends,          ends,          ends,          ends},
    {"global list, customers'", {what::global_list, true},      ends,      falls_back,    falls_back,    falls_back,    ends,          ends,          ends},
    {"global day", {what::global_day, true},                    ends,      asks,          asks,          asks,          asks,          asks,          asks},
    {"its others answer", {what::global_day, true, others::answer},
                                                                ends,      skips_day,     skips_day,     skips_day,     skips_day,     skips_day,     skips_day},
    {"its others are silent", {what::global_day, true, others::are_silent},
                                                                ends,      blames,        blames,        blames,        blames,        blames,        blames},
    {"account day", {what::account_day},                        ends,      asks,          asks,          asks,          asks,          asks,          asks},
    {"its others answer", {what::account_day, true, others::answer},
                                                                ends,      skips_day,     skips_day,     skips_day,     skips_day,     skips_day,     skips_day},
    {"its others are silent", {what::account_day, true, others::are_silent},
                                                                ends,      blames,        blames,        blames,        blames,        blames,        blames},
    {"account list", {what::account_list},                      ends,      skips_account, skips_account, skips_account, skips_account, skips_account, asks},
    {"other lists answer", {what::account_list, true, others::answer},
                                                                ends,      skips_account, skips_account, skips_account, skips_account, skips_account, skips_account},
    {"other lists are silent", {what::account_list, true, others::are_silent},
                                                                ends,      skips_account, skips_account, skips_account, skips_account, skips_account, ends},
    {"row", {what::row},                                        skips_row, row_is_missing, skips_row,    skips_row,     skips_row,     skips_row,     skips_row}};
// clang-format on

consequence_of_problem expected(row_of_table const& row, problem const& of) {
  switch (of.status) {
    case 401:
      return row.of_401;
    case 404:
      return row.of_404;
    case 403:
      return row.of_403;
    case 501:
      return row.of_501;
    case 422:
      return row.of_422;
    case 400:
      return row.of_400;
    default:
      return row.of_the_others;
  }
}

TEST(consequence, of_each_problem_for_each_scope) {
  for (auto const& row : table) {
    for (auto const& one : problems) {
      auto const found = consequence(one, row.scope);
      EXPECT_TRUE(found == expected(row, one))
          << row.name << ", " << one.message << ": effect " << static_cast<int>(found.what)
          << ", retry " << static_cast<int>(found.when);
    }
  }
}

}  // namespace
}  // namespace vobiz::sync
