#pragma once

#include "fetch.hpp"
#include "vobiz/sink/windows.hpp"

namespace vobiz::sync {

// What reading a window's list came to.
struct list_outcome {
  sink::conclusion conclusion;
  std::optional<api::problem> problem;  // the API gave no usable answer; what was read before it is stored
};

// Reads a paged list until it is proven complete, at most three times, storing as it goes; the last
// transaction writes the conclusion. `whole`: to the last page even when the totals agree before, because
// totals cannot show every change (snapshots, and the daily re-read of the lookback).
boost::asio::awaitable<list_outcome> read_list(context& cycle, sink::window const& before,
                                               api::priority urgency, bool whole);

// One small request that tells the totals of a day: the list's envelope without its rows.
boost::asio::awaitable<api::result<decode::envelope>> probe(context& cycle,
                                                            sink::window_key const& window);

}  // namespace vobiz::sync
