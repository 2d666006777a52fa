#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>

#include "vobiz/core/visible.hpp"
#include "vobiz/ops/status.hpp"

namespace vobiz::ops {

namespace {

namespace json = boost::json;

json::value text_of(std::optional<core::utc_time> const& instant) {
  return instant ? json::value(core::to_text(*instant)) : json::value(nullptr);
}

json::object windows(stream_status const& s) {
  json::object result{{"total", 0}};
  std::int64_t total = 0;
  for (auto const* state : {"proven", "open", "pending", "mismatch", "forbidden"}) {
    result.emplace(state, s.windows_in(state));
    total += s.windows_in(state);
  }
  result["total"] = total;
  return result;
}

json::value round(stream_status const& s, core::utc_time now) {
  if (!s.round) return nullptr;
  return json::object{{"customers", s.round->customers},
                      {"asked_within_the_hour", s.round->asked},
                      {"waiting", s.round->waiting},
                      {"oldest_look_at", text_of(s.round->oldest_look)},
                      {"text", round_text(*s.round, now)}};
}

json::value witness(stream_status const& s) {
  if (!s.witness) return nullptr;
  return json::object{{"vouches", s.witness->vouches},
                      {"counts_by", s.witness->counts_by},
                      {"since", core::to_text(s.witness->since)},
                      {"reason", s.witness->reason},
                      {"text", witness_text(*s.witness)}};
}

json::object stream(stream_status const& s, core::utc_time now) {
  json::array days;
  for (auto const& span : s.days) {
    days.push_back(json::object{{"from", span.from}, {"to", span.to}, {"state", span.state}});
  }
  json::array hours;
  for (auto const& hour : s.hours) {
    hours.push_back(json::object{{"rows", hour.rows}, {"requests", hour.requests}});
  }
  json::array spans;
  for (auto const& span : s.spans) {
    spans.push_back(json::object{{"scope", span.scope},
                                 {"from", span.from},
                                 {"to", span.to},
                                 {"api_total", span.api_total},
                                 {"stored", span.stored},
                                 {"differs_from", span.differs_from},
                                 {"differs_to", span.differs_to},
                                 {"difference", span.text}});
  }
  json::array refused;
  for (auto const& list : s.refused) {
    refused.push_back(json::object{{"scope", list.scope},
                                   {"since", core::to_text(list.since)},
                                   {"next_try_at", core::to_text(list.next_try_at)},
                                   {"attempts", list.attempts},
                                   {"fallen_back", list.fallen_back},
                                   {"text", list.text}});
  }
  return {
      {"partner", s.partner},
      {"partner_name", s.partner_name},
      {"stream", s.stream},
      {"state", s.state},
      {"needs_attention", s.needs_attention},
      {"start_date", json::value_from(s.start_date)},
      {"synced_through", json::value_from(s.synced_through)},
      {"lag_seconds", json::value_from(s.lag_seconds)},
      {"windows", windows(s)},
      {"rejects", s.rejects},
      {"backfill_left", s.queued},
      {"held_by", json::value_from(s.holder)},
      {"last_attempt_at", text_of(s.last_attempt_at)},
      {"last_success_at", text_of(s.last_success_at)},
      {"next_due_at", text_of(s.next_due_at)},
      {"consecutive_failures", s.consecutive_failures},
      {"last_error", json::value_from(s.last_error)},
      {"upkeep_error", json::value_from(s.upkeep_error)},
      {"disagreeing_spans", std::move(spans)},
      {"refused_lists", {{"count", s.refused_lists}, {"first", std::move(refused)}}},
      {"customer_round", round(s, now)},
      {"dashboard_witness", witness(s)},
      {"last_run",
       {{"requests", s.requests},
        {"inserted", s.inserted},
        {"updated", s.updated},
        {"unchanged", s.unchanged}}},
      {"days", std::move(days)},
      {"hours", std::move(hours)},
  };
}

json::object run(run_status const& r) {
  return {{"id", r.id},
          {"partner", r.partner},
          {"stream", r.stream},
          {"command", r.command},
          {"started_at", core::to_text(r.started_at)},
          {"milliseconds", r.milliseconds},
          {"outcome", r.outcome},
          {"requests", r.requests},
          {"inserted", r.inserted},
          {"updated", r.updated},
          {"removed", r.removed},
          {"rejected", r.rejected},
          {"error", json::value_from(r.error)}};
}

}  // namespace

std::string status_json(status const& mirror) {
  json::array streams;
  for (auto const& s : mirror.streams) streams.push_back(stream(s, mirror.read_at));
  json::array runs;
  for (auto const& r : mirror.runs) runs.push_back(run(r));
  json::array breaks;
  for (auto const& b : mirror.breaks) {
    breaks.push_back(json::object{{"partner", b.partner}, {"check", b.check}, {"open", b.count}});
  }
  json::array alerts;
  for (auto const& a : mirror.alerts) {
    alerts.push_back(json::object{{"partner", a.partner}, {"kind", a.kind}, {"open", a.count}});
  }
  auto const all = judge(mirror);
  json::object const whole{{"read_at", core::to_text(mirror.read_at)},
                           {"verdict", {{"good", all.is_good}, {"text", all.text}}},
                           {"heard_at", text_of(mirror.heard_at)},
                           {"service", service_text(mirror)},
                           {"schema_version", mirror.schema_version},
                           {"streams", std::move(streams)},
                           {"runs", std::move(runs)},
                           {"open_breaks", std::move(breaks)},
                           {"open_alerts", std::move(alerts)},
                           {"default_partition_rows", mirror.default_partition_rows}};
  return core::visible_json(json::serialize(whole)) + "\n";
}

}  // namespace vobiz::ops
