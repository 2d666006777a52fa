#include "simulator/api/json.hpp"
#include "simulator/api/rows_json.hpp"

namespace vobiz::simulator {

namespace {

void append_tier(std::string& out, tier const& row, std::string_view owner, generation shapes) {
  object tier_row(out);
  bool const third = shapes == generation::third;
  auto const rate = [&](std::string_view name, money value) {
    third ? tier_row.number(name, value) : tier_row.decimal(name, value);
  };
  tier_row.id("id", row.id);
  tier_row.string("name", row.name);
  tier_row.plain("currency", "INR");
  rate("rate_per_minute", row.rate);
  rate("streaming_rate_per_minute", row.streaming_rate);
  rate("recording_rate_per_minute", row.recording_rate);
  third ? tier_row.number("whatsapp_voice_rate", {}) : tier_row.null("whatsapp_voice_rate");
  rate("transcription_rate_per_minute", {});
  rate("pii_redaction_rate_per_minute", {});
  tier_row.boolean("charge_non_connected_calls", row.charges_non_connected);
  rate("non_connected_call_fee", row.non_connected_fee);
  rate("did_release_fee", {});
  tier_row.boolean("is_active", true);
  tier_row.boolean("is_default", row.is_default);
  third ? tier_row.null("partner_id") : tier_row.string("partner_id", owner);
}

}  // namespace

void append_account(std::string& out, world const& of, std::uint32_t at, generation shapes) {
  auto const& made = of.accounts[at];
  bool const first = shapes == generation::first;
  auto const bits = made.variant;
  auto const owner = partner_id(of, shapes);
  object row(out, made.replaced.empty() ? nullptr : &made.replaced);
  row.string("name", made.name);
  row.string("email", made.email);
  row.string("phone", made.phone);
  if (bits & 1) row.null("description");
  if (bits >> 1 & 1) {
    row.plain("gstin", "29AAAAA0000A1Z5");
    row.plain("gst_status", "verified");
  } else {
    row.raw("gstin", "\"\"");
    row.null("gst_status");
  }
  row.boolean("tds_enabled", bits >> 2 & 1);
  if (shapes == generation::third) {
    row.integer("tds_percentage", bits >> 2 & 1 ? 2 : 0);
    row.boolean("referral_disabled", false);
  } else {
    row.raw("tds_percentage", bits >> 2 & 1 ? "\"2.00\"" : "null");
  }
  row.plain("business_type", bits >> 3 & 1 ? "private_limited" : "");
  row.plain("id", std::to_string(made.id));
  row.plain("auth_id", made.auth_id);
  row.id("api_id", make_uuid(bits, 2));
  row.plain("account_type", "customer");
  row.plain("role", "user");
  row.boolean("postpaid", made.postpaid);
  row.plain("address", bits >> 4 & 1 ? "1 Example Road" : "");
  row.string("city", made.city);
  row.string("state", made.state);
  row.plain("timezone", "Asia/Kolkata");
  row.plain("country", "IN");
  row.plain("zip_code", "000000");
  row.string("company", made.name);
  row.plain("billing_mode", made.postpaid ? "postpaid" : "prepaid");
  row.boolean("auto_recharge", false);
  if (first) {
    row.plain("status", made.active ? "active" : "suspended");
    row.number("balance", made.wallet());
    row.plain("currency", "INR");
  } else {
    row.decimal("cash_credits", made.wallet());
  }
  row.integer("cps_limit", 5 + static_cast<int>(bits >> 5 & 7));
  row.integer("concurrent_calls_limit", 20);
  row.integer("base_cps_limit", 5);
  row.integer("base_concurrent_calls_limit", 20);
  row.integer("purchased_cps", static_cast<int>(bits >> 5 & 7));
  row.integer("purchased_concurrent_calls", 0);
  row.boolean("is_active", made.active);
  row.boolean("is_verified", true);
  row.boolean("is_trial_account", false);
  row.boolean("enabled", made.active);
  row.plain("kyc_status", bits >> 8 & 7 ? "verified" : "pending");
  row.null("google_id");
  if (bits >> 11 & 1) {
    row.null("referral_code");
    row.null("custom_referrer_reward_amount");
  }
  row.time("created_at", made.created);
  row.time("updated_at", made.updated);
  if (bits >> 12 & 3) {
    row.time("last_login", made.created + hours(26));
  } else {
    row.null("last_login");
  }
  auto const& prices = of.tiers[made.tier];
  row.id("pricing_tier_id", prices.id);
  if (row.begin("pricing_tier")) append_tier(out, prices, owner, shapes);
  row.string("partner_id", owner);
  row.null("auto_recharge_config");
  row.string("resource_uri", "/v1/Account/" + made.auth_id + '/');
  row.plain("auth_token", made.auth_token);
}

}  // namespace vobiz::simulator
