#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace vobiz::simulator {

// A request's body as a JSON object; an empty body is an empty one, nothing when it is no object.
std::optional<boost::json::object> read_object(std::string_view body);

// A member that is a string or a number, as text; empty when absent or something else. Fractions
// come as plain decimals; send money as strings where more than 15 digits matter.
std::string text_of(boost::json::object const& from, std::string_view name);

}  // namespace vobiz::simulator
