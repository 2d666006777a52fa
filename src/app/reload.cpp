#include "reload.hpp"

#include <spdlog/spdlog.h>

#include <sstream>
#include <string>
#include <vector>

namespace vobiz::app {

namespace {

bool same_database(config::database const& left, config::database const& right) {
  return left.dsn.reveal() == right.dsn.reveal() && left.connections == right.connections;
}

bool same_listener(std::optional<config::http> const& left,
                   std::optional<config::http> const& right) {
  if (!left || !right) return !left && !right;
  return left->address == right->address && left->port == right->port;
}

}  // namespace

void refuse_fixed_changes(config::settings const& current, config::settings const& wanted) {
  std::vector<char const*> changed;
  if (!same_database(current.database, wanted.database)) {
    changed.push_back("\"database.dsn\" or \"database.connections\"");
  }
  if (!same_listener(current.http, wanted.http)) changed.push_back("\"http.listen\"");
  // The service adopts these for the database's billing days when it starts.
  if (current.reconcile.timezone != wanted.reconcile.timezone ||
      current.reconcile.settle != wanted.reconcile.settle) {
    changed.push_back("\"reconcile.timezone\" or \"reconcile.settle\"");
  }
  if (changed.empty()) return;
  throw core::failure(
      core::failure_kind::config_invalid, core::remedy::fix,
      fmt::format("a running service cannot change {}", fmt::join(changed, " and ")),
      "restart the service instead: systemctl restart vobiz-syncd");
}

void log_refusal(core::failure const& why) {
  spdlog::error("SIGHUP: the new configuration is refused, the old one stays at work");
  std::istringstream lines(why.what());
  for (std::string line; std::getline(lines, line);) spdlog::error("{}", line);
  if (!why.hint().empty()) spdlog::error("hint: {}", why.hint());
}

}  // namespace vobiz::app
