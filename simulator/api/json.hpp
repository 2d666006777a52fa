#pragma once

#include <charconv>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/world/rows.hpp"

namespace vobiz::simulator {

// A JSON string with its quotes.
void append_quoted(std::string& out, std::string_view text);

template <std::integral Number>
void append_integer(std::string& out, Number value) {
  char digits[24];
  auto const* end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out.append(digits, static_cast<std::size_t>(end - digits));
}

// Writes one JSON object at the end of a text. Members a test has replaced are written verbatim in
// their place, new ones at the end.
class object {
public:
  explicit object(std::string& out, members const* replaced = nullptr)
      : out_(out), replaced_(replaced) {
    out_ += '{';
  }
  object(object const&) = delete;
  object& operator=(object const&) = delete;
  ~object() { close(); }

  // Begins a member whose value the caller appends to text(); false when it must not.
  bool begin(std::string_view name) { return replaced_ ? begin_replaced(name) : begin_plain(name); }
  std::string& text() { return out_; }

  void string(std::string_view name, std::string_view value) {
    if (begin(name)) append_quoted(out_, value);
  }
  // A text that needs no escapes, and is null when empty.
  void plain(std::string_view name, std::string_view value) {
    if (!begin(name)) return;
    if (value.empty()) {
      out_ += "null";
      return;
    }
    out_ += '"';
    out_ += value;
    out_ += '"';
  }
  template <std::integral Number>
  requires(!std::same_as<Number, bool>) void integer(std::string_view name, Number value) {
    if (begin(name)) append_integer(out_, value);
  }
  void boolean(std::string_view name, bool value) {
    if (begin(name)) out_ += value ? "true" : "false";
  }
  void null(std::string_view name) {
    if (begin(name)) out_ += "null";
  }
  void raw(std::string_view name, std::string_view json) {
    if (begin(name)) out_ += json;
  }
  void time(std::string_view name, instant at, zone spelling = zone::z) {
    if (!begin(name)) return;
    out_ += '"';
    append_time(out_, at, spelling);
    out_ += '"';
  }
  void day(std::string_view name, utc_day value) { plain(name, core::to_text(value)); }
  void id(std::string_view name, uuid const& value) {
    if (!begin(name)) return;
    out_ += '"';
    append_uuid(out_, value);
    out_ += '"';
  }
  void number(std::string_view name, money amount) {
    if (begin(name)) append_number(out_, amount);
  }
  // "1300.00000", in quotes.
  void decimal(std::string_view name, money amount) {
    if (!begin(name)) return;
    out_ += '"';
    append_decimal(out_, amount);
    out_ += '"';
  }

  void close();

private:
  bool begin_plain(std::string_view name) {
    if (!first_) out_ += ',';
    first_ = false;
    out_ += '"';
    out_ += name;
    out_ += "\":";
    return true;
  }
  bool begin_replaced(std::string_view name);

  std::string& out_;
  members const* replaced_;
  std::vector<std::string_view> written_;
  bool first_ = true;
  bool closed_ = false;
};

}  // namespace vobiz::simulator
