#include "retry.hpp"

#include <gtest/gtest.h>

#include "retry_after.hpp"

namespace vobiz::api {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(retry, has_one_meaning_for_each_status) {
  struct {
    int status;
    problem_kind kind;
    bool transient;
  } const cases[] = {
      {100, problem_kind::unavailable, true},   {204, problem_kind::unavailable, true},
      {301, problem_kind::bad_request, false},  {302, problem_kind::bad_request, false},
      {308, problem_kind::bad_request, false},  {400, problem_kind::bad_request, false},
      {401, problem_kind::unauthorized, false}, {402, problem_kind::bad_request, false},
      {403, problem_kind::forbidden, false},    {404, problem_kind::not_found, false},
      {405, problem_kind::bad_request, false},  {408, problem_kind::unavailable, true},
      {409, problem_kind::bad_request, false},  {422, problem_kind::bad_request, false},
      {429, problem_kind::unavailable, true},   {500, problem_kind::unavailable, true},
      {501, problem_kind::unsupported, false},  {502, problem_kind::unavailable, true},
      {503, problem_kind::unavailable, true},   {504, problem_kind::unavailable, true},
      {599, problem_kind::unavailable, true},
  };
  for (auto const& c : cases) {
    EXPECT_EQ(kind_of(c.status), c.kind) << c.status;
    EXPECT_EQ(is_transient(c.status), c.transient) << c.status;
  }
}

TEST(retry, backs_off_exponentially_with_full_jitter) {
  options how;
  how.backoff_base = milliseconds(500);
  how.backoff_cap = milliseconds(3'000);
  milliseconds const ceilings[] = {milliseconds(500), milliseconds(1'000), milliseconds(2'000),
                                   milliseconds(3'000), milliseconds(3'000)};
  int attempt = 0;
  for (auto const ceiling : ceilings) {
    ++attempt;
    EXPECT_EQ(backoff(how, attempt, 0), milliseconds(0)) << attempt;
    EXPECT_EQ(backoff(how, attempt, 0.5), ceiling / 2) << attempt;
    EXPECT_LT(backoff(how, attempt, 0.999), ceiling) << attempt;
  }
  EXPECT_EQ(backoff(how, 1'000'000, 0.5), milliseconds(1'500));
}

TEST(retry, decides_by_attempt_cause_and_what_the_server_asked) {
  options how;
  how.attempts = 3;
  attempt_failure failed;
  EXPECT_TRUE(retry_wait(how, 1, failed, 0.5));
  EXPECT_TRUE(retry_wait(how, 2, failed, 0.5));
  EXPECT_FALSE(retry_wait(how, 3, failed, 0.5)) << "that was the last one";
  failed.asked_wait = seconds(7);
  EXPECT_EQ(retry_wait(how, 1, failed, 0.5), seconds(7));
  failed.asked_wait = std::chrono::hours(9);
  EXPECT_EQ(retry_wait(how, 1, failed, 0.5), how.longest_pause);
  failed.transient = false;
  EXPECT_FALSE(retry_wait(how, 1, failed, 0.5));
}

TEST(retry, waits_the_longest_back_off_if_it_cannot_read_what_is_asked) {
  options how;
  attempt_failure failed;
  failed.asked_unreadably = true;
  for (double const random : {0.0, 0.9}) {
    EXPECT_EQ(retry_wait(how, 1, failed, random), milliseconds(500));
    EXPECT_EQ(pause_for(how, 3, failed, random), milliseconds(2'000));
  }
}

TEST(retry_after, reads_seconds_and_dates) {
  auto const now = *http_date("Sat, 31 Jan 2026 10:00:00 GMT");
  struct {
    char const* text;
    std::optional<milliseconds> wait;
  } const cases[] = {
      {"0", seconds(0)},
      {"120", seconds(120)},
      {"1.5", milliseconds(1'500)},
      {"3.", seconds(3)},
      {"3, 3", seconds(3)},
      {"3,7 ,", seconds(7)},
      {"3, soon", seconds(3)},
      {" 5\t", seconds(5)},
      {"Sat, 31 Jan 2026 10:00:30 GMT", seconds(30)},
      {"Saturday, 31-Jan-26 10:00:30 GMT", seconds(30)},
      {"Sat Jan 31 10:00:30 2026", seconds(30)},
      {"Sat, 31 Jan 2026 10:00:30 GMT, Sat, 31 Jan 2026 10:00:40 GMT", seconds(40)},
      {"60, Sat, 31 Jan 2026 10:00:30 GMT", seconds(60)},
      {"Saturday, 31-Jan-26 10:00:30 GMT, 20", seconds(30)},
      {"Sat Jan 31 10:00:30 2026, Sat Jan 31 10:00:31 2026", seconds(31)},
      {"Sat, 31 Jan 2026 09:59:00 GMT", seconds(0)},
      {"99999999999999999999999", milliseconds(1'000'000'000'000)},
      {"1e9", std::nullopt},
      {"-5", std::nullopt},
      {"soon", std::nullopt},
      {"nan", std::nullopt},
      {"inf", std::nullopt},
      {"", std::nullopt},
      {",", std::nullopt},
  };
  for (auto const& c : cases) EXPECT_EQ(retry_after(c.text, now, {}), c.wait) << c.text;
  auto const digits = std::string(400, '9');
  EXPECT_EQ(retry_after(digits, now, {}), milliseconds(1'000'000'000'000));
}

TEST(retry_after, counts_dates_by_the_clock_that_wrote_them) {
  auto const here = *http_date("Sat, 31 Jan 2026 10:00:00 GMT");
  auto const there = *http_date("Sat, 31 Jan 2026 11:00:00 GMT");
  auto const* const date = "Sat, 31 Jan 2026 11:00:05 GMT";
  EXPECT_EQ(retry_after(date, there, here), seconds(5));
  EXPECT_EQ(retry_after(date, std::nullopt, here), seconds(3'606));
  // Without the server's clock a date in the past shows only that a clock is wrong.
  EXPECT_EQ(retry_after("Sat, 31 Jan 2026 09:00:00 GMT", std::nullopt, here), std::nullopt);
}

TEST(retry_after, knows_http_dates) {
  using namespace std::chrono;
  auto const instant = sys_days(year(1994) / November / 6) + hours(8) + minutes(49) + seconds(37);
  for (auto const* text : {"Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 6 Nov 1994 08:49:37 GMT",
                           "Sun, 06 Nov 1994 08:49:37 UTC", "Sunday, 06-Nov-94 08:49:37 GMT",
                           "Sun, 06-Nov-1994 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
                           "Sun Nov 06 08:49:37 1994", "Mon, 06 Nov 1994 08:49:37 GMT"}) {
    EXPECT_EQ(http_date(text), instant) << text;
  }
  for (auto const* text :
       {"Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Foo 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 1994 8:49:37 GMT",
        "Sun, 0x Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 PST",
        "Sun, 06 Nov 1994 08:49:37 GMt", "Sun, 06 Nov 994 08:49:37 GMT",
        "Fri, 31 Dec 9999 23:59:59 GMT", "Sun, 06 Nov 0001 08:49:37 GMT", "GMT", ""}) {
    EXPECT_FALSE(http_date(text)) << text;
  }
}

}  // namespace
}  // namespace vobiz::api
