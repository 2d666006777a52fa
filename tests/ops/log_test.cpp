#include "vobiz/ops/log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <cstdlib>

#include "ops/log_line.hpp"
#include "ops/repeats.hpp"
#include "vobiz/core/log.hpp"

namespace vobiz::ops {
namespace {

using ::testing::ElementsAre;
using ::testing::MatchesRegex;

// Standard error during `act`.
template <class Act>
std::string written(config::log const& wanted, Act act) {
  testing::internal::CaptureStderr();
  set_up_log(wanted);
  act();
  spdlog::default_logger()->flush();
  return testing::internal::GetCapturedStderr();
}

constexpr char const* hostile = "stream \"cdrs\": a\\b\n{\"level\":\"x\"}\t\x01 \xf0\x9f\x98\x80";

TEST(log, text_lines_tell_time_and_level) {
  unsetenv("JOURNAL_STREAM");
  auto const text = written({config::log_level::info, config::log_format::text}, [] {
    spdlog::debug("not this");
    spdlog::warn("stream \"{}\": late", "cdrs");
  });
  EXPECT_THAT(text,
              MatchesRegex("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z "
                           "warning: stream \"cdrs\": late\n"));
}

TEST(log, text_and_json_lines_tell_what_they_are_about) {
  core::log_fields const about{"acme", "cdrs", "2026-03-10T10:00:00.000001Z", "2026-03-09",
                               "req_1"};
  auto const act = [&] {
    core::log(spdlog::level::info, about, "late");
    spdlog::info("by itself");
  };
  EXPECT_THAT(
      written({config::log_level::info, config::log_format::text}, act),
      MatchesRegex(".* info: late \\[partner acme, stream cdrs, run 2026-03-10T10:00:00.000001Z, "
                   "window 2026-03-09, request_id req_1\\]\n.* info: by itself\n"));
  std::istringstream lines(written({config::log_level::info, config::log_format::json}, act));
  std::string line;
  std::getline(lines, line);
  EXPECT_EQ(boost::json::parse(line).at("window").as_string(), "2026-03-09");
  EXPECT_EQ(boost::json::parse(line).at("request_id").as_string(), "req_1");
  std::getline(lines, line);
  EXPECT_FALSE(boost::json::parse(line).as_object().contains("stream"));
}

TEST(log, knows_the_journal_by_its_file) {
  struct stat status {};
  ASSERT_EQ(::fstat(STDIN_FILENO, &status), 0);
  auto const name = fmt::format("{}:{}", status.st_dev, status.st_ino);
  EXPECT_TRUE(is_journal(name.c_str(), STDIN_FILENO));
  EXPECT_FALSE(is_journal("8:1", STDIN_FILENO));
  EXPECT_FALSE(is_journal(nullptr, STDIN_FILENO));
  // JOURNAL_STREAM may be inherited from a shell under systemd while standard error is a file.
  setenv("JOURNAL_STREAM", "8:1", 1);
  EXPECT_THAT(written({}, [] { spdlog::info("ready"); }), MatchesRegex(".*Z info: ready\n"));
  unsetenv("JOURNAL_STREAM");
}

TEST(log, gives_the_journal_priorities_and_fields) {
  log_line line;
  line.level = spdlog::level::warn;
  line.text = "late\nand more";
  line.fields.stream = "cdrs";
  line.fields.request_id = "req_1";
  EXPECT_THAT(as_journal(line),
              ElementsAre("MESSAGE=late\\nand more", "PRIORITY=4", "SYSLOG_IDENTIFIER=vobiz-syncd",
                          "STREAM=cdrs", "REQUEST_ID=req_1"));
  line.level = spdlog::level::err;
  EXPECT_EQ(as_journal(line)[1], "PRIORITY=3");
  line.level = spdlog::level::trace;
  EXPECT_EQ(as_journal(line)[1], "PRIORITY=7");
}

TEST(log, lines_are_one_line_each_whatever_they_say) {
  core::log_fields about;
  about.partner = "PA_\x1b[31mRED";
  about.request_id = "r\n2026-11-28T00:00:00.000Z error: forged";
  auto const act = [&] {
    core::log(spdlog::level::err, about, "a\r\nforged \x1b[2J\xe2\x80\xae\xe2\x80\xa8\xc2\x85");
  };
  auto const text = written({config::log_level::info, config::log_format::text}, act);
  EXPECT_THAT(text,
              ::testing::EndsWith(
                  " error: a\\r\\nforged \\x1b[2J\\u202e\\u2028\\u0085 [partner "
                  "PA_\\x1b[31mRED, request_id r\\n2026-11-28T00:00:00.000Z error: forged]\n"));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
  auto const json = written({config::log_level::info, config::log_format::json}, act);
  EXPECT_TRUE(std::all_of(json.begin(), json.end() - 1, [](char c) {
    return c >= ' ' && c < '\x7f';
  })) << json;
  EXPECT_EQ(boost::json::parse(json).at("message").as_string(),
            "a\r\nforged \x1b[2J\xe2\x80\xae\xe2\x80\xa8\xc2\x85");
}

struct folding : ::testing::Test {
  log_line line(std::string text, spdlog::level::level_enum level = spdlog::level::warn) {
    log_line result;
    result.level = level;
    result.text = std::move(text);
    result.fields.stream = "cdrs";
    return result;
  }
  repeats lines;
  repeats::clock::time_point const start = repeats::clock::now();
};

TEST_F(folding, counts_what_says_the_same) {
  EXPECT_TRUE(lines.is_news(line("503, attempt 2 in 0.5 s"), start));
  for (int i = 1; i <= 12; ++i) {
    EXPECT_FALSE(lines.is_news(line("503, attempt 3 in 11.25 s"), start + std::chrono::seconds(i)));
  }
  EXPECT_TRUE(lines.folded(start + std::chrono::seconds(59)).empty());
  auto const over = lines.folded(start + std::chrono::seconds(60));
  ASSERT_EQ(over.size(), 1u);
  EXPECT_EQ(over[0].text, "503, attempt 3 in 11.25 s (repeated 12 times in 60 s)");
  EXPECT_EQ(over[0].fields.stream, "cdrs");
  EXPECT_TRUE(lines.is_news(line("503, attempt 2 in 0.5 s"), start + std::chrono::seconds(61)));
}

TEST_F(folding, keeps_apart_what_differs) {
  EXPECT_TRUE(lines.is_news(line("503"), start));
  EXPECT_TRUE(lines.is_news(line("connection refused"), start));
  auto other = line("503");
  other.fields.window = "2026-03-09";
  EXPECT_TRUE(lines.is_news(other, start));
  EXPECT_TRUE(lines.is_news(line("ok", spdlog::level::info), start));
  EXPECT_TRUE(lines.is_news(line("ok", spdlog::level::info), start));
  // A line that occurred once is not reported again when its minute ends.
  EXPECT_TRUE(lines.folded(repeats::clock::time_point::max()).empty());
}

TEST_F(folding, has_a_bound) {
  for (int i = 0; i < 10'000; ++i) {
    EXPECT_TRUE(lines.is_news(line(std::string(static_cast<std::size_t>(i), 'x')), start));
  }
  EXPECT_TRUE(lines.is_news(line(std::string(9'999, 'x')), start));
  EXPECT_FALSE(lines.is_news(line("x"), start));
}

TEST(log, writes_what_was_folded_before_it_goes) {
  auto const text = written({config::log_level::info, config::log_format::text}, [] {
    for (int i = 0; i < 3; ++i) spdlog::warn("late by {} s", i);
    set_up_log({});
  });
  EXPECT_THAT(
      text, MatchesRegex(
                ".*warning: late by 0 s\n.*warning: late by 2 s \\(repeated 2 times in 60 s\\)\n"));
}

TEST(log, json_lines_hold_any_text) {
  auto const text = written({config::log_level::trace, config::log_format::json}, [] {
    spdlog::trace("first");
    spdlog::error("{}", hostile);
  });
  std::istringstream lines(text);
  std::string line;
  ASSERT_TRUE(std::getline(lines, line));
  EXPECT_EQ(boost::json::parse(line).at("message").as_string(), "first");
  EXPECT_EQ(boost::json::parse(line).at("level").as_string(), "trace");
  ASSERT_TRUE(std::getline(lines, line));
  auto const parsed = boost::json::parse(line);
  EXPECT_EQ(parsed.at("message").as_string(), hostile);
  EXPECT_EQ(parsed.at("level").as_string(), "error");
  EXPECT_THAT(std::string(parsed.at("time").as_string()),
              MatchesRegex("[0-9-]{10}T[0-9:]{8}\\.[0-9]{3}Z"));
  EXPECT_FALSE(std::getline(lines, line));
}

}  // namespace
}  // namespace vobiz::ops
