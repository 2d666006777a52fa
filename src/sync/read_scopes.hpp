#pragma once

#include <functional>

#include "context.hpp"

namespace vobiz::sync {

// Reads what is due of one scope's list. Throws api_refusal where the list brings no answer.
using read_scope = std::function<boost::asio::awaitable<void>(context&, std::string const& scope)>;

// Reads the global list, or each customer's where the global one is not to be had. A customer whose
// list brings no answer is left out, with a pause of its own. Returns the scopes that answered.
boost::asio::awaitable<std::vector<std::string>> read_scopes(context& cycle,
                                                             read_scope const& read);

}  // namespace vobiz::sync
