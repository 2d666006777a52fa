#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "vobiz/config/settings.hpp"
#include "vobiz/core/day.hpp"
#include "vobiz/ops/customer_rounds.hpp"

namespace vobiz::ops {

// The state of one stream, from vobiz_sync.
struct stream_status {
  // Consecutive days whose windows have one state. If scopes differ, the most urgent state counts.
  struct span {
    std::string from;  // UTC days, inclusive
    std::string to;
    std::string state;
  };
  struct hour {
    std::int64_t rows = 0;  // new and changed rows
    std::int64_t requests = 0;
  };

  // A span of days that disagrees with their sum.
  struct disagreement {
    std::string scope;  // "*" or a customer's auth_id
    std::string from;   // UTC days, inclusive
    std::string to;
    std::int64_t api_total = 0;
    std::int64_t stored = 0;
    std::string differs_from;  // the part in which the difference lies
    std::string differs_to;
    std::string text;
  };

  // A list that the API does not give while it gives others.
  struct refused_list {
    std::string scope;  // "*" or a customer's auth_id
    core::utc_time since{};
    core::utc_time next_try_at{};
    std::int64_t attempts = 0;
    bool fallen_back = false;  // of the global list: the customers' are read instead
    std::string text;          // all of this for people, with what the API answered
  };

  std::string partner;
  std::string partner_name;  // empty until the profile is read
  std::string stream;
  std::string state;             // as vobiz_sync.stream_state tells it
  bool needs_attention = false;  // whether that is for somebody to look at
  std::optional<std::string> start_date;
  std::optional<std::string> synced_through;
  std::optional<std::int64_t> lag_seconds;                   // since the last good cycle
  std::map<std::string, std::int64_t, std::less<>> windows;  // number per state
  std::int64_t rejects = 0;
  std::int64_t queued = 0;            // windows that wait for backfill
  std::optional<std::string> holder;  // holder of the stream's lease, until it expires
  std::optional<core::utc_time> last_attempt_at;
  std::optional<core::utc_time> last_success_at;
  std::optional<core::utc_time> next_due_at;
  std::int64_t consecutive_failures = 0;
  std::optional<std::string> last_error;
  std::optional<std::string> upkeep_error;  // why the last upkeep did not end well
  std::vector<disagreement> spans;
  std::vector<refused_list> refused;  // the global list, then the longest refused; at most five
  std::int64_t refused_lists = 0;     // all of them
  // Only while the stream is read customer by customer.
  std::optional<customer_round> round;
  std::optional<dashboard_witness> witness;
  // Figures of the last cycle.
  std::int64_t requests = 0;
  std::int64_t inserted = 0;
  std::int64_t updated = 0;
  std::int64_t unchanged = 0;
  std::vector<span> days;   // the last 53 weeks, oldest first; only for streams of days
  std::vector<hour> hours;  // the last 24, oldest first

  std::int64_t windows_in(std::string_view state_name) const;
  // Whether the API has no such endpoint: then the stream is neither fresh nor stale.
  bool is_unavailable() const { return state == "unavailable"; }
};

// A cycle that changed rows or failed.
struct run_status {
  std::int64_t id = 0;
  std::string partner;
  std::string stream;
  std::string command;
  core::utc_time started_at{};
  std::int64_t milliseconds = 0;
  std::string outcome;
  std::int64_t requests = 0;
  std::int64_t inserted = 0;
  std::int64_t updated = 0;
  std::int64_t removed = 0;
  std::int64_t rejected = 0;
  std::optional<std::string> error;
};

// Open breaks of reconciliation.
struct break_status {
  std::string partner;
  std::string check;
  std::int64_t count = 0;
};

// The kinds of vobiz.alert_thresholds: a series of each exists before its first alert.
inline constexpr char const* alert_kinds[] = {
    "spend",         "calls_per_minute", "duration",           "concurrent_calls",
    "premium_calls", "low_wallet",       "renewal_not_covered"};

// Alerts that stand, of a kind.
struct alert_status {
  std::string partner;
  std::string kind;
  std::int64_t count = 0;
};

struct status {
  core::utc_time read_at{};
  int schema_version = 0;
  std::vector<stream_status> streams;  // all partners in the database, by name
  std::vector<run_status> runs;        // the last seven days, newest first, at most 20
  std::vector<break_status> breaks;
  std::vector<alert_status> alerts;
  // The last sign of life of a process that reads; read_at while one is at work.
  std::optional<core::utc_time> heard_at;
  std::int64_t default_partition_rows = 0;  // of all partitioned tables, an estimate
};

// Reads everything in one transaction. Throws libpqxx's exceptions; sink::database translates them.
status read_status(pqxx::transaction_base& transaction);

// The same on a connection of its own; throws core::failure.
status read_status(config::database const& where);

// What all of it comes to.
struct overall {
  bool is_good = true;  // no stream needs attention
  std::string text;     // one line for people
};
overall judge(status const& mirror);

// Whether a process reads, and which; or when one did last.
std::string service_text(status const& mirror);

// A partner as people know it: its name, or else its auth_id.
std::string partner_text(stream_status const& stream);

// Leaves the streams, runs and breaks of one partner, by its auth_id or name. False: it has none.
bool keep_partner(status& mirror, std::string_view partner);

// For a terminal: at most 80 columns and the verdict first, or wide, with every column.
enum class table_width { narrow, wide };
std::string status_table(status const& mirror, table_width width = table_width::narrow);
std::string status_json(status const& mirror);

// 90 -> "1m 30s", 93784 -> "1d 2h": the two largest units.
std::string human_duration(std::int64_t seconds);

}  // namespace vobiz::ops
