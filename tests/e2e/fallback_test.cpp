#include "rig.hpp"

// Global lists that are refused, missing capabilities, absent or wrong totals.
namespace vobiz::e2e {
namespace {

std::string scope(std::string const& which) {
  std::string lines;
  for (auto const* stream : {"cdrs", "transactions"}) {
    lines +=
        "  " + std::string(stream) + ": {start_date: " + days_ago(6) + ", scope: " + which + "}\n";
  }
  return lines;
}

class closed : public ::testing::TestWithParam<int> {};

INSTANTIATE_TEST_SUITE_P(answers, closed, ::testing::Values(403, 404, 501));

TEST_P(closed, global_lists_are_read_through_the_customers_each_with_its_own_proof) {
  rig all;
  all.api.post("/global", {{"cdrs", false}, {"transactions", false}, {"status", GetParam()}});
  all.sync_ends_with(0);
  expect_the_truth(all);
  EXPECT_EQ(
      all.value("SELECT count(*) FROM vobiz_sync.windows WHERE stream = 'cdrs' AND scope <> '*'\n"
                "  AND proof = 'total+summary'"),
      "35");
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_sync.windows WHERE state = 'pending' OR "
                      "queued_at IS NOT NULL"),
            "0");
  EXPECT_GE(all.value("SELECT min(synced_through) FROM vobiz_sync.streams WHERE stream IN ('cdrs', "
                      "'transactions')"),
            days_ago(2));
  // The second backfill stores nothing and needs one small request per window.
  all.api.remove("/requests");
  all.sync_ends_with(0, {"cdrs"});
  EXPECT_LE(all.api.requests("by_path", "/accounts/{id}/cdrs"), 35 + 5);
  EXPECT_EQ(
      all.value(
          "SELECT inserted + updated + removed FROM vobiz_sync.runs ORDER BY id DESC LIMIT 1"),
      "0");

  // When the global lists are open again, they are proven over the same rows.
  all.api.post("/global", {{"cdrs", true}, {"transactions", true}});
  add_call(all.api, {{"day", days_ago(2)}, {"cost", "4.5"}});
  all.sync_ends_with(0);
  expect_the_truth(all);
  EXPECT_EQ(
      all.value("SELECT count(*) FROM vobiz_sync.windows WHERE stream = 'cdrs' AND scope = '*'\n"
                "  AND proof = 'total+summary' AND rows = api_total"),
      "7");

  // After the global list is refused again, a backfill reads the accounts' lists.
  all.api.post("/global", {{"cdrs", false}, {"status", GetParam()}});
  auto const ended =
      all.syncd.run({"backfill", "cdrs", "--from", days_ago(4), "--to", days_ago(3)});
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_THAT(ended.out, HasSubstr(" 0 windows not proven"));
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_sync.windows WHERE state = 'pending' OR "
                      "queued_at IS NOT NULL"),
            "0");
  expect_the_truth(all);
}

TEST(fallback, per_account_can_be_forced) {
  rig all;
  all.configure([](auto& s) { s.streams = scope("per_account"); });
  all.sync_ends_with(0);
  expect_the_truth(all);
  EXPECT_EQ(all.api.requests("by_path", "/cdrs") + all.api.requests("by_path", "/transactions"), 0);
}

TEST(fallback, global_can_be_forced) {
  rig all;
  all.configure([](auto& s) { s.streams = scope("global"); });
  all.api.post("/global", {{"cdrs", false}, {"status", 404}});
  auto const ended = all.sync();
  EXPECT_EQ(ended.code, 1) << ended.out;
  EXPECT_THAT(ended.out, HasSubstr("cdrs: GET /cdrs: 404"));
  EXPECT_EQ(all.api.requests("by_path", "/accounts/{id}/cdrs"), 0);
  EXPECT_EQ(stored_entries(all.database), true_entries(all.api));
}

