#include "log_queue.hpp"

#include <csignal>
#include <utility>

namespace vobiz::ops {

namespace {

// Signals go to the threads that wait for them, and a closed pipe must not end the process.
class no_signals {
public:
  no_signals() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~no_signals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  no_signals(no_signals const&) = delete;
  no_signals& operator=(no_signals const&) = delete;

private:
  sigset_t before_{};
};

std::size_t size_of(log_line const& line) {
  auto const& about = line.fields;
  return line.text.size() + about.partner.size() + about.stream.size() + about.run.size() +
         about.window.size() + about.request_id.size();
}

}  // namespace

log_queue::log_queue() {
  no_signals const blocked;
  std::thread([this] { write_all(); }).detach();
}

void log_queue::push(log_line line, writer write) {
  auto const size = size_of(line);
  std::lock_guard const guard(lock_);
  last_writer_ = write;
  if (lines_.size() >= most_lines || bytes_ + size > most_bytes) {
    ++lost_;
    return;
  }
  // In the place of those that were lost: a service that always has more to say is told, too.
  if (lost_ != told_) tell_of_losses();
  bytes_ += size;
  lines_.push_back({std::move(line), write, size});
  more_.notify_one();
}

bool log_queue::drain(std::chrono::milliseconds longest) {
  std::unique_lock guard(lock_);
  return written_.wait_for(guard, longest, [this] { return lines_.empty() && !writing_; });
}

std::uint64_t log_queue::lost() {
  std::lock_guard const guard(lock_);
  return lost_;
}

void log_queue::write_all() {
  std::unique_lock guard(lock_);
  for (;;) {
    more_.wait(guard, [this] { return !lines_.empty(); });
    auto next = std::move(lines_.front());
    lines_.pop_front();
    bytes_ -= next.size;
    writing_ = true;
    guard.unlock();
    bool const done = next.write(next.line);
    guard.lock();
    writing_ = false;
    if (!done) ++lost_;
    if (done && lines_.empty() && lost_ != told_) tell_of_losses();
    if (lines_.empty()) written_.notify_all();
  }
}

void log_queue::tell_of_losses() {
  auto const count = lost_ - told_;
  told_ = lost_;
  log_line line;
  line.level = spdlog::level::warn;
  line.time = std::chrono::system_clock::now();
  line.text = fmt::format("{} log line{} lost: the reader of the log did not take {}", count,
                          count == 1 ? " is" : "s are", count == 1 ? "it" : "them");
  auto const size = size_of(line);
  bytes_ += size;
  lines_.push_back({std::move(line), last_writer_, size});
}

}  // namespace vobiz::ops
