#include "declarations.hpp"

namespace vobiz::streams {

namespace {

// The account rows carry the price list each customer is on.
stream pricing_tiers() {
  using enum column_type;
  return {
      .name = "pricing_tiers",
      .table = "pricing_tiers",
      .comment = "price lists, taken from the account rows that carry them",
      .rows = {"data"},
      .columns =
          {
              indexed(same("id", text, null_rule::required)).says("the provider's id of the tier"),
              same("name").says("display name"),
              indexed(same("currency")).says("ISO 4217 code of all rates"),
              same("rate_per_minute", numeric).says("price of a minute of voice"),
              same("streaming_rate_per_minute", numeric)
                  .says("price of a minute of media streaming"),
              same("recording_rate_per_minute", numeric).says("price of a minute of recording"),
              same("whatsapp_voice_rate", numeric).says("price of a minute of WhatsApp voice"),
              same("transcription_rate_per_minute", numeric)
                  .says("price of a minute of transcription"),
              same("pii_redaction_rate_per_minute", numeric)
                  .says("price of a minute of redaction of personal data"),
              same("charge_non_connected_calls", boolean)
                  .says("whether unanswered calls cost a fee"),
              same("non_connected_call_fee", numeric).says("the fee of an unanswered call"),
              same("did_release_fee", numeric).says("fee for giving a number back"),
              same("is_active", boolean).says("whether the tier is in use"),
              same("is_default", boolean).says("whether new customers get it"),
              from("owner_partner_id", text, {"partner_id"})
                  .says("partner_id as the tier states it"),
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
      .comment = "customers of the partner, from GET /accounts; their tokens are never stored",
      .after = "profile",
      .form = shape::snapshot,
      .path = "/accounts",
      .account_path = "/accounts/{id}",
      .rows = {"accounts", "data"},
      .page_size_parameters = {"per_page", "size"},
      .columns =
          {
              indexed(same("auth_id", text, null_rule::required))
                  .says("the customer's id (MA_…), the key everywhere else"),
              same("id").says("the provider's internal number of the account, as text"),
              same("api_id").says("id of the API answer that carried the account"),
              from("owner_partner_id", text, {"partner_id"})
                  .says("partner_id as the account's row states it"),  // partner_id is the mirror's
                                                                       // own column
              same("name").says("customer's display name"),
              personal(same("email").says("contact e-mail")),
              personal(same("phone").says("contact telephone number")),
              personal(same("description").says("free text")),
              same("company").says("registered company name"),
              same("business_type").says("kind of business"),
              same("account_type").says("the provider's account type"),
              same("role").says("role of the account"),
              same("status").says("the provider's state of the account (first API generation)"),
              same("gstin").says("Indian tax number (GSTIN)"),
              same("gst_status").says("state of the tax registration"),
              same("tds_enabled", boolean).says("whether tax is deducted at source"),
              same("tds_percentage", numeric).says("tax deducted at source, percent"),
              same("postpaid", boolean).says("true: billed afterwards; false: prepaid wallet"),
              same("billing_mode").says("the provider's billing mode"),
              same("auto_recharge", boolean).says("whether the wallet tops itself up"),
              same("auto_recharge_config", jsonb).says("settings of the automatic top-up"),
              from("cash_credits", numeric, {"cash_credits", "balance"})
                  .says("current wallet, in currency; its history is in account_balances"),
              indexed(same("currency"))
                  .says("ISO 4217 code of cash_credits, where the API states it; otherwise the "
                        "pricing tier's"),
              personal(same("address").says("street address")),
              same("city").says("city"),
              same("state").says("state of the address"),
              same("country").says("country"),
              personal(same("zip_code").says("postal code")),
              same("timezone").says("the customer's time zone"),
              same("cps_limit", integer).says("most new calls per second"),
              same("concurrent_calls_limit", integer).says("most calls at the same time"),
              same("base_cps_limit", integer).says("calls per second before purchases"),
              same("base_concurrent_calls_limit", integer)
                  .says("concurrent calls before purchases"),
              same("purchased_cps", integer).says("calls per second bought on top"),
              same("purchased_concurrent_calls", integer).says("concurrent calls bought on top"),
              same("is_active", boolean).says("whether the account is active"),
              same("is_verified", boolean).says("whether the account is verified"),
              same("is_trial_account", boolean).says("whether it is a trial"),
              same("enabled", boolean).says("whether the account may be used"),
              same("kyc_status").says("state of the know-your-customer check"),
              personal(same("google_id").says("linked Google identity")),
              same("pricing_tier_id").says("the customer's tier, see pricing_tiers"),
              same("resource_uri").says("the provider's path of the account"),
              same("created_at", timestamptz).says("when the provider created the account"),
              same("updated_at", timestamptz).says("when the provider last changed the account"),
              same("last_login", timestamptz).says("last login of the customer"),
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
