#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <thread>

#include "log_line.hpp"

namespace vobiz::ops {

// Lines on their way to a reader that may stop reading: a full pipe, a journal that hangs. A thread
// of its own writes them, so nobody else waits for the reader. Lines that find no room are lost and
// counted; a line in their place says how many.
class log_queue {
public:
  // Returns false if the line was not written.
  using writer = bool (*)(log_line const&);

  // Some minutes of warnings, or one burst of debug lines.
  static constexpr std::size_t most_lines = 1024;
  static constexpr std::size_t most_bytes = 4 << 20;

  log_queue();
  log_queue(log_queue const&) = delete;
  log_queue& operator=(log_queue const&) = delete;

  // Never waits for the reader.
  void push(log_line line, writer write);

  // Waits until everything is written, at most this long. Returns whether it is.
  bool drain(std::chrono::milliseconds longest);

  // Lines that were lost since the start.
  std::uint64_t lost();

private:
  struct entry {
    log_line line;
    writer write = nullptr;
    std::size_t size = 0;
  };

  // The thread outlives everything but the process: it may hang in a write for ever.
  [[noreturn]] void write_all();
  // Puts a line into the queue that says how many were lost since the last such line.
  void tell_of_losses();

  std::mutex lock_;
  std::condition_variable more_;
  std::condition_variable written_;
  std::deque<entry> lines_;
  std::size_t bytes_ = 0;
  bool writing_ = false;
  std::uint64_t lost_ = 0;
  std::uint64_t told_ = 0;
  writer last_writer_ = nullptr;
};

}  // namespace vobiz::ops
