#include "simulator/api/api.hpp"

#include <algorithm>

#include "simulator/api/documents.hpp"
#include "simulator/api/json.hpp"
#include "simulator/api/list_answer.hpp"
#include "simulator/api/rows_json.hpp"
#include "simulator/world/random.hpp"

namespace vobiz::simulator {

answer partner_api::refuse(int status, error_text const& what) {
  // The four shapes take turns; a 401 keeps to those that can carry its code.
  auto const turn = errors_++;
  if (status == 401)
    return refuse(status, what, turn % 2 == 0 ? error_shape::full : error_shape::coded);
  return refuse(status, what, static_cast<error_shape>(1 + turn % 4));
}

answer partner_api::refuse(int status, error_text const& what, error_shape shape) {
  auto const id = "req_" + to_text(make_uuid(of_.seed ^ 0x4e9, ++request_ids_)).substr(0, 18);
  return make_error(status, what, shape, id, of_.now());
}

answer partner_api::not_found(std::string_view what) {
  auto const message = std::string(what) + " not found";
  return refuse(404, {"NOT_FOUND", message});
}

answer partner_api::method_not_allowed() {
  return refuse(405, {"METHOD_NOT_ALLOWED", "method not allowed"});
}

bool partner_api::is_list(std::string_view path) const {
  return std::ranges::any_of(list_table(),
                             [path](auto const& list) { return path.ends_with(list.path); });
}

std::optional<answer> partner_api::check_credentials(request const& what) {
  constexpr std::string_view bearer = "Bearer ";
  if (!what.authorization.empty()) {
    auto const token = std::string_view(what.authorization);
    auto const verdict = token.starts_with(bearer) ? tokens.judge(token.substr(bearer.size()))
                                                   : logins::verdict::unknown;
    if (verdict == logins::verdict::good) return std::nullopt;
    return verdict == logins::verdict::expired
               ? refuse(401, {"TOKEN_EXPIRED", "the access token has expired"})
               : refuse(401, {"INVALID_TOKEN", "the access token is not valid"});
  }
  if (what.auth_id.empty() || what.auth_token.empty()) {
    return refuse(401, {"UNAUTHORIZED", "authentication credentials were not provided"});
  }
  if (what.auth_id.starts_with("MA_")) {
    return refuse(403, {"FORBIDDEN", "customer credentials cannot be used on partner endpoints"});
  }
  if (what.auth_id != settings.auth_id || what.auth_token != settings.auth_token) {
    return refuse(401, {"INVALID_CREDENTIALS", "invalid auth id or auth token"});
  }
  return std::nullopt;
}

answer partner_api::handle(request const& what, twist const& changed) {
  std::string_view path = what.path;
  if (!path.starts_with(settings.base_path)) return not_found("path");
  path.remove_prefix(settings.base_path.size());
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  bool const third = settings.shapes == generation::third;
  if (path == "/login" && !third)
    return what.method == "POST" ? log_in(what) : method_not_allowed();
  if (auto refused = check_credentials(what)) return *std::move(refused);

  bool const reads = what.method == "GET";
  if (path == "/accounts" && what.method == "POST") return create_account(what);
  if (path.starts_with("/accounts/")) {
    auto const rest = path.substr(10);
    auto const slash = std::min(rest.find('/'), rest.size());
    return account_part(what, rest.substr(0, slash), rest.substr(slash), changed);
  }
  if (auto const* const asked = find_list(path, settings.shapes)) {
    return reads ? list(what, *asked, std::nullopt, changed) : method_not_allowed();
  }
  answer good;
  if (path == "/me") {
    append_profile(good.body, of_, settings, true);
  } else if (path == "/dashboard") {
    append_dashboard(good.body, of_, settings);
  } else if (path == "/analytics" && !third) {
    if (reads) return analytics(what, changed);
  } else {
    return not_found("path");
  }
  if (!reads) return method_not_allowed();
  return good;
}

answer partner_api::account_part(request const& what, std::string_view id, std::string_view rest,
                                 twist const& changed) {
  auto const account = of_.find_account(id);
  if (!account || !of_.accounts[*account].reachable) return not_found("account");
  if (rest == "/transfer-balance") {
    return what.method == "POST" ? transfer(what, *account) : method_not_allowed();
  }
  if (what.method != "GET") return method_not_allowed();
  if (auto const* const asked = find_account_list(rest, settings.shapes)) {
    return list(what, *asked, account, changed);
  }
  if (settings.shapes == generation::third) return not_found("path");
  if (rest == "/balance") return balance(*account);
  if (rest.starts_with("/cdrs/")) return one_call(*account, rest.substr(6));
  if (!rest.empty()) return not_found("path");
  answer good;
  append_account(good.body, of_, *account, settings.shapes);
  return good;
}

answer partner_api::list(request const& what, list_declaration const& asked,
                         std::optional<std::uint32_t> account, twist const& changed) {
  if (asked.permission && !(settings.*asked.permission)) {
    return refuse(403, {"FORBIDDEN", asked.forbidden});
  }
  auto const closed = settings.closed_lists.find(asked.name);
  if (!account && closed != settings.closed_lists.end()) {
    return refuse(closed->second, {"UNAVAILABLE", "this list is not available"});
  }
  static std::vector<std::string> const no_rows;
  static std::string const no_member;
  auto const rows = extra_rows.find(asked.name);
  auto const member = extra_members.find(asked.name);
  list_source const from{of_,
                         settings,
                         what,
                         changed,
                         rows == extra_rows.end() ? no_rows : rows->second,
                         member == extra_members.end() ? no_member : member->second};
  answer good;
  if (auto const refused = write_list(asked, from, account, good.body)) {
    return refuse(refused->status, {refused->code, refused->message});
  }
  return good;
}

answer partner_api::one_call(std::uint32_t account, std::string_view id) {
  if (!settings.can_view_cdrs) {
    return refuse(403, {"FORBIDDEN", "this partner may not view call records"});
  }
  auto const key = uuid_from_text(id);
  auto const found = key ? of_.calls.find(*key) : std::nullopt;
  if (!found || of_.calls[*found].account != account) return not_found("call");
  answer good;
  append_call(good.body, of_, *found, settings.shapes);
  return good;
}

answer partner_api::balance(std::uint32_t account) {
  auto const& customer = of_.accounts[account];
  answer good;
  object row(good.body);
  row.plain("auth_id", customer.auth_id);
  row.string("name", customer.name);
  if (settings.shapes == generation::first) {
    row.number("balance", customer.wallet());
  } else {
    row.decimal("cash_credits", customer.wallet());
  }
  row.plain("currency", "INR");
  row.time("updated_at", customer.wallet_changed);
  row.close();
  return good;
}

answer partner_api::analytics(request const& what, twist const& changed) {
  day_range range;
  for (auto const& [name, end] :
       {std::pair("from_date", &range.from), std::pair("to_date", &range.to)}) {
    if (auto const bad = read_day(what, name, 422, *end)) {
      return refuse(bad->status, {bad->code, bad->message});
    }
  }
  change_days(changed, range);
  if (!range.to) range.to = day_of(of_.now());
  if (!range.from) range.from = *range.to - days(29);
  if (*range.from > *range.to || *range.to - *range.from > days(366)) {
    return refuse(400, {"BAD_REQUEST", "from_date must be before to_date, by a year at most"});
  }
  answer good;
  append_analytics(good.body, of_, settings, range);
  return good;
}

}  // namespace vobiz::simulator
