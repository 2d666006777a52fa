#pragma once

#include <cstdint>
#include <pqxx/pqxx>
#include <string>
#include <string_view>
#include <vector>

// What leaves the database: months of calls that are older than the retention, and old rows of
// runs.
namespace vobiz::sink {

// What has changed about a month's partition.
struct retired_month {
  std::string what;       // announced, held, dropped, busy
  std::string partition;  // its name in vobiz_part
  std::int64_t calls = 0;
  std::string at;      // announced, held: when it may be dropped, RFC 3339
  std::string reason;  // why it is held, who is in the way; may stand beside announced
};

// One step of retention for the partner, whose row in vobiz_sync.streams says what it keeps
// (begin_cycle).
std::vector<retired_month> retire_calls(pqxx::transaction_base& transaction,
                                        std::string const& partner);

// Forgets some of the stream's runs that are older than 90 days, but never one of its last hundred.
void prune_runs(pqxx::transaction_base& transaction, std::string const& partner,
                std::string_view stream);

}  // namespace vobiz::sink
