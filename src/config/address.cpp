#include "address.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <boost/url/ipv4_address.hpp>
#include <boost/url/ipv6_address.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <charconv>

namespace vobiz::config {

namespace urls = boost::urls;

namespace {

bool is_ip_address(std::string const& host) {
  return urls::parse_ipv4_address(host).has_value() || urls::parse_ipv6_address(host).has_value();
}

bool is_port(std::string_view digits) {
  std::uint16_t port = 0;
  auto const* const end = digits.data() + digits.size();
  auto const read = std::from_chars(digits.data(), end, port);
  return read.ec == std::errc() && read.ptr == end;
}

parsed<std::string> refused(std::string problem, std::string hint = {}) {
  return {{}, std::move(problem), std::move(hint)};
}

}  // namespace

bool is_loopback(std::string const& host) {
  auto const ipv4 = urls::parse_ipv4_address(host);
  auto const ipv6 = urls::parse_ipv6_address(host);
  return (ipv4 && ipv4->is_loopback()) || (ipv6 && ipv6->is_loopback()) || host == "localhost";
}

parsed<std::string> base_url_from_text(std::string const& text) {
  auto const example = "as in https://api.vobiz.ai/api/v1/partner";
  auto const url = urls::parse_uri(text);
  if (!url || (url->scheme_id() != urls::scheme::http && url->scheme_id() != urls::scheme::https)) {
    return refused("is not an absolute http or https URL", example);
  }
  if (!url->has_authority() || url->host().empty()) return refused("names no host", example);
  // Boost.URL 1.81 takes only the address as the host of "http://127.0.0.1.example.com".
  auto const path = std::string(url->encoded_path());
  if (!path.empty() && path[0] != '/') return refused("has an invalid host");
  if (url->has_userinfo()) {
    return refused("contains credentials",
                   "put them under \"auth_id\" and \"auth_token_file\", or under \"login\"");
  }
  if (url->has_query() || url->has_fragment()) {
    return refused("has a query or a fragment", "end it with the path, " + std::string(example));
  }
  if (url->has_port() && (!is_port(std::string(url->port())) || url->port_number() == 0)) {
    return refused("has an invalid port", "a port is from 1 to 65535");
  }
  if (url->scheme_id() == urls::scheme::http && !is_loopback(url->host_address())) {
    return refused("would send the credentials unencrypted: http is for loopback addresses only",
                   "begin it with https://");
  }
  std::string result(text);
  while (result.ends_with('/')) result.pop_back();
  return {std::move(result), {}, {}};
}

parsed<std::string> proxy_url_from_text(std::string const& text) {
  auto const example = "as in http://proxy.example.com:3128";
  auto const url = urls::parse_uri(text);
  if (!url || !url->has_authority() || url->host().empty()) return refused("is not a URL", example);
  // Checked first: no other message may quote a URL with credentials.
  if (url->has_userinfo()) {
    return refused("contains credentials", "put them under \"username\" and \"password_file\"");
  }
  if (url->scheme_id() != urls::scheme::http) {
    return refused("is not an http URL: only the tunnel through the proxy is encrypted", example);
  }
  auto const path = std::string(url->encoded_path());
  if ((!path.empty() && path != "/") || url->has_query() || url->has_fragment()) {
    return refused("has more than a host and a port", example);
  }
  if (!url->has_port() || !is_port(std::string(url->port())) || url->port_number() == 0) {
    return refused("has no valid port", example);
  }
  std::string result(text);
  if (result.ends_with('/')) result.pop_back();
  return {std::move(result), {}, {}};
}

parsed<http> listen_from_text(std::string const& text) {
  auto const at = urls::parse_authority(text);
  auto const host = at ? at->host_address() : std::string();
  if (!is_ip_address(host) || at->has_userinfo() || !at->has_port() ||
      !is_port(std::string(at->port()))) {
    return {{}, "is not an IP address and a port", "as in 127.0.0.1:9464 or [::1]:9464"};
  }
  http result;
  result.address = host;
  result.port = at->port_number();
  return {std::move(result), {}, {}};
}

std::string listen_to_text(http const& at) {
  auto const ipv6 = at.address.find(':') != std::string::npos;
  return fmt::format(fmt::runtime(ipv6 ? "[{}]:{}" : "{}:{}"), at.address, at.port);
}

parsed<std::string> host_from_text(std::string const& text) {
  auto const at = urls::parse_authority(text);
  auto const plain = at && !at->has_userinfo() && !at->has_port() && !at->host_address().empty();
  auto host = plain ? at->host_address() : std::string();
  auto const in_name = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_';
  };
  constexpr std::size_t longest = 253;  // RFC 1035, section 2.3.4
  auto const is_name = host.size() <= longest && std::all_of(host.begin(), host.end(), in_name);
  if (host.empty() || (!is_name && !is_ip_address(host))) {
    return {{},
            "is not a host name or an IP address",
            "as in status.example.com or [2001:db8::1], without a port"};
  }
  for (auto& c : host) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  return {std::move(host), {}, {}};
}

bool fits_header(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

}  // namespace vobiz::config
