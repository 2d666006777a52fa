#pragma once

#include <string>

#include "vobiz/sink/statement.hpp"
#include "vobiz/sink/windows.hpp"

// The pieces that statements over a window's rows are made of. Such a statement takes the same four
// values: $1 partner, $2 stream, $3 scope, $4 day.
namespace vobiz::sink {

arguments identity(window_key const& key);

// The stream's table as SQL.
std::string table(streams::stream const& stream);

// The partition that holds what no month does.
std::string default_partition(streams::stream const& stream);

// What lists a row: the list of its day, or only one of a longer span.
enum class listing { day, span };

// The condition on the table `t` that a row of the window's day is listed so, for a statement of
// this transaction.
std::string belongs(pqxx::transaction_base& transaction, streams::stream const& stream,
                    window_key const& key, listing by = listing::day);

// Names the values a statement has no use for, since the server wants to know the type of each.
inline constexpr char const* all_four = "(SELECT ROW($2::text, $3::text, $4::date)) IS NOT NULL";

// The stream's measures over the table, each with a comma before it.
std::string sums(streams::stream const& stream);

// Whether the window `w` waits in the backfill queue.
inline constexpr char const* is_queued = "(w.queued_at IS NOT NULL OR w.state = 'pending')";

// How many rejects of the window stand.
inline constexpr char const* open_rejects =
    "(SELECT count(*) FROM vobiz_sync.rejects r WHERE (r.partner_id, r.stream, r.scope, "
    "r.window_day) "
    "= ($1, $2, $3, $4::date) AND r.resolved_at IS NULL)";

// Reads the columns rows, rejects and those of sums().
figures figures_from(pqxx::row const& row, streams::stream const& stream);

}  // namespace vobiz::sink
