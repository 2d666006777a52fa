#include "vobiz/ops/health.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <map>

#include "vobiz/core/visible.hpp"
#include "vobiz/sink/migrations.hpp"

namespace vobiz::ops {

namespace {

namespace json = boost::json;

json::object verdict(std::string const& problem) {
  return {{"ready", problem.empty()},
          {"problem", problem.empty() ? json::value(nullptr) : json::value(problem)}};
}

std::string schema_problem(status_reader::answer const& mirror) {
  if (!mirror.last) return "not known";
  auto const needed = sink::newest_migration();
  if (mirror.last->schema_version == needed) return {};
  return fmt::format("the database has schema version {}, this binary needs {}",
                     mirror.last->schema_version, needed);
}

stream_status const* find(watched_stream const& wanted, status const* known) {
  if (known == nullptr) return nullptr;
  auto const found = std::ranges::find_if(known->streams, [&](stream_status const& s) {
    return s.partner == wanted.partner_id && s.stream == wanted.stream;
  });
  return found == known->streams.end() ? nullptr : &*found;
}

std::string stream_problem(watched_stream const& stream, stream_status const* known) {
  if (known != nullptr && known->is_unavailable()) return {};
  if (known == nullptr || !known->lag_seconds) return "no good cycle yet";
  auto const age = *known->lag_seconds;
  if (age <= stream.stale_after.count()) return {};
  return fmt::format("the last good cycle ended {} ago, which is more than {}", human_duration(age),
                     human_duration(stream.stale_after.count()));
}

std::string counted(std::size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

}  // namespace

std::vector<std::string> stuck_workers(facts const& service) {
  std::vector<std::string> stuck;
  for (auto const& one : service.workers) {
    if (one.without_progress > service.stuck_after) stuck.push_back(one.name);
  }
  return stuck;
}

readiness judge(facts const& service, status_reader::answer const& mirror) {
  auto const schema = schema_problem(mirror);
  bool ready = mirror.problem.empty() && schema.empty() && service.waits_because.empty();
  json::array streams;
  for (auto const& wanted : service.streams) {
    auto const* const known = find(wanted, mirror.last.get());
    json::value age = nullptr;
    if (known != nullptr && known->lag_seconds) age = *known->lag_seconds;
    auto const problem = stream_problem(wanted, known);
    if (!problem.empty()) ready = false;
    auto one = verdict(problem);
    one["partner"] = wanted.partner;
    one["stream"] = wanted.stream;
    one["age_seconds"] = std::move(age);
    one["limit_seconds"] = wanted.stale_after.count();
    streams.push_back(std::move(one));
  }
  json::object const whole{{"ready", ready},
                           {"service", verdict(service.waits_because)},
                           {"database", verdict(mirror.problem)},
                           {"schema", verdict(schema)},
                           {"streams", std::move(streams)}};
  return {ready, core::visible_json(json::serialize(whole)) + "\n"};
}

std::string status_line(facts const& service) {
  if (!service.waits_because.empty()) return "waiting: " + service.waits_because;
  std::map<std::string, std::vector<std::string>, std::less<>> by_state;
  std::uint64_t requests = 0;
  std::int64_t rows = 0;
  for (auto const& one : service.streams) {
    auto const last = one.stats->last();
    auto const state = last ? std::string(sink::to_text(*last)) : "not read yet";
    by_state[state].push_back(service.partners.size() == 1 ? one.stream
                                                           : one.partner + "/" + one.stream);
    auto const total = one.stats->so_far();
    requests += total.api.requests;
    rows += total.rows.inserted + total.rows.updated;
  }
  std::string states;
  for (auto const& [state, names] : by_state) {
    states += fmt::format("{}{} {}", states.empty() ? "" : ", ", names.size(), state);
    if (state != "ok" && state != "not read yet") {
      states += fmt::format(" ({})", fmt::join(names, ", "));
    }
  }
  auto text = fmt::format(
      "{} of {}: {}; {} and {} new or changed since the start",
      counted(service.streams.size(), "stream"), counted(service.partners.size(), "partner"),
      states, counted(requests, "request"), counted(static_cast<std::size_t>(rows), "row"));
  auto const stuck = stuck_workers(service);
  if (!stuck.empty()) text += fmt::format("; stuck: {}", fmt::join(stuck, ", "));
  return core::visible(text);
}

}  // namespace vobiz::ops
