#include "simulator/api/json.hpp"
#include "simulator/control/arguments.hpp"
#include "simulator/control/control.hpp"
#include "simulator/control/provider_changes.hpp"
#include "simulator/control/refusal.hpp"
#include "simulator/server/simulator.hpp"

namespace vobiz::simulator {

answer tell_dashboard(stage const& on) {
  auto const& how = on.api.settings.series;
  answer good;
  object body(good.body);
  body.integer("east_of_utc_minutes", how.east_of_utc.count());
  body.boolean("frozen", how.frozen.has_value());
  if (body.begin("lies")) {
    good.body += '[';
    for (auto one = how.lies.begin(); one != how.lies.end(); ++one) {
      if (one != how.lies.begin()) good.body += ',';
      object row(good.body);
      row.day("day", one->first);
      row.integer("calls", one->second.calls);
      row.plain("total_cost", to_text(one->second.total_cost));
    }
    good.body += ']';
  }
  body.close();
  return good;
}

answer change_dashboard(stage& on, boost::json::object const& body) {
  arguments const given(body, {"day", "calls", "total_cost", "east_of_utc_minutes", "frozen"});
  auto changed = on.api.settings.series;
  if (auto const east = given.integer("east_of_utc_minutes")) {
    if (*east < -720 || *east > 840) {
      throw control_refused("\"east_of_utc_minutes\" must be -720 to 840");
    }
    changed.east_of_utc = minutes(*east);
  }
  auto const calls = given.integer("calls");
  auto const cost = given.amount("total_cost");
  if (auto const day = given.day("day")) {
    changed.lies[*day] = {calls.value_or(0), 0, 0, cost.value_or(money())};
  } else if (calls || cost) {
    throw control_refused("\"calls\" and \"total_cost\" are of a \"day\"");
  }
  if (auto const frozen = given.flag("frozen")) {
    changed.frozen.reset();
    if (*frozen) {
      auto const today = changed.day_at(on.business.now());
      changed.frozen = time_series(on.business, changed, today - days(dashboard_days - 1), today);
    }
  }
  on.api.settings.series = std::move(changed);
  return tell_dashboard(on);
}

answer restore_dashboard(stage& on) {
  on.api.settings.series = {};
  return tell_dashboard(on);
}

}  // namespace vobiz::simulator
