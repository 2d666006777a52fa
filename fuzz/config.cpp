#include <algorithm>
#include <string>

#include "target.hpp"
#include "vobiz/config/settings.hpp"

// Input: a character for the file's mode, then YAML.
namespace vobiz::fuzz {
namespace {

constexpr std::string_view canary = "CANARY-of-the-environment";

std::optional<std::string> lookup(std::string const& name) {
  if (name == "TOKEN") return std::string(canary);
  if (name == "EMPTY") return std::string();
  return std::nullopt;
}

bool is_line(std::string_view text) { return text.find('\n') == std::string_view::npos; }

void check_finding(config::finding const& found, int lines) {
  require(found.line >= 0 && found.line <= lines, "a finding names a line of the file",
          found.message);
  require(!found.message.empty() && is_line(found.message) && is_line(found.hint),
          "a finding is a line, and its hint another", found.message);
  require(!found.message.ends_with('.'), "a finding ends without a full stop", found.message);
  for (auto const& text : {found.message, found.hint}) {
    require(text.find(canary) == std::string::npos, "no finding quotes a secret", text);
  }
}

void check_settings(config::settings const& values) {
  require(!values.partners.empty(), "there is a partner");
  for (auto const& partner : values.partners) {
    require(!partner.name.empty() && partner.base_url.starts_with("http"),
            "a partner has a name and an address");
    auto const by_token = !partner.auth_token.empty() || !partner.auth_token_file.empty();
    require(partner.login.has_value() != by_token, "a partner has one way to authenticate",
            partner.name);
    require(partner.limits.max_in_flight > 0 && partner.limits.requests_per_second > 0,
            "a budget admits requests");
  }
  require(values.database.connections > 0 && !values.database.dsn.empty(), "there is a database");
  for (auto const& [name, stream] : values.streams) {
    require(stream.at.has_value() || stream.every > std::chrono::seconds(0),
            "a stream has a schedule", name);
  }
}

}  // namespace
}  // namespace vobiz::fuzz

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace vobiz;
  if (size == 0) return 0;
  auto const yaml = fuzz::as_text(data, size).substr(1);
  config::source const from{"/etc/vobiz-syncd/example.yaml", *data % 2 == 0 ? 0640u : 0644u};
  auto const today = *core::day_from_text("2026-03-15");
  auto const read = config::parse(yaml, fuzz::lookup, today, from);
  auto const lines = 1 + static_cast<int>(std::ranges::count(yaml, '\n'));
  for (auto const& found : read.findings) fuzz::check_finding(found, lines);
  fuzz::require(std::ranges::is_sorted(read.findings, {}, &config::finding::line),
                "findings are in the file's order");
  if (read.findings.empty()) fuzz::check_settings(read.values);
  return 0;
}
