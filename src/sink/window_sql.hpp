#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vobiz/sink/query.hpp"
#include "vobiz/sink/windows.hpp"

// The pieces that statements over a window's rows are made of. Such a statement takes the values of
// window_query(): :partner, :stream, :scope, :day, and for tables of months the times between which
// rows that are listed under the day lie (:first_time, :last_time).
namespace vobiz::sink {

// Which rows: those that the list of the day holds, those that only one of a longer span does,
// those that the lists of the days before and after hold, those of them that this transaction has
// removed, or those that any of the three days does.
enum class listing { day, span, neighbours, removed_neighbours, around };

// A statement about a window, with its values: the key alone, or what rows_of_window() names, too.
query window_query(std::string text, window_key const& key);
query window_query(std::string text, window_key const& key, pqxx::transaction_base& transaction,
                   streams::stream const& stream);

// A statement about a partner's stream, with :partner and :stream.
query stream_query(std::string text, std::string const& partner, std::string_view stream);

// Milliseconds since a time, as SQL, and from such a cell; nothing where the time is null.
std::string age_sql(std::string_view time);
std::optional<std::chrono::milliseconds> age_from(pqxx::field const& cell);

// The number of rows that a statement returned.
std::int64_t count_of(pqxx::result const& rows);

// The stream's table as SQL.
std::string table(streams::stream const& stream);

// The partition that holds what no month does.
std::string default_partition(streams::stream const& stream);

// The condition on the table `t` that a row of the window's day is listed so.
std::string rows_of_window(streams::stream const& stream, listing by = listing::day);

// The condition on the table `t` that one of a row's times lies within an hour of the midnight
// between the window's day and the neighbouring day under which it is stored, or that they lie on
// both sides of it. Which of a row's times the API's day filter looks at is not known
// (docs/partner-api.md, "Days may not tile").
std::string near_midnight(streams::stream const& stream);

// The condition that a row stored under another day belongs to the asked one by its own time, and
// not to the midnight between the two: the list that it was first met in held other days' rows.
std::string comes_home(std::string const& time, std::string const& stored_day);

// The stream's measures over the table, each with a comma before it.
std::string sums(streams::stream const& stream);

// The columns that a window's figures are made of: those of its measures and the customer.
std::vector<std::string_view> figured_columns(streams::stream const& stream);

// The row of vobiz_sync.windows that is meant.
inline constexpr char const* this_window =
    "(partner_id, stream, scope, day) = (:partner, :stream, :scope, :day::date)";

// Whether the window `w` waits in the backfill queue.
inline constexpr char const* is_queued = "(w.queued_at IS NOT NULL OR w.state = 'pending')";

// The pause after a read that did not end in a proof, as an interval, by the SQL for how many such
// reads there were before it: it doubles from a minute to an hour.
std::string pause_after(std::string_view reads_before);

// Whether the customer's list of the window `w` is known to be refused and it is not time to ask.
inline constexpr char const* list_is_refused =
    "w.scope <> '*' AND EXISTS (SELECT FROM vobiz_sync.refusals r\n"
    "  WHERE (r.partner_id, r.stream, r.scope) = (w.partner_id, w.stream, w.scope) AND "
    "r.next_try_at "
    "> now())";

// How many rejects of the window stand.
inline constexpr char const* open_rejects =
    "(SELECT count(*) FROM vobiz_sync.rejects r\n"
    "  WHERE (r.partner_id, r.stream, r.scope, r.window_day) = (:partner, :stream, :scope, "
    ":day::date)\n    AND r.resolved_at IS NULL)";

// Counts and adds up what is stored of a window, as figures_from() reads it.
std::string figures_of_window_sql(streams::stream const& stream);

// Reads the columns rows, rejects and those of sums().
figures figures_from(pqxx::row const& row, streams::stream const& stream);

}  // namespace vobiz::sink
