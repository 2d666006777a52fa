#include <array>
#include <cmath>

#include "simulator/world/causes.hpp"
#include "simulator/world/random.hpp"
#include "simulator/world/world.hpp"

namespace vobiz::simulator {

namespace {

// Weight of each hour of an Indian working day, from midnight.
constexpr std::array<std::uint32_t, 24> india_hours = {
    1, 1, 1, 1, 1, 2, 4, 10, 28, 62, 88, 92, 84, 60, 72, 86, 90, 82, 60, 34, 18, 10, 5, 2};
// Of a mean day, in hundredths, from Sunday; a week adds up to seven days.
constexpr std::array<int, 7> week = {60, 110, 110, 110, 110, 110, 90};

std::vector<std::uint32_t> cumulated_half_hours() {
  std::vector<std::uint32_t> sums;
  std::uint32_t sum = 0;
  for (std::size_t slot = 0; slot < 48; ++slot) {
    sum += india_hours[(slot + 11) % 48 / 2];  // India is eleven half hours ahead
    sums.push_back(sum);
  }
  return sums;
}

std::vector<std::uint32_t> cumulated_causes() {
  std::vector<std::uint32_t> sums;
  std::uint32_t sum = 0;
  for (auto const& cause : hangup_causes) sums.push_back(sum += cause.weight);
  return sums;
}

// Keeps as many fractional digits as the row's variant says, so that answers show none to six.
microseconds fraction(random_source& random, std::uint32_t variant) {
  constexpr std::array<std::int64_t, 7> steps = {1'000'000, 100'000, 10'000, 1'000, 100, 10, 1};
  auto const step = steps[variant % steps.size()];
  return microseconds(random.between(0, 999'999) / step * step);
}

std::uint32_t talk(random_source& random) {
  if (random.chance(1'200)) return static_cast<std::uint32_t>(random.between(1, 6));
  auto const uniform = static_cast<double>(random.below(1u << 20) + 1) / (1u << 20);
  return static_cast<std::uint32_t>(7 + std::min(-std::log(uniform) * 88, 5'400.0));
}

}  // namespace

void world::plan_calls(utc_day day) {
  static auto const half_hours = cumulated_half_hours();
  static auto const causes = cumulated_causes();
  random_source random(mix(seed ^ mix(static_cast<std::uint64_t>(day.time_since_epoch().count()))));

  std::vector<std::uint32_t> shares;
  std::vector<std::uint32_t> callers;
  std::uint32_t sum = 0;
  for (std::uint32_t i = 0; i < accounts.size(); ++i) {
    auto const& customer = accounts[i];
    if (!customer.active || customer.share == 0 || customer.numbers.empty()) continue;
    callers.push_back(i);
    shares.push_back(sum += customer.share);
  }
  if (callers.empty()) return;

  auto const weekday = week[std::chrono::weekday(day).c_encoding()];
  auto const count =
      static_cast<std::int64_t>(calls_per_day_) * weekday * random.between(96, 104) / 10'000;
  for (std::int64_t i = 0; i < count; ++i) {
    call made;
    made.serial = next_call_serial();
    made.id = call_id(made.serial);
    made.variant = static_cast<std::uint32_t>(random.bits());
    made.account = callers[random.pick(shares)];
    auto const& customer = accounts[made.account];
    auto const& prices = tiers[customer.tier];
    made.number = customer.numbers[random.below(customer.numbers.size())];
    made.remote = static_cast<std::uint32_t>(random.below(100'000));
    made.inbound = random.chance(3'000);
    made.voice_api = customer.uses_voice_api && random.chance(5'500);
    made.start = day + minutes(30) * static_cast<int>(random.pick(half_hours)) +
                 seconds(random.between(0, 1'799)) + fraction(random, made.variant >> 8);
    bool const answered = random.chance(made.inbound ? 8'300 : customer.answer_rate);
    made.cause = answered ? 0 : static_cast<std::uint8_t>(random.pick(causes));
    auto const& cause = hangup_causes[made.cause];
    auto const ring = static_cast<std::uint32_t>(random.between(cause.least_ring, cause.most_ring));
    made.billsec = answered ? talk(random) : 0;
    made.duration = ring + made.billsec;
    if (answered) {
      made.cost = charge(prices.rate, made.billsec);
      if (made.voice_api) made.streaming_cost = charge(prices.streaming_rate, made.billsec);
    } else if (prices.charges_non_connected && !made.inbound) {
      made.cost = prices.non_connected_fee;
    }
    made.total_cost = made.cost + made.streaming_cost;
    made.created =
        made.start + seconds(made.duration) + microseconds(random.between(300'000, 1'500'000));
    made.updated = made.created;
    to_come_.emplace(made.created, made);
  }
}

void world::happen(call const& what) { end_call(what, true); }

}  // namespace vobiz::simulator
