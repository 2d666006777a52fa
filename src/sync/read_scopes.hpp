#pragma once

#include <functional>

#include "context.hpp"

namespace vobiz::sync {

// Reads what is due of one scope's list and returns whether that changed any row. Throws
// api_refusal where the list brings no answer.
using read_scope = std::function<boost::asio::awaitable<bool>(context&, std::string const& scope)>;

// Reads the global list, or those of the customers who are worth asking where the global one is not
// to be had. Returns whether the global list was read.
boost::asio::awaitable<bool> read_scopes(context& cycle, read_scope const& read);

}  // namespace vobiz::sync
