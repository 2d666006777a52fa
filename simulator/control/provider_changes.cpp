#include "simulator/control/provider_changes.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <vector>

#include "simulator/api/json.hpp"
#include "simulator/api/list_table.hpp"
#include "simulator/control/arguments.hpp"
#include "simulator/control/control.hpp"
#include "simulator/control/refusal.hpp"
#include "simulator/server/simulator.hpp"

namespace vobiz::simulator {

namespace {

answer done() {
  answer good;
  good.body = R"({"done":true})";
  return good;
}

void plant_call(world& of, arguments const& given, std::string json) {
  call made;
  made.serial = of.next_call_serial();
  made.id = of.call_id(made.serial);
  made.account = given.account(of, "account").value_or(of.accounts.empty() ? no_account : 0);
  made.start = made.created = made.updated = given.moment().value_or(of.now());
  made.cost = given.amount("cost").value_or(money());
  made.total_cost = given.amount("total_cost").value_or(made.cost);
  made.billsec = given.length("billsec").value_or(0);
  made.duration = given.length("duration").value_or(made.billsec);
  of.calls.replace(of.calls.add(made))[""] = std::move(json);
}

void plant_entry(world& of, arguments const& given, std::string json) {
  entry made;
  made.account = given.account(of, "account").value_or(of.accounts.empty() ? no_account : 0);
  made.type = reference_type::manual_adjustment;
  made.created = given.moment().value_or(of.now());
  made.amount = given.amount("amount").value_or(money());
  made.credit = given.flag("credit").value_or(false);
  of.entries.replace(of.enter(made, placing::exact))[""] = std::move(json);
}

}  // namespace

answer plant_row(stage& on, boost::json::object const& body) {
  arguments const given(body, {"stream", "json", "member", "account", "at", "day", "cost",
                               "total_cost", "billsec", "duration", "amount", "credit"});
  auto const stream = given.text("stream").value_or("");
  if (std::ranges::find(list_table(), stream, &list_declaration::name) == list_table().end()) {
    throw control_refused("\"stream\" must be one of: " + list_names());
  }
  if (auto const member = given.text("member")) {
    on.api.extra_members[stream] = *member;
    return done();
  }
  auto json = given.text("json");
  if (!json) throw control_refused("either \"json\" or \"member\" must be given");
  if (stream == "cdrs")
    plant_call(on.business, given, *std::move(json));
  else if (stream == "transactions")
    plant_entry(on.business, given, *std::move(json));
  else
    on.api.extra_rows[stream].push_back(*std::move(json));
  return done();
}

answer change_capability(stage& on, boost::json::object const& body) {
  arguments const given(body, {"can_view_cdrs", "can_transfer_balance", "can_create_accounts"});
  auto& may = on.api.settings;
  may.can_view_cdrs = given.flag("can_view_cdrs").value_or(may.can_view_cdrs);
  may.can_transfer_balance = given.flag("can_transfer_balance").value_or(may.can_transfer_balance);
  may.can_create_accounts = given.flag("can_create_accounts").value_or(may.can_create_accounts);
  return done();
}

answer change_global(stage& on, boost::json::object const& body) {
  std::vector<std::string_view> known = {"status"};
  for (auto const& list : list_table()) known.push_back(list.name);
  arguments const given(body, known);
  auto const status = given.integer("status").value_or(404);
  if (status < 400 || status > 599) throw control_refused("\"status\" must be 400 to 599");
  auto closed = on.api.settings.closed_lists;
  for (auto const& list : list_table()) {
    auto const open = given.flag(list.name);
    if (!open) continue;
    if (*open) {
      closed.erase(std::string(list.name));
    } else {
      closed[std::string(list.name)] = static_cast<int>(status);
    }
  }
  on.api.settings.closed_lists = std::move(closed);
  return done();
}

answer change_api(stage& on, boost::json::object const& body) {
  arguments const given(body, {"generation", "dashboard", "per_page_overflow", "auth_token",
                               "password", "token_lifetime", "latency_ms"});
  auto changed = on.api.settings;
  if (auto const shapes = given.integer("generation")) {
    if (*shapes < 1 || *shapes > 3) throw control_refused("\"generation\" must be 1, 2 or 3");
    changed.shapes = static_cast<generation>(*shapes);
    changed.dashboard = *shapes == 1 ? dashboard_shape::flat : dashboard_shape::nested;
  }
  if (auto const shape = given.text("dashboard")) {
    if (*shape == "flat")
      changed.dashboard = dashboard_shape::flat;
    else if (*shape == "nested")
      changed.dashboard = dashboard_shape::nested;
    else if (*shape == "totals")
      changed.dashboard = dashboard_shape::totals;
    else
      throw control_refused("\"dashboard\" must be flat, nested or totals");
  }
  if (auto const how = given.text("per_page_overflow")) {
    if (*how == "refuse")
      changed.too_large = overflow::refuse;
    else if (*how == "fallback")
      changed.too_large = overflow::fall_back;
    else
      throw control_refused("\"per_page_overflow\" must be refuse or fallback");
  }
  changed.auth_token = given.text("auth_token").value_or(changed.auth_token);
  changed.password = given.text("password").value_or(changed.password);
  if (auto const life = given.integer("token_lifetime")) changed.token_lifetime = seconds(*life);
  auto const latency = given.integer("latency_ms").value_or(on.latency.count());
  if (latency < 0 || latency > 600'000) {
    throw control_refused("\"latency_ms\" must be 0 to 600000");
  }
  on.latency = milliseconds(latency);
  on.api.settings = changed;
  return done();
}

answer add_interruption(stage& on, boost::json::object const& body) {
  arguments const given(body, {"k", "path", "do"});
  auto const k = given.integer("k").value_or(1);
  auto const* change = given.inner("do");
  if (k < 1) throw control_refused("\"k\" must be at least 1");
  if (!change) throw control_refused("\"do\" is missing");
  arguments const what(*change, {"method", "path", "body"});
  interruption added;
  added.lists_before = k - 1;
  added.path = given.text("path").value_or("");
  added.change.method = what.text("method").value_or("POST");
  if (!added.change.set_target(what.text("path").value_or("")) || !is_control(added.change.path)) {
    throw control_refused("\"do\" must have a \"path\" below /_control");
  }
  if (auto const* inner = what.inner("body")) added.change.body = boost::json::serialize(*inner);
  on.interruptions.push_back(std::move(added));
  return done();
}

}  // namespace vobiz::simulator
