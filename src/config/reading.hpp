#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node.hpp"
#include "units.hpp"
#include "vobiz/config/settings.hpp"

namespace vobiz::config {

// The text of a scalar with its variables substituted.
struct given {
  std::string text;
  bool stands_in_file = true;  // no part came from the environment
};

// Shared by all readers of one configuration: its context and the findings so far.
class reading {
public:
  reading(environment lookup, core::utc_day today, source from);

  core::utc_day today() const { return today_; }

  void report(int line, std::string message, std::string hint = {});

  // `"KEY": "VALUE AS WRITTEN" PROBLEM`. Omits a value that has line breaks or more than 60 bytes.
  void report_value(entry const& at, std::string const& problem, std::string hint = {});

  // The text of the value. nullopt and a finding if it is absent, no scalar, or names an unset
  // variable.
  std::optional<given> text(entry const& at);

  // Adds a finding if the secret is in a file that others may read.
  void guard_secret(entry const& at, given const& secret);

  // The absolute path; relative paths start at the configuration's folder. Remembers the line for
  // later findings about the file.
  std::filesystem::path resolve(std::string const& path, int line);

  std::vector<finding> take_findings() { return std::move(findings_); }
  std::map<std::filesystem::path, int> take_files() { return std::move(named_at_); }

private:
  environment lookup_;
  core::utc_day today_;
  source from_;
  std::vector<finding> findings_;
  std::map<std::filesystem::path, int> named_at_;
};

// The key as shown in messages; empty if it does not look like a key, because a YAML mistake can
// turn a secret into a key.
std::string_view shown_key(std::string_view key);

}  // namespace vobiz::config
