#pragma once

#include <pqxx/pqxx>
#include <span>
#include <string>
#include <string_view>

namespace vobiz::sink {

struct session_setting {
  std::string_view name;
  std::string_view value;
};

// What each transaction of this program sets for itself, whatever role, database and environment
// say: how values are written and read, what a statement sees, how long it may take, and the
// planner's switches. Left to the operator are settings of cost, memory, durability and log, and
// default_transaction_read_only, which stops a writer.
std::span<session_setting const> own_settings();

// The statements that set them, for the transaction alone as PgBouncer asks. They come before any
// query. `more` are settings of the caller.
std::string settings_sql(std::span<session_setting const> more = {});

// Sets them in a transaction that has just begun; tests/layers checks that each one does. Throws
// core::failure (fix) if triggers do not fire in this session, which a role can be set to.
void set_own(pqxx::transaction_base& transaction, std::span<session_setting const> more = {});

// The same for a transaction that may write, in the same round trip: holds the schema at its
// version until the transaction ends, so that no row is written beside another schema. Throws
// core::failure: older_schema or newer_schema if the version is not this program's; failed (retry)
// if a migration is under way for longer than the lock_timeout in `more`.
void set_own_to_write(pqxx::transaction_base& transaction,
                      std::span<session_setting const> more = {});

}  // namespace vobiz::sink
