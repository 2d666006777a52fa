#include "vobiz/ops/customer_rounds.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>

#include "vobiz/core/visible.hpp"
#include "vobiz/ops/status.hpp"
#include "vobiz/ops/table.hpp"
#include "vobiz/sink/connection.hpp"
#include "vobiz/sink/customer_looks.hpp"
#include "vobiz/sink/query.hpp"
#include "vobiz/sink/session_settings.hpp"
#include "vobiz/sink/sql_text.hpp"
#include "vobiz/streams/stream.hpp"

namespace vobiz::ops {

namespace {

namespace json = boost::json;

// The customers of each stream that is read customer by customer. vobiz_sync.customer_looks has
// rows of such streams only.
constexpr char const* looks = R"(
WITH rounds AS (SELECT DISTINCT partner_id, stream FROM vobiz_sync.customer_looks),
looks AS (
  SELECT r.partner_id, r.stream, a.auth_id, a.name, l.looked_at, b.moved_at,
    l.looked_at IS NULL OR coalesce(b.moved_at > l.looked_at, false) AS is_waiting
  FROM rounds r
  JOIN {customers} a ON a.partner_id = r.partner_id AND a.removed_at IS NULL
  LEFT JOIN vobiz_sync.customer_looks l ON (l.partner_id, l.stream, l.scope) = (r.partner_id, r.stream, a.auth_id)
  CROSS JOIN LATERAL (SELECT {moved_at} AS moved_at) b)
)";

sink::query about_looks(std::string const& select) {
  sink::query sql(looks + select);
  sql.with("customers", "vobiz." + sink::identifier(streams::customers().table));
  sql.with("moved_at", sink::wallet_moved_at("a.auth_id"));
  return sql;
}

std::optional<std::int64_t> seconds_in(pqxx::row const& row, char const* name) {
  if (row[name].is_null()) return std::nullopt;
  return row[name].as<std::int64_t>();
}

core::utc_time time_at(std::int64_t seconds) {
  return core::utc_time(std::chrono::seconds(seconds));
}

std::string ago(std::optional<std::int64_t> seconds) {
  return seconds ? human_duration(*seconds) + " ago" : "never";
}

}  // namespace

std::vector<customer_round> read_customer_rounds(pqxx::transaction_base& transaction) {
  auto const sql = about_looks(R"(
SELECT partner_id, stream, count(*) AS customers, count(*) FILTER (WHERE is_waiting) AS waiting,
  count(*) FILTER (WHERE looked_at > now() - interval '1 hour') AS asked,
  floor(extract(epoch FROM min(looked_at)))::bigint AS oldest
FROM looks GROUP BY 1, 2 ORDER BY 1, 2)");
  std::vector<customer_round> result;
  for (auto const& row : sink::execute(transaction, sql)) {
    customer_round one;
    one.partner = row["partner_id"].c_str();
    one.stream = row["stream"].c_str();
    one.customers = row["customers"].as<std::int64_t>();
    one.asked = row["asked"].as<std::int64_t>();
    one.waiting = row["waiting"].as<std::int64_t>();
    if (auto const oldest = seconds_in(row, "oldest")) one.oldest_look = time_at(*oldest);
    result.push_back(std::move(one));
  }
  return result;
}

std::vector<dashboard_witness> read_witnesses(pqxx::transaction_base& transaction) {
  // A stream that is read by one list again has no use for a witness.
  constexpr char const* sql = R"(
SELECT w.partner_id, w.stream, w.vouches, coalesce(w.counts_by, '') AS counts_by, w.reason,
  floor(extract(epoch FROM w.since))::bigint AS since
FROM vobiz_sync.witnesses w
WHERE EXISTS (SELECT FROM vobiz_sync.customer_looks l WHERE (l.partner_id, l.stream) = (w.partner_id, w.stream))
ORDER BY 1, 2)";
  std::vector<dashboard_witness> result;
  for (auto const& row : sink::execute(transaction, sql)) {
    dashboard_witness one;
    one.partner = row["partner_id"].c_str();
    one.stream = row["stream"].c_str();
    one.vouches = row["vouches"].as<bool>();
    one.counts_by = row["counts_by"].c_str();
    one.reason = row["reason"].c_str();
    one.since = time_at(row["since"].as<std::int64_t>());
    result.push_back(std::move(one));
  }
  return result;
}

