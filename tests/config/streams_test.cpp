#include <gmock/gmock.h>

#include "findings.hpp"
#include "vobiz/streams/stream.hpp"

namespace vobiz::config {
namespace {

using ::testing::ElementsAre;
using testing::example;
using testing::findings_of;
using ::testing::IsEmpty;
using testing::sound;

class stream_sections : public ::testing::TestWithParam<example> {};

// The example's text starts on line 8.
TEST_P(stream_sections, are_checked) {
  EXPECT_EQ(findings_of(sound + "streams:\n" + GetParam().yaml), GetParam().findings);
}

INSTANTIATE_TEST_SUITE_P(
    keys, stream_sections,
    ::testing::Values(
        example{"  cdr: {every: 60s}\n", {"8: unknown key \"cdr\" | did you mean \"cdrs\"?"}},
        example{"  cdrs: {evry: 60s}\n", {"8: unknown key \"evry\" | did you mean \"every\"?"}},
        example{"  cdrs: {enabled: yes}\n", {"8: \"enabled\": \"yes\" is neither true nor false"}},
        example{"  cdrs:\n    every: 60s\n    at: \"02:30\"\n",
                {"10: \"at\" conflicts with \"every\" | keep one of them"}},
        example{"  cdrs:\n    at: \"02:30\"\n    every: 60s\n",
                {"10: \"at\" conflicts with \"every\" | keep one of them"}},
        example{"  cdrs: {every: 500ms}\n",
                {"8: \"every\": \"500ms\" has an unknown unit | write a whole number and s, m, h "
                 "or d, as in "
                 "60s"}},
        example{"  cdrs: {every: 0s}\n",
                {"8: \"every\": \"0s\" is less than 1s: the current day must be read in time"}},
        example{"  cdrs: {every: 8d}\n",
                {"8: \"every\": \"8d\" is more than 7d: the current day must be read in time"}},
        example{
            "  cdrs: {at: \"24:00\"}\n",
            {"8: \"at\": \"24:00\" is not a time of day | write it as \"HH:MM\", from \"00:00\" to "
             "\"23:59\""}},
        example{
            "  cdrs: {scope: automatic}\n",
            {"8: \"scope\": \"automatic\" is not one of auto, global, per_account | did you mean "
             "\"auto\"?"}},
        example{
            "  profile: {scope: per_account}\n",
            {"8: \"scope\": \"per_account\" is not one of auto, global: the API has no endpoint "
             "per account "
             "for it"}},
        example{"  balances: {scope: global}\n",
                {"8: \"scope\": \"global\" is not one of auto, per_account: the API has no global "
                 "endpoint for "
                 "it"}},
        example{"  cdrs: {start_date: 2026-03-15}\n", {}},
        example{"  cdrs: {start_date: 2026-03-16}\n",
                {"8: \"start_date\": \"2026-03-16\" is in the future"}},
        example{"  cdrs: {start_date: 1999-12-31}\n",
                {"8: \"start_date\": \"1999-12-31\" is before 2000-01-01: every day since costs a "
                 "request"}},
        example{"  cdrs: {start_date: 2026-02-30}\n",
                {"8: \"start_date\": \"2026-02-30\" is not a day | write it as YYYY-MM-DD, as in "
                 "2026-01-31"}},
        example{
            "  cdrs: {lookback_days: 0}\n",
            {"8: \"lookback_days\": \"0\" is less than 1: these days are read in full once a day"}},
        example{"  cdrs: {audit_days: 401}\n",
                {"8: \"audit_days\": \"401\" is more than 400: each of these days costs a request "
                 "a day"}},
        example{"  cdrs:\n    lookback_days: 20\n    audit_days: 10\n",
                {"10: \"audit_days\" (10) is less than \"lookback_days\" (20) | audit_days include "
                 "the lookback_days"}},
        example{"  cdrs:\n    lookback_days: 20\n    audit_days: ten\n",
                {"10: \"audit_days\": \"ten\" is not a whole number"}},
        example{
            "  cdrs: {close_delay: 6}\n",
            {"8: \"close_delay\": \"6\" has no unit | write a whole number and s, m, h or d, as in "
             "60s"}}));

TEST(stream_sections, take_keys_about_days_only_where_there_are_days) {
  for (auto const& declared : streams::all()) {
    std::string const name(declared.name);
    auto const has_days =
        declared.form == streams::shape::day_windows || declared.form == streams::shape::daily;
    for (auto const* entry :
         {"start_date: 2026-01-01", "lookback_days: 3", "audit_days: 35", "close_delay: 6h"}) {
      auto const found = findings_of(sound + "streams: {" + name + ": {" + entry + "}}\n");
      if (has_days) {
        EXPECT_THAT(found, IsEmpty()) << name;
        continue;
      }
      std::string const key(entry, std::string(entry).find(':'));
      EXPECT_THAT(found, ElementsAre("7: \"" + key + "\" is for streams of days only: \"" + name +
                                     "\" is always read completely"));
    }
  }
}

TEST(stream_sections, take_quiet_every_only_where_there_are_lists_of_one_customer) {
  for (auto const& declared : streams::all()) {
    std::string const name(declared.name);
    auto const found = findings_of(sound + "streams: {" + name + ": {quiet_every: 30m}}\n");
    if (declared.endpoints == streams::endpoint_scope::either) {
      EXPECT_THAT(found, IsEmpty()) << name;
      continue;
    }
    EXPECT_THAT(found,
                ElementsAre("7: \"quiet_every\" is for streams with lists of one customer: \"" +
                            name + "\" has none"));
  }
  EXPECT_THAT(
      findings_of(sound + "streams: {cdrs: {quiet_every: 0s}}\n"),
      ElementsAre(::testing::HasSubstr("a customer whose wallet stands still must be asked")));
}

}  // namespace
}  // namespace vobiz::config
