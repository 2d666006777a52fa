#include "store.hpp"
#include "vobiz/sink/customers.hpp"

// Nested rows, and tables that keep their history.
namespace vobiz::sink {
namespace {

TEST(feeds, tiers_come_with_the_accounts) {
  store all;
  auto const body = [](char const* rate) {
    return std::string(R"({"accounts":[
      {"auth_id":"MA_1","pricing_tier_id":"t1","pricing_tier":{"id":"t1","name":"Gold","currency":"INR","rate_per_minute":")") +
           rate + R"("}},
      {"auth_id":"MA_2","pricing_tier_id":"t1","pricing_tier":{"id":"t1","name":"Gold","currency":"INR","rate_per_minute":")" +
           rate + R"("}},
      {"auth_id":"MA_3","pricing_tier":null}]})";
  };
  all.merge("accounts", body("0.45"));
  EXPECT_EQ(all.value("SELECT string_agg(concat_ws(' ', id, name, rate_per_minute, partner_id), "
                      "';') FROM vobiz.pricing_tiers"),
            "t1 Gold 0.45 PA_EXAMPLE01");
  EXPECT_EQ(counts(all.merge("accounts", body("0.5"))),
            "0 0 3");  // the accounts themselves are unchanged
  EXPECT_EQ(all.value("SELECT rate_per_minute FROM vobiz.pricing_tiers"), "0.5");
}

TEST(feeds, the_days_and_new_customers_of_a_dashboard) {
  store all;
  all.merge(
      "accounts",
      R"({"accounts":[{"auth_id":"MA_1","name":"Full Name","cash_credits":"10","updated_at":"2026-01-01T00:00:00Z"}]})");
  all.merge("dashboard", R"({"total_balance":"10","currency":"INR",
    "accounts":{"total":2,"active":2,"customers":[
      {"auth_id":"MA_1","name":"Short","email":"a@example.com","is_active":true},
      {"auth_id":"MA_2","name":"Example Traders","is_active":true}]},
    "time_series":[{"date":"2026-03-09","total_calls":5,"total_cost":"1.5","inbound":{"total_calls":2}},
                   {"date":"2026-03-10","total_calls":7}]})");
  EXPECT_EQ(all.value("SELECT string_agg(concat_ws(' ', day, total_calls, total_cost, "
                      "inbound_total_calls), '; ' ORDER BY day)\n"
                      "FROM vobiz.dashboard_daily"),
            "2026-03-09 5 1.5 2; 2026-03-10 7");
  // The list of accounts has more fields; the dashboard only adds missing accounts.
  EXPECT_EQ(all.value("SELECT string_agg(concat_ws(' ', auth_id, name, email), '; ' ORDER BY "
                      "auth_id) FROM vobiz.accounts"),
            "MA_1 Full Name; MA_2 Example Traders");
}

TEST(feeds, the_best_customers_of_a_day) {
  store all;
  auto const body = R"({"totals":{"total_calls":9,"total_cost":3.5},"top_customers":[
    {"auth_id":"MA_1","name":"Example Traders","calls":5,"cost":2},{"auth_id":"MA_2","name":"Sample Foods","calls":4,"cost":1.5}]})";
  all.merge("analytics", body, "2026-03-09");
  all.merge("analytics", body, "2026-03-10");
  EXPECT_EQ(
      all.value("SELECT string_agg(concat_ws(' ', day, auth_id, calls, cost), '; ' ORDER BY day, "
                "auth_id)\n"
                "FROM vobiz.analytics_top_customers"),
      "2026-03-09 MA_1 5 2; 2026-03-09 MA_2 4 1.5; 2026-03-10 MA_1 5 2; 2026-03-10 MA_2 4 1.5");
  EXPECT_EQ(counts(all.merge("analytics", body, "2026-03-10")), "0 0 1");
}

TEST(feeds, what_cannot_be_stored_inside_is_a_reject) {
  store all;
  all.merge(
      "accounts",
      R"({"accounts":[{"auth_id":"MA_1","pricing_tier":{"id":"t1","rate_per_minute":"dear"}}]})");
  ASSERT_EQ(all.rejects.size(), 1u);
  EXPECT_EQ(all.rejects[0].reason, "\"rate_per_minute\": \"dear\" is not a number");
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz.accounts"), "1");
}

