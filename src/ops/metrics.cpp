#include "vobiz/ops/metrics.hpp"

#include <prometheus/text_serializer.h>

#include <algorithm>
#include <deque>
#include <limits>
#include <sstream>

namespace vobiz::ops {

namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using labels = std::vector<ClientMetric::Label>;

constexpr char const* window_states[] = {"proven", "open", "pending", "mismatch", "forbidden"};
constexpr std::pair<char const*, waits_for> waiting_reasons[] = {
    {"database", waits_for::database},
    {"older_schema", waits_for::older_schema},
    {"newer_schema", waits_for::newer_schema}};
constexpr char const* answer_classes[] = {"error", "1xx", "2xx", "3xx", "4xx", "5xx"};

double seconds(std::optional<core::utc_time> const& instant) {
  if (!instant) return 0;
  return static_cast<double>(
      std::chrono::duration_cast<std::chrono::seconds>(instant->time_since_epoch()).count());
}

class page {
public:
  MetricFamily& family(char const* name, char const* help, MetricType type) {
    MetricFamily next;
    next.name = std::string("vobiz_sync_") + name;
    next.help = help;
    next.type = type;
    return families_.emplace_back(std::move(next));
  }

  // A metric family with one value per stream.
  template <class Value>
  void each(std::vector<watched_stream> const& streams, char const* name, char const* help,
            MetricType type, Value value) {
    auto& into = family(name, help, type);
    for (auto const& stream : streams) add(into, stream, {}, value(stream));
  }

  void single(char const* name, char const* help, MetricType type, double value) {
    add(family(name, help, type), labels(), value);
  }

  static void add(MetricFamily& to, labels with, double value) {
    ClientMetric next;
    next.label = std::move(with);
    (to.type == MetricType::Counter ? next.counter.value : next.gauge.value) = value;
    to.metric.push_back(std::move(next));
  }

  static void add(MetricFamily& to, watched_stream const& stream, labels more, double value) {
    more.insert(more.begin(), {{"partner", stream.partner}, {"stream", stream.stream}});
    add(to, std::move(more), value);
  }

