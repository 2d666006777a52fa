#include "vobiz/ops/status.hpp"

#include <spdlog/fmt/fmt.h>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <utility>

#include "vobiz/ops/table.hpp"
#include "vobiz/sink/connection.hpp"
#include "vobiz/sink/statement.hpp"

namespace vobiz::ops {

namespace {

constexpr char const* query = R"(
SELECT s.partner_id, p.name AS partner_name, s.stream, s.state, s.synced_through,
  floor(extract(epoch FROM now() - s.last_success_at))::bigint AS lag,
  to_char(s.last_success_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS last_success_at,
  to_char(s.next_due_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS next_due_at,
  s.consecutive_failures, s.last_error,
  coalesce(w.windows, 0) AS windows, coalesce(w.proven, 0) AS proven, coalesce(w.open, 0) AS open,
  coalesce(w.mismatch, 0) AS mismatch, coalesce(w.queued, 0) AS queued, l.holder,
  (SELECT count(*) FROM vobiz_sync.rejects x
   WHERE (x.partner_id, x.stream) = (s.partner_id, s.stream) AND x.resolved_at IS NULL) AS rejects,
  coalesce(r.requests, 0) AS requests, coalesce(r.inserted, 0) AS inserted,
  coalesce(r.updated, 0) AS updated, coalesce(r.unchanged, 0) AS unchanged
FROM vobiz_sync.streams s
LEFT JOIN vobiz.partners p ON p.auth_id = s.partner_id
LEFT JOIN LATERAL (
  SELECT count(*) AS windows, count(*) FILTER (WHERE state = 'proven') AS proven,
    count(*) FILTER (WHERE state IN ('open', 'pending')) AS open,
    count(*) FILTER (WHERE state = 'mismatch') AS mismatch,
    count(*) FILTER (WHERE queued_at IS NOT NULL OR state = 'pending') AS queued
  FROM vobiz_sync.windows w WHERE (w.partner_id, w.stream) = (s.partner_id, s.stream)) w ON true
LEFT JOIN vobiz_sync.leases l ON (l.partner_id, l.stream) = (s.partner_id, s.stream)
  AND l.expires_at > clock_timestamp()
LEFT JOIN LATERAL (
  SELECT * FROM vobiz_sync.runs r WHERE (r.partner_id, r.stream) = (s.partner_id, s.stream)
  ORDER BY r.id DESC LIMIT 1) r ON true
ORDER BY s.partner_id, s.stream)";

boost::json::value or_null(std::optional<std::string> const& text) {
  return text ? boost::json::value(*text) : boost::json::value(nullptr);
}

// Of "host/process/number" what a person looks for, short enough for a line of 140 columns.
std::string host_and_process(std::string const& holder) {
  constexpr std::size_t longest = 15;
  auto const text = holder.substr(0, holder.rfind('/'));
  return text.size() <= longest ? text : "…" + text.substr(text.size() - longest + 1);
}

}  // namespace

std::string human_duration(std::int64_t seconds) {
  constexpr std::pair<std::int64_t, char> units[] = {{86400, 'd'}, {3600, 'h'}, {60, 'm'}, {1, 's'}};
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

std::vector<stream_status> read_status(pqxx::connection& connection) try {
  pqxx::read_transaction transaction(connection);
  std::vector<stream_status> result;
  for (auto const& row : sink::execute(transaction, query)) {
    stream_status s;
    auto const number = [&row](char const* name) { return row[name].as<std::int64_t>(); };
    s.partner = row["partner_id"].c_str();
    s.partner_name = sink::text_of(row["partner_name"]).value_or("");
    s.stream = row["stream"].c_str();
    s.state = row["state"].c_str();
    s.synced_through = sink::text_of(row["synced_through"]);
    if (!row["lag"].is_null()) s.lag_seconds = number("lag");
    s.last_success_at = sink::text_of(row["last_success_at"]);
    s.next_due_at = sink::text_of(row["next_due_at"]);
    s.last_error = sink::text_of(row["last_error"]);
    s.consecutive_failures = number("consecutive_failures");
    s.windows = number("windows");
    s.proven = number("proven");
    s.open = number("open");
    s.mismatch = number("mismatch");
    s.rejects = number("rejects");
    s.queued = number("queued");
    s.holder = sink::text_of(row["holder"]);
    s.requests = number("requests");
    s.inserted = number("inserted");
    s.updated = number("updated");
    s.unchanged = number("unchanged");
    result.push_back(std::move(s));
  }
  return result;
} catch (pqxx::failure const&) {
  sink::rethrow_as_failure(std::current_exception());
}

std::string status_table(std::vector<stream_status> const& streams) {
  if (streams.empty()) return "no stream has been read yet\n";
  table t({{"partner"}, {"stream"}, {"state"}, {"proven through"}, {"last good", align::right},
           {"proven", align::right}, {"open", align::right}, {"mismatch", align::right},
           {"queued", align::right}, {"rejects", align::right}, {"new", align::right},
           {"changed", align::right}, {"held by"}});
  for (auto const& s : streams) {
    t.add({s.partner, s.stream, s.state, s.synced_through.value_or("-"),
           s.lag_seconds ? human_duration(*s.lag_seconds) + " ago" : "never", std::to_string(s.proven),
           std::to_string(s.open), std::to_string(s.mismatch), std::to_string(s.queued), std::to_string(s.rejects),
           std::to_string(s.inserted), std::to_string(s.updated), s.holder ? host_and_process(*s.holder) : "-"});
  }
  auto text = t.text();
  for (auto const& s : streams) {
    if (s.last_error) text += fmt::format("{} {}: {}\n", s.partner, s.stream, *s.last_error);
  }
  return text;
}

std::string status_json(std::vector<stream_status> const& streams) {
  boost::json::array list;
  for (auto const& s : streams) {
    list.push_back(boost::json::object{
        {"partner", s.partner},
        {"partner_name", s.partner_name},
        {"stream", s.stream},
        {"state", s.state},
        {"synced_through", or_null(s.synced_through)},
        {"lag_seconds", s.lag_seconds ? boost::json::value(*s.lag_seconds) : boost::json::value(nullptr)},
        {"windows", {{"total", s.windows}, {"proven", s.proven}, {"open", s.open}, {"mismatch", s.mismatch}}},
        {"rejects", s.rejects},
        {"backfill_left", s.queued},
        {"held_by", or_null(s.holder)},
        {"last_success_at", or_null(s.last_success_at)},
        {"next_due_at", or_null(s.next_due_at)},
        {"consecutive_failures", s.consecutive_failures},
        {"last_error", or_null(s.last_error)},
        {"last_run",
         {{"requests", s.requests}, {"inserted", s.inserted}, {"updated", s.updated}, {"unchanged", s.unchanged}}},
    });
  }
  boost::json::object const whole{{"streams", std::move(list)}};
  return boost::json::serialize(whole) + "\n";
}

}  // namespace vobiz::ops
