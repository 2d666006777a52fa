#pragma once

#include <boost/asio/awaitable.hpp>

#include "context.hpp"

// What the provider's dashboard says of all customers at once (docs/architecture.md, "Customer by
// customer").
namespace vobiz::sync {

// Customers searched for a difference between two looks at whether the witness agrees now.
inline constexpr std::size_t searched_at_once = 32;

struct witness_verdict {
  sink::witness_standing standing;
  std::vector<sink::witness_day> closed;   // the days judged, oldest first
  std::vector<core::utc_day> to_search;    // closed days that differ and were not searched yet
  std::optional<core::utc_day> unvouched;  // the newest closed day that it says nothing of
  bool open_agrees = false;                // nobody had rows unseen when it was read
  bool open_lacks = false;                 // it counts rows of open days that are not stored
};

// Pure. The witness vouches once it has agreed on each of the last seven closed days, and ceases to
// when a difference stays after the lists were searched for it. `today` is a UTC day.
witness_verdict judge_witness(sink::witness_facts const& facts, sink::day_basis by,
                              core::utc_day today);

// Whether the cycle's stream has a witness.
bool has_witness(context const& cycle);

// What the witness says now, of all days that are probed; recorded.
boost::asio::awaitable<witness_verdict> consult_witness(context& cycle);

// What it says of the days still open, where it vouches: the facts and the verdict.
struct open_days {
  sink::witness_facts facts;
  witness_verdict verdict;
};
boost::asio::awaitable<open_days> consult_open_days(context& cycle);

}  // namespace vobiz::sync
