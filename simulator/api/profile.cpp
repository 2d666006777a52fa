#include "simulator/api/json.hpp"
#include "simulator/api/rows_json.hpp"

namespace vobiz::simulator {

std::string partner_id(world const& of, generation shapes) {
  return shapes == generation::first ? "example-partner" : to_text(of.owner.id);
}

void append_profile(std::string& out, world const& of, api_settings const& settings,
                    bool with_balance) {
  object row(out);
  row.string("id", partner_id(of, settings.shapes));
  bool const third = settings.shapes == generation::third;
  if (third) {
    row.integer("account_id", 100'001);
  } else {
    row.string("account_id", settings.auth_id);
  }
  row.plain("name", "Example Partner");
  row.plain("slug", "example-partner");
  row.plain("company", "Example Telecom Resale");
  row.string("auth_id", settings.auth_id);
  row.string("email", settings.email);
  row.plain("phone", "919876500099");
  row.plain("billing_model", "wholesale");
  row.boolean("is_active", true);
  row.boolean("is_verified", true);
  row.integer("max_accounts", 1'000);
  row.integer("account_count", of.accounts.size());
  row.boolean("can_create_accounts", settings.can_create_accounts);
  row.boolean("can_create_pricing_tiers", false);
  row.boolean("can_view_cdrs", settings.can_view_cdrs);
  row.boolean("can_transfer_balance", settings.can_transfer_balance);
  row.id("default_pricing_tier_id", of.tiers.front().id);
  if (with_balance) {
    row.decimal("balance", of.owner.balance);
  } else {
    row.null("balance");
  }
  if (!third) {
    row.plain("currency", "INR");
    row.plain("country", "IN");
    row.plain("gstin", "29AAAAA0000A1Z5");
    row.plain("gst_status", "verified");
    row.boolean("tds_applicable", true);
    row.raw("tds_percentage", "\"2.00\"");
    row.plain("account_type", "partner");
    row.plain("status", "active");
  }
  row.time("created_at", of.owner.created);
  row.time("updated_at", of.owner.updated);
}

}  // namespace vobiz::simulator
