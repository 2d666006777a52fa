#include "endpoint.hpp"

#include <spdlog/fmt/fmt.h>

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <charconv>

#include "vobiz/api/path.hpp"
#include "vobiz/core/failure.hpp"

namespace vobiz::api {

namespace urls = boost::urls;

namespace {

[[noreturn]] void refuse(std::string_view base_url, std::string_view why) {
  throw core::failure(core::failure_kind::config_invalid, core::remedy::fix,
                      fmt::format("base_url \"{}\": {}", base_url, why),
                      "it looks like https://api.vobiz.ai/api/v1/partner");
}

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// Encodes what is not encoded yet.
std::string completed(std::string_view segment) {
  std::string result;
  for (std::size_t at = 0; at < segment.size(); ++at) {
    if (segment[at] == '%' && at + 2 < segment.size() && is_hex(segment[at + 1]) &&
        is_hex(segment[at + 2])) {
      result += segment.substr(at, 3);
      at += 2;
    } else {
      result += encoded(segment.substr(at, 1));
    }
  }
  return result;
}

}  // namespace

std::string endpoint::name() const {
  bool const bare_v6 = host.find(':') != std::string::npos;
  return bare_v6 ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

endpoint endpoint_of(std::string_view base_url) {
  auto const parsed = urls::parse_uri(base_url);
  // What follows an "@" may be all that may be shown of such a text.
  if (base_url.find('@') != std::string_view::npos) {
    throw core::failure(core::failure_kind::config_invalid, core::remedy::fix,
                        "base_url holds a user or password", "use auth_id and auth_token");
  }
  if (!parsed) refuse(base_url, "not a URL");
  urls::url_view const& url = *parsed;
  endpoint result;
  if (url.scheme_id() == urls::scheme::http) {
    result.tls = false;
  } else if (url.scheme_id() != urls::scheme::https) {
    refuse(base_url, "neither https nor http");
  }
  if (url.has_query() || url.has_fragment())
    refuse(base_url, "a query or fragment has no place here");
  auto const address = url.host_address();
  result.host.assign(address.begin(), address.end());
  if (result.host.empty()) refuse(base_url, "no host");
  result.host_is_address = url.host_type() != urls::host_type::name;
  auto const port = url.port();
  result.port.assign(port.begin(), port.end());
  std::uint16_t number = 0;
  auto const* const port_end = result.port.data() + result.port.size();
  auto const [read, error] = std::from_chars(result.port.data(), port_end, number);
  if (!result.port.empty() && (error != std::errc() || read != port_end || number == 0)) {
    refuse(base_url, "no such port");
  }
  if (result.port.empty()) result.port = result.tls ? "443" : "80";
  auto const header = url.encoded_host_and_port();
  result.host_header.assign(header.begin(), header.end());
  auto const path = url.encoded_path();
  result.prefix.assign(path.begin(), path.end());
  while (!result.prefix.empty() && result.prefix.back() == '/') result.prefix.pop_back();
  return result;
}

std::string target(endpoint const& base, std::string_view path,
                   std::vector<std::pair<std::string, std::string>> const& query) {
  std::string result = base.prefix;
  std::string_view rest = path;
  while (!rest.empty() && rest.front() == '/') {
    rest.remove_prefix(1);
    auto const piece = rest.substr(0, rest.find('/'));
    result += '/' + completed(piece);
    rest.remove_prefix(piece.size());
  }
  if (result.empty()) result = "/";
  char separator = '?';
  for (auto const& [name, value] : query) {
    result += separator + encoded(name) + '=' + encoded(value);
    separator = '&';
  }
  return result;
}

}  // namespace vobiz::api
