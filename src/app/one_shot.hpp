#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "exit_code.hpp"
#include "partner_work.hpp"
#include "vobiz/schedule/lease_keeper.hpp"
#include "vobiz/sink/database.hpp"

namespace vobiz::app {

// The parts of a command that runs once and ends (sync, backfill, verify, reconcile).
class one_shot {
public:
  // Throws core::failure when the schema of the database is not the one of this binary.
  explicit one_shot(config::settings const& settings);

  sink::database& db() { return db_; }
  schedule::lease_keeper& leases() { return leases_; }

  // The partners whose auth_id is known or could be asked for. A failure to ask is added to
  // errors() and decides outcome().
  boost::asio::awaitable<std::vector<partner_work*>> identify();

  std::vector<std::string> const& errors() const { return errors_; }
  void add_error(std::string message) { errors_.push_back(std::move(message)); }

  // The exit code: the first thing that went wrong decides.
  exit_code outcome() const { return outcome_; }
  void fail_with(exit_code code) {
    if (outcome_ == exit_code::ok) outcome_ = code;
  }

  // Runs the work to its end, renewing the leases it takes. False when SIGINT or SIGTERM stopped
  // it, after the current batch. Throws what the work throws. A second signal, or a database that
  // takes too long, ends the process.
  bool run(std::function<boost::asio::awaitable<void>()> const& work);

private:
  boost::asio::io_context context_{1};
  std::vector<std::unique_ptr<partner_work>> partners_;
  sink::database db_;
  schedule::lease_keeper leases_;
  std::vector<std::string> errors_;
  exit_code outcome_ = exit_code::ok;
};

}  // namespace vobiz::app
