#include "request_target.hpp"

#include <algorithm>

namespace vobiz::web {

namespace {

bool starts_with_scheme(std::string_view target, std::string_view scheme) {
  return target.size() > scheme.size() &&
         std::equal(scheme.begin(), scheme.end(), target.begin(), [](char wanted, char given) {
           return wanted == (given >= 'A' && given <= 'Z' ? given - 'A' + 'a' : given);
         });
}

}  // namespace

std::optional<std::string> path_of_target(std::string_view target, bool of_server) {
  if (of_server && target == "*") return "*";
  for (std::string_view const scheme : {"http://", "https://"}) {
    if (!starts_with_scheme(target, scheme)) continue;
    target.remove_prefix(scheme.size());
    auto const authority = std::min(target.find_first_of("/?"), target.size());
    if (authority == 0) return std::nullopt;
    target.remove_prefix(authority);
    if (target.empty()) return of_server ? "*" : "/";
    if (target.front() == '?') return "/";
    break;
  }
  if (!target.starts_with('/')) return std::nullopt;
  return std::string(target.substr(0, target.find('?')));
}

}  // namespace vobiz::web
