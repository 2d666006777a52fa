#include "days.hpp"

#include "vobiz/core/failure.hpp"

namespace vobiz::app {

namespace {

[[noreturn]] void refuse(std::string message, std::string hint) {
  throw core::failure(core::exit_code::usage, core::remedy::fix, std::move(message), std::move(hint));
}

}  // namespace

core::utc_day parse_day(std::string const& option, std::string const& text) {
  auto const day = core::day_from_text(text);
  if (!day) refuse(option + ": \"" + text + "\" is not a day", "write it as YYYY-MM-DD");
  return *day;
}

streams::stream const& day_stream(std::string const& name, std::string const& command) {
  auto const& stream = *streams::find(name);
  if (stream.form == streams::shape::day_windows) return stream;
  std::string names;
  for (auto const& other : streams::all()) {
    if (other.form != streams::shape::day_windows) continue;
    names += (names.empty() ? "" : ", ") + std::string(other.name);
  }
  refuse("stream \"" + name + "\" is not listed by day, so there is no day to " + command,
         "streams with days: " + names);
}

}  // namespace vobiz::app
