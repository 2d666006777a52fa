#include "exit_code.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace vobiz::app {
namespace {

using api::problem_kind;
using core::failure_kind;

int number(exit_code code) { return static_cast<int>(code); }

TEST(exit_code, of_each_kind_of_failure) {
  std::pair<failure_kind, int> const table[] = {
      {failure_kind::failed, 1},          {failure_kind::usage, 2},
      {failure_kind::config_invalid, 78}, {failure_kind::refused, 77},
      {failure_kind::lease_held, 75},     {failure_kind::older_schema, 1},
      {failure_kind::newer_schema, 1}};
  for (auto const& [kind, expected] : table) EXPECT_EQ(number(exit_code_for(kind)), expected);
}

TEST(exit_code, of_each_problem_of_the_api) {
  std::pair<problem_kind, int> const table[] = {
      {problem_kind::unavailable, 69}, {problem_kind::unauthorized, 77},
      {problem_kind::forbidden, 77},   {problem_kind::not_found, 1},
      {problem_kind::unsupported, 1},  {problem_kind::bad_request, 1}};
  for (auto const& [kind, expected] : table) EXPECT_EQ(number(exit_code_for(kind)), expected);
}

TEST(exit_code, of_a_cycle) {
  sync::cycle_result result;
  EXPECT_EQ(number(exit_code_for(result)), 0);
  result.report.outcome = sink::run_outcome::mismatch;
  EXPECT_EQ(number(exit_code_for(result)), 1);
  // The problem ended the cycle, whatever its windows came to before.
  result.problem = api::problem{problem_kind::unavailable, 503, "GET /cdrs: 503"};
  EXPECT_EQ(number(exit_code_for(result)), 69);
}

}  // namespace
}  // namespace vobiz::app
