#include "simulator/control/arguments.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>

#include "simulator/api/body.hpp"
#include "simulator/control/refusal.hpp"

namespace vobiz::simulator {

namespace {

std::string in_quotes(std::string_view text) { return '"' + std::string(text) + '"'; }

std::string text_of_key(boost::json::string_view key) { return {key.data(), key.size()}; }

}  // namespace

arguments::arguments(boost::json::object const& body, std::span<std::string_view const> known)
    : body_(body) {
  for (auto const& member : body) {
    auto const name = text_of_key(member.key());
    if (std::ranges::find(known, name) != known.end()) continue;
    std::string all;
    for (auto const one : known) (all += all.empty() ? "" : ", ") += one;
    throw control_refused("unknown member " + in_quotes(name) + ", known are: " + all);
  }
}

boost::json::value const* arguments::find(std::string_view name) const {
  return body_.if_contains(boost::json::string_view(name.data(), name.size()));
}

std::optional<std::string> arguments::text(std::string_view name) const {
  auto const* value = find(name);
  if (!value) return std::nullopt;
  if (!value->is_string() && !value->is_number())
    throw control_refused(in_quotes(name) + " must be a text");
  return text_of(body_, name);
}

std::optional<std::int64_t> arguments::integer(std::string_view name) const {
  auto const* value = find(name);
  if (!value) return std::nullopt;
  if (!value->is_int64()) throw control_refused(in_quotes(name) + " must be an integer");
  return value->get_int64();
}

std::optional<std::uint32_t> arguments::length(std::string_view name) const {
  auto const value = integer(name);
  if (!value) return std::nullopt;
  if (*value < 0 || *value > 1'000'000) {
    throw control_refused(in_quotes(name) + " must be 0 to 1000000 seconds");
  }
  return static_cast<std::uint32_t>(*value);
}

std::optional<bool> arguments::flag(std::string_view name) const {
  auto const* value = find(name);
  if (!value) return std::nullopt;
  if (!value->is_bool()) throw control_refused(in_quotes(name) + " must be true or false");
  return value->get_bool();
}

std::optional<money> arguments::amount(std::string_view name) const {
  auto const given = text(name);
  if (!given) return std::nullopt;
  auto const read = money_from_text(*given);
  if (!read)
    throw control_refused(in_quotes(name) + " must be a decimal with at most six decimals");
  return read;
}

std::optional<instant> arguments::time(std::string_view name) const {
  auto const given = text(name);
  if (!given) return std::nullopt;
  auto const read = instant_from_text(*given);
  if (!read) throw control_refused(in_quotes(name) + " must be a time like 2026-01-31T10:00:00Z");
  return read;
}

std::optional<utc_day> arguments::day(std::string_view name) const {
  auto const given = text(name);
  if (!given) return std::nullopt;
  auto const read = day_from_text(*given);
  if (!read) throw control_refused(in_quotes(name) + " must be a day like 2026-01-31");
  return read;
}

std::optional<std::uint32_t> arguments::account(world const& of, std::string_view name) const {
  auto const given = text(name);
  if (!given) return std::nullopt;
  auto const found = of.find_account(*given);
  if (!found) throw control_refused("there is no account " + in_quotes(*given), 404);
  return found;
}

std::optional<instant> arguments::moment() const {
  if (auto const at = time("at")) return at;
  if (auto const on = day("day")) return *on + hours(12);
  return std::nullopt;
}

members arguments::replacements() const {
  members to;
  if (auto const* fields = inner("fields")) {
    for (auto const& member : *fields) {
      to[text_of_key(member.key())] = boost::json::serialize(member.value());
    }
  }
  if (auto const* raw = inner("raw")) {
    for (auto const& member : *raw) {
      auto const name = text_of_key(member.key());
      if (!member.value().is_string())
        throw control_refused("raw member " + in_quotes(name) + " must be a text");
      to[name] = text_of(*raw, name);
    }
  }
  return to;
}

boost::json::object const* arguments::inner(std::string_view name) const {
  auto const* value = find(name);
  if (!value) return nullptr;
  if (!value->is_object()) throw control_refused(in_quotes(name) + " must be an object");
  return &value->get_object();
}

}  // namespace vobiz::simulator
