#include "address.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <charconv>

namespace vobiz::config {

namespace urls = boost::urls;

namespace {

bool is_loopback(urls::authority_view const& at) {
  switch (at.host_type()) {
    case urls::host_type::ipv4:
      return at.host_ipv4_address().is_loopback();
    case urls::host_type::ipv6:
      return at.host_ipv6_address().is_loopback();
    default:
      return at.host() == "localhost";
  }
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

parsed<std::string> base_url_from_text(std::string const& text) {
  auto const example = "as in https://api.vobiz.ai/api/v1/partner";
  auto const url = urls::parse_uri(text);
  if (!url || (url->scheme_id() != urls::scheme::http && url->scheme_id() != urls::scheme::https)) {
    return refused("is not an absolute http or https URL", example);
  }
  if (!url->has_authority() || url->host().empty()) return refused("names no host", example);
  if (url->has_userinfo()) {
    return refused("carries credentials",
                   "put them under \"auth_id\" and \"auth_token_file\", or under \"login\"");
  }
  if (url->has_query() || url->has_fragment()) {
    return refused("has a query or a fragment", "end it with the path, " + std::string(example));
  }
  if (url->has_port() && (!is_port(std::string(url->port())) || url->port_number() == 0)) {
    return refused("has an impossible port", "a port is from 1 to 65535");
  }
  if (url->scheme_id() == urls::scheme::http && !is_loopback(url->authority())) {
    return refused("would send the credentials unencrypted: http is for loopback addresses only",
                   "begin it with https://");
  }
  std::string result(text);
  while (result.ends_with('/')) result.pop_back();
  return {std::move(result), {}, {}};
}

parsed<http> listen_from_text(std::string const& text) {
  auto const at = urls::parse_authority(text);
  auto const is_address = at && (at->host_type() == urls::host_type::ipv4 ||
                                 at->host_type() == urls::host_type::ipv6);
  if (!is_address || at->has_userinfo() || !at->has_port() || !is_port(std::string(at->port()))) {
    return {{}, "is not an IP address and a port", "as in 127.0.0.1:9464 or [::1]:9464"};
  }
  if (!is_loopback(*at)) {
    return {{},
            "could be reached from other machines: only loopback addresses are served without a token",
            "listen on 127.0.0.1 or ::1; a proxy or an SSH tunnel makes it visible elsewhere"};
  }
  return {http{std::string(at->host_address()), at->port_number()}, {}, {}};
}

std::string listen_to_text(http const& at) {
  auto const ipv6 = at.address.find(':') != std::string::npos;
  return fmt::format(fmt::runtime(ipv6 ? "[{}]:{}" : "{}:{}"), at.address, at.port);
}

bool fits_header(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

}  // namespace vobiz::config
