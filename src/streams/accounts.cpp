#include "declarations.hpp"

namespace vobiz::streams {

namespace {

// The account rows carry the price list each customer is on.
stream pricing_tiers() {
  using enum column_type;
  return {
      .name = "pricing_tiers",
      .table = "pricing_tiers",
      .rows = {"data"},
      .columns =
          {
              same("id", text, null_rule::required),
              same("name"),
              same("currency"),
              same("rate_per_minute", numeric),
              same("streaming_rate_per_minute", numeric),
              same("recording_rate_per_minute", numeric),
              same("whatsapp_voice_rate", numeric),
              same("transcription_rate_per_minute", numeric),
              same("pii_redaction_rate_per_minute", numeric),
              same("charge_non_connected_calls", boolean),
              same("non_connected_call_fee", numeric),
              same("did_release_fee", numeric),
              same("is_active", boolean),
              same("is_default", boolean),
              from("owner_partner_id", text, {"partner_id"}),
          },
      .key = {"id"},
  };
}

}  // namespace

stream accounts() {
  using enum column_type;
  return {
      .name = "accounts",
      .table = "accounts",
      .form = shape::snapshot,
      .path = "/accounts",
      .account_path = "/accounts/{id}",
      .rows = {"accounts", "data"},
      .page_size_parameters = {"per_page", "size"},
      .columns =
          {
              indexed(same("auth_id", text, null_rule::required)),
              same("id"),
              same("api_id"),
              from("owner_partner_id", text,
                   {"partner_id"}),  // partner_id is the mirror's own column
              same("name"),
              same("email"),
              same("phone"),
              same("description"),
              same("company"),
              same("business_type"),
              same("account_type"),
              same("role"),
              same("status"),
              same("gstin"),
              same("gst_status"),
              same("tds_enabled", boolean),
              same("tds_percentage", numeric),
              same("postpaid", boolean),
              same("billing_mode"),
              same("auto_recharge", boolean),
              same("auto_recharge_config", jsonb),
              from("cash_credits", numeric, {"cash_credits", "balance"}),
              same("currency"),
              same("address"),
              same("city"),
              same("state"),
              same("country"),
              same("zip_code"),
              same("timezone"),
              same("cps_limit", integer),
              same("concurrent_calls_limit", integer),
              same("base_cps_limit", integer),
              same("base_concurrent_calls_limit", integer),
              same("purchased_cps", integer),
              same("purchased_concurrent_calls", integer),
              same("is_active", boolean),
              same("is_verified", boolean),
              same("is_trial_account", boolean),
              same("enabled", boolean),
              same("kyc_status"),
              same("google_id"),
              same("pricing_tier_id"),
              same("resource_uri"),
              same("created_at", timestamptz),
              same("updated_at", timestamptz),
              same("last_login", timestamptz),
              staged("pricing_tier", {"pricing_tier"}),
          },
      .key = {"auth_id"},
      .version = "updated_at",
      .feeds = {{"pricing_tier", pricing_tiers()}},
      .secrets = {"auth_token"},
      .schedule = {.every = std::chrono::minutes(10)},
      .repair = id_repair{.kind = "account",
                          .path = "/accounts/{id}",
                          .mentions = {{"numbers", "account_id"},
                                       {"transactions", "account_id", "window_day"},
                                       {"cdrs", "account_id", "window_day"}}},
      .lists_customers = true,
      .carries_wallets = true,
  };
}

}  // namespace vobiz::streams
