#pragma once

#include <string>
#include <string_view>

#include "units.hpp"
#include "vobiz/config/settings.hpp"

namespace vobiz::config {

// An absolute http or https URL without credentials, query and fragment; http to this machine only.
// Without a slash at its end.
parsed<std::string> base_url_from_text(std::string const& text);

// Whether only this machine reaches the host.
bool is_loopback(std::string const& host);

// The URL of an HTTP proxy: http, a host and a port, nothing else. Without a slash at its end.
parsed<std::string> proxy_url_from_text(std::string const& text);

// "127.0.0.1:9464" or "[::1]:9464"; port 0 for one the system picks.
parsed<http> listen_from_text(std::string const& text);
std::string listen_to_text(http const& at);

// A text that can be the value of an HTTP header as it is: printable ASCII without blanks.
bool fits_header(std::string_view text);

}  // namespace vobiz::config
