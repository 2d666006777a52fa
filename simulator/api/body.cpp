#include "simulator/api/body.hpp"

#include <boost/json/parse.hpp>
#include <charconv>

namespace vobiz::simulator {

std::optional<boost::json::object> read_object(std::string_view body) {
  if (body.empty()) return boost::json::object();
  boost::system::error_code error;
  auto value = boost::json::parse(boost::json::string_view(body.data(), body.size()), error);
  if (error || !value.is_object()) return std::nullopt;
  return value.get_object();
}

std::string text_of(boost::json::object const& from, std::string_view name) {
  auto const* value = from.if_contains(boost::json::string_view(name.data(), name.size()));
  if (!value) return {};
  if (value->is_string()) return {value->get_string().data(), value->get_string().size()};
  char digits[400];
  std::to_chars_result end{digits, {}};
  if (value->is_int64()) {
    end = std::to_chars(digits, digits + sizeof digits, value->get_int64());
  } else if (value->is_double()) {
    end = std::to_chars(digits, digits + sizeof digits, value->get_double(),
                        std::chars_format::fixed);
  }
  return {digits, end.ptr};
}

}  // namespace vobiz::simulator
