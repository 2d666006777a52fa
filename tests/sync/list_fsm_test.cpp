#include "list_fsm.hpp"

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

TEST(list_fsm, starts_with_the_first_page_whatever_it_knows) {
  EXPECT_EQ(list_fsm(true, 100).next_pages(), pages{1});
  EXPECT_EQ(list_fsm(false, 100).next_pages(), pages{1});
}

TEST(list_fsm, reads_on_only_where_all_pages_will_be_read) {
  for (bool const fresh : {true, false}) {
    list_fsm list(fresh, 100);
    EXPECT_FALSE(list.reads_on()) << "the first page tells how many there are";
    list.next_pages();
    list.add_page(page_of(100, 250));
    EXPECT_EQ(list.reads_on(), fresh);
    list.next_pages();
    list.add_page(page_of(100, 250));
    list.add_page(page_of(50, 250));
    EXPECT_FALSE(list.reads_on()) << "at its end";
  }
  list_fsm without_total(true, 100);
  without_total.next_pages();
  without_total.add_page(page_of(100));
  EXPECT_FALSE(without_total.reads_on());
}

TEST(list_fsm, asks_for_the_rest_of_a_fresh_list_side_by_side) {
  list_fsm list(true, 100);
  list.next_pages();
  list.add_page(page_of(100, 1'001));
  EXPECT_EQ(list.state(), list_state::more_pages);
  EXPECT_EQ(list.next_pages(), from_to(2, 11));
  for (int n = 2; n <= 10; ++n) list.add_page(page_of(100, 1'001));
  EXPECT_EQ(list.state(), list_state::more_pages);
  list.add_page(page_of(1, 1'001));
  EXPECT_EQ(list.state(), list_state::end);
  EXPECT_THAT(list.next_pages(), IsEmpty());
}

TEST(list_fsm, bounds_a_group) {
  list_fsm list(true, 100);
  list.next_pages();
  list.add_page(page_of(100, 100'000));
  EXPECT_EQ(list.next_pages(), from_to(2, 17));
}

TEST(list_fsm, goes_down_a_known_list_in_growing_steps) {
  list_fsm list(false, 100);
  list.next_pages();
  list.add_page(page_of(100, 1'000));
  EXPECT_EQ(list.next_pages(), pages{2});
  list.add_page(page_of(100, 1'000));
  EXPECT_EQ(list.next_pages(), from_to(3, 4));
  list.add_page(page_of(100, 1'000));
  list.add_page(page_of(100, 1'000));
  EXPECT_EQ(list.next_pages(), from_to(5, 8));
}

TEST(list_fsm, an_empty_list_ends_with_its_first_page) {
  list_fsm list(true, 100);
  list.next_pages();
  list.add_page(page_of(0, 0));
  EXPECT_EQ(list.state(), list_state::end);
  EXPECT_THAT(list.next_pages(), IsEmpty());
}

TEST(list_fsm, without_a_total_only_an_empty_page_is_the_last) {
  for (auto const has_next : {std::optional<bool>(), std::optional(false), std::optional(true)}) {
    list_fsm list(true, 100);
    EXPECT_EQ(list.next_pages(), pages{1});
    for (std::int64_t page = 1; page <= 3; ++page) {
      auto reported = page_of(page == 2 ? 99 : 100);  // a short page in the middle
      reported.has_next = has_next;
      list.add_page(reported);
      EXPECT_EQ(list.state(), list_state::more_pages) << page;
      EXPECT_EQ(list.next_pages(), pages{page + 1});
    }
    list.add_page(page_of(0));
    EXPECT_EQ(list.state(), list_state::end);
  }
}

TEST(list_fsm, behind_a_full_last_page_asks_whether_the_total_counts_all) {
  list_fsm list(true, 100);
  list.next_pages();
  list.add_page(page_of(100, 200));
  EXPECT_EQ(list.next_pages(), pages{2});
  EXPECT_FALSE(list.is_behind_total(2));
  EXPECT_TRUE(list.is_behind_total(3));
  list.add_page(page_of(100, 200));
  EXPECT_EQ(list.state(), list_state::more_pages);
  EXPECT_EQ(list.next_pages(), pages{3});
  auto whole = list;
  whole.add_page(page_of(0, 200));
  EXPECT_EQ(whole.state(), list_state::end);
  EXPECT_FALSE(whole.is_capped());
  list.add_page(page_of(100, 200));
  EXPECT_TRUE(list.is_capped());
  EXPECT_EQ(list.next_pages(), pages{4});
  list.add_page(page_of(7, 200));
  EXPECT_EQ(list.state(), list_state::end);
  EXPECT_TRUE(list.is_capped());
}

TEST(list_fsm, believes_that_there_is_a_next_page_behind_a_short_one) {
  auto more = page_of(20, 70);
  more.has_next = true;
  list_fsm list(true, 100);
  list.next_pages();
  list.add_page(more);
  EXPECT_EQ(list.state(), list_state::more_pages);
  EXPECT_EQ(list.next_pages(), pages{2});
  auto last = page_of(10, 70);
  last.has_next = false;
  list.add_page(last);
  EXPECT_EQ(list.state(), list_state::end);
}

TEST(list_fsm, looks_behind_the_total_of_a_list_that_is_not_read_on) {
  list_fsm list(false, 100);
  list.next_pages();
  list.add_page(page_of(100, 10'000));
  EXPECT_TRUE(list.look_behind_total());
  EXPECT_EQ(list.next_pages(), pages{101});
  auto all = list;
  all.add_page(page_of(0, 10'000));
  EXPECT_EQ(all.state(), list_state::more_pages) << "the pages between were not read";
  EXPECT_EQ(all.next_pages(), pages{2});
  EXPECT_FALSE(all.look_behind_total()) << "a second time";
  EXPECT_FALSE(all.is_capped());
  list.add_page(page_of(3, 10'000));
  EXPECT_TRUE(list.is_capped());
  list_fsm uneven(false, 100);
  uneven.next_pages();
  uneven.add_page(page_of(100, 10'001));
  EXPECT_FALSE(uneven.look_behind_total()) << "its last page is not full";
}

TEST(list_fsm, takes_the_last_page_once_more_for_the_end) {
  list_fsm list(true, 100);
  list.next_pages();
  list.add_page(page_of(100, 100));
  EXPECT_EQ(list.next_pages(), pages{2});
  list.add_page(page_of(100, 100));
  list.add_no_new_rows();
  EXPECT_EQ(list.state(), list_state::end);
  EXPECT_FALSE(list.is_capped());
}

TEST(list_fsm, some_pages_may_repeat_what_is_known) {
  list_fsm list(true, 100);
  list.next_pages();
  list.add_page(page_of(100));
  list.next_pages();
  for (std::int64_t page = 2; page <= 4; ++page) {
    list.add_page(page_of(1));
    list.add_no_new_rows();
    EXPECT_EQ(list.state(), list_state::more_pages);
    EXPECT_EQ(list.next_pages(), pages{page + 1});
  }
  auto ended = list;
  ended.add_page(page_of(0));
  EXPECT_EQ(ended.state(), list_state::end);
  list.add_page(page_of(100));
  list.add_no_new_rows();
  EXPECT_EQ(list.state(), list_state::contradicted);
}

TEST(list_fsm, does_not_take_the_empty_summary_of_an_empty_page_for_the_lists) {
  list_fsm list(true, 100);
  auto full = page_of(100, 100);
  full.has_summary = true;
  full.measures = {"5"};
  list.next_pages();
  list.add_page(full);
  list.next_pages();
  auto empty = page_of(0, 100);
  empty.has_summary = empty.zeroed_summary = true;
  empty.measures = {"0"};
  list.add_page(empty);
  EXPECT_EQ(list.state(), list_state::end);
  EXPECT_FALSE(list.reported().has_summary);
}

TEST(list_fsm, an_empty_page_is_the_end_whatever_the_total_says) {
  list_fsm list(false, 100);
  list.next_pages();
  list.add_page(page_of(100, 500));
  list.next_pages();
  list.add_page(page_of(0, 500));
  EXPECT_EQ(list.state(), list_state::end);
}

TEST(list_fsm, a_short_page_in_the_middle_is_not_the_end_of_a_counted_list) {
  list_fsm list(false, 100);
  list.next_pages();
  list.add_page(page_of(90, 250));
  EXPECT_EQ(list.state(), list_state::more_pages);
}

TEST(list_fsm, takes_over_the_page_size_the_server_answers_with) {
  list_fsm list(true, 100);
  list.next_pages();
  list.add_page(page_of(20, 70, 20));
  EXPECT_EQ(list.per_page(), 20);
  EXPECT_EQ(list.state(), list_state::more_pages);
  EXPECT_EQ(list.next_pages(), from_to(2, 4));
  list.add_page(page_of(20, 70, 20));
  list.add_page(page_of(20, 70, 25));  // yet another size in the middle
  EXPECT_EQ(list.state(), list_state::contradicted);
}

TEST(list_fsm, a_smaller_size_without_a_total_is_a_full_page_of_its_own) {
  list_fsm list(true, 100);
  list.next_pages();
  list.add_page(page_of(20, std::nullopt, 20));
  EXPECT_EQ(list.state(), list_state::more_pages);
  EXPECT_EQ(list.next_pages(), pages{2});
}

TEST(list_fsm, a_senseless_size_is_not_taken_over) {
  for (std::int64_t const size : {0, -5}) {
    list_fsm list(true, 100);
    list.next_pages();
    list.add_page(page_of(10, 10, size));
    EXPECT_EQ(list.per_page(), 100);
    EXPECT_EQ(list.state(), list_state::end);
  }
}

// A total that grows while the list is read moves its end.
TEST(list_fsm, follows_the_total_of_the_last_answer) {
  list_fsm list(false, 100);
  list.next_pages();
  list.add_page(page_of(99, 99));
  EXPECT_EQ(list.state(), list_state::end);
  list_fsm growing(false, 100);
  growing.next_pages();
  growing.add_page(page_of(100, 150));
  growing.next_pages();
  growing.add_page(page_of(100, 201));
  EXPECT_EQ(growing.state(), list_state::more_pages);
  EXPECT_THAT(growing.next_pages(), ElementsAre(3));
}

// The transition table at the head of list_fsm.hpp.
struct transition {
  char const* name;
  std::vector<decode::envelope> before;  // pages that lead to the state
  list_state from;
  std::optional<decode::envelope> page;  // nothing: no new rows
  list_state to;
};

TEST(list_fsm, follows_its_transition_table) {
  auto const first = page_of(100, 250);
  auto const last = page_of(50, 150);
  transition const table[] = {
      {"first page and last", {}, list_state::first_page, page_of(3, 3), list_state::end},
      {"first page", {}, list_state::first_page, first, list_state::more_pages},
      {"next page", {first}, list_state::more_pages, first, list_state::more_pages},
      {"last page", {page_of(100, 150)}, list_state::more_pages, last, list_state::end},
      {"empty page", {first}, list_state::more_pages, page_of(0, 250), list_state::end},
      {"no new rows", {first}, list_state::more_pages, std::nullopt, list_state::more_pages},
      {"grown list", {page_of(99, 99)}, list_state::end, page_of(100, 300), list_state::more_pages},
      {"no new rows at the end", {page_of(3, 3)}, list_state::end, std::nullopt, list_state::end},
      {"no new rows behind the total",
       {page_of(100, 100), page_of(100, 100)},
       list_state::more_pages,
       std::nullopt,
       list_state::end},
      {"other size",
       {page_of(100, 250, 100)},
       list_state::more_pages,
       page_of(20, 250, 20),
       list_state::contradicted},
      {"other size at the end",
       {page_of(99, 99, 100)},
       list_state::end,
       page_of(20, 99, 20),
       list_state::contradicted},
      {"contradicted, last page",
       {page_of(100, 150, 100), page_of(20, 150, 20)},
       list_state::contradicted,
       page_of(0, 150),
       list_state::contradicted},
      {"contradicted, no new rows",
       {page_of(100, 150, 100), page_of(20, 150, 20)},
       list_state::contradicted,
       std::nullopt,
       list_state::contradicted}};
  for (auto const& row : table) {
    SCOPED_TRACE(row.name);
    list_fsm list(true, 100);
    for (auto const& page : row.before) list.add_page(page);
    EXPECT_EQ(list.state(), row.from);
    if (row.page) {
      list.add_page(*row.page);
    } else {
      list.add_no_new_rows();
    }
    EXPECT_EQ(list.state(), row.to);
    EXPECT_EQ(list.is_over(), row.to == list_state::end || row.to == list_state::contradicted);
  }
}

TEST(list_fsm, notes_that_the_total_has_changed) {
  list_fsm list(false, 100);
  list.add_page(page_of(100, 250));
  list.add_page(page_of(100, 250));
  EXPECT_FALSE(list.has_moved());
  list.add_page(page_of(51, 251));
  EXPECT_TRUE(list.has_moved());
  list.add_page(page_of(51, 251));
  EXPECT_TRUE(list.has_moved());
}

}  // namespace
}  // namespace vobiz::sync
