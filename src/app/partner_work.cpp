#include "partner_work.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "vobiz/sink/connection.hpp"
#include "vobiz/sink/migrations.hpp"
#include "vobiz/sink/rollups.hpp"

namespace vobiz::app {

bool is_named(partner_work const& partner, std::string const& wanted) {
  return wanted.empty() || wanted == partner.settings.name || wanted == partner.id;
}

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
  if (!same_version) throw sink::other_schema(status.applied, status.known);
  throw core::failure(core::failure_kind::older_schema, core::remedy::fix,
                      "functions or views of the database have another text than this "
                      "binary's, the first is " +
                          status.changes.front().name,
                      "run: vobiz-syncd migrate");
}

std::string other_zone(config::settings const& settings) {
  auto const connection = sink::connect(settings.database);
  auto const& wanted = settings.reconcile.timezone;
  auto const zone = sink::adopt_settings(*connection, wanted, settings.reconcile.settle);
  return zone == wanted ? std::string() : zone;
}

void warn_of_zone(config::settings const& settings, std::string const& zone) {
  spdlog::warn(
      "reconcile.timezone is \"{}\", the rollups are in \"{}\" and stay there; hint: run: "
      "vobiz-syncd rebuild-rollups",
      settings.reconcile.timezone, zone);
}

void adopt_settings(config::settings const& settings) {
  auto const zone = other_zone(settings);
  if (!zone.empty()) warn_of_zone(settings, zone);
}

}  // namespace vobiz::app
