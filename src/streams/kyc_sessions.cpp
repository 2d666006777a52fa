#include "declarations.hpp"

namespace vobiz::streams {

// Who a customer turned out to be stays with the provider: of a session only its course is stored.
stream kyc_sessions() {
  using enum column_type;
  using enum null_rule;
  return {
      .name = "kyc_sessions",
      .table = "kyc_sessions",
      .comment = "identity checks (KYC) of customers and how far each has come",
      .after = "numbers",
      .form = shape::snapshot,
      .path = "/kyc-sessions",
      .rows = {"sessions"},
      .page_size_parameters = {"size"},
      .columns =
          {
              indexed(same("id", text, required)).says("the provider's id of the session"),
              indexed(same("account_auth_id")).says("auth_id of the customer who is checked"),
              personal(same("customer_email").says("where the provider sends the link")),
              same("kyc_type").says("individual, company, …; null until the PAN is given"),
              same("status").says(
                  "email_sent or link_ready, opened, in_progress, kyc_completed, or revoked"),
              same("expires_at", timestamptz).says("when the link ends"),
              same("first_opened_at", timestamptz).says("when the customer first opened the link"),
              same("completed_at", timestamptz).says("when the check was completed"),
              same("reminder_schedule", jsonb).says("when the provider reminds the customer"),
              personal(same("metadata", jsonb).says("what the partner attached to the session")),
              same("created_at", timestamptz).says("when the session was created"),
              same("updated_at", timestamptz).says("when the provider last changed it"),
          },
      .key = {"id"},
      .version = "updated_at",
      .secrets = {"auth_token", "verified_data", "webhook_url", "redirect_url", "widget_url",
                  "kyc_url", "kyc_link", "link", "url"},
      .schedule = {.every = std::chrono::hours(1)},
      // Partners of before the API's third shape do not have it.
      .enabled_by_default = false,
  };
}

}  // namespace vobiz::streams
