#include "log_line.hpp"

#include <sys/stat.h>
#include <syslog.h>

#include <array>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "vobiz/core/visible.hpp"

namespace vobiz::ops {

namespace {

using named = std::pair<char const*, std::string const*>;

std::array<named, 5> all_of(core::log_fields const& of) {
  return {{{"partner", &of.partner},
           {"stream", &of.stream},
           {"run", &of.run},
           {"window", &of.window},
           {"request_id", &of.request_id}}};
}

std::string time_of(log_line const& line) {
  auto const millis = std::chrono::duration_cast<std::chrono::milliseconds>(
      line.time.time_since_epoch() % std::chrono::seconds(1));
  auto text = core::to_text(line.time);
  text.replace(text.size() - 1, 1, fmt::format(".{:03}Z", millis.count()));
  return text;
}

std::string name_of(spdlog::level::level_enum level) {
  auto const name = spdlog::level::to_string_view(level);
  return {name.data(), name.size()};
}

int priority(spdlog::level::level_enum level) {
  switch (level) {
    case spdlog::level::critical:
      return LOG_CRIT;
    case spdlog::level::err:
      return LOG_ERR;
    case spdlog::level::warn:
      return LOG_WARNING;
    case spdlog::level::info:
      return LOG_INFO;
    default:
      return LOG_DEBUG;
  }
}

}  // namespace

std::string as_text(log_line const& line) {
  std::string about;
  for (auto const& [name, value] : all_of(line.fields)) {
    if (value->empty()) continue;
    about += fmt::format("{}{} {}", about.empty() ? " [" : ", ", name, core::visible(*value));
  }
  return fmt::format("{} {}: {}{}{}\n", time_of(line), name_of(line.level),
                     core::visible(line.text), about, about.empty() ? "" : "]");
}

std::string as_json(log_line const& line) {
  boost::json::object object{
      {"time", time_of(line)}, {"level", name_of(line.level)}, {"message", line.text}};
  for (auto const& [name, value] : all_of(line.fields)) {
    if (!value->empty()) object.emplace(name, *value);
  }
  return core::visible_json(boost::json::serialize(object)) + "\n";
}

std::vector<std::string> as_journal(log_line const& line) {
  std::vector<std::string> result = {"MESSAGE=" + core::visible(line.text),
                                     "PRIORITY=" + std::to_string(priority(line.level)),
                                     "SYSLOG_IDENTIFIER=vobiz-syncd"};
  for (auto const& [name, value] : all_of(line.fields)) {
    if (value->empty()) continue;
    std::string upper;
    for (auto const* c = name; *c != '\0'; ++c)
      upper += *c == '_' ? '_' : static_cast<char>(*c - 32);
    result.push_back(upper + "=" + core::visible(*value));
  }
  return result;
}

bool is_journal(char const* stream, int file) {
  struct stat status {};
  if (stream == nullptr || ::fstat(file, &status) != 0) return false;
  return fmt::format("{}:{}", status.st_dev, status.st_ino) == stream;
}

}  // namespace vobiz::ops
