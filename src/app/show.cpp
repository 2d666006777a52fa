#include <algorithm>
#include <iostream>

#include "commands.hpp"
#include "options.hpp"
#include "partner_work.hpp"
#include "vobiz/ops/status.hpp"

namespace vobiz::app {

namespace {

constexpr std::int64_t laggards_shown = 50;

}  // namespace

exit_code status(config::settings const& settings, status_request const& what) {
  require_schema(settings);
  if (what.customers) {
    auto const late = ops::read_laggards(settings.database, laggards_shown);
    std::cout << (what.json ? ops::laggards_json(late) : ops::laggards_table(late));
    return exit_code::ok;
  }
  auto all = ops::read_status(settings.database);
  if (!what.partner.empty()) {
    auto const& partners = settings.partners;
    auto const named = std::ranges::find(partners, what.partner, &config::partner::name);
    auto const id = named == partners.end() ? std::string() : named->auth_id;
    if (!ops::keep_partner(all, id.empty() ? what.partner : id)) {
      refuse("no stream of a partner \"" + what.partner + "\" has been read",
             "give its auth_id, or its name in the configuration");
    }
  }
  auto const width = what.wide ? ops::table_width::wide : ops::table_width::narrow;
  std::cout << (what.json ? ops::status_json(all) : ops::status_table(all, width));
  return ops::judge(all).is_good ? exit_code::ok : exit_code::failed;
}

exit_code version() {
  std::cout << "vobiz-syncd " VOBIZ_VERSION "\n";
  return exit_code::ok;
}

}  // namespace vobiz::app
