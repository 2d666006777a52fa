#include "simulator/server/request_log.hpp"

namespace vobiz::simulator {

namespace {

// "2026-01-31", or "2026-01-01..2026-01-31"; empty without a first day.
std::string asked_days(request const& what) {
  for (auto const& [first, last] :
       {std::pair("start_date", "end_date"), std::pair("from_date", "to_date")}) {
    auto const from = what.parameter(first);
    if (!from) continue;
    auto const to = what.parameter(last).value_or("");
    return std::string(*from) + (to == *from ? std::string() : ".." + std::string(to));
  }
  return {};
}

}  // namespace

void request_log::count(request const& what, std::string_view path) {
  auto const pattern = path_pattern(std::string(path));
  ++total;
  ++by_path[pattern];
  ++by_method[what.method];
  if (auto const asked = asked_days(what); !asked.empty()) ++by_days[pattern + ' ' + asked];
  constexpr std::string_view accounts = "/accounts/";
  if (!path.starts_with(accounts)) return;
  path.remove_prefix(accounts.size());
  auto const end = path.find('/');
  if (end != std::string_view::npos) customers.emplace(path.substr(0, end));
}

std::string path_pattern(std::string path) {
  auto const replace_segment = [&path](std::string const& before, std::string const& with) {
    auto const at = path.find(before);
    if (at == std::string::npos || at + before.size() == path.size()) return;
    auto const from = at + before.size();
    path.replace(from, std::min(path.find('/', from), path.size()) - from, with);
  };
  replace_segment("/accounts/", "{id}");
  replace_segment("/cdrs/", "{uuid}");
  return path;
}

}  // namespace vobiz::simulator
