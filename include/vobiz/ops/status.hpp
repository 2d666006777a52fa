#pragma once

#include <cstdint>
#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <vector>

namespace vobiz::ops {

// Where one stream stands, as vobiz_sync says; instants as ISO 8601 text in UTC.
struct stream_status {
  std::string partner;
  std::string partner_name;  // empty until the profile was read
  std::string stream;
  std::string state;
  std::optional<std::string> synced_through;
  std::optional<std::int64_t> lag_seconds;  // since the last good cycle
  std::int64_t windows = 0;
  std::int64_t proven = 0;
  std::int64_t open = 0;
  std::int64_t mismatch = 0;
  std::int64_t rejects = 0;
  std::int64_t queued = 0;            // windows that wait to be backfilled
  std::optional<std::string> holder;  // of the stream's lease, while it has not run out
  std::optional<std::string> last_success_at;
  std::optional<std::string> next_due_at;
  std::int64_t consecutive_failures = 0;
  std::optional<std::string> last_error;
  // Of the last cycle.
  std::int64_t requests = 0;
  std::int64_t inserted = 0;
  std::int64_t updated = 0;
  std::int64_t unchanged = 0;
};

// All streams of all partners in the database, in the order of their names.
std::vector<stream_status> read_status(pqxx::connection& connection);

std::string status_table(std::vector<stream_status> const& streams);
std::string status_json(std::vector<stream_status> const& streams);

// 90 -> "1m 30s", 93784 -> "1d 2h": the two largest units.
std::string human_duration(std::int64_t seconds);

}  // namespace vobiz::ops
