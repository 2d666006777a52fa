#include "simulator/control/leak_rows.hpp"

#include <algorithm>

namespace vobiz::simulator {

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

money price_of(world const& of, call const& made) {
  return charge(of.tiers[of.accounts[made.account].tier].rate, made.billsec);
}

// As many seconds as cost the amount, give or take what a second costs.
std::uint32_t seconds_for(world const& of, std::uint32_t account, money amount) {
  auto const rate = of.tiers[of.accounts[account].tier].rate.millionths;
  return static_cast<std::uint32_t>(std::max<std::int64_t>(1, amount.millionths * 60 / rate));
}

// A call over the customer's own number that ends at the moment, at its price. Nothing is entered.
call talked(place_of_leak const& in, std::uint32_t account, std::uint32_t billsec) {
  auto& of = in.of;
  call made;
  made.serial = of.next_call_serial();
  made.id = of.call_id(made.serial);
  made.variant = static_cast<std::uint32_t>(made.id.low);
  made.account = account;
  auto const& held = of.accounts[account].numbers;
  made.number = held.empty() ? 0 : held.front();
  made.billsec = billsec;
  made.duration = billsec + 10;
  made.start = in.at - seconds(made.duration + 2);
  made.created = made.updated = in.at;
  made.cost = made.total_cost = price_of(of, made);
  return made;
}

// Another customer than that one, who is debited per call.
std::uint32_t somebody_else(world const& of, std::uint32_t account) {
  for (std::uint32_t i = 0; i < of.accounts.size(); ++i) {
    if (i != account && of.accounts[i].active && of.accounts[i].books == debiting::per_call &&
        !of.accounts[i].numbers.empty()) {
      return i;
    }
  }
  throw control_refused("no other account is debited per call", 404);
}

entry charge_for(call const& made, money amount) {
  entry debit;
  debit.account = made.account;
  debit.about = subject::call;
  debit.call = made.id;
  debit.about_number = made.remote;
  debit.about_seconds = made.billsec;
  debit.amount = amount;
  debit.created = made.created;
  return debit;
}

entry credit_of(place_of_leak const& in, reference_type type) {
  entry credit;
  credit.account = customer_debited_per_call(in.of, in.where);
  credit.credit = true;
  credit.type = type;
  credit.amount = in.where.amount;
  credit.created = in.at;
  return credit;
}

std::uint32_t transferred(place_of_leak const& in, entry_status status) {
  auto credit = credit_of(in, reference_type::balance_transfer);
  credit.status = status;
  if (status == entry_status::completed) {
    in.of.owner.balance -= credit.amount;
    in.of.owner.updated = in.of.now();
  }
  return in.of.enter(credit, placing::natural);
}

}  // namespace vobiz::simulator
