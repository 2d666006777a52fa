#include "options.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

#include "vobiz/core/failure.hpp"
#include "vobiz/sync/kept_days.hpp"

namespace vobiz::app {

void refuse(std::string const& message, std::string hint) {
  throw core::failure(core::failure_kind::usage, core::remedy::fix, message, std::move(hint));
}

void refuse_month(std::string const& text) {
  refuse("--month: \"" + text + "\" is not a month", "write it as YYYY-MM");
}

void refuse_partner(config::settings const& settings, std::string const& name) {
  std::string known;
  for (auto const& one : settings.partners) known += (known.empty() ? "" : ", ") + one.name;
  refuse("no partner is called \"" + name + "\"", "partners of the configuration: " + known);
}

std::string first_day_of(std::string const& month) {
  auto first_day = month + "-01";
  if (!core::day_from_text(first_day)) refuse_month(month);
  return first_day;
}

void refuse_account(std::string const& account) {
  throw core::failure(core::failure_kind::failed, core::remedy::fix,
                      "account \"" + account + "\" is not in the mirror",
                      fmt::format("--account takes a customer's auth_id, as in vobiz.{}",
                                  streams::customers().table));
}

std::string account_text(std::string const& account) {
  return account.empty() ? "the mirror" : "account \"" + account + "\"";
}

std::string auth_id_of(config::settings const& settings, std::string const& partner) {
  auto const known = std::ranges::find(settings.partners, partner, &config::partner::name);
  if (known == settings.partners.end()) return partner;
  if (known->auth_id.empty()) {
    refuse("--partner: the configuration does not have the auth_id of \"" + partner + "\"",
           "give its auth_id itself: PA_…");
  }
  return known->auth_id;
}

core::utc_day parse_day(std::string const& option, std::string const& text) {
  auto const day = core::day_from_text(text);
  if (!day) refuse(option + ": \"" + text + "\" is not a day", "write it as YYYY-MM-DD");
  return *day;
}

streams::stream const& day_stream(std::string_view name, std::string_view command) {
  auto const& stream = *streams::find(name);
  if (stream.form == streams::shape::day_windows) return stream;
  std::string names;
  for (auto const& other : streams::all()) {
    if (other.form != streams::shape::day_windows) continue;
    names += (names.empty() ? "" : ", ") + std::string(other.name);
  }
  refuse("stream \"" + std::string(name) + "\" is not listed by day, so there is no day to " +
             std::string(command),
         "streams with days: " + names);
}

config::settings with_partner(config::settings settings, std::string const& name) {
  if (name.empty()) return settings;
  auto const is_other = [&](config::partner const& one) {
    return one.name != name && one.auth_id != name;
  };
  if (std::ranges::all_of(settings.partners, is_other)) refuse_partner(settings, name);
  std::erase_if(settings.partners, is_other);
  return settings;
}

void require_kept(std::string const& option, core::utc_day day, config::stream const& settings) {
  auto const today = core::day_of(std::chrono::system_clock::now());
  auto const edge = sync::read_from(settings, today);
  if (!edge || day >= *edge) return;
  refuse(option + " " + core::to_text(day) + " is older than what retention keeps",
         "the first day that can be read is " + core::to_text(*edge));
}

}  // namespace vobiz::app
