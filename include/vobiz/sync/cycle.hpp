#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "vobiz/api/client.hpp"
#include "vobiz/sink/database.hpp"
#include "vobiz/sink/journal.hpp"
#include "vobiz/sink/leases.hpp"

namespace vobiz::sync {

// Whose cycle it is and what it works with. Everything referred to outlives the cycle.
struct cycle_setting {
  api::client& api;
  sink::database& db;
  streams::stream const& stream;
  config::stream const& settings;
  std::string partner;        // the partner's auth_id
  std::string_view command;   // run, sync
  bool everything = false;    // probe the lookback and audit days too, and retry every unproven window
  sink::lease const* lease = nullptr;  // checked by each commit; none only where nobody else can write
};

// What a cycle came to.
struct cycle_result {
  sink::run_report report;
  std::optional<api::problem> problem;  // why the API gave no answer, where that ended the cycle
};

// When the next cycle is due, told the outcome and the failures in a row; nothing: no next cycle.
using schedule_after = std::function<std::optional<std::chrono::seconds>(sink::run_report const&)>;

// One cycle of one stream: reads what is due, stores it, writes the run and the stream's row, and returns
// the run. Failures of the API end in the result; throws core::failure when the database fails, and
// operation_aborted when cancelled (after the batch at hand, with the run written as cancelled).
boost::asio::awaitable<cycle_result> run_cycle(cycle_setting const& setting,
                                                   schedule_after const& next_due);

// The partner's auth_id as the API tells it, for partners that log in. Failures come back as a problem.
boost::asio::awaitable<api::result<std::string>> ask_partner_id(api::client& api);

}  // namespace vobiz::sync
