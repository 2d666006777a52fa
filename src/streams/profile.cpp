#include "declarations.hpp"

namespace vobiz::streams {

stream profile() {
  using enum column_type;
  return {
      .name = "profile",
      .table = "partners",
      .form = shape::document,
      .path = "/me",
      .columns =
          {
              indexed(same("auth_id", text, null_rule::required)),
              same("id"),  // a uuid, or a slug in the first generation
              same("account_id"),
              same("name"),
              same("slug"),
              same("company"),
              same("email"),
              same("phone"),
              same("billing_model"),
              same("is_active", boolean),
              same("is_verified", boolean),
              same("max_accounts", integer),
              same("account_count", integer),
              same("can_create_accounts", boolean),
              same("can_create_pricing_tiers", boolean),
              same("can_view_cdrs", boolean),
              same("can_transfer_balance", boolean),
              same("default_pricing_tier_id"),
              same("balance", numeric),
              same("currency"),
              same("country"),
              same("gstin"),
              same("gst_status"),
              same("tds_applicable", boolean),
              same("tds_percentage", numeric),
              same("account_type"),
              same("status"),
              same("created_at", timestamptz),
              same("updated_at", timestamptz),
          },
      .key = {"auth_id"},
      .version = "updated_at",
      .secrets = {"auth_token"},
      .schedule = {.every = std::chrono::hours(1)},
      .partner_id_column = "auth_id",
  };
}

}  // namespace vobiz::streams
