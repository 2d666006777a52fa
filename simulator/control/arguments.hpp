#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "simulator/world/world.hpp"

namespace vobiz::simulator {

// The body of a control operation. Every reader throws control_refused, with the member's name, for
// what is of the wrong kind; what is absent is nothing.
class arguments {
public:
  // Refuses members that the operation does not know.
  arguments(boost::json::object const& body, std::span<std::string_view const> known);
  arguments(boost::json::object const& body, std::initializer_list<std::string_view> known)
      : arguments(body, std::span(known.begin(), known.size())) {}

  std::optional<std::string> text(std::string_view name) const;
  std::optional<std::int64_t> integer(std::string_view name) const;
  // A length of a call, 0 to 1 000 000 seconds.
  std::optional<std::uint32_t> length(std::string_view name) const;
  std::optional<bool> flag(std::string_view name) const;
  std::optional<money> amount(std::string_view name) const;
  std::optional<instant> time(std::string_view name) const;
  std::optional<utc_day> day(std::string_view name) const;
  // An account by auth_id or id.
  std::optional<std::uint32_t> account(world const& of, std::string_view name) const;

  // `at`, else the middle of `day`, else nothing.
  std::optional<instant> moment() const;

  // `fields` (JSON values) and `raw` (texts that are written as they are; an empty one leaves the
  // member out) together.
  members replacements() const;

  boost::json::object const* inner(std::string_view name) const;

private:
  boost::json::value const* find(std::string_view name) const;

  boost::json::object const& body_;
};

}  // namespace vobiz::simulator
