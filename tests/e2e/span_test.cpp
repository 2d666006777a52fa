#include "rig.hpp"

// A span of days whose totals contradict the sum of its days (docs/architecture.md, "Span check").
namespace vobiz::e2e {
namespace {

std::string const stream_row = " FROM vobiz_sync.streams WHERE stream = 'cdrs'";

struct contradicting_span : rig {
  contradicting_span() {
    sync_ends_with(0);
    unproven = unproven_windows();
    api.add_fault("lying-total:3,path=/cdrs,over=" + days_ago(4));
  }

  // Of all months, for a customer's statements.
  std::int64_t unproven_windows() {
    return number("SELECT sum(vobiz.unproven_windows('PA_EXAMPLE01', '" + account(*this, 1) +
                  "', m::date)) FROM generate_series(date_trunc('month', now() - interval "
                  "'1 month'), now(), interval '1 month') m");
  }
  std::int64_t unproven = 0;

  // What every surface says of the stream.
  void expect_a_mismatch() {
    EXPECT_EQ(value("SELECT state" + stream_row), "mismatch");
    EXPECT_EQ(value("SELECT first_day || ' ' || last_day || ' ' || api_total - stored || ' ' || "
                    "differs_from || ' ' || differs_to FROM vobiz_sync.spans WHERE NOT agrees"),
              days_ago(6) + " " + days_ago(1) + " 3 " + days_ago(4) + " " + days_ago(3));
    auto const text = days_ago(6) + " to " + days_ago(1) + ": the API counts " +
                      value("SELECT api_total FROM vobiz_sync.spans WHERE NOT agrees") +
                      " rows, the days hold " +
                      value("SELECT stored FROM vobiz_sync.spans WHERE NOT agrees") +
                      "; the difference lies in " + days_ago(4) + " to " + days_ago(3);
    EXPECT_EQ(value("SELECT last_error" + stream_row), text);
    EXPECT_EQ(value("SELECT outcome || ' ' || error FROM vobiz_sync.runs WHERE stream = 'cdrs' "
                    "ORDER BY id DESC LIMIT 1"),
              "mismatch " + text);
    EXPECT_EQ(value("SELECT string_agg(utc_day || ' ' || state, ', ' ORDER BY utc_day) FROM "
                    "vobiz_bi.completeness_calendar WHERE stream = 'cdrs' AND span_difference = "
                    "last_error AND proof IS NULL"),
              days_ago(4) + " mismatch, " + days_ago(3) + " mismatch");
    EXPECT_GE(unproven_windows(), unproven + 2);
    EXPECT_THAT(syncd.run({"status", "--wide"}).out, HasSubstr("\ncdrs: " + text + "\n"));
    EXPECT_THAT(syncd.run({"status", "--json"}).out,
                HasSubstr("\"differs_from\":\"" + days_ago(4) + "\""));
  }

