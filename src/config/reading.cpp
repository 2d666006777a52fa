#include "reading.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <utility>

#include "substitute.hpp"

namespace vobiz::config {

namespace {

// A longer value is not quoted; the line number is enough.
constexpr std::size_t longest_shown = 60;

}  // namespace

reading::reading(environment lookup, core::utc_day today, source from)
    : lookup_(lookup), today_(today), from_(std::move(from)) {}

void reading::report(int line, std::string message, std::string hint) {
  findings_.push_back({line, std::move(message), std::move(hint)});
}

void reading::report_value(entry const& at, std::string const& problem, std::string hint) {
  auto const& written = at.value.text;
  auto const shown = written.size() <= longest_shown && written.find('\n') == std::string::npos;
  auto const value = shown ? fmt::format("\"{}\" ", written) : std::string();
  report(at.value.line, fmt::format("\"{}\": {}{}", at.key, value, problem), std::move(hint));
}

std::optional<given> reading::text(entry const& at) {
  switch (at.value.form) {
    case node::kind::refused:
      return {};
    case node::kind::nothing:
      report(at.value.line, fmt::format("\"{}\" has no value", at.key),
             "leave the key out for its default, or put the text in quotes");
      return {};
    case node::kind::sequence:
      report(at.value.line, fmt::format("\"{}\" takes one value, not a list", at.key));
      return {};
    case node::kind::mapping:
      report(at.value.line, fmt::format("\"{}\" takes one value, not a section", at.key),
             "put the text in quotes if it begins with \"{\"");
      return {};
    case node::kind::scalar:
      break;
  }
  auto filled = substitute(at.value.text, lookup_);
  for (auto& problem : filled.problems) {
    report(at.value.line, fmt::format("\"{}\": {}", at.key, problem.message), problem.hint);
  }
  if (!filled.problems.empty()) return {};
  if (filled.text.empty()) {
    report(at.value.line, fmt::format("\"{}\" is empty", at.key));
    return {};
  }
  return given{std::move(filled.text), !filled.used_environment};
}

void reading::guard_secret(entry const& at, given const& secret) {
  if (!secret.stands_in_file || (from_.mode & 07) == 0) return;
  report(at.value.line,
         fmt::format("\"{}\": the secret is in a file that others may read (mode {:04o})", at.key,
                     from_.mode),
         fmt::format("chmod o-rwx \"{}\", or move it to its own file or to ${{VARIABLE}}",
                     from_.file.string()));
}

std::filesystem::path reading::resolve(std::string const& path, int line) {
  auto resolved = (from_.file.parent_path() / path).lexically_normal();
  named_at_.emplace(resolved, line);
  return resolved;
}

std::string_view shown_key(std::string_view key) {
  constexpr std::size_t longest_name = 32;
  auto const in_name = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
  };
  auto const is_name = key.size() <= longest_name && std::all_of(key.begin(), key.end(), in_name);
  return is_name ? key : std::string_view();
}

}  // namespace vobiz::config
