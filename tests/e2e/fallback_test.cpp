#include <algorithm>
#include <csignal>

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

// As if the global list of the calls had been refused for six minutes, in two cycles.
void let_the_refusal_stand(rig& all) {
  all.database.query(
      "UPDATE vobiz_sync.refusals SET attempts = 2, next_try_at = now(),\n"
      "  refused_since = now() - interval '6 minutes' WHERE scope = '*'");
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
  EXPECT_THAT(all.syncd.run({"status", "--wide"}).out,
              HasSubstr("read customer by customer: 5 of 5 asked within the hour, 0 waiting"));
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

  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_sync.customer_looks WHERE stream = 'cdrs'"), "0");

  // A list that has answered before is not replaced at its first refusal, and the queue is kept.
  all.api.post("/global", {{"cdrs", false}, {"status", GetParam()}});
  all.api.remove("/requests");
  auto const backfill = [&] {
    return all.syncd.run({"backfill", "cdrs", "--from", days_ago(4), "--to", days_ago(3)});
  };
  EXPECT_EQ(backfill().code, GetParam() == 403 ? 77 : 1);
  EXPECT_EQ(all.api.requests("by_path", "/accounts/{id}/cdrs"), 0);
  EXPECT_EQ(
      all.value("SELECT string_agg(scope, ' ') FROM vobiz_sync.windows WHERE queued_at IS NOT "
                "NULL"),
      "* *");
  // After minutes a backfill reads the accounts' lists.
  let_the_refusal_stand(all);
  auto const ended = backfill();
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_THAT(ended.out, HasSubstr(" 0 windows not proven"));
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_sync.windows WHERE state = 'pending' OR "
                      "queued_at IS NOT NULL"),
            "0");
  expect_the_truth(all);
}

// A WAF, or a secondary rate limit.
TEST(fallback, a_single_refusal_is_asked_again) {
  rig all;
  all.sync_ends_with(0, {"accounts", "cdrs"});
  for (auto const* refusal :
       {"status:403,header=Retry-After:1,path=/cdrs,next=1", "status:404,path=/cdrs,next=2"}) {
    all.api.add_fault(refusal);
    all.sync_ends_with(0, {"cdrs"});
  }
  EXPECT_EQ(all.api.requests("by_path", "/accounts/{id}/cdrs"), 0);
  EXPECT_EQ(
      all.value("SELECT string_agg(DISTINCT scope, ' ') FROM vobiz_sync.windows WHERE stream = "
                "'cdrs'"),
      "*");
}

TEST(fallback, of_a_list_that_has_answered_takes_minutes_and_survives_a_restart) {
  rig all;
  all.sync_ends_with(0, {"accounts", "cdrs"});
  all.api.post("/global", {{"cdrs", false}, {"status", 403}});
  auto const before = all.value(
      "SELECT string_agg(concat(scope, day, state), ' ' ORDER BY day) FROM "
      "vobiz_sync.windows WHERE stream = 'cdrs'");
  auto const ended = all.sync({"cdrs"});
  EXPECT_EQ(ended.code, 77) << ended.out;
  EXPECT_THAT(ended.out, HasSubstr("the list has answered before"));
  EXPECT_EQ(all.value("SELECT string_agg(concat(scope, day, state), ' ' ORDER BY day) FROM "
                      "vobiz_sync.windows WHERE stream = 'cdrs'"),
            before);
  EXPECT_EQ(all.value("SELECT attempts || ' ' || fallen_back FROM vobiz_sync.refusals"), "1 false");
  let_the_refusal_stand(all);
  all.sync_ends_with(0, {"cdrs"});
  EXPECT_EQ(all.value("SELECT attempts || ' ' || fallen_back FROM vobiz_sync.refusals"), "3 true");
  // Days that the global list has proven stay so; the newest are read by customer, too.
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_sync.windows WHERE scope <> '*' AND stream = "
                      "'cdrs'"),
            "20");
  EXPECT_GE(all.value("SELECT synced_through FROM vobiz_sync.streams WHERE stream = 'cdrs'"),
            days_ago(2));
  add_call(all.api, {{"day", days_ago(0)}});
  all.sync_ends_with(0, {"cdrs"});
  EXPECT_EQ(stored_calls(all.database), true_calls(all.api));

  all.api.post("/global", {{"cdrs", true}});
  all.sync_ends_with(0, {"cdrs"});
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_sync.refusals"), "0");
  EXPECT_EQ(
      all.value("SELECT count(*) FROM vobiz_sync.windows WHERE scope <> '*' AND stream = 'cdrs' "
                "AND state <> 'proven'"),
      "0");
  EXPECT_EQ(stored_calls(all.database), true_calls(all.api));
}

// The days that wait keep waiting as days, and become those of the customers one by one.
TEST(fallback, does_not_multiply_the_queue) {
  rig all({"--latency", "50"});
  all.sync_ends_with(0, {"accounts"});
  all.api.post("/global", {{"cdrs", false}, {"status", 403}});
  all.configure(
      [](auto& s) { s.streams = "  cdrs: {start_date: " + days_ago(60) + ", every: 1s}\n"; });
  auto const service = all.syncd.start({"run"});
  std::int64_t longest = 0;
  EXPECT_TRUE(support::wait_until([&] {
    auto const queued = all.number(
        "SELECT count(*) FROM vobiz_sync.windows WHERE stream = 'cdrs' AND "
        "state = 'pending'");
    longest = std::max(longest, queued);
    return all.number(
               "SELECT count(DISTINCT day) FROM vobiz_sync.windows WHERE stream = 'cdrs' AND "
               "scope <> '*'") >= 8;
  })) << service->err();
  EXPECT_GE(longest, 50);
  EXPECT_LE(longest, 57 + 3 * 5);
  // The global list answers: what was not read of the customers goes.
  all.api.post("/global", {{"cdrs", true}});
  all.database.query("UPDATE vobiz_sync.refusals SET next_try_at = now()");
  EXPECT_TRUE(support::wait_until([&] {
    return all.value("SELECT count(*) FROM vobiz_sync.refusals") == "0" &&
           all.value(
               "SELECT count(*) FROM vobiz_sync.windows WHERE scope <> '*' AND state <> "
               "'proven'") == "0";
  })) << service->err();
  service->send(SIGTERM);
  EXPECT_TRUE(service->wait());
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
