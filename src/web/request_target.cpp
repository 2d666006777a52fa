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

// What stands behind "http://"; nothing for another form.
std::optional<std::string_view> behind_scheme(std::string_view target) {
  for (std::string_view const scheme : {"http://", "https://"}) {
    if (starts_with_scheme(target, scheme)) return target.substr(scheme.size());
  }
  return std::nullopt;
}

std::size_t length_of_authority(std::string_view text) {
  return std::min(text.find_first_of("/?"), text.size());
}

}  // namespace

std::optional<std::string_view> authority_of_target(std::string_view target) {
  auto const rest = behind_scheme(target);
  if (!rest) return std::nullopt;
  auto const authority = rest->substr(0, length_of_authority(*rest));
  return authority.substr(authority.rfind('@') + 1);
}

std::optional<std::string> path_of_target(std::string_view target, bool of_server) {
  if (of_server && target == "*") return "*";
  if (auto const rest = behind_scheme(target)) {
    auto const authority = length_of_authority(*rest);
    if (authority == 0) return std::nullopt;
    target = rest->substr(authority);
    if (target.empty()) return of_server ? "*" : "/";
    if (target.front() == '?') return "/";
  }
  if (!target.starts_with('/')) return std::nullopt;
  return std::string(target.substr(0, target.find('?')));
}

}  // namespace vobiz::web
