#include "simulator/api/json.hpp"

#include <algorithm>

namespace vobiz::simulator {

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (char const c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      constexpr char const* digits = "0123456789abcdef";
      out += "\\u00";
      out += digits[c >> 4 & 15];
      out += digits[c & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

bool object::begin_replaced(std::string_view name) {
  auto const found = replaced_->find(name);
  if (found == replaced_->end()) return begin_plain(name);
  written_.push_back(found->first);
  if (!found->second.empty()) {
    begin_plain(name);
    out_ += found->second;
  }
  return false;
}

void object::close() {
  if (closed_) return;
  closed_ = true;
  if (replaced_) {
    for (auto const& [name, json] : *replaced_) {
      if (json.empty() || std::ranges::find(written_, name) != written_.end()) continue;
      begin_plain(name);
      out_ += json;
    }
  }
  out_ += '}';
}

}  // namespace vobiz::simulator
