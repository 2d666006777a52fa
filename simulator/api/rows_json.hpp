#pragma once

#include <string>

#include "simulator/api/json.hpp"
#include "simulator/api/settings.hpp"
#include "simulator/world/world.hpp"

namespace vobiz::simulator {

// Each appends one row as the API shows it.
void append_call(std::string& out, world const& of, std::uint32_t at, generation shapes);
void append_entry(std::string& out, world const& of, std::uint32_t at, generation shapes);
void append_account(std::string& out, world const& of, std::uint32_t at, generation shapes);
void append_number(std::string& out, world const& of, std::uint32_t at, generation shapes);
void append_kyc_session(std::string& out, world const& of, std::uint32_t at, generation shapes);
void append_profile(std::string& out, world const& of, api_settings const& settings,
                    bool with_balance);

// The members of a session's row without its secrets; `leave_out` some that are null.
void append_kyc_members(object& row, world const& of, kyc_session const& made, bool leave_out);

// The partner's id: a slug in generation one.
std::string partner_id(world const& of, generation shapes);

}  // namespace vobiz::simulator
