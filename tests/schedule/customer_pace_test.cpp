#include "vobiz/schedule/customer_pace.hpp"

#include <gmock/gmock.h>

namespace vobiz::schedule {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

streams::stream const& of(char const* name) { return *streams::find(name); }

class pace_of_customers : public ::testing::Test {
protected:
  std::vector<std::string> ended(char const* name, sink::run_report const& report) {
    return pace.ended(of(name), report, now);
  }

  void read_by_customer(bool vouched) {
    sink::run_report report;
    report.by_customer = true;
    report.vouched = vouched;
    ended("transactions", report);
    ended("cdrs", report);
  }

  static sink::run_report changed() {
    sink::run_report report;
    report.rows.inserted = 1;
    return report;
  }

  static sink::run_report pages(std::uint64_t many) {
    sink::run_report report;
    report.requests = many;
    return report;
  }

  customer_pace pace;
  customer_pace::time_point now{};
};

TEST_F(pace_of_customers, is_the_settings_while_there_are_global_lists) {
  ended("cdrs", {});
  EXPECT_THAT(ended("dashboard", changed()), IsEmpty());
  EXPECT_THAT(ended("accounts", changed()), IsEmpty());
  for (auto const* name : {"cdrs", "dashboard", "accounts", "numbers"}) {
    EXPECT_EQ(pace.within(of(name)), std::nullopt) << name;
  }
}

TEST_F(pace_of_customers, begins_at_once_with_what_was_planned_before) {
  ended("dashboard", changed());
  ended("accounts", changed());
  sink::run_report calls;
  calls.by_customer = true;
  calls.vouched = true;
  EXPECT_THAT(ended("cdrs", calls), ElementsAre("dashboard"));
  EXPECT_THAT(ended("cdrs", calls), IsEmpty());
  calls.vouched = false;
  EXPECT_THAT(ended("cdrs", calls), ElementsAre("accounts"));
  EXPECT_THAT(ended("cdrs", calls), IsEmpty());
}

TEST_F(pace_of_customers, begins_at_once_with_the_customers_where_nobody_vouches) {
  sink::run_report calls;
  calls.by_customer = true;
  EXPECT_THAT(ended("cdrs", calls), ElementsAre("dashboard", "accounts"));
}

TEST_F(pace_of_customers, looks_at_the_dashboard_and_asks_for_customers_when_it_has_changed) {
  read_by_customer(true);
  EXPECT_EQ(pace.within(of("dashboard")), seconds(20));
  EXPECT_EQ(pace.within(of("accounts")), seconds(300));
  EXPECT_EQ(pace.within(of("cdrs")), std::nullopt);
  EXPECT_THAT(ended("dashboard", {}), IsEmpty());
  EXPECT_THAT(ended("dashboard", changed()), ElementsAre("accounts"));
}

TEST_F(pace_of_customers, reads_calls_after_the_customers_and_then_ledgers) {
  read_by_customer(true);
  EXPECT_THAT(ended("accounts", pages(10)), ElementsAre("cdrs"));
  sink::run_report calls;
  calls.by_customer = true;
  calls.vouched = true;
  EXPECT_THAT(ended("cdrs", calls), ElementsAre("transactions"));
  EXPECT_THAT(ended("cdrs", calls), IsEmpty());
}

TEST_F(pace_of_customers, reads_the_list_of_many_customers_less_often) {
  read_by_customer(true);
  ended("accounts", pages(50));
  now += seconds(40);
  EXPECT_THAT(ended("dashboard", changed()), IsEmpty());
  // What has changed is not forgotten.
  EXPECT_EQ(pace.within(of("dashboard")), seconds(10));
  now += seconds(10);
  EXPECT_THAT(ended("dashboard", {}), ElementsAre("accounts"));
  EXPECT_EQ(pace.within(of("dashboard")), seconds(20));
}

TEST_F(pace_of_customers, counts_from_when_it_asked_for_their_list) {
  read_by_customer(true);
  EXPECT_THAT(ended("dashboard", changed()), ElementsAre("accounts"));
  now += seconds(12);
  EXPECT_THAT(ended("dashboard", changed()), IsEmpty()) << "while the list is read";
  ended("accounts", pages(50));
  now += seconds(38);
  EXPECT_THAT(ended("dashboard", changed()), ElementsAre("accounts"));
}

TEST_F(pace_of_customers, asks_again_when_their_list_could_not_be_read) {
  read_by_customer(true);
  EXPECT_THAT(ended("dashboard", changed()), ElementsAre("accounts"));
  sink::run_report failed;
  failed.outcome = sink::run_outcome::failed;
  ended("accounts", failed);
  EXPECT_THAT(ended("dashboard", {}), ElementsAre("accounts"));
}

TEST_F(pace_of_customers, reads_customers_more_often_when_nobody_vouches) {
  read_by_customer(false);
  ended("accounts", pages(10));
  EXPECT_EQ(pace.within(of("accounts")), seconds(45));
  ended("accounts", pages(50));
  EXPECT_EQ(pace.within(of("accounts")), seconds(50));
}

TEST_F(pace_of_customers, ends_with_the_lists_of_customers) {
  read_by_customer(true);
  ended("transactions", {});
  ended("cdrs", {});
  EXPECT_EQ(pace.within(of("dashboard")), std::nullopt);
}

TEST_F(pace_of_customers, stays_while_a_poll_fails) {
  read_by_customer(true);
  sink::run_report failed;
  failed.outcome = sink::run_outcome::failed;
  ended("cdrs", failed);
  EXPECT_EQ(pace.within(of("dashboard")), seconds(20));
  EXPECT_THAT(ended("dashboard", failed), IsEmpty());
}

}  // namespace
}  // namespace vobiz::schedule
