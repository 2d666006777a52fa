#include "simulator/api/api.hpp"
#include "simulator/api/body.hpp"
#include "simulator/api/json.hpp"
#include "simulator/api/rows_json.hpp"

// The three endpoints that take a body.
namespace vobiz::simulator {

answer partner_api::log_in(request const& what) {
  auto const body = read_object(what.body);
  if (!body) return refuse(400, {"BAD_REQUEST", "the body is no JSON object"});
  if (text_of(*body, "email") != settings.email ||
      text_of(*body, "password") != settings.password) {
    return refuse(401, {"INVALID_CREDENTIALS", "invalid email or password"});
  }
  answer good;
  object row(good.body);
  if (row.begin("tokens")) {
    object inner(good.body);
    inner.plain("access_token", tokens.give(settings.token_lifetime));
    inner.plain("token_type", "Bearer");
    inner.integer("expires_in", settings.token_lifetime.count());
  }
  row.close();
  return good;
}

answer partner_api::create_account(request const& what) {
  if (!settings.can_create_accounts)
    return refuse(403, {"FORBIDDEN", "accounts cannot be created"});
  auto const body = read_object(what.body);
  if (!body) return refuse(400, {"BAD_REQUEST", "the body is no JSON object"});
  auto name = text_of(*body, "name");
  auto email = text_of(*body, "email");
  if (name.empty() || email.empty()) {
    return refuse(422, {"VALIDATION_ERROR", "name and email are required"});
  }
  for (auto const& other : of_.accounts) {
    if (other.email == email) return refuse(409, {"CONFLICT", "the email is in use"});
  }
  auto const at = of_.add_account(std::move(name), std::move(email), text_of(*body, "phone"));
  answer good;
  good.status = 201;
  append_account(good.body, of_, at, settings.shapes);
  return good;
}

answer partner_api::transfer(request const& what, std::uint32_t account) {
  if (!settings.can_transfer_balance)
    return refuse(403, {"FORBIDDEN", "balance cannot be transferred"});
  auto const body = read_object(what.body);
  if (!body) return refuse(400, {"BAD_REQUEST", "the body is no JSON object"});
  auto const amount = money_from_text(text_of(*body, "amount"));
  if (!amount || *amount <= money()) {
    return refuse(422, {"VALIDATION_ERROR", "amount must be a positive decimal"});
  }
  auto description = text_of(*body, "description");
  std::string quoted;
  if (!description.empty()) append_quoted(quoted, description);
  auto const at = of_.transfer(account, *amount, std::move(quoted));
  if (!at) return refuse(400, {"INSUFFICIENT_BALANCE", "the partner's balance is too low"});
  answer good;
  object row(good.body);
  row.plain("status", "success");
  if (row.begin("transaction")) append_entry(good.body, of_, *at, settings.shapes);
  row.decimal("partner_balance", of_.owner.balance);
  row.decimal("customer_balance", of_.accounts[account].wallet());
  row.close();
  return good;
}

}  // namespace vobiz::simulator
