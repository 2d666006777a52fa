#include "simulator/api/json.hpp"
#include "simulator/control/arguments.hpp"
#include "simulator/control/mutations.hpp"
#include "simulator/control/path.hpp"
#include "simulator/control/refusal.hpp"

namespace vobiz::simulator {

namespace {

void append_entry(std::string& out, world const& of, std::uint32_t at) {
  auto const& made = of.entries[at];
  object row(out);
  row.id("id", made.id);
  if (made.account < of.accounts.size()) row.plain("account_id", of.accounts[made.account].auth_id);
  row.plain("type", made.credit ? "credit" : "debit");
  row.plain("reference_type", name_of(made.type));
  row.plain("status", name_of(made.status));
  row.plain("amount", to_text(made.amount));
  if (made.about == subject::call) row.id("call", made.call);
  row.time("created_at", made.created);
  row.boolean("listed", made.listed);
}

void set_members(entry& made, arguments const& given, world const& of) {
  if (auto const value = given.amount("amount")) made.amount = *value;
  if (auto const value = given.flag("credit")) made.credit = *value;
  if (auto const value = given.account(of, "account")) made.account = *value;
  if (auto const name = given.text("reference_type")) {
    auto const type = reference_type_from(*name);
    if (!type) throw control_refused("unknown reference_type \"" + *name + '"');
    made.type = *type;
  }
  if (auto const name = given.text("status")) {
    auto const status = entry_status_from(*name);
    if (!status) throw control_refused("unknown status \"" + *name + '"');
    made.status = *status;
  }
  if (auto const text = given.text("call")) {
    auto const id = uuid_from_text(*text);
    if (!id) throw control_refused("\"call\" must be a uuid");
    made.call = *id;
    made.about = subject::call;
  }
  if (auto const text = given.text("number")) {
    auto const number = of.find_number(*text);
    if (!number) throw control_refused("there is no number \"" + *text + '"', 404);
    made.about_number = *number;
    made.about = subject::number;
  }
}

answer insert_entries(world& of, boost::json::object const& body) {
  arguments const given(body, {"n", "account", "at", "day", "step_ms", "amount", "credit",
                               "reference_type", "status", "call", "number", "fields", "raw"});
  auto const count = given.integer("n").value_or(1);
  if (count < 1 || count > 1'000'000) throw control_refused("\"n\" must be 1 to 1000000");
  entry wanted;
  wanted.account = of.accounts.empty() ? no_account : 0;
  wanted.amount = money{1'000'000};
  wanted.type = reference_type::manual_adjustment;
  set_members(wanted, given, of);
  auto const start = given.moment().value_or(of.now());
  auto const step = milliseconds(given.integer("step_ms").value_or(0));
  auto const replacements = given.replacements();
  answer good;
  object outer(good.body);
  outer.begin("transactions");
  good.body += '[';
  for (std::int64_t i = 0; i < count; ++i) {
    wanted.created = start + step * i;
    wanted.about_day = day_of(wanted.created);
    auto const at = of.enter(wanted, placing::exact);
    if (!replacements.empty()) of.entries.replace(at) = replacements;
    if (i > 0) good.body += ',';
    append_entry(good.body, of, at);
  }
  good.body += ']';
  outer.close();
  return good;
}

void change_entry(world& of, std::uint32_t at, boost::json::object const& body) {
  arguments const given(body, {"account", "amount", "credit", "reference_type", "status", "call",
                               "number", "created_at", "updated_at", "fields", "raw"});
  bool const kept = given.text("updated_at") == "keep";
  auto const replacements = given.replacements();
  auto changed = of.entries[at];
  set_members(changed, given, of);
  if (!kept) changed.updated = given.time("updated_at").value_or(of.now());
  if (auto const created = given.time("created_at")) changed.created = *created;
  of.change_entry(at, [&](entry& made) { made = changed; });
  for (auto const& [name, json] : replacements) of.entries.replace(at)[name] = json;
}

}  // namespace

answer change_entries(world& of, std::string_view method, std::string_view rest,
                      boost::json::object const& body) {
  if (method == "POST" && rest.empty()) return insert_entries(of, body);
  auto [id, verb] = split_rest(rest);
  auto const shown = id;
  if (id.starts_with("txn_")) id.remove_prefix(4);
  auto const key = uuid_from_text(id);
  auto const at = key ? of.entries.find(*key) : std::nullopt;
  if (!at) throw control_refused("there is no transaction \"" + std::string(shown) + '"', 404);
  if (method == "POST" && verb.empty()) {
    change_entry(of, *at, body);
  } else if (method == "DELETE" && verb.empty()) {
    // The wallet keeps what it booked: a row that vanishes from a list undoes no payment.
    of.entries.change(*at, [](entry& made) { made.listed = made.reachable = false; });
  } else if (method != "GET" || !verb.empty()) {
    throw control_refused("transactions are changed by POST and DELETE", 404);
  }
  answer good;
  append_entry(good.body, of, *at);
  return good;
}

}  // namespace vobiz::simulator
