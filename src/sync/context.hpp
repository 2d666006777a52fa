#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "consequence.hpp"
#include "vobiz/core/log.hpp"
#include "vobiz/decode/decoder.hpp"
#include "vobiz/sink/stream_store.hpp"
#include "vobiz/sync/cycle.hpp"
#include "vobiz/sync/kept_days.hpp"
#include "vobiz/sync/shrink_budget.hpp"

namespace vobiz::sync {

// A cycle under way.
struct context {
  explicit context(cycle_setting const& with, core::utc_time now)
      : setting(with),
        store(with.db, with.stream, with.partner, with.lease),
        decoder(with.stream),
        started(now) {
    if (setting.watched != nullptr) setting.watched->began({&report, &spent});
  }
  ~context() {
    if (setting.watched != nullptr) setting.watched->ended({&report, &spent});
  }
  context(context const&) = delete;
  context& operator=(context const&) = delete;

  cycle_setting const& setting;
  sink::stream_store store;
  decode::decoder decoder;
  core::utc_time started;
  sink::run_report report;
  api::counters spent;
  // What this cycle believes to have vanished, where its setting has none that it shares.
  shrink_budget own_shrinks;
  // Days are read by this machine's clock. While the database's clock differs, no month is retired.
  bool clocks_agree = true;

  // Lists that are refused, as they stood when the cycle began and as it changed them.
  std::vector<sink::refusal> refusals;
  // Customers whose lists brought no answer in this cycle: their other days would not, either.
  std::vector<std::string> failed_lists;
  // The first of what the API did not give while it gave the rest: the cycle fails at its end.
  std::optional<api::problem> left_behind;

  // What the lines that the log gets of this cycle are about.
  core::log_fields about() const;
  core::log_fields about(core::utc_day day, std::string const& scope = {}) const;

  streams::stream const& stream() const { return setting.stream; }
  shrink_budget& shrinks() { return setting.shrinks != nullptr ? *setting.shrinks : own_shrinks; }
  // How many customers are read side by side: while one is stored, others are asked for.
  std::size_t lanes() const { return static_cast<std::size_t>(setting.max_in_flight) + 2; }
  core::utc_day today() const { return core::day_of(started); }
  core::utc_day first_day() const { return asked_from(setting.settings, today()); }

  // Whether a day is over for longer than the provider may take to list its last rows.
  bool is_closed(core::utc_day day) const {
    return started >= day + std::chrono::days(1) + setting.settings.close_delay;
  }
};

// Ends a cycle because the API refused, unless somebody knows it for the problem of a part.
// run_cycle alone turns it into an outcome.
struct api_refusal {
  api::problem why;
  std::optional<sink::window_key> window{};  // that was asked for
};

// The scope of a problem that the cycle met; see consequence().
problem_scope scope_of(context const& cycle, asked_for what);

// The first open day: older ones that were never read wait in the queue.
core::utc_day open_from(context const& cycle);

// The refusal of the scope's list, if it is refused.
sink::refusal const* refusal_of(context const& cycle, std::string_view scope);

// Whether the scope's list is not to be asked for now.
bool is_paused(context const& cycle, std::string_view scope);

// Whether the days of the global list are read through the lists of the customers.
bool reads_by_customer(context const& cycle);

}  // namespace vobiz::sync
