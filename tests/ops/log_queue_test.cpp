#include "ops/log_queue.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>

namespace vobiz::ops {
namespace {

using namespace std::chrono_literals;

// A reader of the log that stops when it is told to. Static, as writers are plain functions and the
// queue's thread outlives the test.
struct reader {
  std::mutex lock;
  std::condition_variable changed;
  bool reads = true;
  bool refuses = false;
  std::vector<std::string> lines;

  void let(bool go_on) {
    std::lock_guard const guard(lock);
    reads = go_on;
    changed.notify_all();
  }
  void start() {
    std::lock_guard const guard(lock);
    reads = true;
    refuses = false;
    lines.clear();
  }
};

reader& only_reader() {
  static auto& one = *new reader;
  return one;
}

bool write(log_line const& line) {
  auto& to = only_reader();
  std::unique_lock guard(to.lock);
  to.changed.wait(guard, [&] { return to.reads; });
  if (to.refuses) return false;
  to.lines.push_back(line.text);
  return true;
}

log_line line(std::string text) {
  log_line result;
  result.text = std::move(text);
  return result;
}

struct log_queue_test : ::testing::Test {
  log_queue_test() { only_reader().start(); }
  // Its thread never ends.
  log_queue& queue = *new log_queue;
};

TEST_F(log_queue_test, writes_lines_in_order) {
  for (int n = 0; n < 1000; ++n) queue.push(line(std::to_string(n)), write);
  EXPECT_TRUE(queue.drain(10s));
  auto const& lines = only_reader().lines;
  ASSERT_EQ(lines.size(), 1000u);
  EXPECT_EQ(lines.front(), "0");
  EXPECT_EQ(lines.back(), "999");
  EXPECT_EQ(queue.lost(), 0u);
}

TEST_F(log_queue_test, loses_what_finds_no_room_and_says_how_much) {
  auto& to = only_reader();
  to.let(false);
  // All of these return, although nobody reads.
  auto const most = log_queue::most_lines;
  for (std::size_t n = 0; n < most + 100; ++n) queue.push(line(std::to_string(n)), write);
  EXPECT_FALSE(queue.drain(1ms)) << "and nobody waits for longer than asked";
  // One line may be with the reader.
  auto const lost = queue.lost();
  EXPECT_TRUE(lost == 100 || lost == 99) << lost;
  to.let(true);
  EXPECT_TRUE(queue.drain(10s));
  ASSERT_EQ(to.lines.size(), most + 100 - lost + 1);
  EXPECT_EQ(to.lines.back(),
            std::to_string(lost) + " log lines are lost: the reader of the log did not take them");
  queue.push(line("next"), write);
  EXPECT_TRUE(queue.drain(10s));
  EXPECT_EQ(to.lines.back(), "next") << "the loss is told once";
}

// A service that always has more to say never leaves the queue empty.
TEST_F(log_queue_test, says_in_the_place_of_lost_lines_how_many_they_were) {
  auto& to = only_reader();
  to.let(false);
  std::size_t pushed = 0;
  while (queue.lost() == 0) queue.push(line(std::to_string(pushed++)), write);
  to.let(true);
  // One more until there is room again.
  auto lost = queue.lost();
  for (auto before = lost; true; before = lost) {
    queue.push(line("next"), write);
    lost = queue.lost();
    if (lost == before) break;
  }
  EXPECT_TRUE(queue.drain(10s));
  ASSERT_GE(to.lines.size(), 2u);
  EXPECT_EQ(to.lines.back(), "next");
  EXPECT_TRUE(to.lines[to.lines.size() - 2].starts_with(std::to_string(lost) + " log line"))
      << to.lines[to.lines.size() - 2];
}

TEST_F(log_queue_test, has_a_bound_in_bytes) {
  only_reader().let(false);
  for (int n = 0; n < 100; ++n) queue.push(line(std::string(1 << 20, 'x')), write);
  EXPECT_GE(queue.lost(), 95u);
  only_reader().let(true);
  EXPECT_TRUE(queue.drain(10s));
}

TEST_F(log_queue_test, counts_lines_that_cannot_be_written) {
  auto& to = only_reader();
  to.refuses = true;
  queue.push(line("a"), write);
  EXPECT_TRUE(queue.drain(10s)) << "nobody waits for a reader that is gone";
  EXPECT_EQ(queue.lost(), 1u);
}

}  // namespace
}  // namespace vobiz::ops
