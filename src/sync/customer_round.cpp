#include "customer_round.hpp"

#include <algorithm>
#include <tuple>

namespace vobiz::sync {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds looks_again_after[] = {std::chrono::minutes(1), std::chrono::minutes(5)};

bool has_moved(sink::customer_facts const& customer) {
  return customer.moved && (!customer.looked || *customer.looked > *customer.moved);
}

// Looked at since the wallet moved, without finding why.
bool is_due_again(sink::customer_facts const& customer) {
  if (!customer.moved || !customer.looked) return false;
  auto const moved = *customer.moved;
  if (customer.found && *customer.found <= moved) return false;
  return std::ranges::any_of(looks_again_after, [&](milliseconds after) {
    return moved >= after && *customer.looked > moved - after;
  });
}

// How long a customer whose wallet is not known is left alone.
milliseconds pause_by_activity(sink::customer_facts const& customer, round_setting const& how) {
  if (!customer.found) return how.quiet_every;
  return std::clamp(*customer.found / 4, std::min(how.every, how.quiet_every), how.quiet_every);
}

}  // namespace

reason_to_look why_look(sink::customer_facts const& customer, round_setting const& how) {
  if (has_moved(customer)) return reason_to_look::moved;
  if (is_due_again(customer)) return reason_to_look::again;
  if (customer.wants_days) return reason_to_look::days;
  if (!customer.looked || how.everyone) return reason_to_look::turn;
  auto const pause = customer.has_wallet ? how.quiet_every : pause_by_activity(customer, how);
  auto const seen = how.vouched ? std::min(*customer.looked, *how.vouched) : *customer.looked;
  return seen >= pause ? reason_to_look::turn : reason_to_look::none;
}

customer_round pick_round(std::vector<sink::customer_facts> const& customers,
                          round_setting const& how) {
  struct place {
    reason_to_look why;
    milliseconds waits;  // the longest first
    std::string const* id;
  };
  std::vector<place> due;
  for (auto const& one : customers) {
    auto const why = why_look(one, how);
    if (why == reason_to_look::none) continue;
    bool const by_move = why == reason_to_look::moved || why == reason_to_look::again;
    auto const waits = by_move ? *one.moved : one.looked.value_or(milliseconds::max());
    due.push_back({why, waits, &one.id});
  }
  std::ranges::stable_sort(due, [](place const& left, place const& right) {
    return std::tuple(left.why, right.waits) < std::tuple(right.why, left.waits);
  });
  customer_round round;
  for (auto const& one : due) {
    round.ids.push_back(*one.id);
    if (one.why == reason_to_look::moved) ++round.urgent;
  }
  return round;
}

std::vector<std::string> pick_search(std::vector<sink::customer_facts> const& customers,
                                     milliseconds began) {
  std::vector<sink::customer_facts const*> left;
  for (auto const& one : customers) {
    if (!one.looked || *one.looked > began) left.push_back(&one);
  }
  std::ranges::stable_sort(left, {}, [](auto const* one) {
    return std::tuple(one->found.value_or(milliseconds::max()),
                      -one->looked.value_or(milliseconds::max()));
  });
  std::vector<std::string> ids;
  for (auto const* one : left) ids.push_back(one->id);
  return ids;
}

}  // namespace vobiz::sync
