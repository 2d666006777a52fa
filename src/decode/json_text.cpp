#include "json_text.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <iterator>

#include "vobiz/core/decimal.hpp"
#include "vobiz/core/input_bounds.hpp"
#include "vobiz/core/visible.hpp"
#include "vobiz/decode/secret_text.hpp"
#include "vobiz/decode/secrets.hpp"

namespace vobiz::decode {

namespace {

namespace bounds = core::bounds;

// FNV-1a: rows that begin alike must stay different rejects.
std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (auto const c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

bool is_among(std::string_view name, std::initializer_list<std::string_view> list) {
  return std::ranges::find(list, name) != list.end();
}

// Whether an object is a pair that names a secret: {"name": "auth_token", "value": "…"}.
bool pairs_a_secret(tape const& all, std::size_t object,
                    std::span<std::string_view const> secrets) {
  for (auto member = object + 1; member < all[object].end; member = behind(all, member)) {
    auto const& t = all[member];
    if (t.kind == kind::string &&
        is_among(t.name, {"name", "key", "header", "field", "Name", "Key"}) &&
        is_secret(t.text, secrets)) {
      return true;
    }
  }
  return false;
}

bool append_members(std::string& out, tape const& all, std::size_t object,
                    std::span<std::string_view const> secrets) {
  bool fits = true;
  out += '{';
  auto const start = out.size();
  for (auto member = object + 1; member < all[object].end; member = behind(all, member)) {
    auto const name = all[member].name;
    if (is_secret(name, secrets)) continue;
    if (is_among(name, {"value", "val", "Value"}) && pairs_a_secret(all, object, secrets)) continue;
    if (out.size() != start) out += ',';
    append_string(out, all[member].name);
    out += ':';
    fits &= append_json(out, all, member, secrets);
  }
  out += '}';
  return fits;
}

bool append_elements(std::string& out, tape const& all, std::size_t array,
                     std::span<std::string_view const> secrets) {
  bool fits = true;
  out += '[';
  for (auto element = array + 1; element < all[array].end; element = behind(all, element)) {
    if (element != array + 1) out += ',';
    fits &= append_json(out, all, element, secrets);
  }
  out += ']';
  return fits;
}

}  // namespace

void append_string(std::string& out, std::string_view text) {
  out += '"';
  std::size_t copied = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    auto const c = static_cast<unsigned char>(text[at]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out.append(text, copied, at - copied);
    copied = at + 1;
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        fmt::format_to(std::back_inserter(out), "\\u{:04x}", c);
    }
  }
  out.append(text, copied);
  out += '"';
}

bool append_json(std::string& out, tape const& all, std::size_t value,
                 std::span<std::string_view const> secrets) {
  auto const& t = all[value];
  switch (t.kind) {
    case kind::object:
      return append_members(out, all, value, secrets);
    case kind::array:
      return append_elements(out, all, value, secrets);
    case kind::string:
      append_string(out, may_hold_members(t.text) ? without_secret_members(t.text) : t.text);
      return true;
    case kind::boolean:
      out += t.text;
      return true;
    case kind::null:
      out += "null";
      return true;
    case kind::number:
      break;
  }
  auto const fits = core::is_decimal(t.text);
  if (fits) {
    out += t.text;
  } else {
    append_string(out, t.text);
  }
  return fits;
}

std::string bounded_payload(std::string payload) {
  if (payload.size() <= bounds::reject) return payload;
  auto cut = bounds::reject;
  while ((payload[cut] & '\xc0') == '\x80') --cut;  // not inside a character
  auto result = fmt::format(R"({{"bytes":{},"hash":"{:016x}","beginning":)", payload.size(),
                            hash_of(payload));
  append_string(result, std::string_view(payload).substr(0, cut));
  return result += '}';
}

std::string quoted(tape const& all, std::size_t value, std::span<std::string_view const> secrets) {
  std::string text;
  if (all[value].kind == kind::number) {
    text = all[value].text;  // as it was written, also where jsonb could not hold it
  } else {
    append_json(text, all, value, secrets);
  }
  // Before anything is cut short: half a secret is one too.
  constexpr std::size_t most_cleaned = 4096;
  text = core::visible(without_named_secrets(std::string_view(text).substr(0, most_cleaned)));
  if (text.size() <= bounds::quotation) return text;
  auto cut = bounds::quotation - 3;
  while ((text[cut] & '\xc0') == '\x80') --cut;  // not inside a character
  return text.substr(0, cut) + "...";
}

}  // namespace vobiz::decode
