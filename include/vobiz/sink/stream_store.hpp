#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vobiz/sink/customer_looks.hpp"
#include "vobiz/sink/database.hpp"
#include "vobiz/sink/journal.hpp"
#include "vobiz/sink/leases.hpp"
#include "vobiz/sink/merge.hpp"
#include "vobiz/sink/queue.hpp"
#include "vobiz/sink/refusals.hpp"
#include "vobiz/sink/repairs.hpp"
#include "vobiz/sink/retention.hpp"
#include "vobiz/sink/spans.hpp"
#include "vobiz/sink/walks.hpp"
#include "vobiz/sink/window_transaction.hpp"
#include "vobiz/sink/windows.hpp"
#include "vobiz/sink/witness.hpp"

namespace vobiz::sink {

// The days of a cycle, where the stream has any.
struct cycle_days {
  std::optional<core::utc_day> first;      // asked for
  std::optional<core::utc_day> keep_from;  // the first one kept
  std::optional<span> partitions;          // that rows of the cycle may need
};

// What is stored of one answer or of several.
struct stored_pages {
  merge_counts rows;
  std::int64_t rejected = 0;
};

struct queue_state {
  bool is_read = false;          // no window of it may be read now
  bool has_settled_day = false;  // a billing day that no queued window changes any more
};

// Which windows a backfill puts into the queue.
struct queue_request {
  span days;
  std::string account;               // one customer's; empty: as `per_account` says
  bool per_account = false;          // each customer's instead of the global ones
  std::optional<span> partitions{};  // that their rows may need
};

// A customer's answer of a stream that has no days.
struct account_page {
  window_key key;
  decode::page* page = nullptr;
};

// What asking for a missing row came to: its page, or why there is none.
struct repair_answer {
  missing_row row;
  decode::page* page = nullptr;
  std::string error{};
};

// The spans of a scope to look at: past months once, the audit range again and again.
struct spans_wanted {
  std::vector<span> months;
  std::optional<span> audit;
  std::chrono::seconds audit_again{};
  bool anyway = false;  // spans without a good verdict, too, whenever they were checked
};

// How a list differs from what is stored of its window.
struct window_difference {
  std::vector<row_difference> rows;
  std::vector<std::string> vanished;  // keys of stored rows that were not listed
  std::int64_t stored = 0;
};

// What is stored of one stream of one partner. Each method is one transaction on a worker of the
// database, which commits only while the lease, where there is one, is still ours: throws
// core::failure (lease_held) otherwise. What it is given outlives the call.
class stream_store {
public:
  stream_store(database& db, streams::stream const& stream, std::string const& partner,
               lease const* fence)
      : db_(db), stream_(stream), partner_(partner), fence_(fence) {}

  template <class T>
  using awaitable = boost::asio::awaitable<T>;

  // The life of a cycle (journal.hpp, retention.hpp). begin_cycle() returns the database's time,
  // end_queued_window() whether the queue has a window that may be read now; it writes no run where
  // there is none.
  awaitable<core::utc_time> begin_cycle(cycle_days const& days);
  awaitable<void> end_cycle(run_report const& report,
                            std::optional<std::chrono::seconds> next_due_in);
  awaitable<bool> end_queued_window(run_report const* run);
  // Writes the run of an upkeep, if it did anything, and how it ended.
  awaitable<void> end_upkeep(run_report const& report);
  awaitable<core::utc_time> database_time();
  awaitable<std::vector<retired_month>> retire_calls();

  // Rollups (rollups.hpp). Each stores one billing day; false where none is left.
  awaitable<bool> store_marked_day();
  awaitable<bool> store_settled_day();

  // Windows (windows.hpp). load_due_windows(): those of the days that are not proven, and all of
  // `proven_from` and later; pending ones are the queue's.
  awaitable<void> ensure_windows(std::vector<std::string> const& scopes, span const& days,
                                 core::utc_day open_from);
  awaitable<std::vector<window>> load_due_windows(std::string const& scope, span const& days,
                                                  core::utc_day proven_from);
  awaitable<std::vector<window>> ensure_and_load_windows(std::string const& scope,
                                                         span const& days);
  // A snapshot's window of today, with what is stored of the list.
  awaitable<window> load_snapshot(window_key const& today);
  awaitable<void> touch_window(window_key const& key);
  awaitable<void> conclude_window(window_key const& key, conclusion const& outcome);
  awaitable<void> reopen_days(window_key const& scope, std::vector<core::utc_day> const& days);
  awaitable<void> record_failed_read(window_key const& key, std::string const& error,
                                     bool is_refused);
  // The newest proven windows of a scope, which may answer when another day of it does not.
  awaitable<std::vector<core::utc_day>> proven_days(std::string const& scope, std::int64_t most);

