#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>
#include <vector>

#include "context.hpp"
#include "window_due.hpp"

// What polls and upkeep do with the windows of one list.
namespace vobiz::sync {

// What looking at windows came to.
struct look_outcome {
  bool changed = false;                   // rows were stored, changed, removed or rejected
  std::vector<core::utc_day> reopened{};  // other days, which may have lost their proof by it
};

// Does what is due of the scope's windows of these days, pass by pass and newest first within each,
// then reads days again that have lost their proof by it. A day that brings no answer keeps none of
// the others waiting. Returns whether rows changed; throws api_refusal where the list brings no
// answer.
boost::asio::awaitable<bool> read_span(context& cycle, std::string const& scope,
                                       sink::span const& days, std::vector<need> const& passes);

// One small request: reads the window again if its totals have changed.
boost::asio::awaitable<look_outcome> probe_window(context& cycle, sink::window const& window);

}  // namespace vobiz::sync
