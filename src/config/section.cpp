#include "section.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

#include "vobiz/core/nearest.hpp"

namespace vobiz::config {

namespace {

std::string hint_for_unknown(entry const& at, std::span<std::string_view const> known) {
  if (at.key.find(':') != std::string::npos) return "put a space after the \":\"";
  auto const meant = core::nearest(at.key, known);
  if (!meant.empty()) return fmt::format("did you mean \"{}\"?", meant);
  return fmt::format("known here: {}", fmt::join(known, ", "));
}

}  // namespace

bool section::sound(std::string_view key) const {
  auto const found = keys_.find(key);
  return found == keys_.end() || found->second.sound;
}

int section::line(std::string_view key) const {
  auto const found = keys_.find(key);
  return found == keys_.end() ? line_ : found->second.line;
}

bool section::add(entry const& at) { return keys_.emplace(at.key, mark{at.line, true}).second; }

std::vector<entry const*> usable_entries(reading& all, entry const& at,
                                         std::span<std::string_view const> known, section& result) {
  std::vector<entry const*> usable;
  if (at.value.form == node::kind::nothing) return usable;
  if (at.value.form != node::kind::mapping) {
    if (at.value.form != node::kind::refused) {
      all.report(at.value.line,
                 fmt::format("{} takes a section of keys and values",
                             at.key.empty() ? "the configuration" : '"' + at.key + '"'));
    }
    result.unreadable();
    return usable;
  }
  for (auto const& e : at.value.entries) {
    if (std::find(known.begin(), known.end(), e.key) == known.end()) {
      // Without a value it may be a secret that lost its key.
      auto const shown =
          e.value.form == node::kind::nothing ? std::string_view() : shown_key(e.key);
      all.report(e.line, shown.empty() ? "unknown key" : fmt::format("unknown key \"{}\"", shown),
                 hint_for_unknown(e, known));
    } else if (!result.add(e)) {
      all.report(e.line, fmt::format("\"{}\" is a duplicate key: first on line {}", e.key,
                                     result.line(e.key)));
    } else {
      usable.push_back(&e);
    }
  }
  return usable;
}

void report_missing(reading& all, section const& in, std::string_view key) {
  all.report(in.line(), fmt::format("\"{}\" is missing", key));
}

}  // namespace vobiz::config
