#include "declarations.hpp"

namespace vobiz::streams {

stream balances() {
  using enum column_type;
  return {
      .name = "balances",
      .table = "account_balances",
      .comment = "history of customer wallets: a row only when the balance changed",
      .after = "accounts",
      .form = shape::document,
      .endpoints = endpoint_scope::per_account,
      .account_path = "/accounts/{id}/balance",
      .columns =
          {
              indexed(same("auth_id", text, null_rule::required)).says("the customer"),
              {.name = "currency",
               .json = {"currency"},
               .otherwise = "vobiz.account_currency(i.auth_id)",
               .indexed = true,
               .comment = "ISO 4217 code; XXX where neither the account nor its tier nor the "
                          "partner states one"},
              from("cash_credits", numeric, {"cash_credits", "balance"}, null_rule::required)
                  .says("the wallet from captured_at until the next row"),
              // The account's clock moves without the wallet: not a change of the balance.
              same("updated_at", timestamptz, null_rule::optional, change_rule::quiet)
                  .says("the provider's own clock of the balance, where it states one"),
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
