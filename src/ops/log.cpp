#include "vobiz/ops/log.hpp"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <cstdlib>
#include <memory>

namespace vobiz::ops {

namespace {

spdlog::level::level_enum level_of(config::log_level level) {
  switch (level) {
    case config::log_level::trace: return spdlog::level::trace;
    case config::log_level::debug: return spdlog::level::debug;
    case config::log_level::info: return spdlog::level::info;
    case config::log_level::warning: return spdlog::level::warn;
    case config::log_level::error: return spdlog::level::err;
  }
  return spdlog::level::info;
}

// {"time": …, "level": …, "message": …}: the message is any text, so a library writes the JSON.
class json_formatter : public spdlog::formatter {
public:
  void format(spdlog::details::log_msg const& message, spdlog::memory_buf_t& out) override {
    auto const name = spdlog::level::to_string_view(message.level);
    auto const millis = std::chrono::duration_cast<std::chrono::milliseconds>(
        message.time.time_since_epoch() % std::chrono::seconds(1));
    auto time = core::to_text(core::utc_time(message.time));
    time.replace(time.size() - 1, 1, fmt::format(".{:03}Z", millis.count()));
    boost::json::object const line{
        {"time", time},
        {"level", std::string(name.data(), name.size())},
        {"message", std::string(message.payload.data(), message.payload.size())},
    };
    auto const text = boost::json::serialize(line) + "\n";
    out.append(text.data(), text.data() + text.size());
  }

  std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<json_formatter>();
  }
};

}  // namespace

void set_up_log(config::log const& wanted) {
  auto const sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  auto const logger = std::make_shared<spdlog::logger>("vobiz-syncd", sink);
  if (wanted.format == config::log_format::json) {
    logger->set_formatter(std::make_unique<json_formatter>());
  } else {
    bool const in_journal = std::getenv("JOURNAL_STREAM") != nullptr;
    logger->set_formatter(std::make_unique<spdlog::pattern_formatter>(
        in_journal ? "%l: %v" : "%Y-%m-%dT%H:%M:%S.%eZ %l: %v", spdlog::pattern_time_type::utc));
  }
  logger->set_level(level_of(wanted.level));
  spdlog::set_default_logger(logger);
}

}  // namespace vobiz::ops
