#pragma once

// A lock of each transaction that writes, and of a migration against all of them. Nobody writes
// while a migration runs, so a version is never written down in the middle of a write.
namespace vobiz::sink {

// An advisory lock, because the role of the service may only read schema_migrations. The trigger in
// migrations/functions/schema/wait_for_writers.sql takes the same one.
inline constexpr char const* share_schema =
    "pg_advisory_xact_lock_shared(hashtextextended('vobiz-syncd schema', 0))";
inline constexpr char const* change_schema =
    "pg_advisory_xact_lock(hashtextextended('vobiz-syncd schema', 0))";

}  // namespace vobiz::sink
