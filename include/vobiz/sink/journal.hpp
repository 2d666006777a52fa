#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <string_view>
#include <vector>

#include "vobiz/core/day.hpp"
#include "vobiz/sink/merge.hpp"

// vobiz_sync.streams and vobiz_sync.runs: where each stream stands and what each cycle did.
namespace vobiz::sink {

class database;

// unavailable: the API has no such endpoint.
enum class run_outcome { ok, mismatch, failed, forbidden, unauthorized, cancelled, unavailable };
inline constexpr std::size_t run_outcomes = 7;

std::string_view to_text(run_outcome outcome);

// What one cycle of a stream did.
struct run_report {
  std::string partner;
  std::string_view stream;
  std::string_view command;  // run, sync, backfill
  core::utc_time started{};
  run_outcome outcome = run_outcome::ok;
  int windows = 0;
  int proven = 0;
  std::uint64_t requests = 0;
  std::uint64_t retries = 0;
  std::uint64_t bytes = 0;
  std::int64_t rows_read = 0;
  merge_counts rows;
  std::int64_t removed = 0;
  std::int64_t rejected = 0;
  std::string error;
  // The stream whose last good reading also read all of this one, which had nothing to ask for.
  std::string_view read_with{};
  // The cycle went on to its end: what failed has pauses of its own, the stream needs none.
  bool went_through = false;
  std::optional<std::chrono::seconds> again_within;  // the next cycle is due no later
  bool by_customer = false;                          // the lists of single customers were read
  bool vouched = false;                              // and a witness vouches for them (witness.hpp)
};

// How a stream stands.
struct stream_standing {
  std::string state;
  bool ever_good = false;
  std::string last_error;  // empty after a good cycle
};

// A stream without a row is as good as new.
stream_standing standing_of(pqxx::transaction_base& transaction, std::string const& partner,
                            std::string_view stream);

// Writes the start of a cycle into the stream's row: the first day asked for, where it has days,
// and the first one kept, where it has a retention. The cursor follows a first day that has moved.
// Returns the database's time.
core::utc_time begin_cycle(pqxx::transaction_base& transaction, std::string const& partner,
                           std::string_view stream, std::optional<core::utc_day> start_date,
                           std::optional<core::utc_day> keep_from = std::nullopt);

// A stream that a service's configuration has.
struct enabled_stream {
  std::string_view name;
  std::optional<core::utc_day> start_date;  // where it has days
  std::chrono::seconds stale_after{};       // age of the last good cycle that is too old
};

// Writes which streams of the partner a service reads, so that one that is never read is seen to be
// missing. Its others are off.
void note_streams(pqxx::transaction_base& transaction, std::string const& partner,
                  std::vector<enabled_stream> const& enabled);
boost::asio::awaitable<void> note_streams(database& db, std::string const& partner,
                                          std::vector<enabled_stream> const& enabled);

// Makes the monthly partitions of vobiz.cdrs for a span of days where they are missing.
void ensure_partitions(pqxx::transaction_base& transaction, core::utc_day first,
                       core::utc_day last);

// Writes the row of a run.
void write_run(pqxx::transaction_base& transaction, run_report const& report);

// Writes the end of a cycle into the stream's row: outcome, failures in a row, when it is due next.
void end_cycle(pqxx::transaction_base& transaction, run_report const& report,
               std::optional<std::chrono::seconds> next_due_in);

}  // namespace vobiz::sink
