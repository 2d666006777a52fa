#include "vobiz/ops/log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <boost/json/parse.hpp>
#include <cstdlib>

namespace vobiz::ops {
namespace {

using ::testing::MatchesRegex;

// What reaches standard error while `act` runs.
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

TEST(log, leaves_the_time_to_the_journal) {
  setenv("JOURNAL_STREAM", "8:1", 1);
  auto const text = written({}, [] { spdlog::info("ready"); });
  unsetenv("JOURNAL_STREAM");
  EXPECT_EQ(text, "info: ready\n");
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
