#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "vobiz/api/client.hpp"
#include "vobiz/core/log.hpp"
#include "vobiz/sink/database.hpp"
#include "vobiz/sink/journal.hpp"
#include "vobiz/sink/leases.hpp"
#include "vobiz/sync/activity.hpp"
#include "vobiz/sync/claimed_days.hpp"
#include "vobiz/sync/shrink_budget.hpp"
#include "vobiz/sync/windows_at_hand.hpp"

namespace vobiz::sync {

// The share of a stream's work that a cycle does.
enum class cycle_part {
  all,     // one after the other
  polls,   // reads what is not proven: what is new
  upkeep,  // reads and probes proven days again, checks spans, repairs, retires months
};

// Whose cycle it is and what it works with. Everything referred to outlives the cycle.
struct cycle_setting {
  api::client& api;
  sink::database& db;
  streams::stream const& stream;
  config::stream const& settings;
  std::string partner;       // the partner's auth_id
  std::string_view command;  // run, sync, backfill
  bool everything =
      false;  // probe the lookback and audit days too, and retry every unproven window
  sink::lease const* lease =
      nullptr;                  // checked by each commit; none only where nobody else can write
  std::string partner_name{};   // in the configuration; for the log
  activity* watched = nullptr;  // counts what the cycles of the stream do; none: nobody asks
  shrink_budget* shrinks =
      nullptr;  // shared by the windows of a queue; none: the cycle has its own
  cycle_part part = cycle_part::all;
  windows_at_hand* at_hand = nullptr;  // shared by polls and upkeep; none: nothing runs beside this
  bool single_attempts = false;        // the API is taken to be away: no request is repeated
  int max_in_flight = 1;               // requests of the partner at the same time
  bool shows_error = false;  // the command prints it where the log is read: the log leaves it out
};

// What the log's lines of such a cycle are about.
core::log_fields about(cycle_setting const& setting);

// The result of a cycle.
struct cycle_result {
  sink::run_report report;
  std::optional<api::problem> problem;  // why the API gave no answer, where that ended the cycle
};

// When the next cycle is due, computed from the report; nothing: no next cycle.
using schedule_after = std::function<std::optional<std::chrono::seconds>(sink::run_report const&)>;

// One cycle of one stream: reads what is due, stores it, writes the run and the stream's row, and
// returns the run. Failures of the API end in the result; throws core::failure when the database
// fails, and operation_aborted when cancelled (after the batch at hand, with the run written as
// cancelled).
boost::asio::awaitable<cycle_result> run_cycle(cycle_setting const& setting,
                                               schedule_after const& next_due);

// The result of reading one window of the backfill queue.
struct backfill_result {
  cycle_result cycle;
  bool read = false;  // whether there was a window to read
  bool left = false;  // whether the queue has one that may be read now, near a claimed day perhaps
};

// Reads the newest window of the stream's backfill queue that may be read now and is not near one
// `claimed`, as a run of its own. Ends like run_cycle; where there is none to read, it leaves no
// trace. Several may be under way with the same `claimed`.
boost::asio::awaitable<backfill_result> run_backfill(cycle_setting const& setting,
                                                     claimed_days& claimed);

// What a re-read of a day found different from what is stored; nothing is written.
struct difference {
  std::string key;     // the row's key, its parts separated by a space
  std::string what;    // "not stored", "no longer listed", or the name of a column
  std::string stored;  // the column's stored value, empty for null
  std::string listed;  // the API's
};

struct verification {
  std::optional<std::int64_t> api_total;
  std::int64_t listed = 0;  // distinct rows the API listed
  std::int64_t stored = 0;  // rows stored of the day
  std::vector<difference> differences;
  std::optional<api::problem> problem;
};

// Reads one day of a stream with day windows to its end and compares it with what is stored.
boost::asio::awaitable<verification> verify_day(cycle_setting const& setting, core::utc_day day);

// One upkeep of a stream, as a run of its own: what cycle_part::upkeep says. Ends like run_cycle;
// where there was nothing to do, it leaves no trace.
boost::asio::awaitable<cycle_result> run_upkeep(cycle_setting const& setting);

// Whether a stream has upkeep beside its polls.
bool has_upkeep(streams::stream const& stream);

// Sends a request of a stream that failed again. Returns why there is still no usable answer.
boost::asio::awaitable<std::optional<api::problem>> ask_again(api::client& api,
                                                              streams::stream const& stream,
                                                              api::request what);

// The partner's auth_id from the API, for partners that log in. Failures are returned as a problem.
// At most `attempts` attempts are made, or as many as usual.
boost::asio::awaitable<api::result<std::string>> ask_partner_id(api::client& api, int attempts = 0);

}  // namespace vobiz::sync
