#include "vobiz/async/deadline.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "support/cancellable.hpp"
#include "support/run.hpp"
#include "vobiz/async/sleep.hpp"

namespace vobiz::async {
namespace {

namespace asio = boost::asio;
using clock = std::chrono::steady_clock;
using std::chrono::hours;

asio::awaitable<int> after(clock::duration wait, int value, bool* left = nullptr) {
  struct on_exit {
    bool* flag;
    ~on_exit() {
      if (flag != nullptr) *flag = true;
    }
  } const guard{left};
  co_await sleep_for(wait);
  co_return value;
}

asio::awaitable<int> failing() {
  co_await sleep_for(clock::duration(0));
  throw std::runtime_error("its own reason");
}

TEST(deadline, returns_what_the_work_returns) {
  asio::io_context io;
  auto const got =
      support::run(io, with_deadline(after(clock::duration(0), 7), clock::now() + hours(1)));
  EXPECT_EQ(got, 7);
  EXPECT_EQ(io.poll(), 0) << "the timer is not waited out";
}

TEST(deadline, ends_work_that_takes_too_long) {
  asio::io_context io;
  bool left = false;
  auto const got = support::run(io, with_deadline(after(hours(1), 7, &left), clock::now()));
  EXPECT_FALSE(got);
  EXPECT_TRUE(left) << "the work has ended before the caller goes on";
}

TEST(deadline, keeps_the_real_error) {
  asio::io_context io;
  try {
    support::run(io, with_deadline(failing(), clock::now() + hours(1)));
    ADD_FAILURE();
  } catch (std::runtime_error const& error) {
    EXPECT_STREQ(error.what(), "its own reason");
  }
}

asio::awaitable<int> twice() {
  auto slow = after(hours(1), 1);
  auto const first = co_await with_deadline(std::move(slow), clock::now());
  auto quick = after(clock::duration(0), 2);
  auto const second = co_await with_deadline(std::move(quick), clock::now() + hours(1));
  co_return first.value_or(0) + second.value_or(0);
}

TEST(deadline, leaves_the_caller_fit_to_go_on) {
  asio::io_context io;
  EXPECT_EQ(support::run(io, twice()), 2);
}

TEST(deadline, passes_cancellation_on) {
  asio::io_context io;
  bool left = false;
  support::cancellable<std::optional<int>> work(
      io, with_deadline(after(hours(1), 7, &left), clock::now() + hours(2)));
  io.poll();
  EXPECT_FALSE(work.ended());
  work.cancel();
  work.run_to_end();
  EXPECT_TRUE(work.aborted());
  EXPECT_TRUE(left);
}

asio::awaitable<std::optional<int>> nested() {
  auto inner = with_deadline(after(hours(1), 7), clock::now() + hours(2));
  auto const got = co_await with_deadline(std::move(inner), clock::now() + hours(3));
  co_return got.value_or(std::nullopt);
}

TEST(deadline, can_be_nested) {
  asio::io_context io;
  support::cancellable<std::optional<int>> work(io, nested());
  io.poll();
  work.cancel();
  work.run_to_end();
  EXPECT_TRUE(work.aborted());
}

TEST(deadline, leaks_nothing_when_the_executor_goes_first) {
  bool left = false;
  {
    asio::io_context io;
    asio::co_spawn(io, with_deadline(after(hours(1), 7, &left), clock::now() + hours(2)),
                   [](std::exception_ptr, std::optional<int>) {});
    io.poll();
  }
  EXPECT_TRUE(left);
}

asio::awaitable<int> asleep() {
  co_await sleep_until(clock::now() + hours(1));
  co_return 1;
}

TEST(sleep, ends_when_cancelled) {
  asio::io_context io;
  support::cancellable<int> work(io, asleep());
  io.poll();
  work.cancel();
  work.run_to_end();
  EXPECT_TRUE(work.aborted());
}

asio::awaitable<int> past() {
  co_await sleep_until(clock::now() - hours(1));
  co_return 1;
}

TEST(sleep, returns_at_once_when_the_time_has_passed) {
  asio::io_context io;
  EXPECT_EQ(support::run(io, past()), 1);
}

}  // namespace
}  // namespace vobiz::async
