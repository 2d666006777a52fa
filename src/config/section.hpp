#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "known_keys.hpp"
#include "reading.hpp"

namespace vobiz::config {

// A key of a section: its reader and its documentation.
template <class S>
struct field {
  std::string name;
  bool required = false;
  // Returns false and adds a finding if the value is unusable.
  std::function<bool(reading&, entry const&, S&)> read;
  // Describes the key, or all keys below it, with the struct's defaults. Empty for a key that is
  // known only to explain its refusal.
  std::function<std::vector<key_description>(S const&)> describe;
};

// The keys that are present, for checks across several keys.
class section {
public:
  explicit section(int line) : line_(line) {}

  bool has(std::string_view key) const { return keys_.contains(key); }
  // Usable or absent.
  bool sound(std::string_view key) const;
  // The key's line, or the section's if the key is absent.
  int line(std::string_view key) const;
  int line() const { return line_; }
  // Whether the section is a mapping.
  bool readable() const { return readable_; }

  // Called by read_section.
  void unreadable() { readable_ = false; }
  bool add(entry const& at);
  void spoil(std::string_view key) { keys_.find(key)->second.sound = false; }

private:
  struct mark {
    int line;
    bool sound;
  };
  int line_;
  bool readable_ = true;
  std::map<std::string, mark, std::less<>> keys_;
};

// The usable entries of a mapping. Duplicate and unknown keys are reported and left out. An empty
// section has no keys.
std::vector<entry const*> usable_entries(reading& all, entry const& at,
                                         std::span<std::string_view const> known, section& result);

void report_missing(reading& all, section const& in, std::string_view key);

// Reads a mapping into the struct. `at` is the section's key.
template <class S>
section read_section(reading& all, entry const& at, S& into, std::vector<field<S>> const& fields) {
  std::vector<std::string_view> names;
  for (auto const& f : fields) {
    if (f.describe) names.push_back(f.name);
  }
  for (auto const& f : fields) {
    if (!f.describe) names.push_back(f.name);
  }
  section result(at.line);
  auto const entries = usable_entries(all, at, names, result);
  // In the order of the fields, so that a check may use earlier fields.
  for (auto const& f : fields) {
    for (auto const* e : entries) {
      if (f.name == e->key && !f.read(all, *e, into)) result.spoil(e->key);
    }
  }
  if (!result.readable()) return result;
  for (auto const& f : fields) {
    if (f.required && !result.has(f.name)) report_missing(all, result, f.name);
  }
  return result;
}

template <class S>
std::vector<key_description> describe(S const& defaults, std::vector<field<S>> const& fields) {
  std::vector<key_description> result;
  for (auto const& f : fields) {
    if (!f.describe) continue;
    for (auto& key : f.describe(defaults)) {
      key.required = key.required || (f.required && key.name == f.name);
      result.push_back(std::move(key));
    }
  }
  return result;
}

}  // namespace vobiz::config