laggards read_laggards(pqxx::transaction_base& transaction, std::int64_t at_most) {
  auto sql = about_looks(R"(
SELECT l.*, count(*) OVER () AS of_all, r.last_error,
  floor(extract(epoch FROM now() - looked_at))::bigint AS looked_ago,
  floor(extract(epoch FROM now() - moved_at))::bigint AS moved_ago
FROM looks l
LEFT JOIN vobiz_sync.refusals r ON (r.partner_id, r.stream, r.scope) = (l.partner_id, l.stream, l.auth_id)
ORDER BY is_waiting DESC, looked_at NULLS FIRST, l.partner_id, l.stream, auth_id
LIMIT :at_most::bigint)");
  sql.set("at_most", at_most);
  laggards result;
  for (auto const& row : sink::execute(transaction, sql)) {
    laggard one;
    one.partner = row["partner_id"].c_str();
    one.stream = row["stream"].c_str();
    one.customer = row["auth_id"].c_str();
    one.name = sink::text_of(row["name"]).value_or("");
    one.is_waiting = row["is_waiting"].as<bool>();
    one.looked_ago = seconds_in(row, "looked_ago");
    one.moved_ago = seconds_in(row, "moved_ago");
    one.refused = sink::text_of(row["last_error"]);
    result.customers = row["of_all"].as<std::int64_t>();
    result.first.push_back(std::move(one));
  }
  return result;
}

laggards read_laggards(config::database const& where, std::int64_t at_most) {
  auto const connection = sink::connect(where);
  try {
    pqxx::read_transaction transaction(*connection);
    sink::set_own(transaction);
    return read_laggards(transaction, at_most);
  } catch (pqxx::failure const&) {
    sink::rethrow_as_failure(std::current_exception());
  }
}

std::string round_text(customer_round const& round, core::utc_time now) {
  auto text = fmt::format("read customer by customer: {} of {} asked within the hour, {} waiting",
                          round.asked, round.customers, round.waiting);
  if (round.oldest_look) {
    auto const age = std::chrono::duration_cast<std::chrono::seconds>(now - *round.oldest_look);
    text += ", oldest look " + ago(std::max<std::int64_t>(0, age.count()));
  }
  return text;
}

std::string witness_text(dashboard_witness const& witness) {
  auto const days = witness.counts_by == "billing" ? ", by billing days"
                    : witness.counts_by == "utc"   ? ", by UTC days"
                                                   : "";
  return fmt::format("the dashboard {} for all customers since {}{}: {}",
                     witness.vouches ? "vouches" : "does not vouch", core::to_text(witness.since),
                     witness.vouches ? days : "", witness.reason);
}

std::string laggards_table(laggards const& late) {
  if (late.first.empty()) return "no stream is read customer by customer\n";
  table t({{"partner"},
           {"stream"},
           {"customer"},
           {"waits"},
           {"last look", align::right},
           {"wallet moved", align::right},
           {"name"}});
  std::string refusals;
  for (auto const& one : late.first) {
    t.add({one.partner, one.stream, one.customer, one.is_waiting ? "yes" : "-", ago(one.looked_ago),
           ago(one.moved_ago), one.name});
    if (!one.refused) continue;
    refusals += core::visible(fmt::format("{} {}: the list of {} is refused: {}", one.partner,
                                          one.stream, one.customer, *one.refused)) +
                "\n";
  }
  auto text = t.text() + refusals;
  auto const others = late.customers - static_cast<std::int64_t>(late.first.size());
  if (others > 0) text += fmt::format("others, asked later: {}\n", others);
  return text;
}

std::string laggards_json(laggards const& late) {
  json::array customers;
  for (auto const& one : late.first) {
    customers.push_back(json::object{{"partner", one.partner},
                                     {"stream", one.stream},
                                     {"customer", one.customer},
                                     {"name", one.name},
                                     {"waiting", one.is_waiting},
                                     {"looked_seconds_ago", json::value_from(one.looked_ago)},
                                     {"moved_seconds_ago", json::value_from(one.moved_ago)},
                                     {"refused", json::value_from(one.refused)}});
  }
  json::object const whole{{"customers", late.customers}, {"first", std::move(customers)}};
  return core::visible_json(json::serialize(whole)) + "\n";
}

}  // namespace vobiz::ops
