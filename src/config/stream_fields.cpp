#include "fields.hpp"
#include "sections.hpp"

namespace vobiz::config {

namespace {

using namespace std::chrono_literals;

constexpr auto default_start = "first day of last month";

core::utc_day first_day_of_last_month(core::utc_day today) {
  std::chrono::year_month_day const date(today);
  auto const month = std::chrono::year_month(date.year(), date.month()) - std::chrono::months(1);
  return core::utc_day(month / 1);
}

field<stream> at_field() {
  return single<stream>(
      "at", "time of day (UTC)", "00:00 to 23:59", &stream::at,
      [](reading const&, std::string const& text) -> parsed<std::optional<time_of_day>> {
        auto from = time_from_text(text);
        if (!from.value) return {{}, std::move(from.problem), std::move(from.hint)};
        return {std::optional<time_of_day>(time_of_day{*from.value}), {}, {}};
      },
      [](std::optional<time_of_day> const& at) {
        return at ? time_to_text(at->since_midnight) : std::string();
      });
}

field<stream> every_field() {
  auto result =
      duration<stream>("every", &stream::every, {1s, 168h, "the current day must be read in time"});
  // A stream with a time of day has no interval.
  auto const plain = result.describe;
  result.describe = [plain](stream const& defaults) {
    auto keys = plain(defaults);
    if (defaults.every == 0s) keys.front().default_value.clear();
    return keys;
  };
  return result;
}

field<stream> scope_field(streams::stream const& declared) {
  using values = std::vector<std::pair<std::string_view, scope>>;
  switch (declared.endpoints) {
    case streams::endpoint_scope::global:
      return choice<stream>("scope", &stream::scope,
                            values{{"auto", scope::automatic}, {"global", scope::global}},
                            "the API has no endpoint per account for it");
    case streams::endpoint_scope::per_account:
      return choice<stream>("scope", &stream::scope,
                            values{{"auto", scope::automatic}, {"per_account", scope::per_account}},
                            "the API has no global endpoint for it");
    case streams::endpoint_scope::either:
      break;
  }
  return choice<stream>("scope", &stream::scope,
                        values{{"auto", scope::automatic},
                               {"global", scope::global},
                               {"per_account", scope::per_account}});
}

field<stream> start_date_field() {
  constexpr core::utc_day earliest = std::chrono::year(2000) / 1 / 1;
  return single<stream>(
      "start_date", "day (UTC)", "2000-01-01 to today", &stream::start_date,
      [=](reading const& all, std::string const& text) -> parsed<core::utc_day> {
        auto from = date_from_text(text);
        if (!from.value) return from;
        if (*from.value > all.today()) return {{}, "is in the future", {}};
        if (*from.value < earliest) {
          return {{}, "is before 2000-01-01: every day since costs a request", {}};
        }
        return from;
      },
      [](core::utc_day) { return std::string(default_start); });
}

}  // namespace

bool has_days(streams::stream const& declared) {
  return declared.form == streams::shape::day_windows || declared.form == streams::shape::daily;
}

stream default_stream(streams::stream const& declared, core::utc_day today) {
  stream result;
  result.enabled = declared.enabled_by_default;
  result.every = declared.schedule.every;
  if (auto const at = time_from_text(declared.schedule.at); at.value) {
    result.at = time_of_day{*at.value};
  }
  result.start_date = first_day_of_last_month(today);
  return result;
}

std::vector<field<stream>> stream_fields(streams::stream const& declared) {
  std::vector<field<stream>> result = {
      truth<stream>("enabled", &stream::enabled),
      every_field(),
      at_field(),
      scope_field(declared),
  };
  if (has_days(declared)) {
    result.push_back(start_date_field());
    result.push_back(whole<stream>("lookback_days", &stream::lookback_days,
                                   {1, 31, "these days are read in full once a day"}));
    result.push_back(whole<stream>("audit_days", &stream::audit_days,
                                   {1, 400, "each of these days costs a request a day"}));
    result.push_back(duration<stream>("close_delay", &stream::close_delay,
                                      {0s, 168h, "a day must be closed at some time"}));
  } else {
    for (auto const* name : {"start_date", "lookback_days", "audit_days", "close_delay"}) {
      result.push_back(misplaced<stream>(
          name, fmt::format("is for streams of days only: \"{}\" is always read completely",
                            declared.name)));
    }
  }
  if (declared.endpoints == streams::endpoint_scope::either) {
    result.push_back(duration<stream>(
        "quiet_every", &stream::quiet_every,
        {1s, 168h, "a customer whose wallet stands still must be asked at some time"}));
  } else {
    result.push_back(misplaced<stream>(
        "quiet_every",
        fmt::format("is for streams with lists of one customer: \"{}\" has none", declared.name)));
  }
  return result;
}

void check_stream(reading& all, section const& keys, stream& checked) {
  if (keys.has("every") && keys.has("at")) {
    auto const line = std::max(keys.line("every"), keys.line("at"));
    all.report(line, "\"at\" conflicts with \"every\"", "keep one of them");
  } else if (keys.has("every")) {
    checked.at.reset();
  } else if (keys.has("at")) {
    checked.every = 0s;
  }
  auto const both_sound = keys.sound("audit_days") && keys.sound("lookback_days");
  if (both_sound && checked.audit_days < checked.lookback_days) {
    all.report(keys.line(keys.has("audit_days") ? "audit_days" : "lookback_days"),
               fmt::format("\"audit_days\" ({}) is less than \"lookback_days\" ({})",
                           checked.audit_days, checked.lookback_days),
               "audit_days include the lookback_days");
  }
}

}  // namespace vobiz::config
