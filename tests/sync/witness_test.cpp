#include "witness.hpp"

#include <gmock/gmock.h>

namespace vobiz::sync {
namespace {

using sink::day_basis;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

core::utc_day const today = *core::day_from_text("2026-03-10");

// Ten closed days of ten calls each, and today, all of which agree.
sink::witness_facts sound() {
  sink::witness_facts facts;
  facts.read = minutes(1);
  for (int ago = 10; ago >= 0; --ago) {
    sink::witness_day one;
    one.day = today - days(ago);
    one.is_current = true;
    one.is_proven = ago > 0;
    one.agrees = true;
    one.rows = one.own_rows = 10;
    one.sum = one.own_sum = "4.5";
    facts.days.push_back(one);
  }
  return facts;
}

sink::witness_day& ago(sink::witness_facts& facts, std::size_t many) {
  return facts.days[facts.days.size() - 1 - many];
}

void differ(sink::witness_day& one) {
  one.agrees = false;
  one.rows = 12;
  one.sum = "6";
}

witness_verdict judge(sink::witness_facts const& facts) {
  return judge_witness(facts, day_basis::utc, today);
}

TEST(witness, vouches_once_seven_closed_days_agree) {
  auto const verdict = judge(sound());
  EXPECT_TRUE(verdict.standing.vouches);
  EXPECT_EQ(verdict.standing.counts_by, day_basis::utc);
  EXPECT_EQ(verdict.standing.reason, "it agrees with the customers' lists since 2026-03-03");
  EXPECT_EQ(verdict.closed.size(), 10u);
  EXPECT_TRUE(verdict.open_agrees);
  EXPECT_FALSE(verdict.open_lacks);
  EXPECT_EQ(verdict.unvouched, std::nullopt);
}

TEST(witness, does_not_vouch_with_a_day_of_the_seven_that_differs) {
  for (std::size_t many = 1; many <= 7; ++many) {
    auto facts = sound();
    differ(ago(facts, many));
    auto const verdict = judge(facts);
    EXPECT_FALSE(verdict.standing.vouches) << many;
    EXPECT_EQ(verdict.standing.counts_by, std::nullopt);
    EXPECT_EQ(verdict.standing.reason, "it counts 12 calls of 6 on " +
                                           core::to_text(today - days(many)) +
                                           ", the customers' lists hold 10 of 4.5");
  }
}

TEST(witness, says_nothing_of_an_older_day_that_differs) {
  auto facts = sound();
  differ(ago(facts, 8));
  auto const verdict = judge(facts);
  EXPECT_TRUE(verdict.standing.vouches);
  EXPECT_EQ(verdict.unvouched, today - days(8));
  EXPECT_THAT(verdict.to_search, ElementsAre(today - days(8)));
}

TEST(witness, is_believed_until_the_lists_were_searched_for_a_difference) {
  auto facts = sound();
  facts.before = {true, day_basis::utc, "it agrees"};
  differ(ago(facts, 2));
  auto verdict = judge(facts);
  EXPECT_TRUE(verdict.standing.vouches);
  EXPECT_THAT(verdict.to_search, ElementsAre(today - days(2)));
  ago(facts, 2).searched = true;
  verdict = judge(facts);
  EXPECT_FALSE(verdict.standing.vouches);
  EXPECT_THAT(verdict.to_search, IsEmpty());
}

TEST(witness, needs_proven_days_in_a_row) {
  auto facts = sound();
  ago(facts, 4).is_proven = false;
  auto const verdict = judge(facts);
  EXPECT_FALSE(verdict.standing.vouches);
  EXPECT_EQ(verdict.standing.reason, "3 of the 7 closed days that it takes are proven");
}

TEST(witness, keeps_its_trust_while_the_last_day_is_still_to_be_proven) {
  auto facts = sound();
  ago(facts, 1).is_proven = false;
  EXPECT_TRUE(judge(facts).standing.vouches);
}

TEST(witness, does_not_vouch_by_days_without_calls) {
  auto facts = sound();
  for (auto& one : facts.days) {
    one.rows.reset();
    one.sum.clear();
    one.own_rows = 0;
    one.own_sum = "0";
  }
  auto const verdict = judge(facts);
  EXPECT_FALSE(verdict.standing.vouches);
  EXPECT_EQ(verdict.standing.reason, "the last closed days have no calls to compare");
}

TEST(witness, says_which_day_it_does_not_name) {
  auto facts = sound();
  auto& one = ago(facts, 3);
  one.agrees = false;
  one.rows.reset();
  one.sum.clear();
  EXPECT_EQ(judge(facts).standing.reason,
            "it does not name 2026-03-07, the customers' lists hold 10 of 4.5");
}

TEST(witness, says_nothing_when_it_was_not_read_for_long) {
  auto facts = sound();
  for (auto const read : {std::optional<std::chrono::milliseconds>(), {hours(2)}}) {
    facts.read = read;
    auto const verdict = judge(facts);
    EXPECT_FALSE(verdict.standing.vouches);
    EXPECT_FALSE(verdict.open_agrees);
    EXPECT_EQ(verdict.standing.reason, "the dashboard was not read for an hour");
  }
}

TEST(witness, counts_rows_of_open_days_that_nobody_holds) {
  auto facts = sound();
  differ(ago(facts, 0));
  auto verdict = judge(facts);
  EXPECT_FALSE(verdict.open_agrees);
  EXPECT_TRUE(verdict.open_lacks);
  // It may be behind.
  ago(facts, 0).rows = 9;
  verdict = judge(facts);
  EXPECT_FALSE(verdict.open_agrees);
  EXPECT_FALSE(verdict.open_lacks);
}

TEST(witness, does_not_stand_for_days_that_its_answer_does_not_cover) {
  auto facts = sound();
  for (std::size_t many = 9; many <= 10; ++many) ago(facts, many).is_current = false;
  EXPECT_EQ(judge(facts).unvouched, today - days(9));
}

}  // namespace
}  // namespace vobiz::sync
