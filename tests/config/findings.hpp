#pragma once

#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "vobiz/config/settings.hpp"

// What the tests of the configuration share: an environment and a day of their own, and findings as
// the lines a person reads.
namespace vobiz::config::testing {

inline constexpr auto canary = "CANARY-5f1d-secret";

inline core::utc_day const today = *core::day_from_text("2026-03-15");

inline std::optional<std::string> lookup(std::string const& name) {
  static std::map<std::string, std::string> const variables = {
      {"TOKEN", canary},      {"EMPTY", ""},         {"DOLLARS", "${TOKEN}"},
      {"YAML", "{a: [1}"},    {"NUMBER", "3"},       {"HOME_ID", "PA_HOME"},
      {"SPACES", "two words"}};
  auto const found = variables.find(name);
  return found == variables.end() ? std::nullopt : std::optional<std::string>(found->second);
}

// "3: message" and "3: message | hint".
inline std::vector<std::string> lines_of(std::vector<finding> const& findings) {
  std::vector<std::string> result;
  for (auto const& f : findings) {
    result.push_back(std::to_string(f.line) + ": " + f.message +
                     (f.hint.empty() ? "" : " | " + f.hint));
  }
  return result;
}

inline outcome read(std::string const& yaml, source const& from = {}) {
  return parse(yaml, lookup, today, from);
}

inline std::vector<std::string> findings_of(std::string const& yaml, source const& from = {}) {
  return lines_of(read(yaml, from).findings);
}

// A configuration that is right, for tests that put one thing behind it; six lines long.
inline std::string const sound =
    "partners:\n"
    "  - name: acme\n"
    "    auth_id: PA_EXAMPLE\n"
    "    auth_token: ${TOKEN}\n"
    "database:\n"
    "  dsn: dbname=vobiz\n";

// Some text and the findings it has; the text is put where the test says.
struct example {
  std::string yaml;
  std::vector<std::string> findings;
};

inline void PrintTo(example const& e, std::ostream* out) { *out << e.yaml; }

}  // namespace vobiz::config::testing
