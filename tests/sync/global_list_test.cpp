#include "global_list.hpp"

#include <gtest/gtest.h>

#include "failed_reads.hpp"

namespace vobiz::sync {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(global_list, is_replaced_once_its_refusal_has_stood_for_a_while) {
  struct {
    char const* name;
    global_refusal how;
    bool falls_back;
  } const cases[] = {
      {"never answered", {false, seconds(0), 1}, true},
      {"answered before", {true, seconds(0), 1}, false},
      {"long, but rarely asked", {true, minutes(60), 2}, false},
      {"often, but not for long", {true, seconds(299), 30}, false},
      {"both", {true, minutes(5), 3}, true},
  };
  for (auto const& one : cases)
    EXPECT_EQ(is_time_to_fall_back(one.how), one.falls_back) << one.name;
}

TEST(global_list, is_asked_again_as_the_server_wishes) {
  EXPECT_EQ(pause_before_asking_again(1, std::nullopt), seconds(1));
  EXPECT_EQ(pause_before_asking_again(2, std::nullopt), seconds(2));
  EXPECT_EQ(pause_before_asking_again(3, std::nullopt), std::nullopt);
  EXPECT_EQ(pause_before_asking_again(1, milliseconds(250)), milliseconds(250));
  EXPECT_EQ(pause_before_asking_again(1, milliseconds(-1)), milliseconds(0));
  EXPECT_EQ(pause_before_asking_again(2, minutes(59)), minutes(1));
  EXPECT_EQ(pause_before_asking_again(3, milliseconds(1)), std::nullopt);
}

}  // namespace
}  // namespace vobiz::sync
