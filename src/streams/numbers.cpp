#include "declarations.hpp"

namespace vobiz::streams {

stream numbers() {
  using enum column_type;
  using enum null_rule;
  using enum change_rule;
  return {
      .name = "numbers",
      .table = "numbers",
      .comment = "telephone numbers (DIDs) and who holds them",
      .after = "balances",
      .form = shape::snapshot,
      .endpoints = endpoint_scope::either,
      .path = "/numbers",
      .account_path = "/accounts/{id}/numbers",
      .rows = {"items", "data"},
      .page_size_parameters = {"per_page", "size"},
      .columns =
          {
              personal(indexed(from("e164", text, {"e164", "number"}, required))
                           .says("the telephone number")),
              personal(same("id").says("the provider's id of the number")),
              indexed(same("account_id"))
                  .says("auth_id of the customer who holds it; null while nobody does"),
              same("country").says("country of the number"),
              same("region").says("region of the number"),
              same("capabilities", jsonb).says("voice, sms, mms, fax"),
              same("status", text, optional, billing).says("the provider's state of the number"),
              same("provider").says("carrier behind the number"),
              same("setup_fee", numeric, optional, billing).says("charged once, in currency"),
              from("monthly_fee", numeric, {"monthly_fee", "monthly_cost"}, optional, billing)
                  .says("rent for a month, in currency"),
              same("currency").says("ISO 4217 code of the fees"),
              same("application_id").says("application that answers the number"),
              same("application_name").says("name of that application"),
              same("trunk_id").says("SIP trunk of the number"),
              same("number_type").says("local, mobile, toll-free, …"),
              same("voice_enabled", boolean).says("whether it takes calls"),
              personal(same("tags", jsonb).says("the customer's labels")),
              same("purchased_at", timestamptz).says("when it was bought"),
              same("assigned_at", timestamptz).says("when the customer got it"),
              same("expires_at", timestamptz).says("when it ends"),
              same("is_blocked", boolean).says("whether it is blocked"),
              same("is_trial_number", boolean).says("whether it is for trial"),
              // Called dates, sent as dates or instants: a bare date is its UTC midnight.
              same("last_billing_date", timestamptz).says("last rental charge"),
              same("next_billing_date", timestamptz).says("next rental charge"),
              same("minimum_commitment_months", integer).says("months it must be kept"),
              same("aadhaar_verification_required", boolean)
                  .says("whether an identity check is needed"),
              same("aadhaar_verified", boolean).says("whether the identity check is done"),
              same("source").says("where the number came from"),
              same("created_at", timestamptz).says("when the provider created it"),
              same("updated_at", timestamptz).says("when the provider last changed it"),
          },
      .key = {"e164"},
      .account_column = "account_id",
      .version = "updated_at",
      .secrets = {"auth_token"},
      .schedule = {.every = std::chrono::hours(1)},
  };
}

}  // namespace vobiz::streams
