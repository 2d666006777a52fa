#include "simulator/api/json.hpp"
#include "simulator/api/rows_json.hpp"
#include "simulator/control/arguments.hpp"
#include "simulator/control/mutations.hpp"
#include "simulator/control/path.hpp"
#include "simulator/control/refusal.hpp"

namespace vobiz::simulator {

namespace {

// The account after the change; the old one stays whole when the body is refused.
account changed(world const& of, account customer, boost::json::object const& body) {
  arguments const given(
      body, {"active", "postpaid", "tier", "debiting", "share", "updated_at", "fields", "raw"});
  if (auto const name = given.text("tier")) {
    auto const found = std::ranges::find(of.tiers, *name, &tier::name);
    if (found == of.tiers.end()) throw control_refused("there is no tier \"" + *name + '"', 404);
    customer.tier = static_cast<std::uint32_t>(found - of.tiers.begin());
  }
  if (auto const how = given.text("debiting")) {
    if (*how != "daily" && *how != "per_call") {
      throw control_refused("\"debiting\" must be daily or per_call");
    }
    customer.books = *how == "daily" ? debiting::daily : debiting::per_call;
  }
  if (auto const share = given.integer("share")) {
    if (*share < 0 || *share > 1'000'000) throw control_refused("\"share\" must be 0 to 1000000");
    customer.share = static_cast<std::uint32_t>(*share);
  }
  customer.active = given.flag("active").value_or(customer.active);
  customer.postpaid = given.flag("postpaid").value_or(customer.postpaid);
  if (given.text("updated_at") != "keep") {
    customer.updated = given.time("updated_at").value_or(of.now());
  }
  for (auto& [name, json] : given.replacements()) customer.replaced[name] = json;
  return customer;
}

kyc_session changed(world const& of, kyc_session session, boost::json::object const& body) {
  arguments const given(body, {"status", "expires_at", "updated_at", "fields", "raw"});
  if (auto const name = given.text("status")) {
    auto const status = kyc_status_from(*name);
    if (!status) throw control_refused("there is no status \"" + *name + '"');
    session.become(*status, of.now());
  }
  session.expires = given.time("expires_at").value_or(session.expires);
  if (given.text("updated_at") != "keep") {
    session.updated = given.time("updated_at").value_or(of.now());
  }
  for (auto& [name, json] : given.replacements()) session.replaced[name] = json;
  return session;
}

void append_outline(std::string& out, account const& customer) {
  object row(out);
  row.plain("auth_id", customer.auth_id);
  row.boolean("listed", customer.listed);
  row.boolean("reachable", customer.reachable);
  row.boolean("active", customer.active);
  row.plain("cash_credits", to_text(customer.wallet()));
}

// A customer who joins now.
answer add_account(world& of, boost::json::object const& body) {
  arguments const given(body, {"name", "email", "numbers", "opening"});
  auto const held = given.integer("numbers").value_or(1);
  if (held < 0 || held > 1'000) throw control_refused("\"numbers\" must be 0 to 1000");
  auto const opening = given.amount("opening").value_or(money());
  auto const serial = std::to_string(of.accounts.size() + 1);
  auto const at = of.add_account(given.text("name").value_or("Joined Example " + serial),
                                 given.text("email").value_or("joined" + serial + "@example.com"),
                                 "919876500000");
  of.accounts[at].opening = opening;
  for (std::int64_t n = 0; n < held; ++n) {
    auto& added = of.numbers[of.add_number(at, day_of(of.now()))];
    added.created = added.updated = added.assigned = of.now();
  }
  answer good;
  append_outline(good.body, of.accounts[at]);
  return good;
}

void append_outline(std::string& out, world const& of, number const& held) {
  object row(out);
  row.plain("e164", held.e164);
  row.plain("account_id", held.account ? of.accounts[*held.account].auth_id : std::string_view());
  row.boolean("listed", held.listed);
  row.plain("monthly_fee", to_text(held.monthly_fee));
}

}  // namespace

answer change_accounts(world& of, std::string_view method, std::string_view rest,
                       boost::json::object const& body) {
  if (method == "POST" && rest.empty()) return add_account(of, body);
  auto const [id, verb] = split_rest(rest);
  auto const at = of.find_account(id);
  if (!at) throw control_refused("there is no account \"" + std::string(id) + '"', 404);
  auto& customer = of.accounts[*at];
  if (method == "POST" && verb.empty()) {
    customer = changed(of, customer, body);
  } else if (method == "POST" && verb == "leave") {
    arguments const given(body, {"reachable"});
    customer.reachable = given.flag("reachable").value_or(false);
    customer.listed = false;
  } else if (method == "POST" && verb == "return") {
    customer.listed = customer.reachable = true;
  } else {
    throw control_refused("accounts are changed by POST, POST leave and POST return", 404);
  }
  answer good;
  append_outline(good.body, customer);
  return good;
}

answer change_numbers(world& of, std::string_view method, std::string_view rest,
                      boost::json::object const& body) {
  auto const [e164, verb] = split_rest(rest);
  auto const at = of.find_number(e164);
  if (!at) throw control_refused("there is no number \"" + std::string(e164) + '"', 404);
  auto& held = of.numbers[*at];
  if (method == "POST" && verb == "assign") {
    arguments const given(body, {"account"});
    auto const account = given.account(of, "account");
    if (!account) throw control_refused("\"account\" is missing");
    of.assign(*at, account);
  } else if (method == "POST" && verb == "release") {
    of.assign(*at, std::nullopt);
  } else if (method == "POST" && (verb == "leave" || verb == "return")) {
    held.listed = verb == "return";
  } else if (method == "POST" && verb.empty()) {
    arguments const given(body, {"monthly_fee", "setup_fee", "updated_at", "fields", "raw"});
    auto fresh = held;
    fresh.monthly_fee = given.amount("monthly_fee").value_or(held.monthly_fee);
    fresh.setup_fee = given.amount("setup_fee").value_or(held.setup_fee);
    if (given.text("updated_at") != "keep") {
      fresh.updated = given.time("updated_at").value_or(of.now());
    }
    for (auto& [name, json] : given.replacements()) fresh.replaced[name] = json;
    held = fresh;
  } else {
    throw control_refused("numbers are changed by POST, and POST assign, release, leave, return",
                          404);
  }
  answer good;
  append_outline(good.body, of, held);
  return good;
}

answer change_kyc_sessions(world& of, std::string_view method, std::string_view rest,
                           boost::json::object const& body) {
  if (method != "POST") throw control_refused("kyc sessions are changed by POST", 404);
  auto const [id, verb] = split_rest(rest);
  std::optional<std::uint32_t> at;
  if (id.empty()) {
    arguments const given(body, {"account"});
    auto const account = given.account(of, "account");
    if (!account) throw control_refused("\"account\" is missing");
    at = of.begin_kyc_session(*account, of.now());
  } else {
    at = of.find_kyc_session(id);
    if (!at) throw control_refused("there is no kyc session \"" + std::string(id) + '"', 404);
  }
  auto& session = of.kyc_sessions[*at];
  if (verb == "leave" || verb == "return") {
    session.listed = verb == "return";
  } else if (!verb.empty()) {
    throw control_refused("kyc sessions are changed by POST, POST leave and POST return", 404);
  } else if (!id.empty()) {
    session = changed(of, session, body);
  }
  answer good;
  object row(good.body);
  append_kyc_members(row, of, session, false);
  row.boolean("listed", session.listed);
  row.close();
  return good;
}

}  // namespace vobiz::simulator
