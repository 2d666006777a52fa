#include "partner_work.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "vobiz/sink/connection.hpp"
#include "vobiz/sink/migrations.hpp"
#include "vobiz/sink/rollups.hpp"

namespace vobiz::app {

std::vector<std::unique_ptr<partner_work>> make_partners(boost::asio::any_io_executor executor,
                                                         config::settings const& settings) {
  std::vector<std::unique_ptr<partner_work>> partners;
  for (auto const& partner : settings.partners) {
    partners.push_back(std::make_unique<partner_work>(executor, partner));
  }
  return partners;
}

std::vector<streams::stream const*> pick_streams(config::settings const& settings,
                                                 std::vector<std::string> const& names) {
  std::vector<streams::stream const*> picked;
  for (auto const& stream : streams::all()) {
    bool const named = std::ranges::count(names, stream.name) > 0;
    bool const enabled = settings.streams.find(stream.name)->second.enabled;
    if (names.empty() ? enabled : named) picked.push_back(&stream);
  }
  return picked;
}

void require_schema(config::settings const& settings) {
  auto const connection = sink::connect(settings.database);
  auto const status = sink::check_migrations(*connection);
  if (status.changes.empty()) return;
  auto const same_version = status.applied == status.known;
  throw core::failure(core::failure_kind::failed, core::remedy::fix,
                      same_version
                          ? "functions or views of the database have another text than this "
                            "binary's, the first is " +
                                status.changes.front().name
                          : "the database has schema version " + std::to_string(status.applied) +
                                ", this binary needs " + std::to_string(status.known),
                      "run: vobiz-syncd migrate");
}

void adopt_settings(config::settings const& settings) {
  auto const connection = sink::connect(settings.database);
  auto const& wanted = settings.reconcile.timezone;
  auto const zone = sink::adopt_settings(*connection, wanted, settings.reconcile.settle);
  if (zone == wanted) return;
  spdlog::warn(
      "reconcile.timezone is \"{}\", the rollups are in \"{}\" and stay there; hint: run: "
      "vobiz-syncd rebuild-rollups",
      wanted, zone);
}

}  // namespace vobiz::app
