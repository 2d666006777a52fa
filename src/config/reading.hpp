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

// A scalar's text with its variables filled in.
struct given {
  std::string text;
  bool stands_in_file = true;  // none of it came from the environment
};

// What all readers of one configuration share: its surroundings and the findings so far.
class reading {
public:
  reading(environment lookup, core::utc_day today, source from);

  core::utc_day today() const { return today_; }

  void report(int line, std::string message, std::string hint = {});

  // `"KEY": "VALUE AS WRITTEN" PROBLEM`; a value with line breaks or over 60 bytes is left out.
  void report_value(entry const& at, std::string const& problem, std::string hint = {});

  // The text of the value; nothing, and a finding, when it has none, is no scalar, or names a variable
  // that is not set.
  std::optional<given> text(entry const& at);

  // A secret that stands in a file which others may read is a finding.
  void guard_secret(entry const& at, given const& secret);

  // The path as it is opened: relative ones count from the configuration's folder. Remembers the line
  // for later findings about the file.
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

// How a key of a mapping is shown: only what looks like a key's name, because a slip in the YAML can
// make a key of a secret. Empty when it is not to be shown.
std::string_view shown_key(std::string_view key);

}  // namespace vobiz::config
