#pragma once

#include "context.hpp"
#include "vobiz/sink/windows.hpp"

// One coroutine per way of reading a stream; cycle.cpp picks. Each throws api_refusal when the API
// refuses.
namespace vobiz::sync {

// One object is the one row (profile, dashboard).
boost::asio::awaitable<void> read_document(context& cycle);

// One object per UTC day (analytics).
boost::asio::awaitable<void> read_daily(context& cycle);

// One day of such a stream. Throws api_refusal where it brings no answer.
boost::asio::awaitable<void> read_one_day(context& cycle, sink::window_key key,
                                          api::priority urgency);

// A list of everything there is (accounts, numbers).
boost::asio::awaitable<void> read_snapshot(context& cycle);

// A list per UTC day (transactions, cdrs).
boost::asio::awaitable<void> read_days(context& cycle);

// Upkeep of such a stream: proven days again, spans, rows that others mention, old months.
boost::asio::awaitable<void> keep_days(context& cycle);

// A wallet per customer, where the list of accounts does not carry it.
boost::asio::awaitable<void> read_balances(context& cycle);

// Reads each window of the backfill queue once, newest first.
boost::asio::awaitable<void> read_queue(context& cycle);

// Reads the queue's newest window that may be read now and is no neighbour of a claimed day; false
// where there is none.
boost::asio::awaitable<bool> read_one_queued(context& cycle, claimed_days& claimed);

// The span of recent days that is compared again and again.
struct audit_span {
  std::optional<core::utc_day> last{};  // nothing: the last closed day
  std::chrono::seconds again = std::chrono::hours(24);
  bool is_wanted = true;
};

// Holds the totals of longer spans against the sum of their days, and stores the rows that only
// those list. Returns whether days have changed and are to be read again.
boost::asio::awaitable<bool> check_spans(context& cycle, std::string scope,
                                         audit_span const& audit);

// Asks by id for rows that others mention (the ledger a call, anything a customer), but no list
// holds.
boost::asio::awaitable<void> repair(context& cycle);

// Announces and drops months of calls that are older than the retention.
boost::asio::awaitable<void> retire_calls(context& cycle);

// Counts a concluded window in the cycle's report.
void count_window(context& cycle, sink::conclusion const& conclusion, sink::window_key const& key);

// What asks for a day of such a stream as read_one_day().
api::request day_request(streams::stream const& stream, core::utc_day day, api::priority urgency);

}  // namespace vobiz::sync