  std::string text() const {
    std::ostringstream out;
    prometheus::TextSerializer().Serialize(out, {families_.begin(), families_.end()});
    return out.str();
  }

private:
  std::deque<MetricFamily> families_;  // a deque, so that references from family() stay valid
};

void add_requests(page& out, facts const& service) {
  auto& requests = out.family("requests_total",
                              "Responses of the API by status class; \"error\" is a request "
                              "without a readable response.",
                              MetricType::Counter);
  for (auto const& stream : service.streams) {
    auto const answers = stream.stats->so_far().api.answers;
    for (std::size_t i = 0; i < answers.size(); ++i) {
      page::add(requests, stream, {{"status", answer_classes[i]}}, static_cast<double>(answers[i]));
    }
  }
  auto const counter = [&](char const* name, char const* help,
                           std::uint64_t api::counters::*which) {
    out.each(service.streams, name, help, MetricType::Counter,
             [which](watched_stream const& stream) {
               return static_cast<double>(stream.stats->so_far().api.*which);
             });
  };
  counter("retries_total", "Retried requests.", &api::counters::retries);
  counter("throttled_total", "Requests that the API refused with 429.", &api::counters::throttled);
  counter("received_bytes_total", "Response bytes before decompression.", &api::counters::bytes);
  auto& logins = out.family("logins_total", "Logins of partners that authenticate by JWT.",
                            MetricType::Counter);
  for (auto const& partner : service.partners) {
    page::add(logins, {{"partner", partner.name}}, static_cast<double>(partner.logins));
  }
}

void add_cycles(page& out, facts const& service) {
  auto& rows = out.family("rows_total", "Rows of the API by outcome.", MetricType::Counter);
  auto& cycles = out.family("cycles_total", "Cycles by outcome.", MetricType::Counter);
  auto& took = out.family("cycle_duration_seconds", "Duration of cycles.", MetricType::Histogram);
  for (auto const& stream : service.streams) {
    auto const total = stream.stats->so_far();
    std::pair<char const*, std::int64_t> const outcomes[] = {{"inserted", total.rows.inserted},
                                                             {"updated", total.rows.updated},
                                                             {"unchanged", total.rows.unchanged},
                                                             {"removed", total.removed},
                                                             {"rejected", total.rejected}};
    for (auto const& [name, count] : outcomes) {
      page::add(rows, stream, {{"outcome", name}}, static_cast<double>(count));
    }
    for (std::size_t i = 0; i < sink::run_outcomes; ++i) {
      auto const outcome = static_cast<sink::run_outcome>(i);
      page::add(cycles, stream, {{"outcome", std::string(sink::to_text(outcome))}},
                static_cast<double>(stream.stats->cycles(outcome)));
    }
    ClientMetric durations;
    durations.label = {{"partner", stream.partner}, {"stream", stream.stream}};
    auto const& from = stream.stats->took();
    auto& to = durations.histogram;
    to.sample_sum = from.sum;
    for (std::size_t i = 0; i < from.counts.size(); ++i) {
      to.sample_count += from.counts[i];
      auto const bound = i < sync::activity::bounds.size()
                             ? sync::activity::bounds[i]
                             : std::numeric_limits<double>::infinity();
      to.bucket.push_back({to.sample_count, bound});
    }
    took.metric.push_back(std::move(durations));
  }
}

// Streams that are read customer by customer; the others have no such figures.
template <class Find>
void add_rounds(page& out, facts const& service, Find find) {
  std::vector<watched_stream> by_customer;
  std::ranges::copy_if(service.streams, std::back_inserter(by_customer),
                       [&](watched_stream const& s) { return find(s).round.has_value(); });
  auto const gauge = [&](char const* name, char const* help, auto value) {
    out.each(by_customer, name, help, MetricType::Gauge,
             [&](watched_stream const& s) { return static_cast<double>(value(*find(s).round)); });
  };
  gauge("customers", "Customers whose lists are read one by one.",
        [](customer_round const& round) { return round.customers; });
  gauge("customers_asked", "Of these, those whose list was asked for within the last hour.",
        [](customer_round const& round) { return round.asked; });
  gauge("customers_waiting", "Of these, those never asked, or whose wallet moved since they were.",
        [](customer_round const& round) { return round.waiting; });
  gauge("customers_oldest_look_timestamp_seconds",
        "When the customer was asked whose last look is the oldest; 0: none yet.",
        [](customer_round const& round) { return seconds(round.oldest_look); });
  auto& vouches = out.family("dashboard_vouches",
                             "Whether the provider's dashboard stands for asking each customer "
                             "again.",
                             MetricType::Gauge);
  for (auto const& stream : by_customer) {
    if (auto const& witness = find(stream).witness) {
      page::add(vouches, stream, {}, witness->vouches ? 1 : 0);
    }
  }
}

// As the database names it; empty until the service has met the partner.
std::string partner_id_of(facts const& service, watched_partner const& partner) {
  auto const any = std::ranges::find(service.streams, partner.name, &watched_stream::partner);
  return any == service.streams.end() ? std::string() : any->partner_id;
}

void add_alerts(page& out, facts const& service, status const& known) {
  auto& alerts =
      out.family("open_alerts", "Customers whose calls or wallets need a look, by kind of alert.",
                 MetricType::Gauge);
  for (auto const& partner : service.partners) {
    auto const id = partner_id_of(service, partner);
    for (std::string const kind : alert_kinds) {
      double count = 0;
      for (auto const& found : known.alerts) {
        if (found.partner == id && found.kind == kind) count += static_cast<double>(found.count);
      }
      page::add(alerts, {{"partner", partner.name}, {"kind", kind}}, count);
    }
  }
}

void add_breaks(page& out, facts const& service, status const& known) {
  auto& breaks = out.family("open_breaks", "Open breaks of reconciliation.", MetricType::Gauge);
  auto& amounts = out.family(
      "open_break_amount", "Money that open breaks are about, in the currency.", MetricType::Gauge);
  auto& material = out.family("material_breaks",
                              "Open breaks that hold a closing, by currency; *: about no money.",
                              MetricType::Gauge);
  auto& material_amounts =
      out.family("material_break_amount", "Money that material breaks are about, in the currency.",
                 MetricType::Gauge);
  auto const add = [&](watched_partner const& partner, break_amount const& found) {
    labels const of = {{"partner", partner.name}, {"currency", found.currency}};
    page::add(material, of, static_cast<double>(found.material));
    page::add(amounts, of, found.amount);
    page::add(material_amounts, of, found.material_amount);
  };
  for (auto const& partner : service.partners) {
    auto const id = partner_id_of(service, partner);
    double count = 0;
    for (auto const& found : known.breaks) {
      if (found.partner == id) count += static_cast<double>(found.count);
    }
    page::add(breaks, {{"partner", partner.name}}, count);
    // A series of each exists before the first break.
    break_amount no_money{.partner = id, .currency = "*"};
    for (auto const& found : known.break_amounts) {
      if (found.partner != id) continue;
      if (found.currency == no_money.currency)
        no_money = found;
      else
        add(partner, found);
    }
    add(partner, no_money);
  }
}

void add_mirror(page& out, facts const& service, status const& known) {
  static stream_status const unknown;
  auto const find = [&](watched_stream const& wanted) -> stream_status const& {
    auto const found = std::ranges::find_if(known.streams, [&](stream_status const& s) {
      return s.partner == wanted.partner_id && s.stream == wanted.stream;
    });
    return found == known.streams.end() ? unknown : *found;
  };
  auto& windows = out.family("windows", "Windows by state.", MetricType::Gauge);
  for (auto const& stream : service.streams) {
    for (auto const* state : window_states) {
      page::add(windows, stream, {{"state", state}},
                static_cast<double>(find(stream).windows_in(state)));
    }
  }
  auto const gauge = [&](char const* name, char const* help, auto value) {
    out.each(service.streams, name, help, MetricType::Gauge, [&](watched_stream const& stream) {
      return static_cast<double>(value(find(stream)));
    });
  };
  gauge("backfill_windows", "Windows that wait in the backfill queue.",
        [](stream_status const& s) { return s.queued; });
  gauge("open_rejects", "Rejected rows that are still not stored.",
        [](stream_status const& s) { return s.rejects; });
  gauge("disagreeing_spans", "Spans of days whose totals contradict the sum of their days.",
        [](stream_status const& s) { return s.spans.size(); });
  gauge("upkeep_failing", "Whether the last upkeep did not end well.",
        [](stream_status const& s) { return s.upkeep_error ? 1 : 0; });
  gauge("consecutive_failures", "Consecutive failed cycles.",
        [](stream_status const& s) { return s.consecutive_failures; });
  gauge("last_attempt_timestamp_seconds", "Start of the last cycle; 0: none yet.",
        [](stream_status const& s) { return seconds(s.last_attempt_at); });
  gauge("last_success_timestamp_seconds", "End of the last good cycle; 0: none yet.",
        [](stream_status const& s) { return seconds(s.last_success_at); });
  gauge("synced_through_timestamp_seconds",
        "End of the newest UTC day up to which every day is proven; 0: none yet, or no days.",
        [](stream_status const& s) {
          auto const day = s.synced_through ? core::day_from_text(*s.synced_through) : std::nullopt;
          return day ? seconds(core::utc_time(*day + std::chrono::days(1))) : 0;
        });
  gauge("unavailable", "Whether the API does not offer the stream.",
        [](stream_status const& s) { return s.is_unavailable() ? 1 : 0; });
  // What is not offered has no age to judge.
  std::vector<watched_stream> offered;
  std::ranges::copy_if(service.streams, std::back_inserter(offered),
                       [&](watched_stream const& s) { return !find(s).is_unavailable(); });
  out.each(offered, "stale_after_seconds",
           "Age of the last good cycle above which the stream is stale.", MetricType::Gauge,
           [](watched_stream const& s) { return static_cast<double>(s.stale_after.count()); });
  add_rounds(out, service, find);
  add_breaks(out, service, known);
  add_alerts(out, service, known);
  out.single("default_partition_rows", "Estimated number of calls in the default partition.",
             MetricType::Gauge, static_cast<double>(known.default_partition_rows));
  out.single("status_timestamp_seconds", "Time of the last read from the database; 0: none yet.",
             MetricType::Gauge, seconds(known.read_at));
}

void add_process(page& out, facts const& service, bool database_up) {
  out.each(service.streams, "lease_held", "Whether this process holds the stream's lease.",
           MetricType::Gauge, [](watched_stream const& s) { return s.lease_held ? 1.0 : 0.0; });
  auto& queue =
      out.family("database_queue", "Jobs that wait for a database worker.", MetricType::Gauge);
  auto& failures = out.family("database_failures_total", "Jobs that failed in the database.",
                              MetricType::Counter);
  auto& stuck =
      out.family("worker_stuck", "Whether a database worker is stuck.", MetricType::Gauge);
  for (auto const& one : service.workers) {
    page::add(queue, {{"worker", one.name}}, static_cast<double>(one.queued));
    page::add(failures, {{"worker", one.name}}, static_cast<double>(one.failures));
    page::add(stuck, {{"worker", one.name}}, one.without_progress > service.stuck_after ? 1 : 0);
  }
  auto& waiting = out.family("waiting",
                             "Whether the service waits for the database or its schema, and the "
                             "streams do not run.",
                             MetricType::Gauge);
  for (auto const& [reason, what] : waiting_reasons) {
    page::add(waiting, {{"reason", reason}}, service.waiting == what ? 1 : 0);
  }
  out.single("database_up", "Whether the last read from the database succeeded.", MetricType::Gauge,
             database_up ? 1 : 0);
  out.single("config_reload_failed", "Whether the last reload of the configuration was refused.",
             MetricType::Gauge, service.reload_refused ? 1 : 0);
  out.single("config_timestamp_seconds", "Time at which the current configuration was read.",
             MetricType::Gauge, seconds(service.configured_at));
  out.single("start_timestamp_seconds", "Start time of the process.", MetricType::Gauge,
             seconds(service.started_at));
  out.single("log_lines_lost_total", "Log lines that the reader of the log did not take.",
             MetricType::Counter, static_cast<double>(service.log_lines_lost));
  page::add(out.family("build_info", "Version of the program.", MetricType::Gauge),
            labels{{"version", service.version}}, 1);
}

}  // namespace

std::string metrics_text(facts const& service, status_reader::answer const& mirror) {
  static status const nothing;
  page out;
  add_requests(out, service);
  add_cycles(out, service);
  add_mirror(out, service, mirror.last ? *mirror.last : nothing);
  add_process(out, service, mirror.problem.empty());
  return out.text();
}

}  // namespace vobiz::ops