  void expect_all_clear() {
    EXPECT_EQ(unproven_windows(), unproven);
    EXPECT_EQ(value("SELECT state || coalesce(last_error, '')" + stream_row), "ok");
    EXPECT_EQ(value("SELECT count(*) FROM vobiz_sync.spans WHERE NOT agrees"), "0");
    EXPECT_EQ(value("SELECT count(*) FROM vobiz_bi.completeness_calendar WHERE stream = 'cdrs' AND "
                    "(span_difference IS NOT NULL OR state = 'mismatch')"),
              "0");
    EXPECT_THAT(syncd.run({"status", "--wide"}).out, Not(HasSubstr("the API counts")));
  }
};

TEST(span, that_disagrees_ends_sync_as_a_mismatch_until_it_agrees) {
  contradicting_span all;
  auto const ended = all.sync({"cdrs"});
  EXPECT_EQ(ended.code, 1) << ended.out << ended.err;
  EXPECT_THAT(ended.out, HasSubstr(days_ago(6) + " to " + days_ago(1) + ": the API counts"));
  all.expect_a_mismatch();
  all.sync_ends_with(1, {"cdrs"});
  all.expect_a_mismatch();
  all.api.end_faults();
  all.sync_ends_with(0, {"cdrs"});
  all.expect_all_clear();
}

TEST(span, that_disagrees_stays_a_mismatch_when_the_audit_range_has_moved_on) {
  contradicting_span all;
  all.sync_ends_with(1, {"cdrs"});
  // As if it had been found the day before.
  all.database.query(
      "UPDATE vobiz_sync.spans SET first_day = first_day, last_day = last_day - 1 "
      "WHERE NOT agrees");
  all.sync_ends_with(1, {"cdrs"});
  all.expect_a_mismatch();
  all.api.end_faults();
  all.sync_ends_with(0, {"cdrs"});
  all.expect_all_clear();
}

TEST(span, polls_stay_a_mismatch_while_the_disagreement_is_recorded) {
  contradicting_span all;
  all.sync_ends_with(1, {"cdrs"});
  all.configure([](auto& s) {
    s.streams = every_second();
    s.http = "{listen: \"127.0.0.1:0\"}";
  });
  auto const since = all.value("SELECT max(id) FROM vobiz_sync.runs");
  auto const running = all.syncd.start({"run"});
  auto const polls =
      "SELECT count(*) FROM vobiz_sync.runs WHERE stream = 'cdrs' AND command = "
      "'run' AND outcome = '{}' AND id > " +
      since;
  auto const count = [&](std::string const& outcome) {
    auto sql = polls;
    return all.number(sql.replace(sql.find("{}"), 2, outcome));
  };
  EXPECT_TRUE(support::wait_until([&] { return count("mismatch") >= 3; })) << running->err();
  EXPECT_EQ(count("ok"), 0);
  all.expect_a_mismatch();

  // It is asked for again after an hour, and not searched again.
  auto const again = "UPDATE vobiz_sync.spans SET checked_at = checked_at - interval '61 minutes'";
  auto const upkeeps =
      "SELECT string_agg(outcome || ' ' || requests, ', ') FROM vobiz_sync.runs "
      "WHERE stream = 'cdrs' AND command = 'upkeep'";
  all.database.query(again);
  EXPECT_TRUE(support::wait_until([&] { return !all.value(upkeeps).empty(); })) << running->err();
  EXPECT_EQ(all.value(upkeeps), "mismatch 1");
  all.expect_a_mismatch();

  // The span agrees.
  all.api.end_faults();
  all.database.query(again);
  EXPECT_TRUE(support::wait_until([&] { return count("ok") >= 1; })) << running->err();
  all.expect_all_clear();
}

TEST(span, is_asked_for_only_when_each_of_its_days_is_proven) {
  rig all;
  all.api.add_fault("lying-total:1,path=/cdrs,query=start_date=" + days_ago(2) +
                    "&end_date=" + days_ago(2));
  all.sync_ends_with(1, {"cdrs"});
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_sync.spans WHERE stream = 'cdrs'"), "0");
  // A span's request would be struck by this.
  all.api.add_fault("status:400,path=/cdrs,over=" + days_ago(3));
  auto const ended = all.sync({"cdrs"});
  EXPECT_THAT(ended.out, Not(HasSubstr("400")));
  all.api.end_faults();
  all.sync_ends_with(0, {"cdrs"});
  EXPECT_EQ(all.value("SELECT string_agg(agrees::text, ' ') FROM vobiz_sync.spans WHERE stream = "
                      "'cdrs' AND last_day = '" +
                      days_ago(1) + "'"),
            "true");
}

// The API counts another total of a day than when it was proven: the day is read again, and the
// span is judged after that.
TEST(span, whose_day_has_to_be_read_again_does_not_disagree) {
  rig all;
  all.sync_ends_with(0, {"cdrs"});
  add_call(all.api, {{"day", days_ago(5)}, {"cost", "1.5"}});
  // Only the span check is due.
  all.database.query(
      "UPDATE vobiz_sync.windows SET read_at = now();\n"
      "UPDATE vobiz_sync.spans SET checked_at = checked_at - interval '2 days'");
  all.configure([](auto& s) { s.streams = every_second(); });
  auto const running = all.syncd.start({"run"});
  EXPECT_TRUE(support::wait_until([&] {
    return all.value(
               "SELECT count(*) FROM vobiz_sync.runs WHERE stream = 'cdrs' AND command = "
               "'upkeep'") != "0" &&
           stored_calls(all.database) == true_calls(all.api);
  })) << running->err();
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_sync.spans WHERE NOT agrees"), "0");
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_sync.runs WHERE stream = 'cdrs' AND outcome = "
                      "'mismatch'"),
            "0");
}

}  // namespace
}  // namespace vobiz::e2e
