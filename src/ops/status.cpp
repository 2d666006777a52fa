#include "vobiz/ops/status.hpp"

#include <spdlog/fmt/fmt.h>

#include <utility>

#include "status_sql.hpp"
#include "vobiz/sink/connection.hpp"
#include "vobiz/sink/query.hpp"
#include "vobiz/sink/session_settings.hpp"
#include "vobiz/sink/windows.hpp"
#include "vobiz/streams/stream.hpp"

namespace vobiz::ops {

namespace {

constexpr std::size_t hours_shown = 24;

std::int64_t number(pqxx::row const& row, char const* name) { return row[name].as<std::int64_t>(); }

std::optional<core::utc_time> instant(pqxx::row const& row, char const* name) {
  if (row[name].is_null()) return std::nullopt;
  return core::utc_time(std::chrono::seconds(number(row, name)));
}

stream_status read_stream(pqxx::row const& row) {
  stream_status s;
  s.partner = row["partner_id"].c_str();
  s.partner_name = sink::text_of(row["partner_name"]).value_or("");
  s.stream = row["stream"].c_str();
  s.state = row["state"].c_str();
  s.needs_attention = row["needs_attention"].as<bool>();
  s.start_date = sink::text_of(row["start_date"]);
  s.synced_through = sink::text_of(row["synced_through"]);
  if (!row["lag"].is_null()) s.lag_seconds = number(row, "lag");
  s.last_attempt_at = instant(row, "last_attempt_at");
  s.last_success_at = instant(row, "last_success_at");
  s.next_due_at = instant(row, "next_due_at");
  s.last_error = sink::text_of(row["last_error"]);
  s.upkeep_error = sink::text_of(row["upkeep_error"]);
  s.consecutive_failures = number(row, "consecutive_failures");
  s.rejects = number(row, "rejects");
  s.queued = number(row, "queued");
  s.holder = sink::text_of(row["holder"]);
  s.requests = number(row, "requests");
  s.inserted = number(row, "inserted");
  s.updated = number(row, "updated");
  s.unchanged = number(row, "unchanged");
  s.hours.resize(hours_shown);
  return s;
}

stream_status* find(status& all, std::string_view partner, std::string_view stream) {
  for (auto& s : all.streams) {
    if (s.partner == partner && s.stream == stream) return &s;
  }
  return nullptr;
}

stream_status* find(status& all, pqxx::row const& row) {
  return find(all, row["partner_id"].c_str(), row["stream"].c_str());
}

void read_windows(pqxx::transaction_base& transaction, status& all) {
  for (auto const& row : sink::execute(transaction, windows_sql)) {
    if (auto* s = find(all, row)) s->windows[row["state"].c_str()] = number(row, "windows");
  }
}

void read_days(pqxx::transaction_base& transaction, status& all) {
  for (auto const& row : sink::execute(transaction, days_sql)) {
    auto* s = find(all, row);
    // A list without days has one window per read, which is no calendar.
    auto const* declared = streams::find(row["stream"].c_str());
    if (s == nullptr || declared == nullptr || declared->day_column.empty()) continue;
    std::string const day = row["day"].c_str();
    std::string const state = row["state"].c_str();
    auto const before = s->days.empty() ? std::nullopt : core::day_from_text(s->days.back().to);
    bool const goes_on = before && s->days.back().state == state &&
                         core::day_from_text(day) == *before + std::chrono::days(1);
    if (goes_on) {
      s->days.back().to = day;
    } else {
      s->days.push_back({day, day, state});
    }
  }
}

void read_spans(pqxx::transaction_base& transaction, status& all) {
  for (auto const& row : sink::execute(transaction, spans_sql)) {
    auto* s = find(all, row);
    if (s == nullptr) continue;
    s->spans.push_back({row["scope"].c_str(), row["first_day"].c_str(), row["last_day"].c_str(),
                        number(row, "api_total"), number(row, "stored"),
                        sink::text_of(row["differs_from"]).value_or(row["first_day"].c_str()),
                        sink::text_of(row["differs_to"]).value_or(row["last_day"].c_str()),
                        sink::text_of(row["difference"]).value_or("")});
  }
}

std::string refusal_text(stream_status::refused_list const& list, std::string_view error) {
  bool const is_global = list.scope == sink::global_scope;
  return fmt::format("{} is refused since {}, attempt {}, next at {}{}: {}",
                     is_global ? "the global list" : "the list of " + list.scope,
                     core::to_text(list.since), list.attempts, core::to_text(list.next_try_at),
                     list.fallen_back ? ", the lists of customers are read instead" : "", error);
}

void read_refusals(pqxx::transaction_base& transaction, status& all) {
  for (auto const& row : sink::execute(transaction, refusals_sql)) {
    auto* s = find(all, row);
    if (s == nullptr) continue;
    stream_status::refused_list list;
    list.scope = row["scope"].c_str();
    list.since = *instant(row, "refused_since");
    list.next_try_at = *instant(row, "next_try_at");
    list.attempts = number(row, "attempts");
    list.fallen_back = row["fallen_back"].as<bool>();
    list.text = refusal_text(list, row["last_error"].c_str());
    s->refused.push_back(std::move(list));
    s->refused_lists = number(row, "of_all");
  }
}

void read_rounds(pqxx::transaction_base& transaction, status& all) {
  for (auto& round : read_customer_rounds(transaction)) {
    if (auto* s = find(all, round.partner, round.stream)) s->round = std::move(round);
  }
  for (auto& witness : read_witnesses(transaction)) {
    if (auto* s = find(all, witness.partner, witness.stream)) s->witness = std::move(witness);
  }
}

void read_hours(pqxx::transaction_base& transaction, status& all) {
  for (auto const& row : sink::execute(transaction, hours_sql)) {
    auto const ago = static_cast<std::size_t>(number(row, "hours_ago"));
    auto* s = find(all, row);
    if (s == nullptr || ago >= hours_shown) continue;
    s->hours[hours_shown - 1 - ago] = {number(row, "rows"), number(row, "requests")};
  }
}

void read_runs(pqxx::transaction_base& transaction, status& all) {
  for (auto const& row : sink::execute(transaction, runs_sql)) {
    run_status r;
    r.id = number(row, "id");
    r.partner = row["partner_id"].c_str();
    r.stream = row["stream"].c_str();
    r.command = row["command"].c_str();
    r.started_at = *instant(row, "started_at");
    r.milliseconds = number(row, "milliseconds");
    r.outcome = row["outcome"].c_str();
    r.requests = number(row, "requests");
    r.inserted = number(row, "inserted");
    r.updated = number(row, "updated");
    r.removed = number(row, "removed");
    r.rejected = number(row, "rejected");
    r.error = sink::text_of(row["error"]);
    all.runs.push_back(std::move(r));
  }
}

void read_breaks(pqxx::transaction_base& transaction, status& all) {
  if (!sink::execute(transaction, has_breaks_sql)[0]["there"].as<bool>()) return;
  for (auto const& row : sink::execute(transaction, breaks_sql)) {
    all.breaks.push_back(
        {row["partner_id"].c_str(), row["check_name"].c_str(), number(row, "breaks")});
  }
}

void read_alerts(pqxx::transaction_base& transaction, status& all) {
  if (!sink::execute(transaction, has_alerts_sql)[0]["there"].as<bool>()) return;
  for (auto const& row : sink::execute(transaction, alerts_sql)) {
    all.alerts.push_back({row["partner_id"].c_str(), row["kind"].c_str(), number(row, "alerts")});
  }
}

void read_default_partition(pqxx::transaction_base& transaction,
                            streams::month_partition const& partition, status& all) {
  sink::query sql(default_partition_sql);
  sql.set("partition", partition.default_partition);
  for (auto const& row : sink::execute(transaction, sql)) {
    all.default_partition_rows += number(row, "rows");
  }
}

}  // namespace

std::int64_t stream_status::windows_in(std::string_view state_name) const {
  auto const found = windows.find(state_name);
  return found == windows.end() ? 0 : found->second;
}

std::string human_duration(std::int64_t seconds) {
  constexpr std::pair<std::int64_t, char> units[] = {
      {86400, 'd'}, {3600, 'h'}, {60, 'm'}, {1, 's'}};
  std::string result;
  int shown = 0;
  for (auto const& [size, letter] : units) {
    if (seconds < size && !(size == 1 && shown == 0)) {
      if (shown > 0) break;
      continue;
    }
    result += fmt::format("{}{}{}", shown ? " " : "", seconds / size, letter);
    seconds %= size;
    if (++shown == 2 || seconds == 0) break;
  }
  return result;
}

status read_status(pqxx::transaction_base& transaction) {
  status all;
  all.read_at = std::chrono::system_clock::now();
  all.schema_version = sink::execute(transaction, schema_sql)[0][0].as<int>(0);
  for (auto const& row : sink::execute(transaction, streams_sql)) {
    all.streams.push_back(read_stream(row));
  }
  all.heard_at = instant(sink::execute(transaction, heard_sql)[0], "heard_at");
  read_windows(transaction, all);
  read_days(transaction, all);
  read_spans(transaction, all);
  read_refusals(transaction, all);
  read_rounds(transaction, all);
  read_hours(transaction, all);
  read_runs(transaction, all);
  read_breaks(transaction, all);
  read_alerts(transaction, all);
  for (auto const& declared : streams::all()) {
    if (declared.partition) read_default_partition(transaction, *declared.partition, all);
  }
  return all;
}

status read_status(config::database const& where) {
  auto const connection = sink::connect(where);
  try {
    pqxx::read_transaction transaction(*connection);
    sink::set_own(transaction);
    return read_status(transaction);
  } catch (pqxx::failure const&) {
    sink::rethrow_as_failure(std::current_exception());
  }
}

}  // namespace vobiz::ops
