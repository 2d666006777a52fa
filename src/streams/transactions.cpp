#include "declarations.hpp"

namespace vobiz::streams {

stream transactions() {
  using enum column_type;
  using enum null_rule;
  using enum change_rule;
  return {
      .name = "transactions",
      .table = "transactions",
      .form = shape::day_windows,
      .endpoints = endpoint_scope::either,
      .path = "/transactions",
      .account_path = "/accounts/{id}/transactions",
      .rows = {"transactions", "data"},
      .from_parameter = "from_date",
      .to_parameter = "to_date",
      .columns =
          {
              indexed(same("id", text, required)),
              indexed(same("account_id", text, required)),
              same("balance_id"),
              indexed(same("type", text, required)),
              same("amount", numeric, required, billing),
              indexed(same("currency")),
              same("description"),
              same("reference"),
              indexed(same("reference_type")),
              indexed(same("status", text, optional, billing)),
              same("processed_at", timestamptz),
              same("created_at", timestamptz),
              same("updated_at", timestamptz),
          },
      .key = {"account_id", "id"},
      .selective_key = "id",
      .account_column = "account_id",
      .day_column = "window_day",
      .day_time = "created_at",
      .version = "updated_at",
      .measures =
          {
              // The amount is positive and the type gives the sign (partner-api.md, "Transaction").
              {"debit", "total_debit", "sum(amount) filter (where not vobiz.is_credit(type))"},
              {"credit", "total_credit", "sum(amount) filter (where vobiz.is_credit(type))"},
          },
      .secrets = {"auth_token"},
      .schedule = {.every = std::chrono::seconds(60)},
  };
}

}  // namespace vobiz::streams
