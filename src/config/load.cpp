#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>

#include "small_file.hpp"
#include "vobiz/config/settings.hpp"
#include "vobiz/core/failure.hpp"
#include "vobiz/core/visible.hpp"

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
    result += core::visible(file.string()) + ':';
    if (f.line > 0) result += fmt::format("{}:", f.line);
    result += ' ' + core::visible(f.message);
    if (!f.hint.empty()) result += "\n  hint: " + core::visible(f.hint);
  }
  return result;
}

outcome read_file(std::filesystem::path const& file) {
  unreadable why;
  auto const text = read_small_file(file, why);
  if (!text) {
    refuse(fmt::format("configuration file \"{}\" {}", core::visible(file.string()), why.cause),
           why.hint.empty() ? "name the configuration with -c FILE" : why.hint);
  }
  return parse(text->text, from_process, core::day_of(std::chrono::system_clock::now()),
               {std::filesystem::absolute(file), text->mode});
}

settings checked(std::filesystem::path const& file, outcome read) {
  for (auto& f : read_secrets(read.values, read.files)) read.findings.push_back(std::move(f));
  check_certificates(read);
  std::stable_sort(
      read.findings.begin(), read.findings.end(),
      [](finding const& left, finding const& right) { return left.line < right.line; });
  if (!read.findings.empty()) refuse(listed(file, read.findings));
  return std::move(read.values);
}

}  // namespace

settings load(std::filesystem::path const& file) { return checked(file, read_file(file)); }

settings load_for_database(std::filesystem::path const& file, std::string const& dsn) {
  auto read = read_file(file);
  read.values.partners.clear();
  read.values.http.reset();
  if (!dsn.empty()) {
    read.values.database = database();
    read.values.database.dsn = core::secret(dsn);
  }
  return checked(file, std::move(read));
}

}  // namespace vobiz::config
