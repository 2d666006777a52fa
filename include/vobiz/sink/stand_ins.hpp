#pragma once

#include <pqxx/pqxx>
#include <string>
#include <string_view>
#include <vector>

#include "vobiz/sink/spans.hpp"
#include "vobiz/sink/windows.hpp"

// Windows of customers that stand in for those of a global list that is refused, and back.
namespace vobiz::sink {

// Makes the windows of [days] for each customer at present who lacks one of its ends, as
// ensure_windows() does. Returns how many it made.
std::int64_t ensure_customer_windows(pqxx::transaction_base& transaction,
                                     std::string const& partner, std::string_view stream,
                                     span const& days, core::utc_day open_from);

// The global list is refused for good, for now: today's window says so. From `open_from` on the
// customers' windows take the place of those that are not proven: never-read ones go, the others
// are set aside. Older ones wait in the queue, where expand_queued() serves them.
void fall_back(pqxx::transaction_base& transaction, window_key const& today,
               core::utc_day open_from, std::string const& error);

// The turn of a queued global window while the customers' lists are read: windows of the present
// customers for its day take its place in the queue. False where no customer is known.
bool expand_queued(pqxx::transaction_base& transaction, window_key const& key,
                   std::string const& error);

// The global list answers again: windows of customers that are not proven go, and global ones that
// were set aside wait to be read, from `open_from` on by the next cycle, older ones in the queue.
// Those whose customers are all proven stay set aside until then.
void recall_global(pqxx::transaction_base& transaction, std::string const& partner,
                   std::string_view stream, core::utc_day open_from);

// Windows of customers that are not proven go where the global window of the day has a proof:
// nobody would read them again. Queued ones stay. Returns how many went.
std::int64_t drop_stand_ins(pqxx::transaction_base& transaction, std::string const& partner,
                            std::string_view stream);

// Global windows that are not proven stand aside where no global list is asked at all.
std::int64_t set_global_aside(pqxx::transaction_base& transaction, std::string const& partner,
                              std::string_view stream);

// The customer's list is refused for good, for now: what is not proven of it leaves the queue, and
// the cursor's condition where the customer has left. Returns how many windows changed.
std::int64_t give_up_customer(pqxx::transaction_base& transaction, window_key const& key,
                              std::string const& error);

// The windows of customers who have returned count again. Returns how many.
std::int64_t recall_customers(pqxx::transaction_base& transaction, std::string const& partner,
                              std::string_view stream);

// Customers who have left and whose windows since `first` are still to be read, the queue's not
// counted.
std::vector<std::string> departed_customers(pqxx::transaction_base& transaction,
                                            std::string const& partner, std::string_view stream,
                                            core::utc_day first);

}  // namespace vobiz::sink
