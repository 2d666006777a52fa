#include "error_body.hpp"

#include <boost/algorithm/string/find.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/range/iterator_range.hpp>

namespace vobiz::api {

namespace json = boost::json;

namespace {

json::value const* member(json::object const& object, std::string_view name) {
  return object.if_contains(json::string_view(name.data(), name.size()));
}

// A string or a number as text; empty for anything else.
std::string text_of(json::value const* value) {
  if (value == nullptr) return {};
  if (auto const* text = value->if_string()) return {text->data(), text->size()};
  return value->is_number() ? json::serialize(*value) : std::string();
}

std::string symbol(json::value const* value) {
  return value != nullptr && value->is_string() ? text_of(value) : std::string();
}

std::string first_of(std::string first, std::string second) {
  return first.empty() ? std::move(second) : std::move(first);
}

error_body from_object(json::object const& top) {
  error_body result;
  auto const* error = member(top, "error");
  auto const* nested = error != nullptr ? error->if_object() : nullptr;
  auto const& inner = nested != nullptr ? *nested : top;
  result.message = text_of(member(inner, "message"));
  result.code = symbol(member(inner, "code"));
  if (nested == nullptr) {
    auto text = text_of(error);
    if (result.message.empty()) {
      result.message = std::move(text);
    } else if (result.code.empty()) {
      result.code = std::move(text);
    }
  }
  if (auto const* details = member(inner, "details"); details != nullptr && details->is_object()) {
    result.retry_after = text_of(member(details->get_object(), "retryAfter"));
  }
  result.request_id =
      first_of(text_of(member(top, "requestId")), text_of(member(inner, "requestId")));
  if (result.message.empty()) result.message = std::exchange(result.code, {});
  return result;
}

std::string title_of(std::string_view html) {
  auto const open = boost::algorithm::ifind_first(html, "<title>");
  auto const close = boost::algorithm::ifind_first(html, "</title>");
  if (open.empty() || close.empty() || open.end() > close.begin()) return "an HTML page";
  return {open.end(), close.begin()};
}

}  // namespace

error_body read_error(std::string_view body) {
  error_body result;
  auto const start = body.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos) return result;
  if (body[start] == '<') {
    result.message = title_of(body);
    return result;
  }
  boost::system::error_code error;
  auto const value = json::parse(json::string_view(body.data(), body.size()), error);
  if (!error && value.is_object()) return from_object(value.get_object());
  result.message = body;
  return result;
}

}  // namespace vobiz::api
