#include <spdlog/fmt/fmt.h>

#include <charconv>
#include <chrono>
#include <string>

#include "decode/time_text.hpp"
#include "target.hpp"
#include "vobiz/core/day.hpp"

// Input: a timestamp or a bare date.
namespace vobiz::fuzz {
namespace {

int number(std::string_view digits) {
  int value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

// The written offset in minutes east of UTC.
int written_offset(std::string_view text) {
  auto const sign = text.find_first_of("+-", 19);
  if (sign == std::string_view::npos) return 0;
  std::string digits;
  for (char const c : text.substr(sign + 1)) {
    if (c != ':') digits += c;
  }
  digits.resize(4, '0');
  auto const minutes = number(digits.substr(0, 2)) * 60 + number(digits.substr(2));
  return text[sign] == '-' ? -minutes : minutes;
}

// Local time "YYYY-MM-DD HH:MM:SS" of a normalised instant, `east` minutes east of UTC.
std::string wall_clock(std::string_view instant, int east) {
  using namespace std::chrono;
  auto const date = *core::day_from_text(instant.substr(0, 10));
  auto const time = date + hours(number(instant.substr(11, 2))) +
                    minutes(number(instant.substr(14, 2)) + east) +
                    seconds(number(instant.substr(17, 2)));
  auto const day = floor<days>(time);
  hh_mm_ss const clock(time - day);
  return fmt::format("{} {:02}:{:02}:{:02}", core::to_text(day), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count());
}

// The input in the same form.
std::string written_clock(std::string_view text) {
  if (text.size() == 10) return std::string(text) + " 00:00:00";
  return std::string(text.substr(0, 10)) + ' ' + std::string(text.substr(11, 8));
}

std::string fraction_of(std::string_view text) {
  if (text.size() < 20 || (text[19] != '.' && text[19] != ',')) return {};
  // What is smaller than a microsecond is cut off.
  auto digits = text.substr(20, text.find_first_not_of("0123456789", 20) - 20).substr(0, 6);
  return std::string(digits.substr(0, digits.find_last_not_of('0') + 1));
}

void check(std::string_view text, std::string_view instant) {
  std::string room;
  auto const again = decode::time_text(instant, room);
  require(again.problem.empty() && again.text == instant, "an instant reads as itself", instant);
  require(wall_clock(instant, written_offset(text)) == written_clock(text),
          "the instant is unchanged", text);
  require(fraction_of(instant) == fraction_of(text), "no digit of the second is lost", text);
}

}  // namespace
}  // namespace vobiz::fuzz

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace vobiz;
  auto const text = fuzz::as_text(data, size);
  std::string room;
  auto const read = decode::time_text(text, room);
  fuzz::require(read.text.empty() != read.problem.empty(), "the result is an instant or a problem",
                text);
  if (read.problem.empty()) fuzz::check(text, read.text);
  if (auto const day = core::day_from_text(text)) {
    fuzz::require(core::to_text(*day) == text, "a day is spelt as it was written", text);
  }
  return 0;
}
