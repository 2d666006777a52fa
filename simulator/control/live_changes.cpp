#include <boost/json/object.hpp>
#include <cmath>

#include "simulator/api/json.hpp"
#include "simulator/control/arguments.hpp"
#include "simulator/control/control.hpp"
#include "simulator/control/provider_changes.hpp"
#include "simulator/control/refusal.hpp"
#include "simulator/server/simulator.hpp"

namespace vobiz::simulator {

namespace {

double percent(arguments const& given, std::string_view name, double before) {
  auto const value = given.amount(name);
  if (!value) return before;
  if (*value < money() || *value > money{100'000'000}) {
    throw control_refused('"' + std::string(name) + "\" must be 0 to 100");
  }
  return static_cast<double>(value->millionths) / 1e6;
}

}  // namespace

answer tell_live(stage const& on) {
  auto const& plan = on.business.live();
  answer good;
  object body(good.body);
  auto const number = [&body](std::string_view name, double value) {
    body.number(name, money{std::llround(value * 1e6)});
  };
  number("active_percent", plan.active_percent);
  number("free_percent", plan.free_percent);
  body.boolean("still", plan.still);
  body.close();
  return good;
}

answer change_live(stage& on, boost::json::object const& body) {
  arguments const given(body, {"active_percent", "free_percent", "still"});
  auto plan = on.business.live();
  plan.active_percent = percent(given, "active_percent", plan.active_percent);
  plan.free_percent = percent(given, "free_percent", plan.free_percent);
  plan.still = given.flag("still").value_or(plan.still);
  on.business.live(plan);
  return tell_live(on);
}

}  // namespace vobiz::simulator
