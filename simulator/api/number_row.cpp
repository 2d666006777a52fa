#include "simulator/api/json.hpp"
#include "simulator/api/rows_json.hpp"

namespace vobiz::simulator {

namespace {

// The next time the number's day of the month comes after the last one billed.
utc_day next_billing(number const& held) {
  std::chrono::year_month_day const last(held.last_billed);
  return (last.year() / last.month() + std::chrono::months(1)) / std::chrono::day(held.billing_day);
}

}  // namespace

void append_number(std::string& out, world const& of, std::uint32_t at, generation shapes) {
  auto const& made = of.numbers[at];
  bool const first = shapes == generation::first;
  auto const bits = made.variant;
  object row(out, made.replaced.empty() ? nullptr : &made.replaced);
  row.id("id", made.id);
  row.plain("account_id", made.account ? of.accounts[*made.account].auth_id : std::string_view());
  row.plain(first ? "number" : "e164", made.e164);
  row.plain("country", "IN");
  row.plain("region", bits & 1 ? "Karnataka" : "");
  row.raw("capabilities", R"({"voice":true,"sms":false,"mms":false,"fax":false})");
  row.plain("status", made.account ? "active" : "available");
  row.plain("provider", "example-carrier");
  auto const amount = [&](std::string_view name, money value) {
    first ? row.number(name, value) : row.decimal(name, value);
  };
  amount("setup_fee", made.setup_fee);
  amount(first ? "monthly_cost" : "monthly_fee", made.monthly_fee);
  row.plain("currency", "INR");
  if (bits >> 1 & 1) {
    row.plain("application_id", "30012345");
    row.plain("application_name", "Example IVR");
  } else {
    row.null("application_id");
  }
  row.null("trunk_id");
  row.plain("number_type", "local");
  row.boolean("voice_enabled", true);
  row.raw("tags", bits >> 2 & 3 ? "[]" : R"(["sales","example"])");
  row.time("purchased_at", made.purchased + hours(5));
  if (made.account) {
    row.time("assigned_at", made.assigned);
  } else {
    row.null("assigned_at");
  }
  row.null("expires_at");
  row.boolean("is_blocked", false);
  row.boolean("is_trial_number", false);
  row.day("last_billing_date", made.last_billed);
  row.day("next_billing_date", next_billing(made));
  row.integer("minimum_commitment_months", 0);
  row.boolean("aadhaar_verification_required", false);
  if (bits >> 4 & 1) row.null("aadhaar_verified");
  row.plain("source", "inventory");
  row.time("created_at", made.created);
  row.time("updated_at", made.updated);
}

}  // namespace vobiz::simulator
