#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "vobiz/sink/customer_looks.hpp"

// Who is worth asking, where the API has lists of one customer only (docs/architecture.md,
// "Customer by customer"). Pure.
namespace vobiz::sync {

struct round_setting {
  std::chrono::milliseconds every{};        // from one poll to the next
  std::chrono::milliseconds quiet_every{};  // a customer whose wallet stands still, at least
  // Since when nobody had rows unseen, by the provider's own totals; nothing: they do not say.
  std::optional<std::chrono::milliseconds> vouched;
  bool everyone = false;  // whoever is not due, too
};

// Why a customer is asked, most urgent first.
enum class reason_to_look { moved, again, days, turn, none };

// A wallet that moved since the last look has something to fetch. A row may be listed later than
// its charge: while a look after the move has found nothing, there are others (again) a minute and
// five minutes after it. Without a wallet in the list of customers it is the turn of those with
// recent rows more often.
reason_to_look why_look(sink::customer_facts const& customer, round_setting const& how);

struct customer_round {
  std::vector<std::string> ids;  // to be asked, in this order
  std::size_t urgent = 0;        // the first of them, whose wallets moved since they were asked
};

// Wallets that moved first, the longest ago first; then looks again, days, and by turn, the oldest
// look first. At the end of a day all customers' days wait: only moves are urgent.
customer_round pick_round(std::vector<sink::customer_facts> const& customers,
                          round_setting const& how);

// The customers not looked at since a search began, so long ago: those with the latest rows first.
std::vector<std::string> pick_search(std::vector<sink::customer_facts> const& customers,
                                     std::chrono::milliseconds began);

}  // namespace vobiz::sync