TEST(history, has_a_row_only_where_the_value_changes) {
  store all;
  auto const balance = [](char const* credits, char const* updated) {
    return std::string(R"({"auth_id":"MA_1","cash_credits":")") + credits +
           R"(","currency":"INR","updated_at":")" + updated + "\"}";
  };
  EXPECT_EQ(all.merge("balances", balance("10.00", "2026-03-10T10:00:00Z")).counts.inserted, 1);
  // The account's own timestamp is no change, nor is another spelling of the amount.
  EXPECT_EQ(all.merge("balances", balance("10", "2026-03-10T11:00:00Z")).counts.inserted, 0);
  EXPECT_EQ(all.merge("balances", balance("9.5", "2026-03-10T12:00:00Z")).counts.inserted, 1);
  // A return to an earlier value is a change.
  EXPECT_EQ(all.merge("balances", balance("10", "2026-03-10T13:00:00Z")).counts.inserted, 1);
  EXPECT_EQ(all.value("SELECT string_agg(trim_scale(cash_credits)::text, ' ' ORDER BY captured_at) "
                      "FROM vobiz.account_balances"),
            "10 9.5 10");
}

TEST(history, of_a_balance_without_a_currency_takes_the_accounts) {
  store all;
  all.merge("accounts", R"({"accounts":[{"auth_id":"MA_1","currency":"INR"}]})");
  all.merge("balances", R"({"auth_id":"MA_1","balance":5})");
  all.merge("balances", R"({"auth_id":"MA_9","balance":5})");
  EXPECT_EQ(all.value("SELECT string_agg(auth_id || ' ' || currency, '; ' ORDER BY auth_id) FROM "
                      "vobiz.account_balances"),
            "MA_1 INR; MA_9 XXX");
}

TEST(history, of_the_dashboard_ignores_the_moving_edge_of_its_period) {
  store all;
  auto const body = [](int calls, char const* to) {
    return "{\"calls\":{\"total_calls\":" + std::to_string(calls) + "},\"period\":{\"to\":\"" + to +
           "\"}}";
  };
  EXPECT_EQ(all.merge("dashboard", body(5, "10:00")).counts.inserted, 1);
  EXPECT_EQ(all.merge("dashboard", body(5, "10:05")).counts.inserted, 0);
  EXPECT_EQ(all.merge("dashboard", body(6, "10:10")).counts.inserted, 1);
}

// Responses with fewer fields than before.
TEST(history, of_a_dashboard_with_its_period_alone_is_nothing_new) {
  store all;
  all.merge("dashboard", R"({"period":{"to":"10:00"}})");
  EXPECT_EQ(counts(all.merge("dashboard", R"({"period":{"to":"10:05"}})")), "0 0 1");
}

TEST(merge, of_an_answer_without_any_column_stores_nothing) {
  store all;
  EXPECT_EQ(counts(all.merge("analytics", R"({"period":{"from":"2026-03-10"}})")), "0 0 1");
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz.analytics_daily"), "0");
}

TEST(record_wallets, adds_the_wallets_that_moved) {
  store all;
  auto const record = [&] {
    pqxx::work transaction(all.database.connection());
    auto const recorded = record_wallets(transaction, all.partner);
    transaction.commit();
    return recorded;
  };
  all.merge("accounts", R"({"accounts":[{"auth_id":"MA_1","currency":"INR","cash_credits":"10"},
    {"auth_id":"MA_2","currency":"INR","cash_credits":"20"},{"auth_id":"MA_3","currency":"INR","cash_credits":null}]})");
  EXPECT_EQ(record(), 2);
  EXPECT_EQ(record(), 0);
  all.merge("accounts", R"({"accounts":[{"auth_id":"MA_2","cash_credits":"20.5"}]})");
  EXPECT_EQ(record(), 1);
  EXPECT_EQ(all.value("SELECT string_agg(cash_credits::text, ' ' ORDER BY captured_at) FROM "
                      "vobiz.account_balances WHERE auth_id = 'MA_2'"),
            "20 20.5");
}

}  // namespace
}  // namespace vobiz::sink
