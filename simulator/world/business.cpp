#include <array>

#include "simulator/world/random.hpp"
#include "simulator/world/world.hpp"

namespace vobiz::simulator {

namespace {

constexpr std::array<std::string_view, 6> kinds = {"Example",  "Sample",  "Demo",
                                                   "Specimen", "Pattern", "Model"};
constexpr std::array<std::string_view, 9> trades = {"Traders", "Logistics", "Clinics",
                                                    "Foods",   "Textiles",  "Tutors",
                                                    "Motors",  "Travels",   "Finance"};
struct place {
  std::string_view city;
  std::string_view state;
};
constexpr std::array<place, 5> places = {{{"Bengaluru", "Karnataka"},
                                          {"Mumbai", "Maharashtra"},
                                          {"Chennai", "Tamil Nadu"},
                                          {"Pune", "Maharashtra"},
                                          {"Jaipur", "Rajasthan"}}};

constexpr money rupees(std::int64_t whole, std::int64_t paise = 0) {
  return {whole * 1'000'000 + paise * 10'000};
}

std::string padded(std::uint64_t value, std::size_t width) {
  auto text = std::to_string(value);
  return std::string(text.size() < width ? width - text.size() : 0, '0') + text;
}

std::vector<tier> make_tiers(std::uint64_t seed) {
  return {
      {make_uuid(seed, 1), "Starter", rupees(0, 65), rupees(0, 15), rupees(0, 10), false, {}, true},
      {make_uuid(seed, 2), "Growth", rupees(0, 45), rupees(0, 12), rupees(0, 8), true,
       money{25'000}, false},
      {make_uuid(seed, 3), "Scale", rupees(0, 38), rupees(0, 10), rupees(0, 5), false, {}, false},
      {make_uuid(seed, 4), "Enterprise", rupees(0, 30), rupees(0, 8), rupees(0, 4), true,
       money{10'000}, false},
  };
}

}  // namespace

// Kept for a day: summing for each customer would cost a large business minutes of its history.
void world::sum_shares() {
  std::uint64_t total = 0;
  for (auto const& customer : accounts) {
    if (customer.active) total += customer.share;
  }
  total_share_ = std::max<std::uint64_t>(total, 1);
}

money world::daily_spend(account const& customer) const {
  auto const calls_a_day = static_cast<std::int64_t>(customer.share) * calls_per_day_ /
                           static_cast<std::int64_t>(total_share_);
  return tiers[customer.tier].rate * (calls_a_day + 1);
}

std::uint32_t world::add_account(std::string name, std::string email, std::string phone) {
  auto const index = accounts.size();
  auto const bits = mix(seed ^ mix(index));
  account added;
  // The key everywhere else: short, in capitals, and without a vowel to make a word of.
  constexpr std::string_view letters = "0123456789BCDFGHJKLMNPQRSTVWXYZ0";
  added.auth_id = "MA_";
  for (int i = 0; i < 12; ++i) added.auth_id += letters[(bits >> (5 * i)) & 31];
  added.id = 500'001 + static_cast<std::int64_t>(index);
  added.name = std::move(name);
  added.email = std::move(email);
  added.phone = std::move(phone);
  added.city = places[bits % places.size()].city;
  added.state = places[bits % places.size()].state;
  added.auth_token = "CANARY_TOKEN_" + std::to_string(index + 1);
  added.balance_id = make_uuid(seed ^ 0xba1, index);
  added.variant = mix(bits);
  added.created = added.updated = added.wallet_changed = now_;
  accounts.push_back(std::move(added));
  return static_cast<std::uint32_t>(index);
}

std::uint32_t world::add_number(std::optional<std::uint32_t> holder, utc_day purchased) {
  auto const index = numbers.size();
  auto const bits = mix(seed ^ mix(index ^ 0xd1d));
  number added;
  added.id = make_uuid(seed ^ 0xd1d, index);
  // Ten thousand numbers for each seed, so that the numbers of two partners in one mirror differ.
  added.e164 = "+9198765" + padded(index + 1 + (seed + 9) % 10 * 10'000, 5);
  constexpr std::array<std::int64_t, 3> fees = {250, 399, 750};
  added.setup_fee = bits % 4 == 0 ? money() : rupees(100);
  added.monthly_fee = rupees(fees[bits / 4 % fees.size()]);
  added.purchased = purchased;
  std::chrono::year_month_day const date(purchased);
  added.billing_day = std::min(static_cast<unsigned>(date.day()), 28u);
  added.last_billed = purchased;
  added.created = added.updated = added.assigned = purchased + seconds(bits % 36'000 + 14'400);
  added.variant = bits;
  numbers.push_back(std::move(added));
  auto const at = static_cast<std::uint32_t>(index);
  if (holder) {
    numbers[at].account = holder;
    accounts[*holder].numbers.push_back(at);
  }
  return at;
}

void world::found_business(world_plan const& plan) {
  random_source random(mix(seed));
  owner.auth_id = "PA_EXAMPLE01";
  owner.id = make_uuid(seed, 0x9a47);
  owner.balance = rupees(2'500'000);
  owner.created = owner.updated = now_ - days(420) + hours(7);
  tiers = make_tiers(seed);

  for (int i = 0; i < plan.accounts; ++i) {
    auto const word = static_cast<std::size_t>(i);
    auto const serial = padded(word + 1, 2);
    auto const at =
        add_account(std::string(kinds[word / trades.size() % kinds.size()]) + ' ' +
                        std::string(trades[word % trades.size()]) + ' ' + serial,
                    "accounts" + serial + "@example.com", "9198765" + padded(90'000 + word, 5));
    auto& added = accounts[at];
    // A few large customers and a long tail.
    added.share = 1'000'000 / static_cast<std::uint32_t>(i + 3);
    added.tier = i < 4 ? 3 : i < 12 ? 2 : i < 30 ? 1 : 0;
    added.answer_rate = static_cast<int>(random.between(4'200, 7'200));
    added.postpaid = i % 6 == 5;
    added.active = i % 19 != 18;
    added.uses_voice_api = i % 4 == 1;
    added.books = plan.books.value_or(i % 9 == 4 ? debiting::daily : debiting::per_call);
    added.created = added.updated =
        now_ - days(random.between(20, 400)) + microseconds(random.between(0, 80'000'000'000));
  }
  sum_shares();
  for (std::uint32_t i = 0; i < accounts.size(); ++i) {
    auto& customer = accounts[i];
    auto const spend = daily_spend(customer).millionths / 1'000'000;
    customer.opening = customer.active
                           ? rupees(spend * random.between(2, 9) + 120, random.between(0, 99))
                           : rupees(random.between(0, 9), random.between(0, 99));
    auto const held = i < 5 ? 6 : random.between(1, 4);
    for (std::int64_t n = 0; n < held; ++n)
      add_number(i, first_day_ - days(random.between(5, 380)));
  }
  for (int n = 0; n < 3; ++n) add_number(std::nullopt, first_day_ - days(20 + n));

  // The cycle that was running when the history begins has been billed before it.
  for (auto& held : numbers) {
    std::chrono::year_month_day const today(first_day_);
    auto const month = today.year() / today.month();
    utc_day due = month / std::chrono::day(held.billing_day);
    if (due >= first_day_)
      due = (month - std::chrono::months(1)) / std::chrono::day(held.billing_day);
    held.last_billed = std::max(due, held.purchased);
  }
}

}  // namespace vobiz::simulator
