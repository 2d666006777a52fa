#include "customer_round.hpp"

#include <gmock/gmock.h>

namespace vobiz::sync {

void PrintTo(reason_to_look why, std::ostream* out) {
  constexpr char const* names[] = {"moved", "again", "days", "turn", "none"};
  *out << names[static_cast<int>(why)];
}

namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using age = sink::customer_facts::age;

round_setting usual() {
  round_setting how;
  how.every = minutes(1);
  how.quiet_every = hours(1);
  return how;
}

sink::customer_facts customer(std::string id, age looked, age moved = std::nullopt,
                              age found = std::nullopt) {
  sink::customer_facts one;
  one.id = std::move(id);
  one.looked = looked;
  one.moved = moved;
  one.found = found;
  one.has_wallet = true;
  return one;
}

struct look_case {
  char const* name;
  sink::customer_facts customer;
  reason_to_look why;
};

class customers : public ::testing::TestWithParam<look_case> {};

TEST_P(customers, are_asked_when_they_are_worth_it) {
  EXPECT_EQ(why_look(GetParam().customer, usual()), GetParam().why);
}

using enum reason_to_look;

INSTANTIATE_TEST_SUITE_P(
    each, customers,
    ::testing::Values(
        look_case{"never_looked_at", customer("a", std::nullopt), turn},
        look_case{"never_looked_at_with_a_wallet", customer("a", std::nullopt, minutes(9)), moved},
        look_case{"wallet_stands_still", customer("a", minutes(59)), none},
        look_case{"wallet_stands_still_for_long", customer("a", minutes(60)), turn},
        look_case{"moved_since_the_look", customer("a", minutes(10), minutes(9)), moved},
        look_case{"moved_before_the_look_which_found",
                  customer("a", minutes(8), minutes(9), minutes(8)), none},
        look_case{"moved_and_nothing_found_yet", customer("a", seconds(50), seconds(55)), none},
        look_case{"again_a_minute_after", customer("a", seconds(58), seconds(60)), again},
        look_case{"not_twice_within_it", customer("a", seconds(1), seconds(62)), none},
        look_case{"again_five_minutes_after", customer("a", minutes(4), minutes(5)), again},
        look_case{"no_more_then", customer("a", minutes(1), minutes(7)), none},
        look_case{"an_older_find_does_not_count", customer("a", seconds(59), minutes(1), hours(2)),
                  again}),
    [](auto const& of) { return of.param.name; });

TEST(customers, with_a_day_that_waits_are_asked) {
  auto one = customer("a", minutes(1));
  one.wants_days = true;
  EXPECT_EQ(why_look(one, usual()), days);
}

TEST(customers, are_all_asked_by_a_command) {
  auto how = usual();
  how.everyone = true;
  EXPECT_EQ(why_look(customer("a", seconds(1)), how), turn);
}

TEST(customers, wait_as_long_as_the_totals_say_that_nothing_is_new) {
  auto how = usual();
  how.vouched = minutes(5);
  EXPECT_EQ(why_look(customer("a", hours(9)), how), none);
  EXPECT_EQ(why_look(customer("a", hours(9), minutes(1)), how), moved);
  how.vouched = minutes(61);
  EXPECT_EQ(why_look(customer("a", hours(9)), how), turn);
}

TEST(customers, without_a_wallet_are_asked_by_their_activity) {
  auto one = customer("a", minutes(2), std::nullopt, minutes(8));
  one.has_wallet = false;
  EXPECT_EQ(why_look(one, usual()), turn);
  one.found = minutes(9);
  EXPECT_EQ(why_look(one, usual()), none);
  // Never less often than once in quiet_every, never more often than the polls.
  one.found = hours(99);
  one.looked = hours(1);
  EXPECT_EQ(why_look(one, usual()), turn);
  one.found = seconds(30);
  one.looked = seconds(30);
  EXPECT_EQ(why_look(one, usual()), none);
}

TEST(round, asks_moved_wallets_first_then_days_then_by_turn) {
  auto waiting = customer("e", minutes(1));
  waiting.wants_days = true;
  auto const round = pick_round({customer("a", hours(2)), customer("b", minutes(2), minutes(1)),
                                 customer("c", hours(3)), customer("d", minutes(9), minutes(5)),
                                 waiting, customer("f", minutes(3)), customer("g", std::nullopt)},
                                usual());
  EXPECT_THAT(round.ids, ElementsAre("d", "b", "e", "g", "c", "a"));
  // The end of a day lets all customers' days wait at once.
  EXPECT_EQ(round.urgent, 2u);
}

TEST(search, goes_on_with_those_not_looked_at_since_it_began) {
  EXPECT_THAT(pick_search({customer("a", hours(2)), customer("b", seconds(9)),
                           customer("c", hours(1), std::nullopt, minutes(2)),
                           customer("d", hours(3)), customer("e", std::nullopt)},
                          seconds(10)),
              ElementsAre("c", "e", "d", "a"));
}

}  // namespace
}  // namespace vobiz::sync
