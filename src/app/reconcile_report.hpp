#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "commands.hpp"
#include "vobiz/reconcile/billing_day.hpp"
#include "vobiz/reconcile/report.hpp"

namespace vobiz::app {

// One partner's run, as it is shown.
struct reconciliation {
  std::string partner;     // name in the configuration
  std::string partner_id;  // auth_id
  std::vector<reconcile::billing_day> days;
  std::int64_t run_id = 0;
  std::vector<reconcile::check_summary> checks;
  std::vector<reconcile::found_break> breaks;
  std::vector<reconcile::result_row> rows;  // for CSV only
  std::vector<std::string> errors;
};

// All partners' runs of one command.
struct checked_books {
  std::vector<reconciliation> partners;
  std::vector<std::string> errors;  // of partners that could not be asked for
  bool is_whole = false;            // no signal ended it
  exit_code outcome = exit_code::ok;
};

// Runs the checks as asked. Throws core::failure (usage) for days, a month or a partner that cannot
// be meant.
checked_books check_books(config::settings const& settings, reconcile_request const& asked);

// Who runs the program.
std::string user_name();

std::string report(std::vector<reconciliation> const& all, report_form form);

}  // namespace vobiz::app
