#include "vobiz/ops/health.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <map>

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

std::optional<std::int64_t> age_of(watched_stream const& wanted, status const* known) {
  if (known == nullptr) return std::nullopt;
  auto const found = std::ranges::find_if(known->streams, [&](stream_status const& s) {
    return s.partner == wanted.partner_id && s.stream == wanted.stream;
  });
  return found == known->streams.end() ? std::nullopt : found->lag_seconds;
}

std::string stream_problem(watched_stream const& stream, std::optional<std::int64_t> age) {
  if (!age) return "no good cycle yet";
  if (*age <= stream.stale_after.count()) return {};
  return fmt::format("the last good cycle ended {} ago, which is more than {}",
                     human_duration(*age), human_duration(stream.stale_after.count()));
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
  bool ready = mirror.problem.empty() && schema.empty();
  json::array streams;
  for (auto const& wanted : service.streams) {
    auto const age = age_of(wanted, mirror.last.get());
    auto const problem = stream_problem(wanted, age);
    if (!problem.empty()) ready = false;
    auto one = verdict(problem);
    one["partner"] = wanted.partner;
    one["stream"] = wanted.stream;
    one["age_seconds"] = age ? json::value(*age) : json::value(nullptr);
    one["limit_seconds"] = wanted.stale_after.count();
    streams.push_back(std::move(one));
  }
  json::object const whole{{"ready", ready},
                           {"database", verdict(mirror.problem)},
                           {"schema", verdict(schema)},
                           {"streams", std::move(streams)}};
  return {ready, json::serialize(whole) + "\n"};
}

std::string status_line(facts const& service) {
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
  return text;
}

}  // namespace vobiz::ops
