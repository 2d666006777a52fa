#include <algorithm>

#include "address.hpp"
#include "fields.hpp"
#include "sections.hpp"

namespace vobiz::config {

namespace {

using namespace std::chrono_literals;

parsed<std::string> name_from_text(std::string const& text) {
  auto const allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  };
  constexpr std::size_t longest = 63;
  if (text.size() > longest || !std::all_of(text.begin(), text.end(), allowed)) {
    return {{},
            "is not a short name: it labels metrics and log lines",
            "up to 63 of the characters a-z, A-Z, 0-9, \"_\", \"-\" and \".\""};
  }
  return {text, {}, {}};
}

parsed<std::string> auth_id_from_text(std::string const& text) {
  if (!fits_header(text)) return {{}, "contains a character that is invalid in an HTTP header", {}};
  return {text, {}, {}};
}

parsed<std::string> email_from_text(std::string const& text) {
  auto const at = text.find('@');
  if (at == 0 || at == std::string::npos || at + 1 == text.size() || !fits_header(text)) {
    return {{}, "is not an e-mail address", {}};
  }
  return {text, {}, {}};
}

std::string token_problem(std::string_view token) {
  return fits_header(token) ? "" : "contains a character that is invalid in an HTTP header";
}

std::string no_problem(std::string_view) { return {}; }

void check_login(reading& all, section const& keys, login const&) {
  if (keys.has("password") && keys.has("password_file")) {
    all.report(keys.line("password"), "\"password\" conflicts with \"password_file\"",
               "keep one of them");
  } else if (!keys.has("password") && !keys.has("password_file")) {
    all.report(keys.line(), "\"password_file\" is missing",
               "or take \"password\" from a variable: password: ${VOBIZ_PASSWORD}");
  }
}

// The presence of this section enables the login.
struct login_of {
  login& operator()(partner& p) const { return p.login ? *p.login : p.login.emplace(); }
  login const& operator()(partner const&) const {
    static login const defaults;
    return defaults;
  }
};

field<partner> login_field() {
  std::vector<field<login>> fields = {
      required(text<login>("email", "text", &login::email, email_from_text)),
      secret<login>("password", &login::password, no_problem, longer_login),
      file<login>("password_file", &login::password_file),
  };
  return nested<partner, login>("login", login_of(), fields, check_login);
}

parsed<std::string> username_from_text(std::string const& text) {
  // RFC 7617, section 2: the first colon ends the user name.
  if (text.find(':') != std::string::npos)
    return {{}, "contains a colon, which is invalid in a user name", {}};
  return {text, {}, {}};
}

void check_proxy(reading& all, section const& keys, proxy const&) {
  if (keys.has("password") && keys.has("password_file")) {
    all.report(keys.line("password"), "\"password\" conflicts with \"password_file\"",
               "keep one of them");
    return;
  }
  auto const password = keys.has("password") || keys.has("password_file");
  if (password && !keys.has("username")) all.report(keys.line(), "\"username\" is missing");
  if (!password && keys.has("username")) {
    all.report(keys.line(), "\"password_file\" is missing",
               "or take \"password\" from a variable: password: ${PROXY_PASSWORD}");
  }
}

struct proxy_of {
  proxy& operator()(partner& p) const { return p.proxy ? *p.proxy : p.proxy.emplace(); }
  proxy const& operator()(partner const&) const {
    static proxy const defaults;
    return defaults;
  }
};

field<partner> proxy_field() {
  std::vector<field<proxy>> fields = {
      required(text<proxy>("url", "URL", &proxy::url, proxy_url_from_text)),
      text<proxy>("username", "text", &proxy::username, username_from_text),
      secret<proxy>("password", &proxy::password, no_problem, longer_proxy),
      file<proxy>("password_file", &proxy::password_file),
  };
  return nested<partner, proxy>("proxy", proxy_of(), fields, check_proxy);
}

}  // namespace

std::vector<field<partner>> partner_fields() {
  std::vector<field<partner>> const tls = {file<partner>("ca_file", &partner::ca_file)};
  std::vector<field<limits>> const budget = {
      number<limits>("requests_per_second", &limits::requests_per_second,
                     {0.1, 10'000, "a lower rate never catches up, a higher one is no limit"}),
      whole<limits>("max_in_flight", &limits::max_in_flight,
                    {1, 64, "each request in flight needs a connection and memory for a page"}),
  };
  std::vector<field<timeouts>> const deadlines = {
      duration<timeouts>("connect", &timeouts::connect,
                         {100ms, 60s, "a handshake takes several round trips, but not minutes"}),
      duration<timeouts>("response", &timeouts::response,
                         {100ms, 10min, "a page takes the API some time, but not forever"}),
  };
  auto const same = [](auto& p) -> auto& { return p; };
  return {
      required(text<partner>("name", "text", &partner::name, name_from_text)),
      text<partner>("base_url", "URL", &partner::base_url, base_url_from_text),
      text<partner>("auth_id", "text", &partner::auth_id, auth_id_from_text),
      secret<partner>("auth_token", &partner::auth_token, token_problem, longer_token),
      file<partner>("auth_token_file", &partner::auth_token_file),
      login_field(),
      nested<partner, partner>("tls", same, tls),
      proxy_field(),
      nested<partner, limits>("limits", &partner::limits, budget),
      nested<partner, timeouts>("timeouts", &partner::timeouts, deadlines),
      size<partner>("max_response", &partner::max_response,
                    {64u << 10, 256u << 20,
                     "a page of 100 rows must fit into it, and it must fit into memory"}),
  };
}

void check_partner(reading& all, section const& keys, partner const& checked) {
  if (checked.proxy && checked.base_url.starts_with("http:")) {
    all.report(keys.line("proxy"), "\"proxy\" conflicts with a base_url with http",
               "the tunnel through a proxy carries https only");
  }
  auto const pair = keys.has("auth_id") || keys.has("auth_token") || keys.has("auth_token_file");
  if (keys.has("login") && pair) {
    auto const* const other = keys.has("auth_id")      ? "auth_id"
                              : keys.has("auth_token") ? "auth_token"
                                                       : "auth_token_file";
    all.report(keys.line("login"), fmt::format("\"login\" conflicts with \"{}\"", other),
               "keep one way to authenticate");
    return;
  }
  if (keys.has("login")) return;
  if (!pair) {
    all.report(keys.line(), "the partner has no credentials",
               "give \"auth_id\" and \"auth_token_file\", or \"login\"");
    return;
  }
  if (!keys.has("auth_id")) all.report(keys.line(), "\"auth_id\" is missing");
  if (keys.has("auth_token") && keys.has("auth_token_file")) {
    all.report(keys.line("auth_token"), "\"auth_token\" conflicts with \"auth_token_file\"",
               "keep one of them");
  } else if (!keys.has("auth_token") && !keys.has("auth_token_file")) {
    all.report(keys.line(), "\"auth_token_file\" is missing",
               "or take \"auth_token\" from a variable: auth_token: ${VOBIZ_AUTH_TOKEN}");
  }
}

}  // namespace vobiz::config
