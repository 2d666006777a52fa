#include <algorithm>
#include <csignal>

#include "rig.hpp"

// A day or a customer whose list brings no answer keeps none of the others waiting.
namespace vobiz::e2e {
namespace {

using support::wait_until;

std::string of_day(std::string const& fault, int days) {
  auto const day = days_ago(days);
  return fault + ",query=start_date=" + day + "&end_date=" + day;
}

// The windows of cdrs that are not proven, today's left out.
std::string left(rig& all) {
  return all.value(
      "SELECT string_agg(concat_ws(' ', replace(scope, '*', 'all'), day, state, attempts,\n"
      "  last_error IS NOT NULL, next_try_at > now()), '; ' ORDER BY day DESC, scope)\n"
      "FROM vobiz_sync.windows WHERE stream = 'cdrs' AND state <> 'proven' AND day < '" +
      days_ago(1) + "'");
}

std::string calls_of_other_days(std::vector<std::string> lines, std::vector<int> const& days) {
  std::string result;
  for (auto const& line : lines) {
    bool const other =
        std::ranges::none_of(days, [&](int day) { return line.starts_with(days_ago(day)); });
    if (other) result += line + "\n";
  }
  return result;
}

// Faults that an API may answer a day with for ever.
class poison : public ::testing::TestWithParam<char const*> {};

INSTANTIATE_TEST_SUITE_P(days, poison,
                         ::testing::Values("status:500", "html", "truncate", "invalid-json",
                                           "status:400", "status:403", "status:404"));

TEST_P(poison, days_cost_only_themselves) {
  rig all;
  for (int const day : {2, 4, 5}) all.api.add_fault(of_day(GetParam(), day));
  auto const ended = all.sync({"accounts", "cdrs"});
  EXPECT_NE(ended.code, 0);
  EXPECT_THAT(ended.out, HasSubstr("acme cdrs: " + days_ago(2) + ": GET /cdrs: "));
  EXPECT_EQ(calls_of_other_days(stored_calls(all.database), {2, 4, 5}),
            calls_of_other_days(true_calls(all.api), {2, 4, 5}));
  auto const refused = std::string(GetParam()).starts_with("status:4");
  EXPECT_EQ(left(all), "all " + days_ago(2) + (refused ? " forbidden" : " open") + " 1 t t; all " +
                           days_ago(4) + " pending 1 t t; all " + days_ago(5) + " pending 1 t t");
  EXPECT_EQ(all.api.requests("by_path", "/accounts/{id}/cdrs"), 0);
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_sync.refusals"), "0");

  all.api.end_faults();
  all.sync_ends_with(0, {"cdrs"});
  EXPECT_EQ(left(all), "");
  EXPECT_EQ(stored_calls(all.database), true_calls(all.api));
}

TEST(isolation, today_may_be_the_bad_day_of_a_first_start) {
  rig all;
  all.api.add_fault(of_day("status:500", 0));
  EXPECT_EQ(all.sync({"accounts", "cdrs"}).code, 69);
  EXPECT_EQ(calls_of_other_days(stored_calls(all.database), {0}),
            calls_of_other_days(true_calls(all.api), {0}));
  EXPECT_EQ(left(all), "");
}

TEST(isolation, an_api_that_is_down_is_no_days_fault) {
  rig all;
  all.sync_ends_with(0, {"accounts", "cdrs"});
  all.api.add_fault("status:500,path=/cdrs");
  EXPECT_EQ(all.sync({"cdrs"}).code, 69);
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_sync.windows WHERE attempts > 0"), "0");
  EXPECT_EQ(all.value("SELECT outcome || ' ' || requests FROM vobiz_sync.runs ORDER BY id DESC "
                      "LIMIT 1"),
            "failed 11");  // today in five attempts, and three other days in two
}

TEST(isolation, a_day_of_analytics_costs_only_itself) {
  rig all;
  all.configure([](auto& s) { s.streams = "  analytics: {start_date: " + days_ago(6) + "}\n"; });
  auto const day = days_ago(3);
  all.api.add_fault("status:500,query=from_date=" + day + "&to_date=" + day);
  EXPECT_EQ(all.sync({"analytics"}).code, 69);
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz.analytics_daily"), "6");
  EXPECT_EQ(all.value("SELECT day || ' ' || attempts FROM vobiz_sync.windows WHERE proof IS NULL"),
            day + " 1");
}

// The service goes on at its own pace, and asks for the bad day less and less often.
TEST(isolation, the_service_polls_on_beside_bad_days) {
  rig all;
  all.configure(
      [](auto& s) { s.streams = "  cdrs: {start_date: " + days_ago(6) + ", every: 1s}\n"; });
  for (int const day : {1, 4, 5}) all.api.add_fault(of_day("status:400", day));
  auto const service = all.syncd.start({"run"});
  auto const good_runs = [&] {
    return all.number(
        "SELECT count(*) FROM vobiz_sync.runs WHERE command = 'run' AND outcome = "
        "'ok' AND stream = 'cdrs'");
  };
  EXPECT_TRUE(wait_until([&] { return good_runs() >= 5; })) << service->err();
  EXPECT_TRUE(wait_until([&] {
    return all.value(
               "SELECT string_agg(day::text, ' ' ORDER BY day) FROM vobiz_sync.windows WHERE "
               "state = 'proven' AND stream = 'cdrs' AND day <= '" +
               days_ago(2) + "'") == days_ago(6) + " " + days_ago(3) + " " + days_ago(2);
  })) << service->err();
  auto const faults = all.api.get("/faults").at("faults");
  for (auto const& fault : faults.as_array()) EXPECT_LE(fault.at("hits").as_int64(), 2);
  service->send(SIGTERM);
  EXPECT_TRUE(service->wait());
}

class bad_customer : public ::testing::TestWithParam<int> {};

INSTANTIATE_TEST_SUITE_P(status, bad_customer, ::testing::Values(400, 403, 404, 500));

TEST_P(bad_customer, costs_only_its_own_rows) {
  rig all;
  all.configure([](auto& s) {
    s.streams = "  cdrs: {start_date: " + days_ago(6) + ", scope: per_account}\n" +
                "  numbers: {scope: per_account}\n  balances: {scope: per_account}\n";
  });
  all.sync_ends_with(0, {"accounts"});
  auto const bad = all.value("SELECT min(auth_id) FROM vobiz.accounts");
  auto const status = std::to_string(GetParam());
  all.api.add_fault("status:" + status + ",path=/accounts/" + bad + "/");
  auto const ended = all.sync({"cdrs", "numbers", "balances"});
  EXPECT_EQ(ended.code == 0, GetParam() == 404) << ended.out;
  EXPECT_THAT(ended.err, HasSubstr("the customer is left out"));
  EXPECT_EQ(all.value("SELECT string_agg(DISTINCT scope, ' ') FROM vobiz_sync.windows\n"
                      "WHERE stream = 'cdrs' AND state <> 'proven' AND day < '" +
                      days_ago(1) + "'"),
            bad);
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz.cdrs WHERE account_id = '" + bad + "'"), "0");
  EXPECT_EQ(all.value("SELECT count(DISTINCT account_id) FROM vobiz.cdrs"), "4");
  EXPECT_EQ(all.value("SELECT string_agg(stream, ' ' ORDER BY stream) FROM vobiz_sync.refusals\n"
                      "WHERE scope = '" +
                      bad + "' AND attempts = 1 AND next_try_at > now()"),
            "balances cdrs numbers");
  EXPECT_EQ(
      all.value("SELECT concat_ws(' ', state, attempts, next_try_at > now(),\n"
                "  last_error LIKE '%" +
                status + "%') FROM vobiz_sync.windows\nWHERE stream = 'numbers' AND scope = '" +
                bad + "'"),
      GetParam() == 500 ? "open 1 t t" : "forbidden 1 t t");

  all.api.end_faults();
  all.sync_ends_with(0, {"cdrs", "numbers", "balances"});
  EXPECT_EQ(stored_calls(all.database), true_calls(all.api));
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_sync.refusals"), "0");
}

TEST(isolation, the_service_leaves_a_refused_customer_alone_and_polls_the_others) {
  rig all;
  all.configure([](auto& s) {
    s.streams = "  cdrs: {start_date: " + days_ago(1) + ", scope: per_account, every: 1s}\n";
  });
  all.sync_ends_with(0, {"accounts"});
  auto const bad = all.value("SELECT min(auth_id) FROM vobiz.accounts");
  all.api.add_fault("status:403,path=/accounts/" + bad + "/cdrs");
  auto const service = all.syncd.start({"run"});
  EXPECT_TRUE(wait_until([&] {
    return all.number(
               "SELECT count(*) FROM vobiz_sync.runs WHERE stream = 'cdrs' AND outcome = "
               "'ok' AND command = 'run'") >= 5;
  })) << service->err();
  EXPECT_LE(all.api.get("/faults").at("faults").at(0).at("hits").as_int64(), 3);
  EXPECT_EQ(all.value("SELECT count(DISTINCT account_id) FROM vobiz.cdrs"), "4");
  service->send(SIGTERM);
  EXPECT_TRUE(service->wait());
}

TEST(isolation, where_every_customer_is_refused_the_endpoint_is) {
  rig all;
  all.configure([](auto& s) {
    s.streams = "  cdrs: {start_date: " + days_ago(6) + ", scope: per_account}\n";
  });
  all.sync_ends_with(0, {"accounts"});
  all.api.add_fault("status:403,path=/accounts/*/cdrs");
  EXPECT_EQ(all.sync({"cdrs"}).code, 77);
  EXPECT_EQ(all.value("SELECT state FROM vobiz_sync.streams WHERE stream = 'cdrs'"), "forbidden");
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_sync.refusals"), "0");
  EXPECT_EQ(all.value("SELECT max(attempts) FROM vobiz_sync.windows"), "0");
}

// Remaining windows of a customer who has left are read, or refused; neither stops the cursor.
class departed : public ::testing::TestWithParam<bool> {};

INSTANTIATE_TEST_SUITE_P(still, departed, ::testing::Bool());

TEST_P(departed, customers_do_not_freeze_the_cursor) {
  rig all;
  all.configure([](auto& s) {
    s.streams = "  cdrs: {start_date: " + days_ago(6) + ", scope: per_account}\n";
  });
  all.sync_ends_with(0, {"accounts", "cdrs"});
  auto const gone = account(all, 2);
  all.database.query("UPDATE vobiz_sync.windows SET state = 'open', proof = NULL WHERE scope = '" +
                     gone + "' AND day >= '" + days_ago(3) + "'");
  all.database.query("UPDATE vobiz_sync.streams SET synced_through = '" + days_ago(4) +
                     "' WHERE stream = 'cdrs'");
  all.api.post("/accounts/" + gone + "/leave", {{"reachable", GetParam()}});
  if (!GetParam()) all.api.add_fault("status:404,path=/accounts/" + gone + "/cdrs");
  all.sync_ends_with(0, {"accounts", "cdrs"});
  EXPECT_EQ(
      all.value("SELECT string_agg(DISTINCT state, ' ') FROM vobiz_sync.windows WHERE scope = '" +
                gone + "' AND day BETWEEN '" + days_ago(3) + "' AND '" + days_ago(2) + "'"),
      GetParam() ? "proven" : "forbidden");
  EXPECT_GE(all.value("SELECT synced_through FROM vobiz_sync.streams WHERE stream = 'cdrs'"),
            days_ago(2));
}

}  // namespace
}  // namespace vobiz::e2e
