#pragma once

#include "read_scopes.hpp"

// The lists of the customers, where the global one is not to be had (docs/architecture.md,
// "Customer by customer").
namespace vobiz::sync {

// Reads the lists of those who are worth asking, side by side. One whose list brings no answer is
// left out, with a pause of its own; throws api_refusal where none answers.
boost::asio::awaitable<void> read_customers(context& cycle, read_scope const& read);

}  // namespace vobiz::sync
