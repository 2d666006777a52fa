#include "units.hpp"

#include <gmock/gmock.h>

namespace vobiz::config {
namespace {

using namespace std::chrono_literals;

TEST(units, read_durations) {
  auto const read = [](char const* text) {
    return duration_from_text(text, smallest_unit::millisecond).value;
  };
  EXPECT_EQ(read("500ms"), 500ms);
  EXPECT_EQ(read("5s"), 5s);
  EXPECT_EQ(read("60 s"), 60s);
  EXPECT_EQ(read("5m"), 5min);
  EXPECT_EQ(read("6h"), 6h);
  EXPECT_EQ(read("2d"), 48h);
  EXPECT_EQ(read("0s"), 0s);
  EXPECT_EQ(read("999999999d"), 999999999 * 24h);
}

struct bad {
  std::string text;
  std::string problem;
};

TEST(units, say_what_is_wrong_with_a_duration) {
  for (auto const& [text, problem] : std::vector<bad>{
           {"60", "has no unit"},
           {"s", "has no number"},
           {"", "has no number"},
           {"-5s", "has no number"},
           {"1.5h", "is not a whole number"},
           {"60sec", "has an unknown unit"},
           {"60  s", "has an unknown unit"},
           {"5S", "has an unknown unit"},
           {"1h30m", "has an unknown unit"},
           {"010s", "begins with a zero"},
           {"1000000000s", "is too large"},
           {"99999999999999999999s", "is too large"},
       }) {
    auto const from = duration_from_text(text, smallest_unit::millisecond);
    EXPECT_FALSE(from.value) << text;
    EXPECT_EQ(from.problem, problem) << text;
    if (problem != "is too large") {
      EXPECT_EQ(from.hint, "write a whole number and ms, s, m, h or d, as in 500ms") << text;
    }
  }
  auto const whole_seconds = duration_from_text("500ms", smallest_unit::second);
  EXPECT_EQ(whole_seconds.problem, "has an unknown unit");
  EXPECT_EQ(whole_seconds.hint, "write a whole number and s, m, h or d, as in 60s");
}

TEST(units, write_durations_in_the_largest_unit) {
  EXPECT_EQ(to_text(90s), "90s");
  EXPECT_EQ(to_text(60s), "1m");
  EXPECT_EQ(to_text(6h), "6h");
  EXPECT_EQ(to_text(48h), "2d");
  EXPECT_EQ(to_text(1500ms), "1500ms");
  EXPECT_EQ(to_text(0ms), "0s");
}

TEST(units, read_sizes) {
  EXPECT_EQ(size_from_text("512KiB").value, 512u * 1024);
  EXPECT_EQ(size_from_text("32MiB").value, 32u << 20);
  EXPECT_EQ(size_from_text("1GiB").value, 1u << 30);
  EXPECT_EQ(size_from_text("32").problem, "has no unit");
  EXPECT_EQ(size_from_text("32MB").problem, "has an unknown unit");
  EXPECT_EQ(size_from_text("32MB").hint, "write a whole number and KiB, MiB or GiB, as in 32MiB");
  EXPECT_EQ(size_to_text(32u << 20), "32MiB");
  EXPECT_EQ(size_to_text(1536u << 10), "1536KiB");
}

TEST(units, read_months) {
  EXPECT_EQ(months_from_text("36 months").value, 36);
  EXPECT_EQ(months_from_text("1 month").value, 1);
  EXPECT_EQ(months_from_text("36").problem, "has no unit");
  EXPECT_EQ(months_from_text("3 years").problem, "has an unknown unit");
  EXPECT_EQ(months_from_text("3 years").hint,
            "write a whole number and months or month, as in 36 months");
}

TEST(units, read_times_of_day) {
  EXPECT_EQ(time_from_text("00:00").value, 0min);
  EXPECT_EQ(time_from_text("02:30").value, 150min);
  EXPECT_EQ(time_from_text("23:59").value, 1439min);
  for (auto const* text : {"24:00", "12:60", "2:30", "02:30:00", "0230", "aa:bb", "", "-1:30", "12-30"}) {
    EXPECT_EQ(time_from_text(text).problem, "is not a time of day") << text;
  }
  EXPECT_EQ(time_to_text(150min), "02:30");
}

TEST(units, read_numbers_in_decimal_only) {
  EXPECT_EQ(whole_from_text("10").value, 10);
  EXPECT_EQ(whole_from_text("0").value, 0);
  EXPECT_EQ(whole_from_text("-3").value, -3);
  for (auto const* text : {"0x10", "1e3", "4.0", "1_000", "", "-", "+4", " 4", "ten"}) {
    EXPECT_EQ(whole_from_text(text).problem, "is not a whole number") << text;
  }
  EXPECT_EQ(whole_from_text("010").problem, "begins with a zero");
  EXPECT_EQ(whole_from_text("1000000000").problem, "is too large");
  EXPECT_EQ(number_from_text("0.5").value, 0.5);
  EXPECT_EQ(number_from_text("10").value, 10);
  for (auto const* text : {"1e3", ".5", "1,5", "nan", "inf", "0x1", "+1"}) {
    EXPECT_EQ(number_from_text(text).problem, "is not a number") << text;
  }
  EXPECT_EQ(number_from_text("010").problem, "begins with a zero");
  EXPECT_EQ(number_from_text(std::string(400, '9')).problem, "is too large");
}

TEST(units, read_truth_from_two_words) {
  EXPECT_EQ(truth_from_text("true").value, true);
  EXPECT_EQ(truth_from_text("false").value, false);
  for (auto const* text : {"yes", "no", "on", "off", "1", "0", "True", "TRUE", ""}) {
    EXPECT_EQ(truth_from_text(text).problem, "is neither true nor false") << text;
  }
}

}  // namespace
}  // namespace vobiz::config
