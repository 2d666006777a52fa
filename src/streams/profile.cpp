#include "declarations.hpp"

namespace vobiz::streams {

stream profile() {
  using enum column_type;
  return {
      .name = "profile",
      .table = "partners",
      .comment = "the partner (reseller) itself, from GET /me",
      .form = shape::document,
      .path = "/me",
      .columns =
          {
              indexed(same("auth_id", text, null_rule::required))
                  .says("the partner's own id (PA_…), the same as partner_id"),
              same("id").says("the provider's internal id: a uuid, or a slug in the first API "
                              "generation"),  // a uuid, or a slug in the first generation
              same("account_id").says("the provider's account behind the partner"),
              same("name").says("display name"),
              same("slug").says("short name in the provider's addresses"),
              same("company").says("registered company name"),
              personal(same("email").says("contact e-mail")),
              personal(same("phone").says("contact telephone number")),
              same("billing_model").says("how the provider bills the partner"),
              same("is_active", boolean).says("whether the partner is active"),
              same("is_verified", boolean).says("whether the provider has verified the partner"),
              same("max_accounts", integer).says("most customer accounts the partner may hold"),
              same("account_count", integer).says("customer accounts the provider counts"),
              same("can_create_accounts", boolean).says("permission: create customer accounts"),
              same("can_create_pricing_tiers", boolean).says("permission: create pricing tiers"),
              same("can_view_cdrs", boolean)
                  .says("permission: read call detail records; false means the call endpoints "
                        "answer 403"),
              same("can_transfer_balance", boolean).says("permission: move money to customers"),
              same("default_pricing_tier_id").says("tier that new customers get"),
              same("balance", numeric).says("the partner's master wallet, in currency"),
              indexed(same("currency")).says("ISO 4217 code of balance"),
              same("country").says("country of the partner"),
              same("gstin").says("Indian tax number (GSTIN)"),
              same("gst_status").says("state of the tax registration"),
              same("tds_applicable", boolean).says("whether tax is deducted at source"),
              same("tds_percentage", numeric).says("tax deducted at source, percent"),
              same("account_type").says("the provider's account type"),
              same("status").says("the provider's state of the partner"),
              same("created_at", timestamptz).says("when the provider created the partner"),
              same("updated_at", timestamptz).says("when the provider last changed the partner"),
          },
      .key = {"auth_id"},
      .version = "updated_at",
      .secrets = {"auth_token"},
      .schedule = {.every = std::chrono::hours(1)},
      .partner_id_column = "auth_id",
  };
}

}  // namespace vobiz::streams
