#include "declarations.hpp"

namespace vobiz::streams {

stream transactions() {
  using enum column_type;
  using enum null_rule;
  using enum change_rule;
  return {
      .name = "transactions",
      .table = "transactions",
      .comment = "the ledger: every credit and debit of every customer wallet",
      .after = "dashboard",
      .form = shape::day_windows,
      .endpoints = endpoint_scope::either,
      .path = "/transactions",
      .account_path = "/accounts/{id}/transactions",
      .rows = {"transactions", "data"},
      .from_parameter = "from_date",
      .to_parameter = "to_date",
      .columns =
          {
              indexed(same("id", text, required))
                  .says("the provider's id of the entry: a uuid, or txn_… in the first generation"),
              indexed(same("account_id", text, required)).says("auth_id of the customer"),
              same("balance_id").says("the provider's id of the wallet"),
              indexed(same("type", text, required))
                  .says("credit, debit or an older value; vobiz.is_credit() gives the sign of "
                        "amount"),
              same("amount", numeric, required, billing).says("positive amount, in currency"),
              indexed(same("currency")).says("ISO 4217 code of amount"),
              personal(same("description").says("the provider's text")),
              personal(same("reference")
                           .says("what the entry is for: cdr:<call uuid>, "
                                 "ptc:<partner>:<customer>:<time>, …")),
              indexed(same("reference_type"))
                  .says("cdr, stream_cdr, ncc (fee of an unanswered call), did_rental, payment, …"),
              indexed(same("status", text, optional, billing))
                  .says("completed, pending, failed or cancelled"),
              dated(same("processed_at", timestamptz))
                  .says("when the provider processed the entry"),
              dated(same("created_at", timestamptz))
                  .says("when the entry was booked; the API's day filter looks at it"),
              same("updated_at", timestamptz).says("when the provider last changed the entry"),
          },
      .key = {"account_id", "id"},
      .selective_key = "id",
      .account_column = "account_id",
      .day_column = "window_day",
      .day_time = "created_at",
      .version = "updated_at",
      .measures =
          {
              // The amount is positive and the type gives the sign (docs/partner-api.md,
              // "Transaction").
              {"debit", "total_debit", "sum(amount) filter (where not vobiz.is_credit(type))"},
              {"credit", "total_credit", "sum(amount) filter (where vobiz.is_credit(type))"},
          },
      .secrets = {"auth_token"},
      .schedule = {.every = std::chrono::seconds(60)},
      .rolled_up = rollup{.function = "roll_up_ledger",
                          .columns = {"created_at", "processed_at", "window_day"},
                          .at = "vobiz_sync.entry_time(created_at, processed_at, window_day)"},
  };
}

}  // namespace vobiz::streams
