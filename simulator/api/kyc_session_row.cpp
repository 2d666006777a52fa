#include "simulator/api/json.hpp"
#include "simulator/api/rows_json.hpp"

namespace vobiz::simulator {

namespace {

// Null when there is none, or left out.
void optional_time(object& row, std::string_view name, std::optional<instant> at, bool leave_out) {
  if (at) return row.time(name, *at);
  if (!leave_out) row.null(name);
}

void append_verified_data(std::string& out, kyc_session const& made) {
  auto const serial = std::to_string(made.serial);
  bool const all = made.completed.has_value();
  object data(out);
  data.plain("pan_type", made.company ? "company" : "individual");
  data.plain("pan_number", "CANARY_PAN_" + serial);
  data.plain("pan_registered_name", "CANARY_PAN_NAME_" + serial);
  data.boolean("pan_name_match", true);
  data.raw("completed_steps", !all           ? R"(["pan"])"
                              : made.company ? R"(["pan","gstin"])"
                                             : R"(["pan","aadhaar"])");
  if (!all || made.company) return;
  data.plain("masked_aadhaar", "CANARY_AADHAAR_" + serial);
  data.plain("aadhaar_name", "CANARY_AADHAAR_NAME_" + serial);
  data.plain("aadhaar_dob", "CANARY_BIRTHDAY_" + serial);
  data.plain("gender", "F");
  data.plain("address", "CANARY_ADDRESS_" + serial);
}

// What a mirror must never keep.
void append_kyc_secrets(object& row, kyc_session const& made) {
  auto const serial = std::to_string(made.serial);
  auto const bits = made.variant;
  row.plain("webhook_url",
            bits & 3 ? "https://hooks.example.com/CANARY_KYC_WEBHOOK_" + serial : std::string());
  row.plain("redirect_url", made.by_email
                                ? std::string()
                                : "https://portal.example.com/CANARY_KYC_REDIRECT_" + serial);
  row.plain("widget_url", "https://kyc.example.com/CANARY_KYC_LINK_" + serial);
  if (made.pan_given) {
    if (row.begin("verified_data")) append_verified_data(row.text(), made);
  } else {
    row.raw("verified_data", bits >> 2 & 1 ? "{}" : "null");
  }
}

}  // namespace

void append_kyc_members(object& row, world const& of, kyc_session const& made, bool leave_out) {
  auto const bits = made.variant;
  auto const& customer = of.accounts[made.account];
  row.id("id", made.id);
  row.plain("account_auth_id", customer.auth_id);
  if (made.by_email) {
    row.string("customer_email", customer.email);
  } else {
    row.null("customer_email");
  }
  row.plain("kyc_type", !made.pan_given ? "" : made.company ? "company" : "individual");
  row.plain("status", name_of(made.status));
  row.time("expires_at", made.expires);
  optional_time(row, "first_opened_at", made.first_opened, leave_out && bits >> 3 & 1);
  optional_time(row, "completed_at", made.completed, leave_out && bits >> 4 & 1);
  row.raw("reminder_schedule", !made.by_email || bits >> 5 & 1
                                   ? "[]"
                                   : R"([{"value":3,"trigger":"days_before_expiry"},)"
                                     R"({"value":1,"trigger":"days_before_expiry"}])");
  if (bits >> 6 & 1) {
    row.raw("metadata", "{}");
  } else {
    row.raw("metadata",
            R"({"plan":"example","customer_ref":"ref-)" + std::to_string(made.serial) + R"("})");
  }
  row.time("created_at", made.created);
  row.time("updated_at", made.updated);
}

void append_kyc_session(std::string& out, world const& of, std::uint32_t at, generation) {
  auto const& made = of.kyc_sessions[at];
  object row(out, made.replaced.empty() ? nullptr : &made.replaced);
  append_kyc_members(row, of, made, true);
  append_kyc_secrets(row, made);
}

}  // namespace vobiz::simulator
