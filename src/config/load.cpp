#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>

#include "small_file.hpp"
#include "vobiz/config/settings.hpp"
#include "vobiz/core/failure.hpp"

namespace vobiz::config {

namespace {

std::optional<std::string> from_process(std::string const& name) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing here writes to the environment
  auto const* const value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

[[noreturn]] void refuse(std::string const& message, std::string hint = {}) {
  throw core::failure(core::failure_kind::config_invalid, core::remedy::fix, message,
                      std::move(hint));
}

void check_certificates(outcome& read) {
  for (auto const& p : read.values.partners) {
    if (p.ca_file.empty()) continue;
    unreadable why;
    if (read_small_file(p.ca_file, why)) continue;
    read.findings.push_back(
        {read.files[p.ca_file],
         fmt::format("\"ca_file\": file \"{}\" {}", p.ca_file.string(), why.cause), why.hint});
  }
}

std::string listed(std::filesystem::path const& file, std::vector<finding> const& findings) {
  std::string result;
  for (auto const& f : findings) {
    if (!result.empty()) result += '\n';
    result += file.string() + ':';
    if (f.line > 0) result += fmt::format("{}:", f.line);
    result += ' ' + f.message;
    if (!f.hint.empty()) result += "\n  hint: " + f.hint;
  }
  return result;
}

}  // namespace

settings load(std::filesystem::path const& file) {
  unreadable why;
  auto const text = read_small_file(file, why);
  if (!text) {
    refuse(fmt::format("configuration file \"{}\" {}", file.string(), why.cause),
           why.hint.empty() ? "name the configuration with -c FILE" : why.hint);
  }
  auto read = parse(text->text, from_process, core::day_of(std::chrono::system_clock::now()),
                    {std::filesystem::absolute(file), text->mode});
  for (auto& f : read_secrets(read.values, read.files)) read.findings.push_back(std::move(f));
  check_certificates(read);
  std::stable_sort(
      read.findings.begin(), read.findings.end(),
      [](finding const& left, finding const& right) { return left.line < right.line; });
  if (!read.findings.empty()) refuse(listed(file, read.findings));
  return std::move(read.values);
}

}  // namespace vobiz::config
