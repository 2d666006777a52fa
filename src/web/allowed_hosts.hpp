#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "vobiz/config/settings.hpp"

namespace vobiz::web {

// The names by which a request may call the service. A page of any site can make a browser ask a
// service on loopback, by giving its own name a loopback address (DNS rebinding); the name in the
// request gives that away.
class allowed_hosts {
public:
  // With a listener that others can reach and no `hosts`, every name: the token guards it.
  explicit allowed_hosts(config::http const& where);

  // Whether a Host field, or the authority of a target, is one of them: the addresses of loopback,
  // "localhost", the address that is listened on, or one of http.hosts. Any port: a tunnel has its
  // own.
  bool include(std::string_view authority) const;

private:
  bool any_ = false;
  std::vector<std::string> names_;  // in lower case; addresses in their shortest form
};

// The host of "name:port", "[::1]:port" or "name", in lower case, without a dot at its end; an
// address in its shortest form. Empty: it is no authority.
std::string host_of_authority(std::string_view authority);

}  // namespace vobiz::web
