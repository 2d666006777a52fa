#include "login.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cmath>

#include "known_secrets.hpp"
#include "vobiz/core/input_bounds.hpp"

namespace vobiz::api {

namespace json = boost::json;

namespace {

// Seconds as a number or as text; nothing when there are none or they make no sense.
std::optional<std::chrono::seconds> lifetime(json::value const* value) {
  if (value == nullptr) return std::nullopt;
  double stated = 0;
  if (auto const* text = value->if_string()) {
    boost::system::error_code error;
    auto const inner = json::parse(*text, error);
    if (error || !inner.is_number()) return std::nullopt;
    stated = inner.to_number<double>();
  } else if (value->is_number()) {
    stated = value->to_number<double>();
  }
  if (!(stated > 0)) return std::nullopt;
  constexpr double year = 365.0 * 24 * 3600;  // more would only bring overflow nearer
  return std::chrono::seconds(static_cast<std::int64_t>(std::min(stated, year)));
}

}  // namespace

std::string login_body(config::login const& who) {
  json::object body;
  body["email"] = who.email;
  auto const password = who.password.reveal();
  body["password"] = json::string_view(password.data(), password.size());
  return json::serialize(body);
}

std::optional<grant> read_grant(std::string_view body) {
  boost::system::error_code error;
  auto const value = json::parse(json::string_view(body.data(), body.size()), error);
  if (error || !value.is_object()) return std::nullopt;
  auto const* tokens = value.get_object().if_contains("tokens");
  if (tokens == nullptr || !tokens->is_object()) return std::nullopt;
  auto const* token = tokens->get_object().if_contains("access_token");
  if (token == nullptr || !token->is_string()) return std::nullopt;
  grant result;
  result.token.assign(token->get_string().data(), token->get_string().size());
  if (result.token.size() > core::bounds::token || !fits_header(result.token)) return std::nullopt;
  // A shorter one could not be kept out of messages.
  if (result.token.size() < shortest_secret) return std::nullopt;
  result.expires_in = lifetime(tokens->get_object().if_contains("expires_in"));
  return result;
}

bool fits_header(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

}  // namespace vobiz::api
