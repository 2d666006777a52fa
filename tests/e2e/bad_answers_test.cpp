#include "rig.hpp"

// Answers that are not as the reference says: what heals is tried again, what does not is told.
namespace vobiz::e2e {
namespace {

TEST(bad_answers, what_passes_is_asked_for_again) {
  for (auto const* fault : {"status:500", "html", "truncate", "invalid-json", "empty", "reset-body",
                            "wrong-page", "throttle:0"}) {
    SCOPED_TRACE(fault);
    rig all({"--days", "2"});
    all.configure([](auto& s) { s.days = 2; });
    all.api.add_fault(std::string(fault) + ",path=/cdrs,next=2");
    all.sync_ends_with(0, {"cdrs"});
    EXPECT_EQ(stored_calls(all.database), true_calls(all.api));
    EXPECT_GE(all.number("SELECT sum(retries) FROM vobiz_sync.runs"), 2);
  }
}

TEST(bad_answers, a_server_that_keeps_failing_is_told_with_its_words_and_nothing_is_proven) {
  rig all;
  all.api.add_fault("status:500,path=/cdrs");
  auto const ended = all.sync({"cdrs"});
  EXPECT_EQ(ended.code, 69) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("cdrs: GET /cdrs: 500 SIMULATED_FAULT \"simulated fault\""));
  EXPECT_EQ(all.value("SELECT state || ' ' || consecutive_failures FROM vobiz_sync.streams WHERE "
                      "stream = 'cdrs'"),
            "failing 1");
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_sync.windows WHERE proof IS NOT NULL"), "0");
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz.cdrs"), "0");
}

TEST(bad_answers, a_failing_stream_leaves_the_others_alone) {
  rig all;
  all.api.add_fault("status:400,path=/numbers");
  auto const ended = all.sync();
  EXPECT_EQ(ended.code, 1) << ended.err;
  EXPECT_EQ(all.value("SELECT string_agg(stream || '=' || outcome, ' ') FROM vobiz_sync.runs WHERE "
                      "outcome <> 'ok'"),
            "numbers=failed");
  expect_the_truth(all);
}

TEST(bad_answers, forbidden_calls_are_marked_and_the_others_go_on) {
  rig all;
  all.api.post("/capability", {{"can_view_cdrs", false}});
  auto const ended = all.sync();
  EXPECT_EQ(ended.code, 77) << ended.err;
  EXPECT_EQ(all.value("SELECT string_agg(stream || '=' || state, ' ') FROM vobiz_sync.streams "
                      "WHERE state <> 'ok'"),
            "cdrs=forbidden");
  EXPECT_THAT(all.value("SELECT last_error FROM vobiz_sync.streams WHERE stream = 'cdrs'"),
              HasSubstr("403"));
  EXPECT_EQ(stored_entries(all.database), true_entries(all.api));
  EXPECT_EQ(all.value("SELECT can_view_cdrs FROM vobiz.partners"), "f");
}

// Zero beside rows is no fact about the day.
TEST(bad_answers, a_degraded_summary_proves_by_the_count_alone) {
  rig all;
  all.api.add_fault("zero-summary");
  all.sync_ends_with(0, {"cdrs", "transactions"});
  expect_the_truth(all);
  EXPECT_EQ(
      all.value("SELECT string_agg(DISTINCT proof, ' ') FROM vobiz_sync.windows WHERE rows > 0"),
      "total");
}

TEST(bad_answers, without_totals_the_walk_is_the_proof) {
  rig all({"--calls-per-day", "300"});
  all.api.add_fault("no-total");
  all.api.add_fault("no-summary");
  all.sync_ends_with(0, {"cdrs", "transactions"});
  expect_the_truth(all);
  EXPECT_EQ(all.value("SELECT string_agg(DISTINCT proof, ' ') FROM vobiz_sync.windows"), "walk");
}

TEST(bad_answers, a_total_that_is_never_reached_is_a_mismatch_and_said_so) {
  rig all;
  auto const day = days_ago(3);
  all.api.add_fault("lying-total:3,path=/cdrs,query=start_date=" + day);
  auto const ended = all.sync({"cdrs"});
  EXPECT_EQ(ended.code, 1) << ended.err;
  auto const rows = all.number("SELECT count(*) FROM vobiz.cdrs WHERE window_day = '" + day + "'");
  auto const why = "not proven after 3 reads: the API counts " + std::to_string(rows + 3) +
                   " rows, " + std::to_string(rows) + " were listed";
  EXPECT_EQ(all.value("SELECT state || ': ' || last_error FROM vobiz_sync.windows WHERE day = '" +
                      day + "'"),
            "mismatch: " + why);
  EXPECT_THAT(ended.out, HasSubstr("cdrs: " + day + ": " + why));
  EXPECT_EQ(all.value("SELECT synced_through FROM vobiz_sync.streams WHERE stream = 'cdrs'"),
            days_ago(4));
  // What could be read is stored.
  EXPECT_EQ(stored_calls(all.database), true_calls(all.api));

  all.api.end_faults();
  all.sync_ends_with(0, {"cdrs"});
  EXPECT_EQ(all.value("SELECT state || ' ' || attempts FROM vobiz_sync.windows WHERE day = '" +
                      day + "'"),
            "proven 0");
}

TEST(bad_answers, a_redirect_is_not_followed) {
  rig all;
  all.api.add_fault("redirect:302,path=/me");
  auto const ended = all.sync({"profile"});
  EXPECT_EQ(ended.code, 1) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("profile: GET /me: 302"));
}

TEST(bad_answers, an_answer_larger_than_allowed_is_refused_not_read) {
  rig all;
  all.api.add_fault("gzip-bomb:48,path=/numbers");
  auto const ended = all.sync({"numbers"});
  EXPECT_EQ(ended.code, 69) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("numbers: GET /numbers: "));
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz.numbers"), "0");
}

}  // namespace
}  // namespace vobiz::e2e