TEST(fallback, a_partner_who_may_not_see_calls_still_gets_everything_else) {
  rig all;
  all.api.post("/capability", {{"can_view_cdrs", false}});
  EXPECT_EQ(all.sync().code, 77);
  EXPECT_EQ(all.value("SELECT string_agg(stream || ' ' || state, ', ' ORDER BY stream) FROM "
                      "vobiz_sync.streams\n"
                      "WHERE state <> 'ok'"),
            "cdrs forbidden");
  EXPECT_EQ(all.value("SELECT can_view_cdrs FROM vobiz.partners"), "f");
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz.cdrs"), "0");
  EXPECT_EQ(stored_entries(all.database), true_entries(all.api));
  all.api.post("/capability", {{"can_view_cdrs", true}});
  all.sync_ends_with(0);
  expect_the_truth(all);
}

// Without a list of accounts there is nobody to ask; that is a failure.
TEST(fallback, needs_to_know_the_customers) {
  rig all;
  all.api.post("/global", {{"cdrs", false}});
  for (int time = 0; time < 2; ++time) {
    auto const ended = all.sync({"cdrs"});
    EXPECT_EQ(ended.code, 69) << ended.out;
    EXPECT_THAT(ended.out, HasSubstr("acme cdrs: no customer is known yet whose list could be "
                                     "asked for: sync accounts first"));
  }
  all.sync_ends_with(0, {"accounts", "cdrs"});
  EXPECT_EQ(stored_calls(all.database), true_calls(all.api));
}

// An account that vanishes while its days are queued does not block the queue.
TEST(fallback, the_queue_goes_on_without_a_customer_who_left) {
  rig all;
  all.configure([](auto& s) { s.streams = scope("per_account"); });
  all.sync_ends_with(0, {"accounts"});
  auto const gone = account(all, 2);
  all.api.post("/accounts/" + gone + "/leave", boost::json::object());
  auto const ended =
      all.syncd.run({"backfill", "cdrs", "--from", days_ago(5), "--to", days_ago(2)});
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_sync.windows WHERE state = 'pending' OR "
                      "queued_at IS NOT NULL"),
            "0");
  EXPECT_EQ(
      all.value(
          "SELECT string_agg(DISTINCT scope, ' ') FROM vobiz_sync.windows WHERE proof IS NULL"),
      gone);
  EXPECT_EQ(
      all.value(
          "SELECT string_agg(DISTINCT state, ' ') FROM vobiz_sync.windows WHERE proof IS NULL"),
      "forbidden");
}

struct envelope_case {
  char const* name;
  char const* fault;
  char const* proof;
};

class envelopes : public ::testing::TestWithParam<envelope_case> {};

INSTANTIATE_TEST_SUITE_P(without, envelopes,
                         ::testing::Values(envelope_case{"totals", "no-total", "walk"},
                                           envelope_case{"summaries", "no-summary", "total"},
                                           envelope_case{"sums_in_them", "zero-summary", "total"},
                                           envelope_case{"the_page_size_asked_for", "fallback",
                                                         "total+summary"}),
                         [](auto const& made) { return std::string(made.param.name); });

TEST_P(envelopes, a_day_is_still_read_in_full_and_says_what_its_proof_rests_on) {
  rig all({"--calls-per-day", "250"});
  all.api.add_fault(std::string(GetParam().fault) + ",path=/cdrs");
  all.sync_ends_with(0, {"cdrs"});
  EXPECT_EQ(stored_calls(all.database), true_calls(all.api));
  EXPECT_EQ(
      all.value("SELECT string_agg(DISTINCT proof, ' ') FROM vobiz_sync.windows WHERE rows > 0"),
      GetParam().proof);
  auto const uuid = add_call(all.api, {{"day", days_ago(0)}});
  all.sync_ends_with(0, {"cdrs"});
  EXPECT_EQ(stored_calls(all.database), true_calls(all.api));
}

}  // namespace
}  // namespace vobiz::e2e
