#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vobiz::api {

// Where a base_url points to.
struct endpoint {
  bool tls = true;
  std::string host;  // for resolving and for the certificate; an IPv6 address without brackets
  bool host_is_address = false;  // SNI must not carry one (RFC 6066 §3)
  std::string port;              // digits
  std::string host_header;       // as in the URL: with brackets, and the port if it was named
  std::string prefix;            // path of the base_url without its last slash, percent-encoded

  std::string name() const;  // "api.vobiz.ai:443", for messages
};

// Throws core::failure (bad_config) when the text is not an http or https URL with a host, or has a
// part that cannot be a base: user, query, fragment.
endpoint endpoint_of(std::string_view base_url);

// The request target: prefix, path and query. The path is that of api::request: what it has as
// "%XX" stays, its "/" separate, and whatever else no URL holds is percent-encoded.
std::string target(endpoint const& base, std::string_view path,
                   std::vector<std::pair<std::string, std::string>> const& query);

}  // namespace vobiz::api
