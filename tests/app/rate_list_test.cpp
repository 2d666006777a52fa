#include "rate_list.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vobiz::app {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string const header = "prefix,direction,currency,rate_per_minute,pulse,valid_from,valid_to\n";

std::vector<std::string> text_of(rate_list const& list) {
  std::vector<std::string> result;
  for (auto const& r : list.rates) {
    result.push_back(r.prefix + "|" + r.direction + "|" + r.currency + "|" + r.rate_per_minute +
                     "|" + r.pulse + "|" + r.valid_from + "|" + r.valid_to.value_or("-"));
  }
  return result;
}

// The problems of one row under the header.
std::vector<std::string> of_row(std::string const& row) {
  return read_rate_list(header + row + "\n").problems;
}

TEST(rate_list, is_read_as_spreadsheets_write_it) {
  auto const list = read_rate_list(
      "\xef\xbb\xbf"
      "Prefix,currency\r\n");
  EXPECT_FALSE(list.problems.empty());
  auto const sound = read_rate_list(
      "\xef\xbb\xbfvalid_from,prefix,direction,currency,pulse,\"rate_per_minute\"\r\n"
      "2026-01-01,+91,outbound,INR,60,\"0.3000\"\r\n"
      "\r\n"
      " 2026-02-01 ,0044,outbound,INR,1,1e-2\n"
      "2026-01-01,,inbound,INR,60,0");
  EXPECT_THAT(sound.problems, IsEmpty());
  EXPECT_THAT(text_of(sound),
              ElementsAre("91|outbound|INR|0.3|60|2026-01-01|-",
                          "44|outbound|INR|0.01|1|2026-02-01|-", "|inbound|INR|0|60|2026-01-01|-"));
}

TEST(rate_list, keeps_the_last_day) {
  EXPECT_THAT(text_of(read_rate_list(header + "91,outbound,INR,0.3,60,2026-01-01,2026-01-31\n"
                                              "91,outbound,INR,0.4,60,2026-02-01,\n")),
              ElementsAre("91|outbound|INR|0.3|60|2026-01-01|2026-01-31",
                          "91|outbound|INR|0.4|60|2026-02-01|-"));
}

TEST(rate_list, refuses_a_row_with_its_line_and_the_reason) {
  EXPECT_THAT(of_row("91x,outbound,INR,1,60,2026-01-01,"),
              ElementsAre("line 2: prefix: \"91x\" is not 0 to 15 digits"));
  EXPECT_THAT(of_row("1234567890123456,outbound,INR,1,60,2026-01-01,"),
              ElementsAre("line 2: prefix: \"1234567890123456\" is not 0 to 15 digits"));
  EXPECT_THAT(of_row("91,out,INR,1,60,2026-01-01,"),
              ElementsAre("line 2: direction: \"out\" is neither inbound nor outbound"));
  EXPECT_THAT(of_row("91,outbound,inr,1,60,2026-01-01,"),
              ElementsAre("line 2: currency: \"inr\" is not an ISO 4217 code"));
  EXPECT_THAT(of_row("91,outbound,INR,\"0,3\",60,2026-01-01,"),
              ElementsAre("line 2: rate_per_minute: \"0,3\" is not a decimal number"));
  EXPECT_THAT(of_row("91,outbound,INR,-0.3,60,2026-01-01,"),
              ElementsAre("line 2: rate_per_minute: \"-0.3\" is not between 0 and 1000000"));
  EXPECT_THAT(of_row("91,outbound,INR,1000000,60,2026-01-01,"),
              ElementsAre("line 2: rate_per_minute: \"1000000\" is not between 0 and 1000000"));
  for (std::string const pulse : {"", "0", "1.5", "3601", "99999999999999999999", "-1"}) {
    EXPECT_THAT(of_row("91,outbound,INR,1," + pulse + ",2026-01-01,"),
                ElementsAre("line 2: pulse: \"" + pulse + "\" is not 1 to 3600 whole seconds"));
  }
  EXPECT_THAT(of_row("91,outbound,INR,1,60,01/01/2026,"),
              ElementsAre("line 2: valid_from: \"01/01/2026\" is not a day: write it as "
                          "YYYY-MM-DD"));
  EXPECT_THAT(of_row("91,outbound,INR,1,60,2026-02-28,2026-02-29"),
              ElementsAre("line 2: valid_to: \"2026-02-29\" is not a day: write it as YYYY-MM-DD"));
  EXPECT_THAT(of_row("91,outbound,INR,1,60,2026-02-28,2026-02-27"),
              ElementsAre("line 2: valid_to: \"2026-02-27\" is before valid_from"));
  EXPECT_THAT(of_row("91,outbound,INR,1,60"), ElementsAre("line 2: has 5 columns, not 7"));
}

TEST(rate_list, names_each_bad_line) {
  auto const list = read_rate_list(header +
                                   "91,outbound,INR,1,60,2026-01-01,\n"
                                   "\"9\n2\",outbound,INR,1,60,2026-01-01,\n"
                                   "93,outbound,INR,x,60,2026-01-01,\n"
                                   "94,outbound,INR,1,60,2026-01-01,\n");
  EXPECT_THAT(list.problems, ElementsAre("line 3: prefix: \"9\n2\" is not 0 to 15 digits",
                                         "line 5: rate_per_minute: \"x\" is not a decimal number"));
}

TEST(rate_list, refuses_days_that_overlap) {
  auto const list = read_rate_list(header +
                                   "91,outbound,INR,1,60,2026-01-01,2026-01-31\n"
                                   "91,inbound,INR,1,60,2026-01-01,\n"
                                   "+91,outbound,INR,2,60,2026-01-31,\n"
                                   "91,outbound,USD,1,60,2026-01-01,\n"
                                   "91,outbound,INR,2,60,2026-02-01,2026-02-01\n");
  EXPECT_THAT(
      list.problems,
      ElementsAre("line 4: the days of prefix \"91\", outbound, INR overlap those of line 2",
                  "line 6: the days of prefix \"91\", outbound, INR overlap those of line "
                  "4"));
}

TEST(rate_list, refuses_other_columns) {
  EXPECT_THAT(read_rate_list("").problems, ElementsAre("line 1: the file is empty"));
  EXPECT_THAT(read_rate_list("\n\n").problems, ElementsAre("line 1: the file is empty"));
  EXPECT_THAT(
      read_rate_list("prefix,direction,currency,price,pulse,valid_from,prefix\n").problems,
      ElementsAre("line 1: unknown column \"price\": the columns are prefix, direction, currency, "
                  "rate_per_minute, pulse, valid_from, valid_to",
                  "line 1: column \"prefix\" is there twice",
                  "line 1: column \"rate_per_minute\" is missing"));
  EXPECT_THAT(read_rate_list(header).rates, IsEmpty());
}

}  // namespace
}  // namespace vobiz::app
