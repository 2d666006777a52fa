#include <gmock/gmock.h>

#include "simulator/provider.hpp"

// The shape that the provider's own client library reads (docs/partner-api.md).
namespace vobiz::simulator {
namespace {

class third_shape : public testing::Test {
protected:
  provider asked{small_world(generation::third)};
  std::string const customer =
      "/accounts/" + text(asked.get("/accounts?per_page=1").at("accounts").at(0).at("auth_id"));

  json::value list_of_customer(std::string_view list) {
    auto const body = asked.get(customer + std::string(list));
    EXPECT_EQ("/accounts/" + text(body.at("account_auth_id")), customer);
    return body;
  }
};

TEST_F(third_shape, has_no_global_lists_and_no_documents_of_a_customer) {
  for (std::string const path : {"/cdrs", "/transactions", "/numbers", "/analytics"}) {
    EXPECT_EQ(asked.ask(path).status, 404) << path;
  }
  EXPECT_EQ(asked.ask("/login", "POST", R"({"email":"partner@example.com"})").status, 404);
  EXPECT_EQ(asked.ask(customer).status, 404);
  EXPECT_EQ(asked.ask(customer + "/balance").status, 404);
  auto const call = text(list_of_customer("/cdrs").at("data").at(0).at("uuid"));
  EXPECT_EQ(asked.ask(customer + "/cdrs/" + call).status, 404);
  for (std::string const path : {"/me", "/dashboard", "/accounts", "/kyc-sessions"}) {
    EXPECT_EQ(asked.ask(path).status, 200) << path;
  }
}

TEST_F(third_shape, has_other_types_in_the_ledger) {
  auto const body = list_of_customer("/transactions");
  auto const& row = body.at("transactions").at(0).as_object();
  EXPECT_TRUE(row.at("amount").is_number());
  EXPECT_FALSE(row.contains("reference_type"));
  for (auto const* name : {"total_debit", "total_credit", "net_amount"}) {
    EXPECT_TRUE(body.at("summary").at(name).is_number()) << name;
  }
  auto const& part = body.at("summary").at("by_reference_type").at(0);
  EXPECT_TRUE(part.at("total_debit").is_number());
}

TEST_F(third_shape, names_the_customer_in_each_envelope) {
  auto const calls = list_of_customer("/cdrs");
  EXPECT_EQ("/accounts/" + text(calls.at("account_id")), customer);
  EXPECT_TRUE(calls.at("success").as_bool());
  list_of_customer("/numbers");
}

TEST_F(third_shape, has_prices_as_numbers) {
  auto const body = asked.get("/accounts?per_page=100");
  for (auto const& row : body.at("accounts").as_array()) {
    EXPECT_TRUE(row.at("cash_credits").is_string());
    EXPECT_TRUE(row.at("referral_disabled").is_bool());
    for (auto const& [name, value] : row.at("pricing_tier").as_object()) {
      if (name.find("rate") != json::string_view::npos || name.ends_with("_fee")) {
        EXPECT_TRUE(value.is_number()) << name;
      }
    }
  }
}

TEST_F(third_shape, has_an_integer_for_the_partners_account_and_no_tax_fields) {
  auto const profile = asked.get("/me").as_object();
  EXPECT_TRUE(profile.at("account_id").is_int64());
  EXPECT_TRUE(profile.at("balance").is_string());
  for (auto const* name : {"currency", "country", "gstin", "tds_percentage"}) {
    EXPECT_FALSE(profile.contains(name)) << name;
  }
  EXPECT_TRUE(asked.get("/dashboard").at("partner").at("balance").is_null());
}

TEST_F(third_shape, counts_calls_of_directions_without_their_cost) {
  auto const dashboard = asked.get("/dashboard");
  auto const& day = dashboard.at("time_series").at(0).as_object();
  EXPECT_TRUE(day.at("total_cost").is_string());
  for (auto const* direction : {"inbound", "outbound"}) {
    EXPECT_FALSE(day.at(direction).as_object().contains("total_cost")) << direction;
    EXPECT_TRUE(dashboard.at("traffic").at(direction).as_object().contains("total_cost"));
  }
}

}  // namespace
}  // namespace vobiz::simulator
