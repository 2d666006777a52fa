#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "vobiz/core/day.hpp"
#include "vobiz/sync/activity.hpp"

// The service's own state, known without a database query.
namespace vobiz::ops {

struct watched_stream {
  std::string partner;     // its name in the configuration
  std::string partner_id;  // auth_id; empty until known
  std::string stream;
  std::chrono::seconds stale_after{};
  sync::activity const* stats = nullptr;  // never null
  bool lease_held = false;
};

struct watched_partner {
  std::string name;
  std::uint64_t logins = 0;
};

// A database worker, or a pool of them.
struct worker {
  std::string name;
  std::size_t queued = 0;
  std::uint64_t failures = 0;
  std::chrono::steady_clock::duration without_progress{};
};

// What the service waits for before it starts its streams.
enum class waits_for { nothing, database, older_schema, newer_schema };

struct facts {
  std::vector<watched_partner> partners;
  std::vector<watched_stream> streams;
  std::vector<worker> workers;
  // A worker without progress for this long counts as stuck.
  std::chrono::steady_clock::duration stuck_after = std::chrono::minutes(5);
  core::utc_time started_at{};
  core::utc_time configured_at{};  // when the current configuration was read
  bool reload_refused = false;     // whether the last reload was refused
  waits_for waiting = waits_for::nothing;
  std::string waits_because;         // what the database lacks; empty while the streams are at work
  std::uint64_t log_lines_lost = 0;  // lines that the reader of the log did not take
  std::string version;
};

}  // namespace vobiz::ops
