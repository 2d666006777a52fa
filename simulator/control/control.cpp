#include "simulator/control/control.hpp"

#include <array>

#include "simulator/api/body.hpp"
#include "simulator/api/json.hpp"
#include "simulator/control/mutations.hpp"
#include "simulator/control/provider_changes.hpp"
#include "simulator/control/refusal.hpp"
#include "simulator/control/truth.hpp"
#include "simulator/server/simulator.hpp"

namespace vobiz::simulator {

namespace {

constexpr std::string_view prefix = "/_control";

answer tell_requests(request_log const& log) {
  answer good;
  object body(good.body);
  body.integer("total", log.total);
  body.integer("in_flight", log.in_flight);
  body.integer("most_in_flight", log.most_in_flight);
  body.integer("body_bytes", log.body_bytes);
  auto const counts = [&](std::string_view name, auto const& map, auto text) {
    if (!body.begin(name)) return;
    object inner(good.body);
    for (auto const& [key, count] : map) inner.integer(text(key), count);
  };
  counts("by_path", log.by_path, [](auto const& key) { return key; });
  counts("by_method", log.by_method, [](auto const& key) { return key; });
  counts("by_status", log.by_status, [](int key) { return std::to_string(key); });
  counts("by_days", log.by_days, [](auto const& key) { return key; });
  body.integer("customers", log.customers.size());
  body.close();
  return good;
}

answer tell_faults(fault_set const& faults) {
  answer good;
  object body(good.body);
  if (body.begin("faults")) {
    good.body += '[';
    for (auto const& one : faults.all()) {
      if (&one != &faults.all().front()) good.body += ',';
      object row(good.body);
      row.string("fault", one.what.spec);
      row.integer("hits", one.hits);
      row.integer("next", one.what.next);
    }
    good.body += ']';
  }
  body.close();
  return good;
}

answer tell_clock(stage const& on) {
  answer good;
  object body(good.body);
  body.time("now", on.business.now());
  body.day("first_day", on.business.first_day());
  body.close();
  return good;
}

answer advance(stage& on, boost::json::object const& body) {
  auto const amount = money_from_text(text_of(body, "seconds"));  // millionths are microseconds
  if (!amount || amount->millionths < 0)
    throw control_refused("seconds must be a number, zero or more");
  on.clock.advance(microseconds(amount->millionths));
  on.business.advance_to(on.clock.now());
  return tell_clock(on);
}

answer add_fault(stage& on, boost::json::object const& body) {
  try {
    on.faults.add(parse_fault(text_of(body, "fault")));
  } catch (std::invalid_argument const& error) {
    throw control_refused(error.what());
  }
  return tell_faults(on.faults);
}

answer operate(stage& on, request const& what) {
  std::string_view const path = std::string_view(what.path).substr(prefix.size());
  auto const body = read_object(what.body);
  if (!body) throw control_refused("the body is no JSON object");
  bool const gets = what.method == "GET";
  bool const posts = what.method == "POST";
  bool const deletes = what.method == "DELETE";
  if (gets && path == "/truth") return tell_truth(on.business, what);
  if (gets && path == "/truth/days") return tell_days(on.business, what);
  if (gets && path == "/truth/wallets") return tell_wallets(on.business);
  if (gets && path == "/truth/kyc-sessions") return tell_kyc_sessions(on.business);
  if (gets && path == "/clock") return tell_clock(on);
  if (gets && path == "/requests") return tell_requests(on.log);
  if (deletes && path == "/requests") {
    on.log.reset();
    return tell_requests(on.log);
  }
  if (posts && path == "/advance") return advance(on, *body);
  if (gets && path == "/faults") return tell_faults(on.faults);
  if (posts && path == "/faults") return add_fault(on, *body);
  if (deletes && path == "/faults") {
    on.faults.clear();
    return tell_faults(on.faults);
  }
  if (posts && path == "/leaks") return plant_leak(on.business, *body);
  if (posts && path == "/rows") return plant_row(on, *body);
  if (gets && path == "/live") return tell_live(on);
  if (posts && path == "/live") return change_live(on, *body);
  if (gets && path == "/dashboard") return tell_dashboard(on);
  if (posts && path == "/dashboard") return change_dashboard(on, *body);
  if (deletes && path == "/dashboard") return restore_dashboard(on);
  if (posts && path == "/capability") return change_capability(on, *body);
  if (posts && path == "/global") return change_global(on, *body);
  if (posts && path == "/api") return change_api(on, *body);
  if (posts && path == "/between_requests") return add_interruption(on, *body);
  if (deletes && path == "/between_requests") {
    on.interruptions.clear();
    return tell_clock(on);
  }
  if (deletes && path == "/tokens") {
    on.api.tokens.expire_all();
    return tell_clock(on);
  }
  using changer =
      answer (*)(world&, std::string_view, std::string_view, boost::json::object const&);
  constexpr std::array<std::pair<std::string_view, changer>, 5> changers = {{
      {"/calls", change_calls},
      {"/transactions", change_entries},
      {"/accounts", change_accounts},
      {"/numbers", change_numbers},
      {"/kyc-sessions", change_kyc_sessions},
  }};
  for (auto const& [start, change] : changers) {
    if (path != start && !path.starts_with(std::string(start) + '/')) continue;
    return change(on.business, what.method, path.substr(start.size()), *body);
  }
  throw control_refused("there is no operation " + what.method + " \"" + what.path + '"', 404);
}

}  // namespace

bool is_control(std::string_view path) { return path.starts_with(prefix); }

answer control(stage& on, request const& what) {
  try {
    return operate(on, what);
  } catch (control_refused const& refused) {
    answer bad;
    bad.status = refused.status;
    object body(bad.body);
    body.string("error", refused.what());
    body.close();
    return bad;
  }
}

}  // namespace vobiz::simulator
