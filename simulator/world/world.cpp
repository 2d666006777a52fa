#include "simulator/world/world.hpp"

#include <charconv>

#include "simulator/world/random.hpp"

namespace vobiz::simulator {

namespace {

constexpr std::uint64_t call_ids = 0xca11;
constexpr std::uint64_t entry_ids = 0x1ed9e4;

}  // namespace

world::world(world_plan const& plan)
    : seed(plan.seed),
      calls_per_day_(plan.calls_per_day),
      natural_gaps_(plan.natural_gaps),
      now_(day_of(plan.now) - days(plan.history)),
      first_day_(day_of(now_)),
      next_day_to_plan_(first_day_) {
  auto const expected =
      static_cast<std::size_t>(plan.calls_per_day) * static_cast<std::size_t>(plan.history + 1);
  calls.expect(expected + expected / 8);
  entries.expect(expected);
  found_business(plan);
  found_kyc_sessions();
  advance_to(plan.now);
  live(plan.live);
}

void world::advance_to(instant to) {
  while (now_ < to) {
    auto const day = day_of(now_);
    while (next_day_to_plan_ <= day) {
      if (!live_.still) plan_day(next_day_to_plan_);
      next_day_to_plan_ += days(1);
    }
    auto until = std::min<instant>(to, day + days(1));
    if (live_.active_percent > 0) {
      auto const minute = std::chrono::floor<minutes>(now_);
      if (minute >= next_live_minute_) plan_live_minute(minute);
      next_live_minute_ = minute + minutes(1);
      until = std::min<instant>(until, next_live_minute_);
    }
    while (!to_come_.empty() && to_come_.begin()->first <= until) {
      auto due = to_come_.extract(to_come_.begin());
      now_ = due.key();
      std::visit([this](auto const& what) { happen(what); }, due.mapped());
    }
    now_ = until;
  }
}

void world::settle(entry const& what, int sign) {
  if (what.status != entry_status::completed || what.account >= accounts.size()) return;
  auto& customer = accounts[what.account];
  (what.credit ? customer.credits : customer.debits) += what.amount * sign;
  customer.wallet_changed = std::max(customer.wallet_changed, what.updated);
}

std::uint32_t world::enter(entry what, placing how) {
  what.serial = ++entry_serial_;
  what.id = make_uuid(seed ^ entry_ids, static_cast<std::uint64_t>(what.serial));
  what.variant = static_cast<std::uint32_t>(mix(what.id.low));
  if (how == placing::natural && !natural_gaps_ && what.at_edge()) what.created -= seconds(1);
  what.updated = what.created;
  settle(what, 1);
  return entries.add(what);
}

uuid world::call_id(std::int64_t serial) const {
  return make_uuid(seed ^ call_ids, static_cast<std::uint64_t>(serial));
}

std::uint32_t world::end_call(call what, bool charged) {
  if (charged && what.account < accounts.size() &&
      accounts[what.account].books == debiting::per_call) {
    entry charge;
    charge.account = what.account;
    charge.call = what.id;
    charge.about = subject::call;
    charge.about_number = what.remote;
    charge.about_seconds = what.billsec;
    // The charge is booked while the record of the call is still being written.
    charge.created = what.created - (what.created - what.start - seconds(what.duration)) / 3;
    if (what.cost > money()) {
      charge.type = what.answered() ? reference_type::cdr : reference_type::ncc;
      charge.amount = what.cost;
      enter(charge);
    }
    if (what.streaming_cost > money()) {
      charge.type = reference_type::stream_cdr;
      charge.amount = what.streaming_cost;
      charge.created += microseconds(1'731);
      enter(charge);
    }
  }
  return calls.add(what);
}

std::optional<std::uint32_t> world::find_account(std::string_view auth_id_or_id) const {
  auto const* end = auth_id_or_id.data() + auth_id_or_id.size();
  std::int64_t id = 0;
  auto const read = std::from_chars(auth_id_or_id.data(), end, id);
  bool const is_id = read.ec == std::errc() && read.ptr == end;
  for (std::uint32_t i = 0; i < accounts.size(); ++i) {
    if (is_id ? accounts[i].id == id : accounts[i].auth_id == auth_id_or_id) return i;
  }
  return std::nullopt;
}

std::optional<std::uint32_t> world::find_number(std::string_view e164) const {
  if (e164.starts_with('+')) e164.remove_prefix(1);
  for (std::uint32_t i = 0; i < numbers.size(); ++i) {
    if (std::string_view(numbers[i].e164).substr(1) == e164) return i;
  }
  return std::nullopt;
}

void world::assign(std::uint32_t number, std::optional<std::uint32_t> account) {
  auto& held = numbers[number];
  if (held.account) std::erase(accounts[*held.account].numbers, number);
  held.account = account;
  held.updated = now_;
  if (!account) return;
  held.assigned = now_;
  accounts[*account].numbers.push_back(number);
}

std::optional<std::uint32_t> world::transfer(std::uint32_t account, money amount,
                                             std::string description) {
  if (owner.balance < amount) return std::nullopt;
  owner.balance -= amount;
  owner.updated = now_;
  entry credit;
  credit.account = account;
  credit.credit = true;
  credit.type = reference_type::balance_transfer;
  credit.amount = amount;
  credit.created = now_;
  auto const at = enter(credit);
  if (!description.empty()) entries.replace(at)["description"] = std::move(description);
  return at;
}

}  // namespace vobiz::simulator
