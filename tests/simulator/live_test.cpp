#include <gmock/gmock.h>

#include <set>

#include "simulator/provider.hpp"

// What happens while clients look: live calls, customers who come and go, a wrong dashboard.
namespace vobiz::simulator {
namespace {

options live_world(double active_percent, double free_percent = 0,
                   generation shapes = generation::second) {
  auto chosen = small_world(shapes);
  chosen.plan.accounts = 200;
  chosen.plan.books = debiting::per_call;
  chosen.plan.live = {active_percent, free_percent, true};
  return chosen;
}

// The wallets of the customers, from all pages of the list of accounts.
std::map<std::string, std::string> wallets(provider& asked) {
  std::map<std::string, std::string> found;
  for (auto const& row : asked.walk("/accounts", "accounts")) {
    found[text(row.at("auth_id"))] = text(row.at("cash_credits"));
  }
  return found;
}

std::set<std::string> moved(std::map<std::string, std::string> const& before,
                            std::map<std::string, std::string> const& after) {
  std::set<std::string> ids;
  for (auto const& [id, wallet] : after) {
    if (auto const old = before.find(id); old != before.end() && old->second != wallet) {
      ids.insert(id);
    }
  }
  return ids;
}

std::int64_t count(provider& asked, std::string const& query) {
  return asked.control("/truth?" + query).at("count").as_int64();
}

// Customers with more calls on the day of the small world than before.
std::set<std::string> callers(provider& asked, std::map<std::string, std::int64_t>& known) {
  std::set<std::string> ids;
  for (auto const& row : asked.walk("/accounts", "accounts")) {
    auto const id = text(row.at("auth_id"));
    auto const calls = count(asked, "stream=cdrs&account=" + id);
    if (std::exchange(known[id], calls) != calls) ids.insert(id);
  }
  return ids;
}

class live : public testing::TestWithParam<generation> {};

INSTANTIATE_TEST_SUITE_P(generations, live, testing::Values(generation::second, generation::third));

TEST_P(live, calls_come_from_a_share_of_the_customers_and_move_their_wallets_at_once) {
  provider asked(live_world(5, 0, GetParam()));
  std::map<std::string, std::int64_t> known;
  callers(asked, known);
  for (int minute = 0; minute < 3; ++minute) {
    auto const before = wallets(asked);
    asked.post("/advance", R"({"seconds":60})");
    auto const active = callers(asked, known);
    EXPECT_THAT(active.size(), testing::AllOf(testing::Ge(9u), testing::Le(10u)));
    EXPECT_EQ(moved(before, wallets(asked)), active);
  }
}

TEST_P(live, a_free_call_moves_no_wallet) {
  provider asked(live_world(5, 100, GetParam()));
  std::map<std::string, std::int64_t> known;
  callers(asked, known);
  auto const before = wallets(asked);
  asked.post("/advance", R"({"seconds":60})");
  EXPECT_THAT(callers(asked, known), testing::SizeIs(testing::Ge(9u)));
  EXPECT_THAT(moved(before, wallets(asked)), testing::IsEmpty());
}

TEST(live_world, rests_when_told_so_and_goes_on) {
  provider asked(live_world(0));
  auto const calls = count(asked, "stream=cdrs");
  auto const entries = count(asked, "stream=transactions");
  asked.post("/advance", R"({"seconds":172800})");
  EXPECT_EQ(count(asked, "stream=cdrs"), calls);
  EXPECT_EQ(count(asked, "stream=transactions"), entries);
  asked.post("/live", R"({"active_percent":"2.5"})");
  asked.post("/advance", R"({"seconds":600})");
  EXPECT_THAT(count(asked, "stream=cdrs") - calls,
              testing::AllOf(testing::Ge(40), testing::Le(60)));
  asked.post("/live", R"({"active_percent":0,"still":false})");
  auto const then = count(asked, "stream=cdrs");
  asked.post("/advance", R"({"seconds":86400})");
  EXPECT_GT(count(asked, "stream=cdrs"), then);
  EXPECT_EQ(asked.try_control("/live", "POST", R"({"active_percent":101})").status, 400);
}

TEST(live_world, comes_after_the_same_history) {
  provider with(live_world(50));
  auto chosen = live_world(0);
  chosen.plan.live = {};
  provider without(chosen);
  EXPECT_EQ(with.control("/truth/days?stream=cdrs"), without.control("/truth/days?stream=cdrs"));
}

TEST(live_world, debits_as_it_is_told) {
  for (auto const how : {debiting::per_call, debiting::daily}) {
    auto chosen = small_world();
    chosen.plan.books = how;
    provider asked(chosen);
    auto const told = asked.control("/truth/wallets");
    for (auto const& row : told.at("accounts").as_array()) {
      EXPECT_EQ(text(row.at("debiting")), how == debiting::daily ? "daily" : "per_call");
    }
  }
}

TEST(live_world, a_customer_joins_and_calls) {
  provider asked(live_world(0));
  auto const id =
      text(asked.post("/accounts", R"({"name":"Joined","opening":"50"})").at("auth_id"));
  EXPECT_EQ(wallets(asked).at(id), "50.00000");
  EXPECT_EQ(asked.get("/accounts/" + id + "/numbers").at("total").as_int64(), 1);
  asked.post("/live", R"({"active_percent":100})");
  asked.post("/advance", R"({"seconds":60})");
  EXPECT_EQ(count(asked, "stream=cdrs&account=" + id), 1);
  EXPECT_EQ(asked.try_control("/accounts", "POST", R"({"numbers":-1})").status, 400);
}

TEST(live_world, a_re_rating_may_be_booked) {
  provider asked(live_world(0));
  auto const id = text(asked.control("/truth/wallets").at("accounts").at(0).at("auth_id"));
  auto const call =
      text(asked.post("/calls", json::serialize(json::object{{"account", id}, {"cost", "2.50"}}))
               .at("calls")
               .at(0)
               .at("uuid"));
  auto const before = amount_of(json::value(wallets(asked).at(id)));
  asked.post("/calls/" + call, R"({"cost":"2"})");
  EXPECT_EQ(amount_of(json::value(wallets(asked).at(id))), before);
  asked.post("/calls/" + call, R"({"cost":"1.25","charged":true})");
  EXPECT_EQ(amount_of(json::value(wallets(asked).at(id))), before + money{750'000});
  asked.post("/calls/" + call, R"({"cost":"4.25","charged":true})");
  EXPECT_EQ(amount_of(json::value(wallets(asked).at(id))), before - money{2'250'000});
}

json::object series_of(provider& asked, std::string_view day) {
  auto const dashboard = asked.get("/dashboard");
  for (auto const& entry : dashboard.at("time_series").as_array()) {
    if (entry.at("date").as_string() == json::string_view(day.data(), day.size())) {
      return entry.as_object();
    }
  }
  return {};
}

TEST(dashboard, tells_each_day_as_the_lists_do) {
  provider asked(small_world(generation::third));
  for (auto const* day : {"2026-01-28", "2026-02-01"}) {
    auto const truth = asked.control("/truth?stream=cdrs&day=" + std::string(day));
    EXPECT_EQ(series_of(asked, day).at("total_calls"), truth.at("count"));
    EXPECT_EQ(amount_of(series_of(asked, day).at("total_cost")), amount_of(truth.at("total_cost")));
  }
}

TEST(dashboard, lies_about_a_day) {
  provider asked;
  auto const truth = series_of(asked, "2026-01-30");
  auto const other = series_of(asked, "2026-01-29");
  asked.post("/dashboard", R"({"day":"2026-01-30","calls":-2,"total_cost":"1.5"})");
  EXPECT_EQ(series_of(asked, "2026-01-30").at("total_calls").as_int64(),
            truth.at("total_calls").as_int64() - 2);
  EXPECT_EQ(amount_of(series_of(asked, "2026-01-30").at("total_cost")),
            amount_of(truth.at("total_cost")) + money{1'500'000});
  EXPECT_EQ(series_of(asked, "2026-01-29"), other);
  asked.control("/dashboard", "DELETE");
  EXPECT_EQ(series_of(asked, "2026-01-30"), truth);
  EXPECT_EQ(asked.try_control("/dashboard", "POST", R"({"calls":1})").status, 400);
}

TEST(dashboard, counts_by_the_days_of_another_zone) {
  provider asked;
  asked.post("/calls", R"({"n":3,"at":"2026-01-29T18:29:00Z"})");
  asked.post("/calls", R"({"n":5,"at":"2026-01-29T18:31:00Z"})");
  auto const listed = asked.walk("/cdrs?start_date=2026-01-29&end_date=2026-01-30", "data");
  auto const begins = *instant_from_text("2026-01-29T18:30:00Z");
  auto const of_day = std::ranges::count_if(listed, [&](auto const& row) {
    auto const start = *instant_from_text(text(row.at("start_time")));
    return start >= begins && start < begins + days(1);
  });
  auto const by_utc = series_of(asked, "2026-01-30").at("total_calls").as_int64();
  asked.post("/dashboard", R"({"east_of_utc_minutes":330})");
  EXPECT_EQ(series_of(asked, "2026-01-30").at("total_calls").as_int64(), of_day);
  EXPECT_NE(of_day, by_utc);
  // At 10:00 UTC it is already tomorrow fourteen hours further east.
  asked.post("/dashboard", R"({"east_of_utc_minutes":840})");
  EXPECT_FALSE(series_of(asked, "2026-02-02").empty());
}

TEST(dashboard, stands_still_while_it_is_frozen) {
  provider asked;
  auto const before = series_of(asked, "2026-01-30");
  asked.post("/dashboard", R"({"frozen":true})");
  asked.post("/calls", R"({"day":"2026-01-30"})");
  EXPECT_EQ(series_of(asked, "2026-01-30"), before);
  asked.post("/dashboard", R"({"frozen":false})");
  EXPECT_EQ(series_of(asked, "2026-01-30").at("total_calls").as_int64(),
            before.at("total_calls").as_int64() + 1);
}

TEST(request_log, counts_asked_days_and_customers) {
  provider asked;
  auto const ask = [&](std::string const& path) { asked.behind.respond(asked.make(path), true); };
  ask("/cdrs?start_date=2026-01-30&end_date=2026-01-30&per_page=1");
  ask("/cdrs?start_date=2026-01-30&end_date=2026-01-30");
  ask("/accounts/MA_1/transactions?from_date=2026-01-01&to_date=2026-01-30");
  ask("/accounts/MA_2/cdrs?start_date=2026-01-30&end_date=2026-01-30");
  ask("/accounts?page=1");
  auto const log = asked.control("/requests");
  EXPECT_EQ(log.at("by_days"),
            (json::value{{"/cdrs 2026-01-30", 2},
                         {"/accounts/{id}/cdrs 2026-01-30", 1},
                         {"/accounts/{id}/transactions 2026-01-01..2026-01-30", 1}}));
  EXPECT_EQ(log.at("customers").as_int64(), 2);
}

}  // namespace
}  // namespace vobiz::simulator
