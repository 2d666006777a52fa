#include "vobiz/ops/log.hpp"

#include <poll.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <sys/uio.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <string_view>

#include "log_line.hpp"
#include "log_queue.hpp"
#include "repeats.hpp"

namespace vobiz::ops {

namespace {

spdlog::level::level_enum level_of(config::log_level level) {
  switch (level) {
    case config::log_level::trace:
      return spdlog::level::trace;
    case config::log_level::debug:
      return spdlog::level::debug;
    case config::log_level::info:
      return spdlog::level::info;
    case config::log_level::warning:
      return spdlog::level::warn;
    case config::log_level::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

// The queue in use; nothing: callers write themselves. It is never destroyed, as its thread may
// hang in a write.
std::atomic<log_queue*> queue_in_use = nullptr;

// Not by stdio, which would lock the stream while a reader keeps a write waiting.
bool write_bytes(std::string_view text) {
  while (!text.empty()) {
    auto const size = ::write(STDERR_FILENO, text.data(), text.size());
    if (size >= 0) {
      text.remove_prefix(static_cast<std::size_t>(size));
    } else if (errno == EAGAIN) {
      pollfd room{STDERR_FILENO, POLLOUT, 0};
      ::poll(&room, 1, -1);
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

bool write_text(log_line const& line) { return write_bytes(as_text(line)); }
bool write_json(log_line const& line) { return write_bytes(as_json(line)); }
bool write_unchanged(log_line const& line) { return write_bytes(line.text); }

bool write_to_journal(log_line const& line) {
  auto const fields = as_journal(line);
  std::vector<iovec> parts;
  for (auto const& field : fields) {
    parts.push_back({const_cast<char*>(field.data()), field.size()});
  }
  // If the journal refuses a line, standard error still takes it there.
  return sd_journal_sendv(parts.data(), static_cast<int>(parts.size())) >= 0 || write_text(line);
}

void deliver(log_line const& line, log_queue::writer write) {
  if (auto* const queued = queue_in_use.load()) {
    queued->push(line, write);
  } else {
    write(line);
  }
}

class line_sink : public spdlog::sinks::base_sink<std::mutex> {
public:
  explicit line_sink(log_queue::writer write) : write_(write) {}
  ~line_sink() override {
    for (auto const& line : repeats_.folded(repeats::clock::time_point::max()))
      deliver(line, write_);
  }

protected:
  void sink_it_(spdlog::details::log_msg const& message) override {
    log_line line;
    line.level = message.level;
    line.time = core::utc_time(message.time);
    line.text.assign(message.payload.data(), message.payload.size());
    line.fields = core::current_log_fields();
    flush_();
    if (repeats_.is_news(line, repeats::clock::now())) deliver(line, write_);
  }

  void flush_() override {
    for (auto const& line : repeats_.folded(repeats::clock::now())) deliver(line, write_);
  }

private:
  log_queue::writer write_;
  repeats repeats_;
};

}  // namespace

void set_up_log(config::log const& wanted, log_delivery how) {
  if (how == log_delivery::queued && queue_in_use.load() == nullptr) queue_in_use = new log_queue;
  log_queue::writer write = write_text;
  if (wanted.format == config::log_format::json) {
    write = write_json;
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing here writes to the environment
  } else if (is_journal(std::getenv("JOURNAL_STREAM"), STDERR_FILENO)) {
    write = write_to_journal;
  }
  auto const logger =
      std::make_shared<spdlog::logger>("vobiz-syncd", std::make_shared<line_sink>(write));
  logger->set_level(level_of(wanted.level));
  spdlog::set_default_logger(logger);
}

void flush_log() { spdlog::default_logger()->flush(); }

void finish_log(std::chrono::milliseconds longest) {
  if (auto* const queued = queue_in_use.load()) queued->drain(longest);
}

std::uint64_t lost_log_lines() {
  auto* const queued = queue_in_use.load();
  return queued == nullptr ? 0 : queued->lost();
}

void write_to_stderr(std::string const& text) {
  log_line whole;
  whole.text = text;
  deliver(whole, write_unchanged);
}

}  // namespace vobiz::ops
