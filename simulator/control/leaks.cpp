#include <algorithm>

#include "simulator/api/json.hpp"
#include "simulator/control/arguments.hpp"
#include "simulator/control/leak_rows.hpp"
#include "simulator/control/mutations.hpp"
#include "simulator/control/refusal.hpp"
#include "simulator/world/random.hpp"

namespace vobiz::simulator {

namespace {

constexpr money five_paise{50'000};

void charge_without_call(place_of_leak const& in, object& row) {
  entry charge;
  charge.account = customer_debited_per_call(in.of, in.where);
  charge.about = subject::call;
  charge.call = make_uuid(in.of.seed ^ 0x1ea4, in.of.entries.size());
  charge.about_seconds = 30;
  charge.amount = in.where.amount;
  charge.created = in.at;
  say_entry(row, in.of, in.of.enter(charge, placing::natural));
}

void call_without_charge(place_of_leak const& in, object& row) {
  auto const account = customer_debited_per_call(in.of, in.where);
  auto const made = talked(in, account, seconds_for(in.of, account, in.where.amount));
  say_call(row, in.of, in.of.end_call(made, false), made.cost);
}

void double_charge(place_of_leak const& in, object& row) {
  say_entry(row, in.of, repeat(in.of, newest(in.of.entries, in.where, is_charge)));
}

// The record of a call grows after it was charged, by the seconds that cost the amount.
void re_rated_call(place_of_leak const& in, object& row) {
  auto& of = in.of;
  auto const found = newest(of.calls, in.where, [&](call const& made) {
    return made.answered() && made.cost > money() && made.account < of.accounts.size() &&
           of.accounts[made.account].books == debiting::per_call;
  });
  auto const before = of.calls[found].cost;
  auto const more = seconds_for(of, of.calls[found].account, in.where.amount);
  of.calls.change(found, [&](call& made) {
    made.billsec += more;
    made.duration += more;
    made.cost = price_of(of, made);
    made.total_cost = made.cost + made.streaming_cost;
    made.updated = of.now();
  });
  say_call(row, of, found, of.calls[found].cost - before);
}

void rental_twice(place_of_leak const& in, object& row) {
  say_entry(row, in.of, repeat(in.of, newest(in.of.entries, in.where, [](entry const& made) {
                                 return made.type == reference_type::did_rental;
                               })));
}

void wallet_jump(place_of_leak const& in, object& row) {
  auto const account = customer_debited_per_call(in.of, in.where);
  in.of.accounts[account].unbooked -= in.where.amount;
  in.of.accounts[account].wallet_changed = in.of.now();
  row.plain("account_id", in.of.accounts[account].auth_id);
  row.plain("amount", to_text(-in.where.amount));
}

void charge_pending(place_of_leak const& in, object& row) {
  auto const made = talked(in, customer_debited_per_call(in.of, in.where), 30);
  in.of.end_call(made, false);
  auto debit = charge_for(made, made.cost);
  debit.status = entry_status::pending;
  say_entry(row, in.of, in.of.enter(debit, placing::natural));
}

void charge_in_dollars(place_of_leak const& in, object& row) {
  auto const made = talked(in, customer_debited_per_call(in.of, in.where), 30);
  in.of.end_call(made, false);
  auto const at = in.of.enter(charge_for(made, made.cost), placing::natural);
  in.of.entries.replace(at)["currency"] = "\"USD\"";
  say_entry(row, in.of, at);
}

void charge_to_another(place_of_leak const& in, object& row) {
  auto const made = talked(in, customer_debited_per_call(in.of, in.where), 30);
  in.of.end_call(made, false);
  auto debit = charge_for(made, made.cost);
  debit.account = somebody_else(in.of, made.account);
  say_entry(row, in.of, in.of.enter(debit, placing::natural));
}

void call_off_price(place_of_leak const& in, object& row) {
  auto made = talked(in, customer_debited_per_call(in.of, in.where), 30);
  made.cost += in.where.amount;
  made.total_cost = made.cost;
  say_call(row, in.of, in.of.end_call(made, true), made.cost);
}

void voice_unrated(place_of_leak const& in, object& row) {
  auto made = talked(in, customer_debited_per_call(in.of, in.where), 60);
  made.voice_api = true;
  made.cost = {};
  made.streaming_cost = in.of.tiers[in.of.accounts[made.account].tier].streaming_rate;
  made.total_cost = made.streaming_cost;
  say_call(row, in.of, in.of.end_call(made, true), made.total_cost);
}

void stream_off_price(place_of_leak const& in, object& row) {
  auto made = talked(in, customer_debited_per_call(in.of, in.where), 60);
  made.voice_api = true;
  made.streaming_cost =
      in.of.tiers[in.of.accounts[made.account].tier].streaming_rate + in.where.amount;
  made.total_cost = made.cost + made.streaming_cost;
  say_call(row, in.of, in.of.end_call(made, true), made.total_cost);
}

// An unanswered call beside one that paid the fee.
void fee_missing(place_of_leak const& in, object& row) {
  auto& of = in.of;
  auto const paid = newest(of.calls, in.where, [&](call const& made) {
    return !made.answered() && !made.inbound && made.cost > money() &&
           made.account < of.accounts.size() &&
           of.accounts[made.account].books == debiting::per_call;
  });
  auto made = talked(in, of.calls[paid].account, 0);
  made.cause = of.calls[paid].cause;
  made.cost = made.total_cost = {};
  say_call(row, of, of.end_call(made, true), of.calls[paid].cost);
}

void master_jump(place_of_leak const& in, object& row) {
  in.of.owner.balance -= in.where.amount;
  in.of.owner.updated = in.of.now();
  row.plain("amount", to_text(-in.where.amount));
}

void transfer_to_another(place_of_leak const& in, object& row) {
  auto const at = transferred(in);
  auto const& made = in.of.entries[at];
  auto const stamp = std::chrono::floor<seconds>(made.created).time_since_epoch().count();
  auto const& other = in.of.accounts[somebody_else(in.of, made.account)].auth_id;
  in.of.entries.replace(at)["reference"] =
      "\"ptc:" + in.of.owner.auth_id + ":" + other + ":" + std::to_string(stamp) + "\"";
  say_entry(row, in.of, at);
}

void transfer_twice(place_of_leak const& in, object& row) {
  transferred(in);
  say_entry(row, in.of, transferred(in));
}

void transfer_pending(place_of_leak const& in, object& row) {
  say_entry(row, in.of, transferred(in, entry_status::pending));
}

void payment_twice(place_of_leak const& in, object& row) {
  auto credit = credit_of(in, reference_type::payment);
  for (int i = 0; i < 2; ++i) {
    auto const at = in.of.enter(credit, placing::natural);
    in.of.entries.replace(at)["reference"] = "\"pay_77\"";
    if (i == 1) say_entry(row, in.of, at);
    credit.created += seconds(3);
  }
}

void refund_of_no_call(place_of_leak const& in, object& row) {
  auto credit = credit_of(in, reference_type::refund);
  credit.about = subject::call;
  credit.call = make_uuid(in.of.seed ^ 0x1ea4, in.of.entries.size());
  say_entry(row, in.of, in.of.enter(credit, placing::natural));
}

void adjustment(place_of_leak const& in, object& row) {
  auto debit = credit_of(in, reference_type::manual_adjustment);
  debit.credit = false;
  say_entry(row, in.of, in.of.enter(debit, placing::natural));
}

// Both customers pay for it.
void call_of_two_customers(place_of_leak const& in, object& row) {
  auto made = talked(in, customer_debited_per_call(in.of, in.where), 30);
  in.of.end_call(made, true);
  made.account = somebody_else(in.of, made.account);
  made.number = in.of.accounts[made.account].numbers.front();
  made.cost = made.total_cost = price_of(in.of, made);
  say_call(row, in.of, in.of.end_call(made, true), made.cost);
}

void call_recorded_twice(place_of_leak const& in, object& row) {
  auto made = talked(in, customer_debited_per_call(in.of, in.where), 30);
  auto const first = in.of.end_call(made, true);
  made.serial = in.of.next_call_serial();
  made.id = in.of.call_id(made.serial);
  made.start += seconds(30);
  made.created = made.updated = made.created + seconds(30);
  auto const second = in.of.end_call(made, true);
  for (auto const at : {first, second}) {
    in.of.calls.replace(at)["sip_call_id"] = "\"twice@example.com\"";
  }
  say_call(row, in.of, second, made.cost);
}

void call_over_foreign_number(place_of_leak const& in, object& row) {
  auto made = talked(in, customer_debited_per_call(in.of, in.where), 30);
  made.number = in.of.accounts[somebody_else(in.of, made.account)].numbers.front();
  say_call(row, in.of, in.of.end_call(made, true), made.cost);
}

// It begins at the moment, and its record comes a day later.
void endless_call(place_of_leak const& in, object& row) {
  auto made = talked(in, customer_debited_per_call(in.of, in.where), 86'500);
  made.start = in.at;
  made.created = made.updated = made.start + seconds(made.duration + 2);
  say_call(row, in.of, in.of.end_call(made, true), made.cost);
}

// Talk that is recorded as ringing; the fee is paid where the price list has one.
void talk_as_ringing(place_of_leak const& in, object& row) {
  auto made = talked(in, customer_debited_per_call(in.of, in.where), 0);
  made.duration = 612;
  made.start = in.at - seconds(614);
  made.cost = made.total_cost = in.of.tiers[in.of.accounts[made.account].tier].non_connected_fee;
  say_call(row, in.of, in.of.end_call(made, true), made.cost);
}

struct leak_kind {
  std::string_view name;
  void (*plant)(place_of_leak const&, object&);
};

constexpr leak_kind all_kinds[] = {
    {"charge_without_call", charge_without_call},
    {"call_without_charge", call_without_charge},
    {"double_charge", double_charge},
    {"re_rated_call", re_rated_call},
    {"rental_twice", rental_twice},
    {"wallet_jump", wallet_jump},
    {"charge_pending", charge_pending},
    {"charge_in_dollars", charge_in_dollars},
    {"charge_to_another", charge_to_another},
    {"call_off_price", call_off_price},
    {"voice_unrated", voice_unrated},
    {"stream_off_price", stream_off_price},
    {"fee_missing", fee_missing},
    {"master_jump", master_jump},
    {"transfer_to_another", transfer_to_another},
    {"transfer_twice", transfer_twice},
    {"transfer_pending", transfer_pending},
    {"payment_twice", payment_twice},
    {"refund_of_no_call", refund_of_no_call},
    {"adjustment", adjustment},
    {"call_of_two_customers", call_of_two_customers},
    {"call_recorded_twice", call_recorded_twice},
    {"call_over_foreign_number", call_over_foreign_number},
    {"endless_call", endless_call},
    {"talk_as_ringing", talk_as_ringing},
};

}  // namespace

answer plant_leak(world& of, boost::json::object const& body) {
  arguments const given(body, {"kind", "account", "day", "amount"});
  wish const where{given.text("kind").value_or(""), given.account(of, "account"), given.day("day"),
                   given.amount("amount").value_or(five_paise)};
  auto const at = where.day ? instant(*where.day + hours(9) + microseconds(481'516)) : of.now();
  auto const wanted = std::ranges::find(all_kinds, where.kind, &leak_kind::name);
  if (wanted == std::ranges::end(all_kinds)) {
    std::string known;
    for (auto const& one : all_kinds) known += (known.empty() ? "" : ", ") + std::string(one.name);
    throw control_refused("\"kind\" must be one of " + known);
  }
  answer good;
  object row(good.body);
  row.string("kind", where.kind);
  wanted->plant({of, where, at}, row);
  row.close();
  return good;
}

}  // namespace vobiz::simulator
