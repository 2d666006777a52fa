#include "vobiz/async/side_by_side.hpp"

#include <gmock/gmock.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <stdexcept>

namespace vobiz::async {
namespace {

namespace asio = boost::asio;
using ::testing::ElementsAre;

struct seen {
  std::vector<int> began;
  int under_way = 0;
  int most = 0;
};

asio::awaitable<void> yield() { co_await asio::post(asio::use_awaitable); }

template <class GoesOn>
std::size_t run(std::vector<int> const& items, std::size_t lanes, GoesOn const& goes_on, seen& all,
                int fails = -1) {
  asio::io_context context;
  std::size_t begun = 0;
  std::exception_ptr thrown;
  auto work = [&](int const& item) -> asio::awaitable<void> {
    all.began.push_back(item);
    all.most = std::max(all.most, ++all.under_way);
    auto pause = yield();
    co_await std::move(pause);
    --all.under_way;
    if (item == fails) throw std::runtime_error("failed");
  };
  auto const all_of_it = [&]() -> asio::awaitable<void> {
    begun = co_await side_by_side(items, lanes, goes_on, work);
  };
  asio::co_spawn(context, all_of_it(), [&](std::exception_ptr error) { thrown = error; });
  context.run();
  if (thrown) std::rethrow_exception(thrown);
  return begun;
}

constexpr auto to_the_end = [](std::size_t) { return true; };

TEST(side_by_side, runs_all_in_order_so_many_at_a_time) {
  seen all;
  EXPECT_EQ(run({1, 2, 3, 4, 5}, 2, to_the_end, all), 5u);
  EXPECT_THAT(all.began, ElementsAre(1, 2, 3, 4, 5));
  EXPECT_EQ(all.most, 2);
}

TEST(side_by_side, takes_few_items_and_none) {
  seen all;
  EXPECT_EQ(run({}, 4, to_the_end, all), 0u);
  EXPECT_EQ(run({1}, 4, to_the_end, all), 1u);
  EXPECT_EQ(all.most, 1);
}

TEST(side_by_side, begins_no_other_when_it_is_not_to_go_on) {
  seen all;
  EXPECT_EQ(run(
                {1, 2, 3, 4}, 2, [](std::size_t at) { return at < 3; }, all),
            3u);
  EXPECT_THAT(all.began, ElementsAre(1, 2, 3));
}

TEST(side_by_side, throws_once_those_under_way_have_ended) {
  seen all;
  EXPECT_THROW(run({1, 2, 3, 4, 5, 6}, 2, to_the_end, all, 2), std::runtime_error);
  EXPECT_EQ(all.under_way, 0);
  EXPECT_LT(all.began.size(), 6u);
}

}  // namespace
}  // namespace vobiz::async
