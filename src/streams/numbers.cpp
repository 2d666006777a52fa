#include "declarations.hpp"

namespace vobiz::streams {

stream numbers() {
  using enum column_type;
  using enum null_rule;
  using enum change_rule;
  return {
      .name = "numbers",
      .table = "numbers",
      .form = shape::snapshot,
      .endpoints = endpoint_scope::either,
      .path = "/numbers",
      .account_path = "/accounts/{id}/numbers",
      .rows = {"items", "data"},
      .page_size_parameters = {"per_page", "size"},
      .columns =
          {
              indexed(from("e164", text, {"e164", "number"}, required)),
              same("id"),
              indexed(same("account_id")),
              same("country"),
              same("region"),
              same("capabilities", jsonb),
              same("status", text, optional, billing),
              same("provider"),
              same("setup_fee", numeric, optional, billing),
              from("monthly_fee", numeric, {"monthly_fee", "monthly_cost"}, optional, billing),
              same("currency"),
              same("application_id"),
              same("application_name"),
              same("trunk_id"),
              same("number_type"),
              same("voice_enabled", boolean),
              same("tags", jsonb),
              same("purchased_at", timestamptz),
              same("assigned_at", timestamptz),
              same("expires_at", timestamptz),
              same("is_blocked", boolean),
              same("is_trial_number", boolean),
              // Called dates, sent as dates or instants: a bare date is its UTC midnight.
              same("last_billing_date", timestamptz),
              same("next_billing_date", timestamptz),
              same("minimum_commitment_months", integer),
              same("aadhaar_verification_required", boolean),
              same("aadhaar_verified", boolean),
              same("source"),
              same("created_at", timestamptz),
              same("updated_at", timestamptz),
          },
      .key = {"e164"},
      .account_column = "account_id",
      .version = "updated_at",
      .secrets = {"auth_token"},
      .schedule = {.every = std::chrono::hours(1)},
  };
}

}  // namespace vobiz::streams
