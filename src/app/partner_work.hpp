#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>
#include <string>
#include <vector>

#include "vobiz/api/client.hpp"
#include "vobiz/config/settings.hpp"
#include "vobiz/streams/stream.hpp"

namespace vobiz::app {

// A partner of the configuration with its way to the API.
struct partner_work {
  partner_work(boost::asio::any_io_executor executor, config::partner const& with)
      : settings(with), client(executor, with), id(with.auth_id) {}

  config::partner const& settings;
  api::client client;
  std::string id;  // auth_id; empty until asked for where the partner logs in
};

// Whether an option means the partner by name or auth_id; an empty one means each.
bool is_named(partner_work const& partner, std::string const& wanted);

std::vector<std::unique_ptr<partner_work>> make_partners(boost::asio::any_io_executor executor,
                                                         config::settings const& settings);

// The enabled streams in the order of a full cycle, or those named.
std::vector<streams::stream const*> pick_streams(config::settings const& settings,
                                                 std::vector<std::string> const& names);

// Throws core::failure when the database has not this binary's schema.
void require_schema(config::settings const& settings);

// Tells the database the zone and settle time of the configuration. Returns the zone of its
// rollups, which they keep, if that is another one; empty otherwise. Throws core::failure (retry)
// if the database takes no writes.
std::string other_zone(config::settings const& settings);
void warn_of_zone(config::settings const& settings, std::string const& zone);

// Both.
void adopt_settings(config::settings const& settings);

}  // namespace vobiz::app
