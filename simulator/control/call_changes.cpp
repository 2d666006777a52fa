#include "simulator/api/json.hpp"
#include "simulator/control/arguments.hpp"
#include "simulator/control/mutations.hpp"
#include "simulator/control/path.hpp"
#include "simulator/control/refusal.hpp"

namespace vobiz::simulator {

namespace {

void append_call(std::string& out, world const& of, std::uint32_t at) {
  auto const& made = of.calls[at];
  object row(out);
  row.id("uuid", made.id);
  if (made.account < of.accounts.size()) row.plain("account_id", of.accounts[made.account].auth_id);
  row.time("start_time", made.start);
  row.time("created_at", made.created);
  row.time("updated_at", made.updated);
  row.integer("billsec", made.billsec);
  row.integer("duration", made.duration);
  row.plain("cost", to_text(made.cost));
  row.plain("streaming_cost", to_text(made.streaming_cost));
  row.plain("total_cost", to_text(made.total_cost));
  row.boolean("listed", made.listed);
}

void set_figures(call& made, arguments const& given) {
  auto const ring = made.duration - std::min(made.duration, made.billsec);
  if (auto const value = given.length("billsec")) {
    made.billsec = *value;
    made.duration = ring + *value;
  }
  if (auto const value = given.length("duration")) made.duration = *value;
  if (auto const value = given.amount("cost")) made.cost = *value;
  if (auto const value = given.amount("streaming_cost")) made.streaming_cost = *value;
  made.total_cost = given.amount("total_cost").value_or(made.cost + made.streaming_cost);
}

answer insert_calls(world& of, boost::json::object const& body) {
  arguments const given(body, {"n", "account", "at", "day", "step_ms", "uuid", "inbound",
                               "answered", "billsec", "duration", "cost", "streaming_cost",
                               "total_cost", "created_at", "charged", "fields", "raw"});
  auto const count = given.integer("n").value_or(1);
  if (count < 1 || count > 1'000'000) throw control_refused("\"n\" must be 1 to 1000000");
  if (of.accounts.empty()) throw control_refused("there is no account");
  auto const account = given.account(of, "account").value_or(0);
  auto const& customer = of.accounts[account];
  auto const step = milliseconds(given.integer("step_ms").value_or(1'000));
  bool const answered = given.flag("answered").value_or(true);
  auto const start = given.moment().value_or(of.now() - seconds(answered ? 71 : 31));
  auto const own_id = given.text("uuid");
  if (own_id && (count != 1 || !uuid_from_text(*own_id))) {
    throw control_refused("\"uuid\" must be a uuid, and only one call can have it");
  }
  auto const replacements = given.replacements();
  answer good;
  object outer(good.body);
  outer.begin("calls");
  good.body += '[';
  for (std::int64_t i = 0; i < count; ++i) {
    call made;
    made.serial = of.next_call_serial();
    made.id = own_id ? *uuid_from_text(*own_id) : of.call_id(made.serial);
    made.variant = static_cast<std::uint32_t>(made.id.low);
    made.account = account;
    made.number = customer.numbers.empty() ? 0 : customer.numbers.front();
    made.remote = made.variant % 100'000;
    made.inbound = given.flag("inbound").value_or(false);
    made.start = start + step * i;
    made.cause = answered ? 0 : 1;
    made.billsec = answered ? 60 : 0;
    made.duration = made.billsec + (answered ? 10 : 30);
    if (auto const seconds_talked = given.length("billsec"); answered && seconds_talked) {
      made.cost = charge(of.tiers[customer.tier].rate, *seconds_talked);
    } else if (answered) {
      made.cost = of.tiers[customer.tier].rate;
    }
    set_figures(made, given);
    made.created = given.time("created_at")
                       .value_or(made.start + seconds(made.duration) + microseconds(734'211));
    made.updated = made.created;
    auto const at = of.end_call(made, given.flag("charged").value_or(true));
    if (!replacements.empty()) of.calls.replace(at) = replacements;
    if (i > 0) good.body += ',';
    append_call(good.body, of, at);
  }
  good.body += ']';
  outer.close();
  return good;
}

// The ledger's answer to a re-rating: a further charge, or a refund.
void book_difference(world& of, call const& made, money difference) {
  if (difference == money() || made.account >= of.accounts.size()) return;
  entry booked;
  booked.account = made.account;
  booked.call = made.id;
  booked.about = subject::call;
  booked.about_number = made.remote;
  booked.about_seconds = made.billsec;
  booked.credit = difference < money();
  booked.type = booked.credit ? reference_type::refund : reference_type::cdr;
  booked.amount = booked.credit ? -difference : difference;
  booked.created = of.now();
  of.enter(booked);
}

void change_call(world& of, std::uint32_t at, boost::json::object const& body) {
  arguments const given(body, {"billsec", "duration", "cost", "streaming_cost", "total_cost",
                               "start_time", "updated_at", "account", "charged", "fields", "raw"});
  bool const kept = given.text("updated_at") == "keep";
  auto const before = of.calls[at].total_cost;
  auto const updated = kept ? of.calls[at].updated : given.time("updated_at").value_or(of.now());
  auto const start = given.time("start_time");
  auto const account = given.account(of, "account");
  auto const replacements = given.replacements();
  bool const charged = given.flag("charged").value_or(false);
  auto changed = of.calls[at];
  set_figures(changed, given);
  of.calls.change(at, [&](call& made) {
    made = changed;
    made.updated = updated;
    if (start) made.start = *start;
    if (account) made.account = *account;
  });
  for (auto const& [name, json] : replacements) of.calls.replace(at)[name] = json;
  if (charged) book_difference(of, of.calls[at], of.calls[at].total_cost - before);
}

void show(world& of, std::uint32_t at, bool listed, bool reachable) {
  of.calls.change(at, [&](call& made) {
    made.listed = listed;
    made.reachable = reachable;
  });
}

}  // namespace

answer change_calls(world& of, std::string_view method, std::string_view rest,
                    boost::json::object const& body) {
  if (method == "POST" && rest.empty()) return insert_calls(of, body);
  auto const [id, verb] = split_rest(rest);
  auto const key = uuid_from_text(id);
  auto const at = key ? of.calls.find(*key) : std::nullopt;
  if (!at) throw control_refused("there is no call \"" + std::string(id) + '"', 404);
  if (method == "POST" && verb.empty()) {
    change_call(of, *at, body);
  } else if (method == "POST" && verb == "hide") {
    show(of, *at, false, true);
  } else if (method == "POST" && verb == "show") {
    show(of, *at, true, true);
  } else if (method == "DELETE" && verb.empty()) {
    show(of, *at, false, false);
  } else if (method != "GET" || !verb.empty()) {
    throw control_refused("calls are changed by POST, POST hide, POST show and DELETE", 404);
  }
  answer good;
  append_call(good.body, of, *at);
  return good;
}

}  // namespace vobiz::simulator
