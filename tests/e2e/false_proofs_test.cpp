#include "rig.hpp"

// Lists that look complete and are not: no day is proven by them, nothing is removed for them, and
// the days heal when the provider does.
namespace vobiz::e2e {
namespace {

constexpr int days = 6;

class false_proofs : public ::testing::Test {
protected:
  explicit false_proofs(std::vector<std::string> const& more = {"--days", "6"}) : all(more) {
    all.configure([](auto& s) { s.days = days; });
  }

  void strike(std::string const& fault) { all.api.post("/faults", {{"fault", fault}}); }
  void heal() {
    all.api.remove("/faults");
    // The pause after a failed read is over.
    all.database.query("UPDATE vobiz_sync.windows SET read_at = read_at - interval '2 hours'");
  }
  std::string states(std::string const& stream = "cdrs") {
    return all.value(
        "SELECT string_agg(DISTINCT coalesce(proof, state), ' ') FROM vobiz_sync.windows WHERE "
        "stream = '" +
        stream + "'");
  }
  std::string removed() {
    return all.value("SELECT count(*) FROM vobiz.cdrs WHERE removed_at IS NOT NULL");
  }
  std::string errors() {
    return all.value(
        "SELECT string_agg(DISTINCT last_error, '; ') FROM vobiz_sync.windows WHERE stream = "
        "'cdrs'");
  }
  // Rows under a day that none of their times is near.
  std::string strangers() {
    return all.value(
        "SELECT count(*) FROM vobiz.cdrs WHERE removed_at IS NULL\n"
        "  AND abs(window_day - (start_time AT TIME ZONE 'UTC')::date) > 1");
  }

  rig all;
};

TEST_F(false_proofs, are_not_made_of_a_list_that_ignores_the_day) {
  strike("any-day,path=/cdrs");
  all.sync_ends_with(1, {"accounts", "cdrs"});
  EXPECT_EQ(states(), "mismatch");
  EXPECT_THAT(errors(), HasSubstr("the API lists other days' rows: "));
  EXPECT_EQ(
      all.value("SELECT synced_through IS NULL FROM vobiz_sync.streams WHERE stream = 'cdrs'"),
      "t");
  all.sync_ends_with(1, {"cdrs"});
  EXPECT_EQ(removed(), "0");

  heal();
  for (int n = 0; n < 3; ++n) {
    all.sync({"cdrs"});
    all.database.query(
        "UPDATE vobiz_sync.windows SET doubted_at = doubted_at - interval '11 minutes'");
  }
  all.sync_ends_with(0, {"cdrs"});
  EXPECT_EQ(states(), "total+summary");
  EXPECT_EQ(strangers(), "0");
  EXPECT_EQ(removed(), "0");
  EXPECT_EQ(stored_calls(all.database), true_calls(all.api));
}

TEST_F(false_proofs, take_nothing_from_days_that_were_proven) {
  all.sync_ends_with(0);
  for (auto const* fault : {"any-day", "other-day:-3", "other-day:-1", "other-day:2"}) {
    SCOPED_TRACE(fault);
    strike(fault + std::string(",path=/cdrs,query=page=1&"));
    strike(fault + std::string(",path=/cdrs,query=per_page=1&"));
    all.sync({"cdrs"});
    all.sync({"cdrs"});
    EXPECT_EQ(removed(), "0");
    heal();
    all.sync_ends_with(0, {"cdrs"});
    EXPECT_EQ(stored_calls(all.database), true_calls(all.api));
  }
}

TEST_F(false_proofs, are_not_made_of_the_list_of_another_day) {
  for (auto const* path : {"/cdrs", "/transactions"}) {
    strike("other-day:-3,path=" + std::string(path));
  }
  all.sync({"accounts", "cdrs", "transactions"});
  for (auto const* stream : {"cdrs", "transactions"}) {
    EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_sync.windows WHERE stream = '" +
                        std::string(stream) + "' AND proof IS NOT NULL AND rows > 0"),
              "0")
        << stream;
  }
  heal();
  all.sync_ends_with(0);
  expect_the_truth(all);
}

