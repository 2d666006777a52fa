#pragma once

#include <optional>
#include <string>

#include "simulator/api/json.hpp"
#include "simulator/control/refusal.hpp"
#include "simulator/world/world.hpp"

// The rows that leaks are made of.
namespace vobiz::simulator {

// What was asked for, and where.
struct wish {
  std::string kind;
  std::optional<std::uint32_t> account;
  std::optional<utc_day> day;
  money amount;
};

// What a leak is planted in, and the moment that it is planted for.
struct place_of_leak {
  world& of;
  wish const& where;
  instant at;
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

bool is_charge(entry const& row);
std::uint32_t customer_debited_per_call(world const& of, wish const& where);
// Another customer than that one, who is debited per call.
std::uint32_t somebody_else(world const& of, std::uint32_t account);

void say_entry(object& row, world const& of, std::uint32_t at);
void say_call(object& row, world const& of, std::uint32_t at, money amount);

// A second charge, one second behind the first.
std::uint32_t repeat(world& of, std::uint32_t at);
money price_of(world const& of, call const& made);
// As many seconds as cost the amount, give or take what a second costs.
std::uint32_t seconds_for(world const& of, std::uint32_t account, money amount);
// A call over the customer's own number that ends at the moment, at its price. Nothing is entered.
call talked(place_of_leak const& in, std::uint32_t account, std::uint32_t billsec);
entry charge_for(call const& made, money amount);
entry credit_of(place_of_leak const& in, reference_type type);
std::uint32_t transferred(place_of_leak const& in, entry_status status = entry_status::completed);

}  // namespace vobiz::simulator
