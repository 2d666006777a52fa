#pragma once

#include <optional>
#include <string>

#include "simulator/api/message.hpp"
#include "simulator/api/pages.hpp"
#include "simulator/api/settings.hpp"
#include "simulator/world/world.hpp"

namespace vobiz::simulator {

// Everything a list is made from.
struct list_source {
  world const& of;
  api_settings const& settings;
  request const& what;
  twist const& changed;
  // Rows and members a test has put into answers verbatim: JSON texts.
  std::vector<std::string> const& extra_accounts;
  std::vector<std::string> const& extra_numbers;
  std::string const& extra_member;  // `"name": value` for the envelope, or empty
};

// Each writes a page; `account` narrows it to one customer. A refusal when the request is wrong.
std::optional<refusal> list_calls(list_source const& from, std::optional<std::uint32_t> account,
                                  std::string& out);
std::optional<refusal> list_entries(list_source const& from, std::optional<std::uint32_t> account,
                                    std::string& out);
std::optional<refusal> list_accounts(list_source const& from, std::string& out);
std::optional<refusal> list_numbers(list_source const& from, std::optional<std::uint32_t> account,
                                    std::string& out);

}  // namespace vobiz::simulator