TEST_F(false_proofs, are_not_made_of_another_customers_list) {
  all.configure([](auto& s) {
    s.streams += "  cdrs: {scope: per_account, start_date: " + days_ago(days) + "}\n";
  });
  strike("any-customer,path=/accounts");
  all.sync_ends_with(1, {"accounts", "cdrs"});
  EXPECT_EQ(
      all.value("SELECT count(*) FROM vobiz_sync.windows WHERE stream = 'cdrs' AND proof IS NOT "
                "NULL AND api_total > rows"),
      "0");
  EXPECT_THAT(errors(), HasSubstr("the API lists other customers' rows: "));
  heal();
  all.sync_ends_with(0, {"cdrs"});
  EXPECT_EQ(stored_calls(all.database), true_calls(all.api));
}

// An answer for the last thirty days in the place of one day's.
TEST_F(false_proofs, are_not_made_of_figures_of_another_period) {
  strike("other-day:-1,path=/analytics");
  all.sync_ends_with(1, {"analytics"});
  EXPECT_EQ(states("analytics"), "mismatch");
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz.analytics_daily"), "0");
}

class large_days : public false_proofs {
protected:
  large_days() : false_proofs({"--days", "6", "--calls-per-day", "600"}) {}
};

TEST_F(large_days, are_not_proven_by_a_total_that_is_capped) {
  strike("capped-total:200,path=/cdrs");
  strike("no-summary,path=/cdrs");
  all.sync_ends_with(1, {"accounts", "cdrs"});
  EXPECT_EQ(
      all.value("SELECT count(*) FROM vobiz_sync.windows WHERE stream = 'cdrs' AND proof IS NOT "
                "NULL AND rows >= 200"),
      "0");
  EXPECT_THAT(errors(), HasSubstr("the API counts 200 rows and lists more"));
  // What it lists beyond is stored.
  EXPECT_EQ(stored_calls(all.database), true_calls(all.api));
  heal();
  all.sync_ends_with(0, {"cdrs"});
  EXPECT_EQ(states(), "total+summary");
}

TEST_F(large_days, whose_list_repeats_rows_are_proven_and_shown_as_such) {
  strike("repeat:2,path=/cdrs");
  all.sync_ends_with(0, {"accounts", "cdrs"});
  EXPECT_EQ(states(), "walk+repeats");
  EXPECT_EQ(stored_calls(all.database), true_calls(all.api));
  // A poll of a list that is known to do so is one request a day that is due.
  all.api.remove("/requests");
  all.sync_ends_with(0, {"cdrs"});
  EXPECT_EQ(states(), "walk+repeats");
  EXPECT_LE(all.api.requests("by_path", "/cdrs"), days + 1 + 2);
  EXPECT_EQ(removed(), "0");
  EXPECT_EQ(
      all.value("SELECT string_agg(DISTINCT proof || ' ' || missing_rows, ', ')\n"
                "FROM vobiz_bi.completeness_calendar WHERE stream = 'cdrs' AND proof IS NOT NULL"),
      "walk+repeats 0");
}

// Each window alone would lose few rows.
TEST_F(false_proofs, do_not_remove_the_rows_of_many_small_windows_at_once) {
  all.configure([](auto& s) {
    s.streams += "  cdrs: {scope: per_account, start_date: " + days_ago(days) + "}\n";
  });
  all.sync_ends_with(0);
  strike("empty-list,path=/accounts/*/cdrs");
  all.sync_ends_with(1, {"cdrs"});
  EXPECT_EQ(removed(), "0");
  EXPECT_THAT(errors(), HasSubstr("misses the same ones"));
  heal();
  all.sync_ends_with(0, {"cdrs"});
  EXPECT_EQ(stored_calls(all.database), true_calls(all.api));
}

}  // namespace
}  // namespace vobiz::e2e
