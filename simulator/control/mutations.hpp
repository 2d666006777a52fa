#pragma once

#include <boost/json/object.hpp>
#include <string_view>

#include "simulator/api/message.hpp"
#include "simulator/world/world.hpp"

namespace vobiz::simulator {

// Operations that change what the world holds. `rest` is the path behind the first segment: "" or
// "/{id}" or "/{id}/{verb}". Each throws control_refused when it cannot be done.
answer change_calls(world& of, std::string_view method, std::string_view rest,
                    boost::json::object const& body);
answer change_entries(world& of, std::string_view method, std::string_view rest,
                      boost::json::object const& body);
answer change_accounts(world& of, std::string_view method, std::string_view rest,
                       boost::json::object const& body);
answer change_numbers(world& of, std::string_view method, std::string_view rest,
                      boost::json::object const& body);
answer change_kyc_sessions(world& of, std::string_view method, std::string_view rest,
                           boost::json::object const& body);

// Plants something for reconciliation to find, and says what.
answer plant_leak(world& of, boost::json::object const& body);

}  // namespace vobiz::simulator
