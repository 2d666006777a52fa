#include <algorithm>
#include <cmath>

#include "simulator/world/causes.hpp"
#include "simulator/world/random.hpp"
#include "simulator/world/world.hpp"

namespace vobiz::simulator {

namespace {

constexpr std::uint64_t live_calls = 0x11fe;
constexpr std::uint8_t no_answer = 1;

bool chance(random_source& random, double percent) {
  return static_cast<double>(random.below(1'000'000)) < percent * 10'000;
}

}  // namespace

void world::live(live_plan const& plan) {
  live_ = plan;
  if (plan.still) to_come_.clear();
}

// The calls that end in this minute: each of another customer, in the order of a shuffle.
void world::plan_live_minute(std::chrono::sys_time<minutes> minute) {
  random_source random(
      mix(seed ^
          mix(static_cast<std::uint64_t>(minute.time_since_epoch().count()) ^ live_calls << 40)));
  std::vector<std::uint32_t> callers;
  for (std::uint32_t i = 0; i < accounts.size(); ++i) {
    auto const& customer = accounts[i];
    if (customer.active && customer.listed && !customer.numbers.empty()) callers.push_back(i);
  }
  auto const mean = static_cast<double>(callers.size()) * live_.active_percent / 100;
  auto const whole = std::floor(mean);
  auto const count = std::min(callers.size(), static_cast<std::size_t>(whole) +
                                                  (chance(random, (mean - whole) * 100) ? 1 : 0));
  for (std::size_t i = 0; i < count; ++i) {
    std::swap(callers[i], callers[i + random.below(callers.size() - i)]);
    plan_live_call(random, callers[i], minute + microseconds(random.between(1, 60'000'000)));
  }
}

void world::plan_live_call(random_source& random, std::uint32_t account, instant ends) {
  auto const& customer = accounts[account];
  bool const free = chance(random, live_.free_percent);
  call made;
  made.serial = next_call_serial();
  made.id = call_id(made.serial);
  made.variant = static_cast<std::uint32_t>(random.bits());
  made.account = account;
  made.number = customer.numbers[random.below(customer.numbers.size())];
  made.remote = static_cast<std::uint32_t>(random.below(100'000));
  made.inbound = free || random.chance(3'000);
  made.cause = free ? no_answer : 0;
  auto const ring = static_cast<std::uint32_t>(random.between(3, 25));
  made.billsec = free ? 0 : static_cast<std::uint32_t>(random.between(5, 180));
  made.duration = ring + made.billsec;
  made.cost = charge(tiers[customer.tier].rate, made.billsec);
  made.total_cost = made.cost;
  made.start = ends - seconds(made.duration) - microseconds(random.between(300'000, 1'500'000));
  made.created = made.updated = ends;
  if (ends > now_) to_come_.emplace(ends, made);
}

}  // namespace vobiz::simulator
