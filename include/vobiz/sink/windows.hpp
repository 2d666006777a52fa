#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <string_view>
#include <vector>

#include "vobiz/core/day.hpp"
#include "vobiz/streams/stream.hpp"

// vobiz_sync.windows: what the API said of a day, what is stored of it, and whether that is proven.
namespace vobiz::sink {

// The scope of windows read through a global endpoint.
inline constexpr std::string_view global_scope = "*";

// A window; for streams without days the day of their reading stands in for the day.
struct window_key {
  std::string partner;
  std::string_view stream;
  std::string scope;  // global_scope or the customer's auth_id
  core::utc_day day{};
};

enum class window_state { pending, open, proven, mismatch, forbidden };

// What a proof rests on (docs/architecture.md, "Proof").
enum class proof { total_and_summary, total, walk, walk_and_repeats };

std::string_view to_text(window_state state);
std::string_view to_text(proof what);

// What is stored and listed of a window.
struct figures {
  std::int64_t rows = 0;
  std::int64_t rejects = 0;       // rows of the API that stand in vobiz_sync.rejects
  std::vector<std::string> sums;  // decimal text, in the order of stream::measures
};

// What a merge did to the figures of a window: rows that came less those that went, and so for the
// stream's measures, in their order.
struct figures_change {
  std::int64_t rows = 0;
  std::vector<std::string> sums;  // decimal text
};

struct window {
  window_key key;
  window_state state = window_state::open;
  std::optional<proof> proven_by;
  std::optional<std::int64_t> api_total;
  std::vector<std::optional<std::string>> api_sums;  // in the order of stream::measures
  figures stored;
  bool read_before = false;
  int attempts = 0;                              // reads since the last proof, failed ones included
  std::optional<std::chrono::seconds> read_ago;  // since the API's answer was last looked at
  std::optional<std::chrono::seconds> walked_ago;  // since it was last read to the last page
  // Until it may be read again after a failed read; not positive: it may. Nothing: none has failed.
  std::optional<std::chrono::seconds> next_try_in;
  // Stands for the rows that a full read no longer listed (walk_comparison::vanished_keys), and how
  // long ago it first did; nothing: none are missed.
  std::optional<std::string> doubted_keys;
  std::optional<std::chrono::seconds> doubted_for;
};

// What a look at the API's answer for a window came to; written by conclude().
struct conclusion {
  window_state state = window_state::open;
  std::optional<proof> proven_by;  // nothing: not complete
  std::optional<std::int64_t> api_total;
  std::vector<std::optional<std::string>> api_sums;
  std::int64_t requests = 0;
  bool walked = false;                        // read to its last page
  std::optional<std::int64_t> doubted_total;  // rows listed when rows were missed
  std::optional<std::string> doubted_keys;
  std::optional<std::string> error;
};

// The days of a PostgreSQL date[] literal such as {2026-01-31,2026-02-01}.
std::vector<core::utc_day> days_from_array(std::string_view literal);

// Makes the windows of [first, last] that are not there yet: open ones from `open_from` on, and
// before it pending ones, which wait in the backfill queue. A customer's window whose day is proven
// by the global list is set aside until it is read. Returns how many it made.
std::int64_t ensure_windows(pqxx::transaction_base& transaction, std::string const& partner,
                            std::string_view stream, std::string const& scope, core::utc_day first,
                            core::utc_day last, core::utc_day open_from);

// The windows of [first, last] of one scope, newest first.
std::vector<window> load_windows(pqxx::transaction_base& transaction, streams::stream const& stream,
                                 std::string const& partner, std::string const& scope,
                                 core::utc_day first, core::utc_day last);

// Those of them that a cycle may have to read: what is not proven, the queue left out, and all from
// `proven_from` on.
std::vector<window> load_due_windows(pqxx::transaction_base& transaction,
                                     streams::stream const& stream, std::string const& partner,
                                     std::string const& scope, core::utc_day first,
                                     core::utc_day last, core::utc_day proven_from);

// The newest days of one scope that have a proof and whose last read has not failed, `most` of
// them.
std::vector<core::utc_day> proven_days(pqxx::transaction_base& transaction,
                                       std::string const& partner, std::string_view stream,
                                       std::string const& scope, std::int64_t most);

// Whether any window of the stream has ever been proven.
void drop_unread_windows(pqxx::transaction_base& transaction, std::string const& partner,
                         std::string_view stream);
bool was_read(pqxx::transaction_base& transaction, std::string const& partner,
              std::string_view stream);

// Notes that a read of the window brought no answer: it is read again after a pause that doubles
// from a minute to an hour with each attempt. What is stored and proven stands. `is_refused`: an
// open window becomes `forbidden`.
void record_failed_read(pqxx::transaction_base& transaction, window_key const& key,
                        std::string const& error, bool is_refused);

// Notes that a probe found a proven window as it was.
void touch(pqxx::transaction_base& transaction, window_key const& key);

// Keeps the window's row from others until the transaction ends: one that moves a row out of this
// day while its rows are counted would leave a proof behind that counts it.
void lock_window(pqxx::transaction_base& transaction, window_key const& key);

// Counts and adds up what is stored of a window and writes it into the window's row if it differs
// from what stands there.
figures recount(pqxx::transaction_base& transaction, streams::stream const& stream,
                window_key const& key);

// recount() where what has changed since the last one is known: it is added to the window's row.
figures add_to_window(pqxx::transaction_base& transaction, streams::stream const& stream,
                      window_key const& key, figures_change const& change);

// recount() for days that lost a row to another one; a proven one among them has to be read again.
// Returns how many were.
std::int64_t reopen(pqxx::transaction_base& transaction, streams::stream const& stream,
                    window_key key, std::vector<core::utc_day> const& days);

// Writes what a read came to. Returns whether the window has gained or lost its proof, which
// update_cursor() has to follow.
bool conclude(pqxx::transaction_base& transaction, streams::stream const& stream,
              window_key const& key, conclusion const& outcome);

// How many rows are stored of the window.
std::int64_t count_stored(pqxx::transaction_base& transaction, streams::stream const& stream,
                          window_key const& key);

}  // namespace vobiz::sink
