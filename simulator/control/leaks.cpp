#include "simulator/api/json.hpp"
#include "simulator/control/arguments.hpp"
#include "simulator/control/mutations.hpp"
#include "simulator/control/refusal.hpp"
#include "simulator/world/random.hpp"

namespace vobiz::simulator {

namespace {

constexpr money five_paise{50'000};

// What was asked for, and where.
struct wish {
  std::string kind;
  std::optional<std::uint32_t> account;
  std::optional<utc_day> day;
  money amount;
};

template <class Row, class Suits>
std::uint32_t newest(book<Row> const& rows, wish const& where, Suits suits) {
  auto const& line = where.account ? rows.of(*where.account) : rows.all();
  auto const found = line.select({where.day, where.day});
  for (auto const at : found.part(0, found.total)) {
    if (suits(rows[at])) return at;
  }
  throw control_refused("nothing suits a leak of kind \"" + where.kind + "\" there", 404);
}

bool is_charge(entry const& row) {
  return row.type == reference_type::cdr && row.about == subject::call && !row.credit &&
         row.status == entry_status::completed;
}

std::uint32_t customer_debited_per_call(world const& of, wish const& where) {
  if (where.account) return *where.account;
  for (std::uint32_t i = 0; i < of.accounts.size(); ++i) {
    if (of.accounts[i].active && of.accounts[i].books == debiting::per_call) return i;
  }
  throw control_refused("no account is debited per call", 404);
}

void say_entry(object& row, world const& of, std::uint32_t at) {
  auto const& made = of.entries[at];
  row.plain("account_id", of.accounts[made.account].auth_id);
  row.id("transaction", made.id);
  if (made.about == subject::call) row.id("call", made.call);
  if (made.about == subject::number) row.plain("number", of.numbers[made.about_number].e164);
  row.plain("amount", to_text(made.amount));
  row.time("at", made.created);
}

void say_call(object& row, world const& of, std::uint32_t at, money amount) {
  auto const& made = of.calls[at];
  row.plain("account_id", of.accounts[made.account].auth_id);
  row.id("call", made.id);
  row.plain("amount", to_text(amount));
  row.time("at", made.start);
}

// A second charge, one second behind the first.
std::uint32_t repeat(world& of, std::uint32_t at) {
  auto again = of.entries[at];
  again.replaced = false;
  again.created += seconds(1);
  return of.enter(again, placing::natural);
}

}  // namespace

answer plant_leak(world& of, boost::json::object const& body) {
  arguments const given(body, {"kind", "account", "day", "amount"});
  wish const where{given.text("kind").value_or(""), given.account(of, "account"), given.day("day"),
                   given.amount("amount").value_or(five_paise)};
  auto const at = where.day ? instant(*where.day + hours(9) + microseconds(481'516)) : of.now();
  answer good;
  object row(good.body);
  row.string("kind", where.kind);
  if (where.kind == "charge_without_call") {
    entry charge;
    charge.account = customer_debited_per_call(of, where);
    charge.about = subject::call;
    charge.call = make_uuid(of.seed ^ 0x1ea4, of.entries.size());
    charge.about_seconds = 30;
    charge.amount = where.amount;
    charge.created = at;
    say_entry(row, of, of.enter(charge, placing::natural));
  } else if (where.kind == "call_without_charge") {
    call made;
    made.serial = of.next_call_serial();
    made.id = of.call_id(made.serial);
    made.variant = static_cast<std::uint32_t>(made.id.low);
    made.account = customer_debited_per_call(of, where);
    auto const& held = of.accounts[made.account].numbers;
    made.number = held.empty() ? 0 : held.front();
    made.billsec = 30;
    made.duration = 40;
    made.start = at - seconds(made.duration + 2);
    made.created = made.updated = at;
    made.cost = made.total_cost = where.amount;
    say_call(row, of, of.end_call(made, false), made.cost);
  } else if (where.kind == "double_charge") {
    say_entry(row, of, repeat(of, newest(of.entries, where, is_charge)));
  } else if (where.kind == "re_rated_call") {
    auto const found = newest(of.calls, where, [&](call const& made) {
      return made.cost > money() && made.account < of.accounts.size() &&
             of.accounts[made.account].books == debiting::per_call;
    });
    of.calls.change(found, [&](call& made) {
      made.cost += where.amount;
      made.total_cost += where.amount;
      made.updated = of.now();
    });
    say_call(row, of, found, where.amount);
  } else if (where.kind == "rental_twice") {
    say_entry(row, of, repeat(of, newest(of.entries, where, [](entry const& made) {
                                return made.type == reference_type::did_rental;
                              })));
  } else if (where.kind == "wallet_jump") {
    auto const account = customer_debited_per_call(of, where);
    of.accounts[account].unbooked -= where.amount;
    of.accounts[account].wallet_changed = of.now();
    row.plain("account_id", of.accounts[account].auth_id);
    row.plain("amount", to_text(-where.amount));
  } else {
    throw control_refused(
        "\"kind\" must be charge_without_call, call_without_charge, double_charge, re_rated_call, "
        "rental_twice or wallet_jump");
  }
  row.close();
  return good;
}

}  // namespace vobiz::simulator
