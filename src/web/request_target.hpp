#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vobiz::web {

// The path that a request's target names, without its query: of the origin form "/metrics?x" and of
// the absolute form "http://host/metrics", which proxies send and each server has to take (RFC 9112
// §3.2.2). "*" where `of_server` (the method is OPTIONS) and the target means the server itself.
// Nothing for any other form.
std::optional<std::string> path_of_target(std::string_view target, bool of_server);

// The host and port that a target of the absolute form names, without credentials. Nothing for any
// other form.
std::optional<std::string_view> authority_of_target(std::string_view target);

}  // namespace vobiz::web
