#include "root_fields.hpp"

#include "address.hpp"
#include "fields.hpp"
#include "sections.hpp"
#include "timezone.hpp"

namespace vobiz::config {

namespace {

using namespace std::chrono_literals;
using stream_map = std::map<std::string, stream, std::less<>>;

// If two partners had the same auth_id, their rows would overwrite each other.
void check_uniqueness(reading& all, std::vector<partner> const& known, partner const& next,
                      section const& keys) {
  for (auto const& other : known) {
    if (!next.name.empty() && other.name == next.name) {
      all.report(keys.line("name"), fmt::format("two partners have the name \"{}\"", next.name),
                 "metrics and messages identify partners by name: choose another");
      return;
    }
    if (!next.auth_id.empty() && other.auth_id == next.auth_id) {
      all.report(
          keys.line("auth_id"),
          fmt::format("partner \"{}\" has the auth_id of partner \"{}\"", next.name, other.name),
          "one auth_id is one partner: its rows are stored once");
      return;
    }
  }
}

bool read_partners(reading& all, entry const& at, settings& into) {
  if (at.value.form == node::kind::refused) return false;
  if (at.value.form != node::kind::sequence || at.value.items.empty()) {
    all.report(at.line, "\"partners\" takes a list of at least one partner",
               "begin each with \"- name: …\"");
    return false;
  }
  for (auto const& item : at.value.items) {
    partner next;
    auto const keys =
        read_section<partner>(all, {"partners", item.line, item}, next, partner_fields());
    if (!keys.readable()) continue;
    check_partner(all, keys, next);
    check_uniqueness(all, into.partners, next, keys);
    into.partners.push_back(std::move(next));
  }
  return true;
}

field<settings> partners_field() {
  return {"partners", true, read_partners, [](settings const&) {
            auto keys = describe<partner>(partner(), partner_fields());
            for (auto& key : keys) key.name = "partners[]." + key.name;
            return keys;
          }};
}

field<settings> streams_field() {
  std::vector<field<stream_map>> fields;
  for (auto const& declared : streams::all()) {
    std::string const name(declared.name);
    fields.push_back(nested<stream_map, stream>(
        name, [name](auto& all) -> auto& { return all.find(name)->second; },
        stream_fields(declared), check_stream));
  }
  return nested<settings, stream_map>("streams", &settings::streams, std::move(fields));
}

// Money stays the text in the configuration.
parsed<std::string> amount_from_text(std::string const& text) {
  auto const number = number_from_text(text);
  if (!number.value) return {{}, number.problem, number.hint};
  if (*number.value < 0 || *number.value > 1'000'000) return {{}, "is not within 0 to 1000000", {}};
  return {text, {}, {}};
}

field<settings> reconcile_field() {
  std::vector<field<reconcile>> const fields = {
      single<reconcile>(
          "at", "time of day (in timezone)", "00:00 to 23:59", &reconcile::at,
          [](reading const&, std::string const& text) { return time_from_text(text); },
          time_to_text),
      single<reconcile>(
          "timezone", "time zone", "", &reconcile::timezone,
          [](reading const&, std::string const& text) { return timezone_from_text(text); },
          [](std::string const& name) { return name; }),
      duration<reconcile>("settle", &reconcile::settle,
                          {0s, 168h, "a check that waits longer than a week is too late"}),
      single<reconcile>(
          "usage_cap", "amount", "0 to 1000000", &reconcile::usage_cap,
          [](reading const&, std::string const& text) { return amount_from_text(text); },
          [](std::string const& amount) { return amount; }),
  };
  return nested<settings, reconcile>("reconcile", &settings::reconcile, fields);
}

field<settings> retention_of(streams::stream const& declared) {
  std::string const name(declared.name);
  if (!has_days(declared)) {
    return misplaced<settings>(name, "holds only current rows: it has no days that can expire");
  }
  if (!declared.may_expire) {
    return misplaced<settings>(name, "is kept forever: reconciliation needs it, and it is small");
  }
  constexpr limits_of<int> allowed = {1, 1200,
                                      "rows are kept from a month to a century, or forever"};
  return {name, false,
          [=](reading& all, entry const& at, settings& into) {
            auto const given = all.text(at);
            if (!given) return false;
            auto const from = within(months_from_text(given->text), allowed, months_to_text);
            if (!from.value) {
              all.report_value(at, from.problem, from.hint);
              return false;
            }
            into.streams.find(name)->second.retention = std::chrono::months(*from.value);
            return true;
          },
          [=](settings const&) {
            auto range = fmt::format("{} to {}", months_to_text(allowed.least),
                                     months_to_text(allowed.most));
            return std::vector<key_description>{{name, "months", std::move(range), "", false}};
          }};
}

// Audit days beyond the retention would be fetched again every day.
void check_retention(reading& all, section const& keys, settings const& checked) {
  constexpr int shortest_month = 28;
  for (auto const& [name, stream] : checked.streams) {
    if (!stream.retention) continue;
    auto const months = static_cast<int>(stream.retention->count());
    auto const audited = stream.audit_days;
    if (months * shortest_month >= audited) continue;
    all.report(keys.line(name),
               fmt::format("\"{}\" are kept for {}, but their audit_days are {}", name,
                           months_to_text(months), audited),
               "keep them longer, or audit fewer days");
  }
}

field<settings> retention_field() {
  std::vector<field<settings>> fields;
  for (auto const& declared : streams::all()) fields.push_back(retention_of(declared));
  return nested<settings, settings>(
      "retention", [](auto& all) -> auto& { return all; }, std::move(fields), check_retention);
}

void check_http(reading& all, section const& keys, http const& checked) {
  if (is_loopback(checked.address) || keys.has("auth_token_file")) return;
  all.report(keys.line("listen"),
             fmt::format("\"listen\": \"{}\" is reachable from other machines without a token",
                         listen_to_text(checked)),
             "add auth_token_file, or listen on 127.0.0.1 or ::1");
}

// The list replaces the default, which is empty. Each item is checked by itself.
bool read_hosts(reading& all, entry const& at, http& into) {
  if (at.value.form == node::kind::refused) return false;
  if (at.value.form != node::kind::sequence) {
    all.report(at.value.line, "\"hosts\" takes a list of names", "as in [status.example.com]");
    return false;
  }
  bool sound = true;
  into.hosts.clear();
  for (auto const& item : at.value.items) {
    entry const one{at.key, item.line, item};
    auto const given = all.text(one);
    auto from = given ? host_from_text(given->text) : parsed<std::string>();
    if (from.value) {
      into.hosts.push_back(std::move(*from.value));
    } else {
      if (given) all.report_value(one, from.problem, from.hint);
      sound = false;
    }
  }
  return sound;
}

field<http> hosts_field() {
  return {"hosts", false, read_hosts, [](http const&) {
            return std::vector<key_description>{{"hosts", "list of host names", "", "", false}};
          }};
}

field<settings> http_field() {
  std::vector<field<http>> const fields = {
      // First, because it resets the whole struct.
      single<http>(
          "listen", "IP address and port", "", [](auto& at) -> auto& { return at; },
          [](reading const&, std::string const& text) { return listen_from_text(text); },
          listen_to_text),
      hosts_field(),
      file<http>("auth_token_file", &http::auth_token_file),
  };
  auto result = nested<settings, http>(
      "http", [](auto& all) -> auto& { return *all.http; }, fields, check_http);
  result.read = [section = result.read](reading& all, entry const& at, settings& into) {
    if (at.value.form != node::kind::scalar) return section(all, at, into);
    if (at.value.text != "false") {
      all.report(at.value.line, "\"http\" takes a section, or false to switch it off");
      return false;
    }
    into.http.reset();
    return true;
  };
  return result;
}

field<settings> log_field() {
  std::vector<field<log>> const fields = {
      choice<log, log_level>("level", &log::level,
                             {{"trace", log_level::trace},
                              {"debug", log_level::debug},
                              {"info", log_level::info},
                              {"warning", log_level::warning},
                              {"error", log_level::error}}),
      choice<log, log_format>("format", &log::format,
                              {{"text", log_format::text}, {"json", log_format::json}}),
  };
  return nested<settings, log>("log", &settings::log, fields);
}

}  // namespace

settings default_settings(core::utc_day today) {
  settings result;
  for (auto const& declared : streams::all()) {
    result.streams.emplace(declared.name, default_stream(declared, today));
  }
  result.http.emplace();
  return result;
}

std::vector<field<settings>> root_fields() {
  return {
      partners_field(),
      required(nested<settings, database>("database", &settings::database, database_fields())),
      streams_field(),
      reconcile_field(),
      retention_field(),
      http_field(),
      log_field(),
  };
}

std::vector<key_description> known_keys() {
  return describe(default_settings(core::utc_day()), root_fields());
}

}  // namespace vobiz::config
