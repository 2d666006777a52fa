#pragma once

#include <optional>
#include <string>
#include <vector>

#include "simulator/api/list_table.hpp"
#include "simulator/api/pages.hpp"

namespace vobiz::simulator {

// Everything a list's answer is made from.
struct list_source {
  world const& of;
  api_settings const& settings;
  request const& what;
  twist const& changed;
  // What tests have put into answers verbatim, as JSON texts: rows in front of the list's own, and
  // `"name": value` for the envelope, or empty.
  std::vector<std::string> const& extra_rows;
  std::string const& extra_member;
};

// Writes a page; `account` narrows it to one customer. A refusal when the request is wrong.
std::optional<refusal> write_list(list_declaration const& list, list_source const& from,
                                  std::optional<std::uint32_t> account, std::string& out);

// What the twist makes of the days that were asked for.
void change_days(twist const& how, day_range& asked);

}  // namespace vobiz::simulator
