#include <algorithm>
#include <utility>

#include "node.hpp"
#include "reading.hpp"
#include "root_fields.hpp"
#include "vobiz/config/settings.hpp"

namespace vobiz::config {

outcome parse(std::string_view yaml, environment lookup, core::utc_day today, source const& from) {
  outcome result;
  result.values = default_settings(today);
  entry const whole{"", 0, tree_of(yaml, result.findings)};
  reading all(lookup, today, from);
  read_section(all, whole, result.values, root_fields());
  for (auto& finding : all.take_findings()) result.findings.push_back(std::move(finding));
  std::stable_sort(result.findings.begin(), result.findings.end(),
                   [](finding const& left, finding const& right) { return left.line < right.line; });
  result.files = all.take_files();
  return result;
}

}  // namespace vobiz::config
