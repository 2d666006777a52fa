#include "vobiz/ops/log.hpp"

#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <sys/uio.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>

#include "log_line.hpp"
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

void write_to_stderr(std::string const& text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

void write_to_journal(log_line const& line) {
  auto const fields = as_journal(line);
  std::vector<iovec> parts;
  for (auto const& field : fields) {
    parts.push_back({const_cast<char*>(field.data()), field.size()});
  }
  // If the journal refuses a line, standard error still takes it there.
  if (sd_journal_sendv(parts.data(), static_cast<int>(parts.size())) < 0) {
    write_to_stderr(as_text(line));
  }
}

class line_sink : public spdlog::sinks::base_sink<std::mutex> {
public:
  using writer = void (*)(log_line const&);

  explicit line_sink(writer write) : write_(write) {}
  ~line_sink() override {
    for (auto const& line : repeats_.folded(repeats::clock::time_point::max())) write_(line);
  }

protected:
  void sink_it_(spdlog::details::log_msg const& message) override {
    log_line line;
    line.level = message.level;
    line.time = core::utc_time(message.time);
    line.text.assign(message.payload.data(), message.payload.size());
    line.fields = core::current_log_fields();
    flush_();
    if (repeats_.is_news(line, repeats::clock::now())) write_(line);
  }

  void flush_() override {
    for (auto const& line : repeats_.folded(repeats::clock::now())) write_(line);
  }

private:
  writer write_;
  repeats repeats_;
};

}  // namespace

void set_up_log(config::log const& wanted) {
  line_sink::writer write = [](log_line const& line) { write_to_stderr(as_text(line)); };
  if (wanted.format == config::log_format::json) {
    write = [](log_line const& line) { write_to_stderr(as_json(line)); };
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

}  // namespace vobiz::ops
