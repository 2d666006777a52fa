#pragma once

#include <string>
#include <string_view>

#include "vobiz/config/settings.hpp"
#include "vobiz/core/day.hpp"
#include "vobiz/streams/stream.hpp"

namespace vobiz::app {

// Ends a command whose options cannot be meant: throws core::failure (usage).
[[noreturn]] void refuse(std::string const& message, std::string hint);

// The same for a --month that is none.
[[noreturn]] void refuse_month(std::string const& text);

// The same for a --partner that the configuration does not have.
[[noreturn]] void refuse_partner(config::settings const& settings, std::string const& name);

// The first day (YYYY-MM-01) of the month of --month. Throws core::failure (usage) when it is none.
std::string first_day_of(std::string const& month);

// Says that the mirror does not know the customer of --account: throws core::failure.
[[noreturn]] void refuse_account(std::string const& account);

// "account \"MA_1\"", or "the mirror" where the option is not given.
std::string account_text(std::string const& account);

// The auth_id of the partner of --partner; of a name that the configuration does not have, that
// name, since the database may know the partner. Throws core::failure (usage) where the
// configuration has no auth_id.
std::string auth_id_of(config::settings const& settings, std::string const& partner);

// The day an option names. Throws core::failure (usage) when it is none.
core::utc_day parse_day(std::string const& option, std::string const& text);

// The stream, which has to be listed by day. Throws core::failure (usage) otherwise.
streams::stream const& day_stream(std::string_view name, std::string_view command);

// The settings with one partner of them, by its name or auth_id; an empty name: as they are. Throws
// core::failure (usage) when there is none.
config::settings with_partner(config::settings settings, std::string const& name);

// Refuses (usage) a day whose calls retention has let go, or is about to.
void require_kept(std::string const& option, core::utc_day day, config::stream const& settings);

}  // namespace vobiz::app
