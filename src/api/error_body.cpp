#include "error_body.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <boost/algorithm/string/predicate.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <iterator>

namespace vobiz::api {

namespace json = boost::json;

namespace {

json::value const* member(json::object const& object, std::string_view name) {
  return object.if_contains(json::string_view(name.data(), name.size()));
}

std::string string_of(json::value const* value) {
  auto const* text = value != nullptr ? value->if_string() : nullptr;
  return text == nullptr ? std::string() : std::string(text->data(), text->size());
}

// A wait may be a number; it is read, and never shown.
std::string wait_of(json::value const* value) {
  return value != nullptr && value->is_number() ? json::serialize(*value) : string_of(value);
}

// A code is a word; a sentence under this name is none.
std::string symbol(json::value const* value) {
  auto text = string_of(value);
  bool const is_word = std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  });
  return is_word ? text : std::string();
}

error_body from_object(json::object const& top) {
  error_body result;
  auto const* error = member(top, "error");
  auto const* nested = error != nullptr ? error->if_object() : nullptr;
  auto const& inner = nested != nullptr ? *nested : top;
  result.message = string_of(member(inner, "message"));
  result.code = symbol(member(inner, "code"));
  if (nested == nullptr) {
    if (result.message.empty()) {
      result.message = string_of(error);
    } else if (result.code.empty()) {
      result.code = symbol(error);
    }
  }
  if (auto const* details = member(inner, "details"); details != nullptr && details->is_object()) {
    result.retry_after = wait_of(member(details->get_object(), "retryAfter"));
  }
  result.request_id = string_of(member(top, "requestId"));
  if (result.request_id.empty()) result.request_id = string_of(member(inner, "requestId"));
  if (result.message.empty()) result.message = std::exchange(result.code, {});
  return result;
}

// The type as far as it is one of these: a server can write anything there.
std::string_view known_type(std::string_view content_type) {
  constexpr std::string_view known[] = {
      "application/json", "application/problem+json", "text/plain",
      "text/html",        "application/xml",          "text/xml",
      "text/csv",         "application/octet-stream", "application/x-www-form-urlencoded"};
  content_type = content_type.substr(0, content_type.find_first_of("; \t"));
  auto const found = std::ranges::find_if(
      known, [&](std::string_view type) { return boost::algorithm::iequals(type, content_type); });
  return found == std::end(known) ? std::string_view() : *found;
}

std::string form_of(std::string_view body, std::string_view content_type) {
  auto const type = known_type(content_type);
  auto const article = type.starts_with('a') ? "an " : "a ";
  return fmt::format("{}{}{}body of {} byte{}", article, type, type.empty() ? "" : " ", body.size(),
                     body.size() == 1 ? "" : "s");
}

}  // namespace

error_body read_error(std::string_view body, std::string_view content_type) {
  // A value of two bytes costs sixteen in memory, and an error has no more to tell than this.
  constexpr std::size_t most_read = 64 << 10;
  error_body result;
  if (body.find_first_not_of(" \t\r\n") == std::string_view::npos) return result;
  if (body.size() <= most_read) {
    boost::system::error_code error;
    auto const value = json::parse(json::string_view(body.data(), body.size()), error);
    if (!error && value.is_object()) result = from_object(value.get_object());
  }
  result.form = form_of(body, content_type);
  return result;
}

}  // namespace vobiz::api
