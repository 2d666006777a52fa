#include "consequence.hpp"

#include <gtest/gtest.h>

#include <ostream>

namespace vobiz::sync {
namespace {

using api::problem;
using api::problem_kind;

consequence_of_problem const ends{effect::end_cycle, retry::by_schedule};
consequence_of_problem const skips_day{effect::skip_day, retry::by_schedule};
consequence_of_problem const skips_account{effect::skip_account, retry::by_schedule};
consequence_of_problem const falls_back{effect::fall_back, retry::growing_pause};
consequence_of_problem const row_is_missing{effect::skip_row, retry::growing_pause};
consequence_of_problem const skips_row{effect::skip_row, retry::next_search};

problem const problems[] = {
    {problem_kind::unavailable, 200, "unreadable"}, {problem_kind::not_found, 404, "not found"},
    {problem_kind::forbidden, 403, "forbidden"},    {problem_kind::unsupported, 501, "unsupported"},
    {problem_kind::unavailable, 503, "busy"},       {problem_kind::unavailable, 0, "no answer"},
    {problem_kind::unauthorized, 401, "refused"},   {problem_kind::bad_request, 422, "invalid"}};

struct row_of_table {
  char const* name;
  problem_scope scope;
  consequence_of_problem expected[std::size(problems)];
};

row_of_table const table[] = {
    {"document", {asked_for::document}, {ends, ends, ends, ends, ends, ends, ends, ends}},
    {"global list", {asked_for::global_list}, {ends, ends, ends, ends, ends, ends, ends, ends}},
    {"global list with customers' lists",
     {asked_for::global_list, true},
     {ends, falls_back, falls_back, falls_back, ends, ends, ends, ends}},
    {"global day", {asked_for::global_day}, {skips_day, ends, ends, ends, ends, ends, ends, ends}},
    {"global day with customers' lists",
     {asked_for::global_day, true},
     {skips_day, falls_back, falls_back, falls_back, ends, ends, ends, ends}},
    {"second unreadable global day",
     {asked_for::global_day, true, true},
     {ends, falls_back, falls_back, falls_back, ends, ends, ends, ends}},
    {"account list",
     {asked_for::account_list},
     {ends, skips_account, ends, ends, ends, ends, ends, ends}},
    {"account day",
     {asked_for::account_day},
     {skips_day, skips_account, ends, ends, ends, ends, ends, ends}},
    {"second unreadable account day",
     {asked_for::account_day, false, true},
     {ends, skips_account, ends, ends, ends, ends, ends, ends}},
    {"row",
     {asked_for::row},
     {skips_row, row_is_missing, skips_row, skips_row, skips_row, skips_row, skips_row,
      skips_row}}};

TEST(consequence, of_each_problem_for_each_scope) {
  for (auto const& row : table) {
    for (std::size_t n = 0; n < std::size(problems); ++n) {
      auto const found = consequence(problems[n], row.scope);
      EXPECT_TRUE(found == row.expected[n])
          << row.name << ", " << problems[n].message << ": effect " << static_cast<int>(found.what)
          << ", retry " << static_cast<int>(found.when);
    }
  }
}

}  // namespace
}  // namespace vobiz::sync
