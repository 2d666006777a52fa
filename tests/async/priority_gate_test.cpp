#include "vobiz/async/priority_gate.hpp"

#include <gmock/gmock.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <vector>

#include "support/cancellable.hpp"
#include "vobiz/async/sleep.hpp"

namespace vobiz::async {
namespace {

namespace asio = boost::asio;
using testing::ElementsAre;

// Admits a limited number, and can be closed until a given time.
class door final : public gatekeeper {
public:
  explicit door(int room) : places(room) {}

  time_point opens(time_point now) override {
    if (inside >= places) return time_point::max();
    return std::max(now, shut_until);
  }
  void enter(time_point) override { ++inside; }
  void leave(time_point) override { --inside; }

  int places;
  int inside = 0;
  time_point shut_until{};
};

struct gate_test : testing::Test {
  // Enters, records its number, and stays until released.
  asio::awaitable<int> visit(int rank, int number) {
    auto const pass = co_await gate.enter(rank);
    entered.push_back(number);
    asio::steady_timer staying(io, asio::steady_timer::time_point::max());
    inside.push_back(&staying);
    boost::system::error_code ignored;
    co_await staying.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    co_return number;
  }

  void come(int rank, int number) {
    asio::co_spawn(io, visit(rank, number), asio::detached);
    io.poll();
    io.restart();
  }

  void let_one_out() {
    auto* const first = inside.front();
    inside.erase(inside.begin());
    first->cancel();
    io.poll();
    io.restart();
  }

  // Before the executor: its coroutines are destroyed before what they use.
  std::vector<int> entered;
  std::vector<asio::steady_timer*> inside;
  std::shared_ptr<door> keeper = std::make_shared<door>(1);
  asio::io_context io;
  priority_gate gate{io.get_executor(), keeper};
};

TEST_F(gate_test, lets_the_lowest_rank_in_first_and_equals_in_order) {
  come(3, 0);
  come(4, 1);
  come(2, 2);
  come(2, 3);
  come(0, 4);
  come(4, 5);
  come(0, 6);
  for (int left = 0; left < 7; ++left) let_one_out();
  EXPECT_THAT(entered, ElementsAre(0, 4, 6, 2, 3, 1, 5));
  EXPECT_EQ(keeper->inside, 0);
}

TEST_F(gate_test, holds_no_more_than_the_keeper_lets_in) {
  keeper->places = 2;
  for (int number = 0; number < 5; ++number) come(0, number);
  EXPECT_THAT(entered, ElementsAre(0, 1));
  keeper->places = 4;
  gate.look_again();
  io.poll();
  EXPECT_THAT(entered, ElementsAre(0, 1, 2, 3));
  keeper->places = 1;
  io.restart();
  let_one_out();
  let_one_out();
  let_one_out();
  EXPECT_THAT(entered, ElementsAre(0, 1, 2, 3)) << "one is inside still";
  let_one_out();
  EXPECT_THAT(entered, ElementsAre(0, 1, 2, 3, 4));
}

TEST_F(gate_test, serves_who_is_first_when_it_opens_not_who_came_first) {
  keeper->shut_until = std::chrono::steady_clock::now() + std::chrono::milliseconds(20);
  come(4, 1);
  come(0, 2);
  EXPECT_THAT(entered, ElementsAre());
  support::cancellable<int> last(io, visit(0, 3));
  last.run_until([&] { return !entered.empty(); });
  EXPECT_THAT(entered, ElementsAre(2));
}

TEST_F(gate_test, forgets_who_gives_up_waiting) {
  come(0, 0);
  support::cancellable<int> impatient(io, visit(0, 1));
  io.poll();
  come(1, 2);
  impatient.cancel();
  impatient.run_to_end();
  EXPECT_TRUE(impatient.aborted());
  let_one_out();
  EXPECT_THAT(entered, ElementsAre(0, 2));
}

TEST_F(gate_test, passes_on_the_turn_of_who_is_cancelled_just_then) {
  come(0, 0);
  support::cancellable<int> unlucky(io, visit(0, 1));
  io.poll();
  come(1, 2);
  // Admitted, and cancelled before it runs again.
  asio::post(io, [&] {
    keeper->places = 2;
    gate.look_again();
    EXPECT_EQ(keeper->inside, 2);
    unlucky.cancel();
  });
  unlucky.run_to_end();
  EXPECT_TRUE(unlucky.aborted());
  io.restart();
  io.poll();
  EXPECT_THAT(entered, ElementsAre(0, 2));
  EXPECT_EQ(keeper->inside, 2);
}

TEST_F(gate_test, leaves_no_timer_behind_when_nobody_waits) {
  keeper->shut_until = std::chrono::steady_clock::now() + std::chrono::hours(1);
  support::cancellable<int> impatient(io, visit(0, 1));
  io.poll();
  impatient.cancel();
  impatient.run_to_end();
  io.restart();
  io.run();
  EXPECT_EQ(keeper->inside, 0);
}

TEST_F(gate_test, may_be_dropped_with_coroutines_still_waiting) {
  keeper->shut_until = std::chrono::steady_clock::now() + std::chrono::hours(1);
  come(0, 1);
  come(0, 2);
  keeper->shut_until = {};
  come(0, 3);
  EXPECT_THAT(entered, ElementsAre(1));
}

}  // namespace
}  // namespace vobiz::async
