#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>
#include <vector>

#include "context.hpp"
#include "window_due.hpp"

// What polls and upkeep do with the windows of one list.
namespace vobiz::sync {

// Does what is due of the scope's windows of these days, pass by pass and newest first within each.
// A day that brings no answer keeps none of the others waiting. Returns whether rows changed;
// throws api_refusal where the list brings no answer.
boost::asio::awaitable<bool> read_span(context& cycle, std::string const& scope,
                                       sink::span const& days, std::vector<need> const& passes);

// One small request: reads the window again if its totals have changed. Returns whether rows
// changed.
boost::asio::awaitable<bool> probe_window(context& cycle, sink::window const& window);

}  // namespace vobiz::sync
