#include "read_plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vobiz::sync {
namespace {

using pages = std::vector<std::int64_t>;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

decode::envelope page_of(std::size_t listed, std::optional<std::int64_t> total = std::nullopt,
                         std::optional<std::int64_t> per_page = std::nullopt) {
  decode::envelope result;
  result.listed = listed;
  result.total = total;
  result.per_page = per_page;
  return result;
}

pages from_to(std::int64_t first, std::int64_t last) {
  pages result;
  for (auto n = first; n <= last; ++n) result.push_back(n);
  return result;
}

TEST(read_plan, starts_with_the_first_page_whatever_it_knows) {
  EXPECT_EQ(read_plan(true, 100).next(), pages{1});
  EXPECT_EQ(read_plan(false, 100).next(), pages{1});
}

TEST(read_plan, reads_on_only_where_all_pages_will_be_read) {
  for (bool const fresh : {true, false}) {
    read_plan plan(fresh, 100);
    EXPECT_FALSE(plan.reads_on()) << "the first page has the number of pages";
    plan.next();
    plan.add_page(page_of(100, 250));
    EXPECT_EQ(plan.reads_on(), fresh);
    plan.next();
    plan.add_page(page_of(100, 250));
    plan.add_page(page_of(50, 250));
    EXPECT_FALSE(plan.reads_on()) << "at its end";
  }
  read_plan without_total(true, 100);
  without_total.next();
  without_total.add_page(page_of(100));
  EXPECT_FALSE(without_total.reads_on());
}

TEST(read_plan, asks_for_the_rest_of_a_fresh_list_side_by_side) {
  read_plan plan(true, 100);
  plan.next();
  EXPECT_TRUE(plan.add_page(page_of(100, 1'001)));
  EXPECT_FALSE(plan.at_end());
  EXPECT_EQ(plan.next(), from_to(2, 11));
  for (int n = 2; n <= 10; ++n) plan.add_page(page_of(100, 1'001));
  EXPECT_FALSE(plan.at_end());
  plan.add_page(page_of(1, 1'001));
  EXPECT_TRUE(plan.at_end());
  EXPECT_THAT(plan.next(), IsEmpty());
}

TEST(read_plan, bounds_a_group) {
  read_plan plan(true, 100);
  plan.next();
  plan.add_page(page_of(100, 100'000));
  EXPECT_EQ(plan.next(), from_to(2, 17));
}

TEST(read_plan, goes_down_a_known_list_in_growing_steps) {
  read_plan plan(false, 100);
  plan.next();
  plan.add_page(page_of(100, 1'000));
  EXPECT_EQ(plan.next(), pages{2});
  plan.add_page(page_of(100, 1'000));
  EXPECT_EQ(plan.next(), from_to(3, 4));
  plan.add_page(page_of(100, 1'000));
  plan.add_page(page_of(100, 1'000));
  EXPECT_EQ(plan.next(), from_to(5, 8));
}

TEST(read_plan, an_empty_list_ends_with_its_first_page) {
  read_plan plan(true, 100);
  plan.next();
  EXPECT_TRUE(plan.add_page(page_of(0, 0)));
  EXPECT_TRUE(plan.at_end());
  EXPECT_THAT(plan.next(), IsEmpty());
}

TEST(read_plan, without_a_total_a_short_page_is_the_last) {
  read_plan plan(true, 100);
  EXPECT_EQ(plan.next(), pages{1});
  plan.add_page(page_of(100));
  EXPECT_EQ(plan.next(), pages{2});
  plan.add_page(page_of(99));
  EXPECT_TRUE(plan.at_end());
}

TEST(read_plan, without_a_total_a_full_last_page_costs_one_empty_one) {
  read_plan plan(true, 100);
  plan.next();
  plan.add_page(page_of(100));
  EXPECT_EQ(plan.next(), pages{2});
  plan.add_page(page_of(0));
  EXPECT_TRUE(plan.at_end());
}

TEST(read_plan, an_empty_page_is_the_end_whatever_the_total_says) {
  read_plan plan(false, 100);
  plan.next();
  plan.add_page(page_of(100, 500));
  plan.next();
  plan.add_page(page_of(0, 500));
  EXPECT_TRUE(plan.at_end());
}

TEST(read_plan, a_short_page_in_the_middle_is_not_the_end_of_a_counted_list) {
  read_plan plan(false, 100);
  plan.next();
  plan.add_page(page_of(90, 250));
  EXPECT_FALSE(plan.at_end());
}

TEST(read_plan, takes_over_the_page_size_the_server_answers_with) {
  read_plan plan(true, 100);
  plan.next();
  EXPECT_TRUE(plan.add_page(page_of(20, 70, 20)));
  EXPECT_EQ(plan.per_page(), 20);
  EXPECT_FALSE(plan.at_end());
  EXPECT_EQ(plan.next(), from_to(2, 4));
  EXPECT_TRUE(plan.add_page(page_of(20, 70, 20)));
  EXPECT_FALSE(plan.add_page(page_of(20, 70, 25)));  // a third page size in the middle
}

TEST(read_plan, a_smaller_size_without_a_total_is_a_full_page_of_its_own) {
  read_plan plan(true, 100);
  plan.next();
  plan.add_page(page_of(20, std::nullopt, 20));
  EXPECT_FALSE(plan.at_end());
  EXPECT_EQ(plan.next(), pages{2});
}

TEST(read_plan, a_senseless_size_is_not_taken_over) {
  for (std::int64_t const size : {0, -5}) {
    read_plan plan(true, 100);
    plan.next();
    plan.add_page(page_of(10, 10, size));
    EXPECT_EQ(plan.per_page(), 100);
    EXPECT_TRUE(plan.at_end());
  }
}

// A total that grows during the read moves the end of the list.
TEST(read_plan, follows_the_total_of_the_last_answer) {
  read_plan plan(false, 100);
  plan.next();
  plan.add_page(page_of(100, 100));
  EXPECT_TRUE(plan.at_end());
  read_plan growing(false, 100);
  growing.next();
  growing.add_page(page_of(100, 150));
  growing.next();
  growing.add_page(page_of(100, 201));
  EXPECT_FALSE(growing.at_end());
  EXPECT_THAT(growing.next(), ElementsAre(3));
}

}  // namespace
}  // namespace vobiz::sync
