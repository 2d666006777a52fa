#pragma once

#include <string>
#include <string_view>

#include "units.hpp"
#include "vobiz/config/settings.hpp"

namespace vobiz::config {

// An absolute http or https URL without credentials, query and fragment; http only to this machine.
// Removes a trailing slash.
parsed<std::string> base_url_from_text(std::string const& text);

// Whether the host is this machine itself.
bool is_loopback(std::string const& host);

// The URL of an HTTP proxy: http, host and port, nothing else. Removes a trailing slash.
parsed<std::string> proxy_url_from_text(std::string const& text);

// "127.0.0.1:9464" or "[::1]:9464"; port 0: the system picks one.
parsed<http> listen_from_text(std::string const& text);
std::string listen_to_text(http const& at);

// A host name or IP address in lower case, without port and brackets.
parsed<std::string> host_from_text(std::string const& text);

// Whether the text can be an HTTP header value as it is: printable ASCII without blanks.
bool fits_header(std::string_view text);

}  // namespace vobiz::config
