#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "vobiz/config/settings.hpp"
#include "vobiz/reconcile/report.hpp"
#include "vobiz/reconcile/run.hpp"
#include "vobiz/sink/database.hpp"

// What is stored of reconciliation, one transaction a call.
namespace vobiz::reconcile {

boost::asio::awaitable<nights> load_nights(sink::database& db, config::reconcile const& how,
                                           std::string const& partner, billing_day today);

// What a run found; `rows` are left out unless asked for.
struct run_report {
  std::vector<check_summary> checks;
  std::vector<found_break> breaks;
  std::vector<result_row> rows;
};
boost::asio::awaitable<run_report> load_report(sink::database& db, std::int64_t run_id,
                                               bool with_rows);
boost::asio::awaitable<std::vector<check_summary>> load_summary(sink::database& db,
                                                                std::int64_t run_id);

}  // namespace vobiz::reconcile
