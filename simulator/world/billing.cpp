#include "simulator/world/random.hpp"
#include "simulator/world/world.hpp"

namespace vobiz::simulator {

namespace {

constexpr std::int64_t rupee = 1'000'000;

random_source source_of(std::uint64_t seed, utc_day day, std::uint64_t purpose) {
  return random_source(
      mix(seed ^ mix(static_cast<std::uint64_t>(day.time_since_epoch().count()) ^ purpose << 32)));
}

}  // namespace

// What a day brings: its calls, batch debits of the day before (late enough for the longest call to
// have ended), rentals, payments, identity checks, then the rest.
void world::plan_day(utc_day day) {
  sum_shares();
  plan_calls(day);
  plan_kyc_sessions(day);
  auto random = source_of(seed, day, 1);
  auto const around = [&random, day](minutes time) {
    return day + time + microseconds(random.between(0, 1'200'000'000));
  };
  for (std::uint32_t i = 0; i < accounts.size(); ++i) {
    if (accounts[i].books == debiting::daily) {
      to_come_.emplace(around(minutes(160)), daily_debit{i, day - days(1)});
    }
    to_come_.emplace(around(minutes(4 * 60 + 30)), top_up{i});
  }
  std::chrono::year_month_day const date(day);
  for (std::uint32_t i = 0; i < numbers.size(); ++i) {
    if (numbers[i].billing_day == static_cast<unsigned>(date.day())) {
      to_come_.emplace(around(minutes(120)), number_rental{i});
    }
  }
  to_come_.emplace(around(minutes(360)), odd_business{day});
  if (natural_gaps_ && day.time_since_epoch().count() % 7 == 0 && !accounts.empty()) {
    to_come_.emplace(day + hours(24) - microseconds(193'210), top_up{0});
  }
}

void world::happen(daily_debit const& what) {
  auto const sums = calls.of(what.account).select({what.of, what.of}).sums;
  if (sums.all.total_cost == money()) return;
  entry debit;
  debit.account = what.account;
  debit.type = reference_type::cdr;
  debit.about = subject::day;
  debit.about_day = what.of;
  debit.about_seconds = static_cast<std::uint32_t>(sums.all.calls);
  debit.amount = sums.all.total_cost;
  debit.created = now_;
  enter(debit);
}

void world::happen(number_rental const& what) {
  auto& held = numbers[what.number];
  auto const today = day_of(now_);
  if (!held.account || today - held.last_billed < days(20)) return;
  held.last_billed = today;
  held.updated = now_;
  entry debit;
  debit.account = *held.account;
  debit.type = reference_type::did_rental;
  debit.about = subject::number;
  debit.about_number = what.number;
  debit.about_day = today;
  debit.amount = held.monthly_fee;
  debit.created = now_;
  enter(debit);
}

void world::happen(top_up const& what) {
  auto const& customer = accounts[what.account];
  auto const edge = after_last_second(now_);
  if (!customer.active && !edge) return;
  auto random = source_of(seed, day_of(now_), 7'000 + what.account);
  auto const spend = daily_spend(customer);
  // Some customers pay when they have run nearly dry, the careful ones days before.
  bool const careless = what.account % 11 == 7;
  auto const limit = customer.postpaid ? -(spend * 7) : careless ? money{40 * rupee} : spend * 2;
  if (customer.wallet() >= limit && !edge) return;
  entry payment;
  payment.account = what.account;
  payment.credit = true;
  payment.type = reference_type::payment;
  auto const lack =
      customer.postpaid ? -customer.wallet() : spend * (careless ? 1 : 6) - customer.wallet();
  payment.amount = {(std::max(lack.millionths, std::int64_t{0}) / (500 * rupee) + 1) * 500 * rupee};
  payment.created = now_;
  if (random.chance(600)) {
    payment.status = entry_status::failed;
    payment.created -= seconds(random.between(20, 90));
    enter(payment);
    payment.status = entry_status::completed;
    payment.created = now_;
  }
  enter(payment);
}

void world::happen(odd_business const& what) {
  auto random = source_of(seed, what.day, 3);
  if (accounts.empty()) return;
  auto const someone = static_cast<std::uint32_t>(random.below(accounts.size()));
  if (!accounts[someone].active) return;
  if (random.chance(3'500)) transfer(someone, {random.between(1, 8) * 500 * rupee}, {});
  if (random.chance(3'000)) {
    auto const bought = add_number(someone, what.day);
    numbers[bought].created = numbers[bought].updated = numbers[bought].assigned = now_;
    entry debit;
    debit.account = someone;
    debit.about = subject::number;
    debit.about_number = bought;
    debit.about_day = what.day;
    debit.created = now_;
    if (numbers[bought].setup_fee > money()) {
      debit.type = reference_type::did_purchase;
      debit.amount = numbers[bought].setup_fee;
      enter(debit);
    }
    debit.type = reference_type::did_rental;
    debit.amount = numbers[bought].monthly_fee;
    enter(debit);
  }
  if (random.chance(1'500)) {
    entry goodwill;
    goodwill.account = someone;
    goodwill.credit = true;
    goodwill.type = reference_type::manual_adjustment;
    goodwill.amount = {random.between(1, 20) * 5 * rupee};
    goodwill.created = now_;
    enter(goodwill);
  }
  // A call charged twice by mistake, and the second charge given back.
  auto const yesterday = entries.of(someone).select({what.day - days(1), what.day - days(1)});
  for (auto const at : yesterday.part(0, 5)) {
    if (entries[at].about != subject::call || entries[at].type != reference_type::cdr ||
        !random.chance(4'000)) {
      continue;
    }
    auto again = entries[at];
    again.replaced = false;
    again.created = now_;
    enter(again);
    again.type = reference_type::refund;
    again.credit = true;
    again.created = now_ + microseconds(1);
    enter(again);
    break;
  }
}

}  // namespace vobiz::simulator
