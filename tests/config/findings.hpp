#pragma once

#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "vobiz/config/settings.hpp"

// Shared by the tests of the configuration: a fixed environment and day, and findings as text
// lines.
namespace vobiz::config::testing {

inline constexpr auto canary = "CANARY-5f1d-secret";

inline core::utc_day const today = *core::day_from_text("2026-03-15");

inline std::optional<std::string> lookup(std::string const& name) {
  static std::map<std::string, std::string> const variables = {
      {"TOKEN", canary}, {"EMPTY", ""},          {"DOLLARS", "${TOKEN}"}, {"YAML", "{a: [1}"},
      {"NUMBER", "3"},   {"HOME_ID", "PA_HOME"}, {"SPACES", "two words"}};
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

// A valid configuration of six lines, to which tests append one mistake.
inline std::string const sound =
    "partners:\n"
    "  - name: acme\n"
    "    auth_id: PA_EXAMPLE\n"
    "    auth_token: ${TOKEN}\n"
    "database:\n"
    "  dsn: dbname=vobiz\n";

// A text and its expected findings; the test inserts the text.
struct example {
  std::string yaml;
  std::vector<std::string> findings;
};

inline void PrintTo(example const& e, std::ostream* out) { *out << e.yaml; }

}  // namespace vobiz::config::testing