  // Lists that are refused (refusals.hpp, stand_ins.hpp). record_refusal() gives up what is not
  // proven of a customer when the refusal is `final`. end_refusal() recalls the global windows
  // where the customers' lists were read instead.
  awaitable<std::vector<refusal>> load_refusals();
  awaitable<refusal> record_refusal(window_key const& key, std::string const& error, bool final);
  awaitable<void> end_refusal(std::string const& scope, core::utc_day open_from);
  awaitable<void> fall_back(window_key const& today, core::utc_day open_from,
                            std::string const& error);
  awaitable<bool> expand_queued(window_key const& key, std::string const& error);
  // One list of all customers answers: what only reading customer by customer needs goes.
  awaitable<void> leave_customers();
  // Readies the windows for a read by customers; returns those who have left and still have some.
  awaitable<std::vector<std::string>> prepare_customers(span const& days, core::utc_day open_from);

  // Lists of one customer only (customer_looks.hpp, witness.hpp).
  awaitable<std::vector<customer_facts>> load_customer_facts(std::chrono::seconds close_delay);
  awaitable<void> note_look(std::string const& id, std::chrono::milliseconds began, bool found);
  awaitable<std::vector<customer_upkeep>> load_customer_upkeep(upkeep_due const& how);
  awaitable<witness_facts> load_witness(span const& days, day_basis by);
  awaitable<void> record_witness(witness_standing const& standing,
                                 std::vector<witness_day> const& closed_days);
  awaitable<void> note_open_agreement(std::chrono::milliseconds read);
  awaitable<void> note_open_search(bool goes_on);
  awaitable<void> note_search(core::utc_day day);
  awaitable<std::vector<std::string>> customers_to_search(core::utc_day day);
  awaitable<bool> is_vouched();

  // The backfill queue (queue.hpp).
  awaitable<std::vector<window>> load_queue(std::optional<queue_place> const& after,
                                            std::int64_t most);
  awaitable<std::optional<window>> next_in_queue(std::vector<core::utc_day> const& away_from);
  awaitable<std::int64_t> count_readable(std::int64_t most);
  awaitable<std::int64_t> count_untried();
  awaitable<queue_state> load_queue_state();
  awaitable<std::int64_t> enqueue(queue_request const& request);  // returns count_untried()

  // Customers. was_read(): whether a stream of the partner has ever been read whole.
  awaitable<std::vector<std::string>> load_accounts(bool without_wallet);
  awaitable<bool> was_read(std::string_view stream);
  awaitable<stream_standing> standing_of(std::string_view stream);
  // Drops the windows that no answer was ever stored for.
  awaitable<void> drop_unread_windows();

  // Answers that are no page of a list. store_day() concludes the document's window.
  awaitable<stored_pages> store_document(window_key const& key, decode::page& page);
  awaitable<stored_pages> store_day(window_key const& key, decode::page& page,
                                    conclusion const& outcome);
  awaitable<stored_pages> store_balances(std::vector<account_page> const& answers);

  // A list's pages: `job` decides about the window and writes it in one transaction.
  awaitable<void> write_window(window_key const& key,
                               std::function<void(window_transaction&)> const& job);

  // Spans (spans.hpp).
  awaitable<std::vector<span>> spans_due(window_key const& scope, spans_wanted const& wanted);
  awaitable<bool> is_span_proven(window_key const& scope, span const& days);
  awaitable<std::int64_t> repeats_in(window_key const& scope, span const& days);
  awaitable<std::optional<figures>> figures_of_span(window_key const& scope, span const& days,
                                                    span_figures which);
  awaitable<void> record_span(window_key const& scope, span_check_result const& result);
  awaitable<std::optional<std::string>> confirm_difference(window_key const& scope,
                                                           span const& days,
                                                           std::optional<std::int64_t> api_total,
                                                           std::int64_t stored);
  awaitable<void> forget_spans(std::vector<std::string> const& scopes, core::utc_day first_day);
  awaitable<std::optional<std::string>> span_difference();
  // Rows that no single day lists; `from` is the span's first day.
  awaitable<merge_counts> store_span_rows(window_key const& from,
                                          std::vector<decode::page const*> const& pages);
  awaitable<std::int64_t> mark_found_removed(window_key const& from, was_walked const& met);

  // Rows that others mention (repairs.hpp): none where the last look is too recent, unless
  // `anyway`.
  awaitable<std::vector<missing_row>> find_missing(core::utc_day since, std::int64_t most,
                                                   bool anyway);
  awaitable<merge_counts> store_repairs(std::vector<repair_answer> const& answers);

  // Writes nothing.
  awaitable<window_difference> compare_window(window_key const& key, decode::row_batch const& rows,
                                              was_walked const& met);

private:
  template <class Job>
  awaitable<std::invoke_result_t<Job&, pqxx::work&>> commit(Job& job);
  void move_cursor(pqxx::work& transaction);
  std::int64_t make_windows(pqxx::work& transaction, std::vector<std::string> const& scopes,
                            span const& days, core::utc_day open_from);

  database& db_;
  streams::stream const& stream_;
  std::string const& partner_;
  lease const* fence_;
};

}  // namespace vobiz::sink
