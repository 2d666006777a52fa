#include "options.hpp"

#include "vobiz/core/failure.hpp"
#include "vobiz/sync/kept_days.hpp"

namespace vobiz::app {

void refuse(std::string const& message, std::string hint) {
  throw core::failure(core::failure_kind::usage, core::remedy::fix, message, std::move(hint));
}

void refuse_month(std::string const& text) {
  refuse("--month: \"" + text + "\" is not a month", "write it as YYYY-MM");
}

core::utc_day parse_day(std::string const& option, std::string const& text) {
  auto const day = core::day_from_text(text);
  if (!day) refuse(option + ": \"" + text + "\" is not a day", "write it as YYYY-MM-DD");
  return *day;
}

streams::stream const& day_stream(std::string_view name, std::string_view command) {
  auto const& stream = *streams::find(name);
  if (stream.form == streams::shape::day_windows) return stream;
  std::string names;
  for (auto const& other : streams::all()) {
    if (other.form != streams::shape::day_windows) continue;
    names += (names.empty() ? "" : ", ") + std::string(other.name);
  }
  refuse("stream \"" + std::string(name) + "\" is not listed by day, so there is no day to " +
             std::string(command),
         "streams with days: " + names);
}

void require_kept(std::string const& option, core::utc_day day, config::stream const& settings) {
  auto const today = core::day_of(std::chrono::system_clock::now());
  auto const edge = sync::read_from(settings, today);
  if (!edge || day >= *edge) return;
  refuse(option + " " + core::to_text(day) + " is older than what retention keeps",
         "the first day that can be read is " + core::to_text(*edge));
}

}  // namespace vobiz::app
