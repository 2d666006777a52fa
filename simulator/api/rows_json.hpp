#pragma once

#include <string>

#include "simulator/api/settings.hpp"
#include "simulator/world/world.hpp"

namespace vobiz::simulator {

// Each appends one row as the API shows it.
void append_call(std::string& out, world const& of, std::uint32_t at, generation shapes);
void append_entry(std::string& out, world const& of, std::uint32_t at, generation shapes);
void append_account(std::string& out, world const& of, std::uint32_t at, generation shapes);
void append_number(std::string& out, world const& of, std::uint32_t at, generation shapes);
void append_profile(std::string& out, world const& of, api_settings const& settings,
                    bool with_balance);

// The partner's id: a slug in generation one.
std::string partner_id(world const& of, generation shapes);

}  // namespace vobiz::simulator
