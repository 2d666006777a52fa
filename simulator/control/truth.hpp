#pragma once

#include <string>

#include "simulator/api/message.hpp"
#include "simulator/world/world.hpp"

namespace vobiz::simulator {

// What the world holds, for a test to compare a mirror with: `stream` is cdrs or transactions,
// `day` one UTC day or absent for all of history, `account` an auth_id. Ledger rows behind a day's
// last whole second belong to their day here, although the day's own list lacks them.
answer tell_truth(world const& of, request const& what);

// The same for each day, newest last.
answer tell_days(world const& of, request const& what);

// Wallets: opening + credits - debits + unbooked = cash_credits.
answer tell_wallets(world const& of);

// Every KYC session as the world has it, without its secrets; null members are there.
answer tell_kyc_sessions(world const& of);

}  // namespace vobiz::simulator
