#include "declarations.hpp"

namespace vobiz::streams {

stream balances() {
  using enum column_type;
  return {
      .name = "balances",
      .table = "account_balances",
      .form = shape::document,
      .endpoints = endpoint_scope::per_account,
      .account_path = "/accounts/{id}/balance",
      .columns =
          {
              indexed(same("auth_id", text, null_rule::required)),
              {.name = "currency",
               .json = {"currency"},
               .otherwise = "vobiz.account_currency(i.auth_id)",
               .indexed = true},
              from("cash_credits", numeric, {"cash_credits", "balance"}, null_rule::required),
              // The account's clock moves without the wallet: not a change of the balance.
              same("updated_at", timestamptz, null_rule::optional, change_rule::quiet),
              staged("name", {"name"}),
          },
      .key = {"auth_id", "currency"},
      .selective_key = "auth_id",
      .account_column = "auth_id",
      .keeps = keeping::history,
      .secrets = {"auth_token"},
      .schedule = {.every = std::chrono::minutes(10)},
      .keeps_wallets = true,
  };
}

}  // namespace vobiz::streams
