#include <gmock/gmock.h>

#include <set>

#include "simulator/provider.hpp"

namespace vobiz::simulator {
namespace {

using testing::HasSubstr;

TEST(credentials, are_checked_on_every_endpoint_but_the_login) {
  provider asked;
  auto without = asked.make("/me");
  without.auth_id.clear();
  EXPECT_EQ(asked.behind.ask(without).status, 401);
  auto wrong = asked.make("/cdrs");
  wrong.auth_token = "another";
  auto const refused = asked.behind.ask(wrong);
  EXPECT_EQ(refused.status, 401);
  EXPECT_THAT(refused.body, HasSubstr("INVALID_CREDENTIALS"));
  auto customer = asked.make("/cdrs");
  customer.auth_id = "MA_SOMEBODY";
  EXPECT_EQ(asked.behind.ask(customer).status, 403);
  EXPECT_EQ(asked.ask("/me").status, 200);
}

TEST(credentials, may_be_a_token_that_expires) {
  provider asked;
  auto const bad =
      asked.ask("/login", "POST", R"({"email":"partner@example.com","password":"no"})");
  EXPECT_EQ(bad.status, 401);
  auto const good = asked.ask("/login", "POST",
                              R"({"email":"partner@example.com","password":"CANARY_PASSWORD"})");
  ASSERT_EQ(good.status, 200);
  auto const tokens = json::parse(good.body).at("tokens");
  EXPECT_EQ(text(tokens.at("token_type")), "Bearer");
  EXPECT_EQ(tokens.at("expires_in").as_int64(), 3'600);
  auto what = asked.make("/me");
  what.auth_id.clear();
  what.auth_token.clear();
  what.authorization = "Bearer " + text(tokens.at("access_token"));
  EXPECT_EQ(asked.behind.ask(what).status, 200);
  asked.control("/tokens", "DELETE");
  auto const expired = asked.behind.ask(what);
  EXPECT_EQ(expired.status, 401);
  EXPECT_THAT(expired.body, HasSubstr("TOKEN_EXPIRED"));
  what.authorization = "Bearer made-up";
  EXPECT_THAT(asked.behind.ask(what).body, HasSubstr("INVALID_TOKEN"));
}

TEST(credentials, of_no_lifetime_expire_at_once) {
  auto chosen = small_world();
  chosen.api.token_lifetime = seconds(0);
  provider asked(chosen);
  auto const good = asked.ask("/login", "POST",
                              R"({"email":"partner@example.com","password":"CANARY_PASSWORD"})");
  auto what = asked.make("/me");
  what.authorization = "Bearer " + text(json::parse(good.body).at("tokens").at("access_token"));
  EXPECT_THAT(asked.behind.ask(what).body, HasSubstr("TOKEN_EXPIRED"));
}

TEST(errors, take_turns_in_four_shapes) {
  provider asked;
  std::set<std::string> shapes;
  for (int i = 0; i < 4; ++i) {
    auto const body = json::parse(asked.ask("/nothing").body).as_object();
    std::string shape;
    for (auto const& member : body) shape += std::string(member.key()) + ' ';
    shape += body.at("error").is_object() ? "object" : "text";
    if (body.contains("requestId")) {
      EXPECT_THAT(text(body.at("requestId")), testing::StartsWith("req_"));
    }
    shapes.insert(shape);
  }
  EXPECT_THAT(shapes,
              testing::UnorderedElementsAre("status error timestamp requestId object",
                                            "error object", "error message text", "error text"));
}

TEST(paths, that_are_not_there_are_404) {
  provider asked;
  request outside = asked.make("/me");
  outside.path = "/api/v2/me";
  EXPECT_EQ(asked.behind.ask(outside).status, 404);
  EXPECT_EQ(asked.ask("/accounts/MA_NOBODY").status, 404);
  EXPECT_EQ(asked.ask("/accounts/MA_NOBODY/cdrs").status, 404);
  EXPECT_EQ(asked.ask("/me", "POST").status, 405);
}

TEST(calls, are_found_by_uuid_below_their_own_account_only) {
  provider asked;
  auto const row = asked.get("/cdrs?per_page=1").at("data").at(0);
  auto const path = "/accounts/" + text(row.at("account_id")) + "/cdrs/";
  EXPECT_EQ(asked.get(path + text(row.at("uuid"))), row);
  EXPECT_EQ(asked.ask(path + "00000000-0000-4000-8000-000000000000").status, 404);
  EXPECT_EQ(asked.ask(path + "nonsense").status, 404);
  for (auto const& account : asked.walk("/accounts", "accounts")) {
    if (account.at("auth_id") == row.at("account_id")) continue;
    EXPECT_EQ(
        asked.ask("/accounts/" + text(account.at("auth_id")) + "/cdrs/" + text(row.at("uuid")))
            .status,
        404);
  }
}

TEST(dashboard, agrees_with_the_lists) {
  provider second;
  auto const nested = second.get("/dashboard");
  auto const window = second.get("/cdrs?per_page=1&start_date=2026-01-03&end_date=2026-02-01");
  EXPECT_EQ(nested.at("calls").at("total_calls"), window.at("summary").at("totalCalls"));
  EXPECT_EQ(nested.at("time_series").as_array().size(), 30u);
  money split;
  for (auto const* direction : {"inbound", "outbound"}) {
    split += amount_of(nested.at("traffic").at(direction).at("total_cost"));
  }
  EXPECT_EQ(split, amount_of(nested.at("calls").at("total_cost")));
  EXPECT_TRUE(nested.at("total_balance").is_string());

  provider first(small_world(generation::first));
  auto const flat = first.get("/dashboard");
  auto const today = first.get("/cdrs?per_page=1&start_date=2026-02-01&end_date=2026-02-01");
  EXPECT_EQ(flat.at("calls_today"), today.at("summary").at("totalCalls"));
  EXPECT_TRUE(flat.at("total_balance").is_number());
}

TEST(analytics, agree_with_the_lists_of_their_days) {
  for (auto const shapes : {generation::first, generation::second}) {
    provider asked(small_world(shapes));
    auto const day = asked.get("/analytics?from_date=2026-01-29&to_date=2026-01-29");
    auto const list = asked.get("/cdrs?per_page=1&start_date=2026-01-29&end_date=2026-01-29");
    auto const& totals = day.at(shapes == generation::first ? "totals" : "calls");
    EXPECT_EQ(totals.at("total_calls"), list.at("summary").at("totalCalls"));
    EXPECT_EQ(amount_of(totals.at("total_cost")), amount_of(list.at("summary").at("total_cost")));
    EXPECT_EQ(text(day.at("period").at("from")), "2026-01-29");
    if (shapes == generation::second) continue;
    auto const& top = day.at("top_customers").as_array();
    EXPECT_EQ(top.size(), 10u);
    EXPECT_TRUE(std::ranges::is_sorted(top, std::greater(),
                                       [](auto const& row) { return amount_of(row.at("cost")); }));
  }
}

TEST(accounts, can_be_created_and_then_are_the_newest) {
  provider asked;
  auto const made =
      asked.ask("/accounts", "POST", R"({"name":"Example Newcomer","email":"new@example.com"})");
  ASSERT_EQ(made.status, 201) << made.body;
  auto const id = text(json::parse(made.body).at("auth_id"));
  EXPECT_EQ(text(asked.get("/accounts?per_page=1").at("accounts").at(0).at("auth_id")), id);
  EXPECT_EQ(asked.ask("/accounts", "POST", R"({"name":"Other","email":"new@example.com"})").status,
            409);
  EXPECT_EQ(asked.ask("/accounts", "POST", R"({"name":"No Mail"})").status, 422);
  EXPECT_EQ(asked.ask("/accounts", "POST", "[").status, 400);
}

TEST(transfers, move_money_and_write_the_ledger) {
  provider asked;
  auto const account = text(asked.get("/accounts?per_page=1").at("accounts").at(0).at("auth_id"));
  auto const path = "/accounts/" + account;
  auto const wallet = amount_of(asked.get(path + "/balance").at("cash_credits"));
  auto const master = amount_of(asked.get("/me").at("balance"));
  auto const response = asked.ask(path + "/transfer-balance", "POST",
                                  R"({"amount":"12.34567","description":"Top-up"})");
  ASSERT_EQ(response.status, 200) << response.body;
  auto const moved = *money_from_text("12.34567");
  EXPECT_EQ(amount_of(asked.get(path + "/balance").at("cash_credits")), wallet + moved);
  EXPECT_EQ(amount_of(asked.get("/me").at("balance")), master - moved);
  auto const row = asked.get(path + "/transactions?per_page=1").at("transactions").at(0);
  auto const partner = text(asked.get("/me").at("id"));
  EXPECT_EQ(text(row.at("reference")), "ptc:" + partner + ':' + account + ":1769940000");
  EXPECT_EQ(text(row.at("type")), "credit");
  EXPECT_EQ(text(row.at("description")), "Top-up");
  EXPECT_EQ(asked.ask(path + "/transfer-balance", "POST", R"({"amount":"99999999"})").status, 400);
  EXPECT_EQ(asked.ask(path + "/transfer-balance", "POST", R"({"amount":-1})").status, 422);
}

}  // namespace
}  // namespace vobiz::simulator
