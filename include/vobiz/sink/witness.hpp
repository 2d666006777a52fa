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

// The provider's dashboard as a witness (streams::day_totals): its figures of each day against the
// sum of what all customers hold.
namespace vobiz::sink {

// Which days the dashboard counts by.
enum class day_basis { utc, billing };

struct witness_day {
  core::utc_day day{};
  bool is_current = false;           // the dashboard's latest answer covers the day
  bool is_proven = false;            // each customer's own list of the day is
  bool agrees = false;               // both figures are equal; a day that is not named has no rows
  bool searched = false;             // the lists were searched for this very difference
  std::optional<std::int64_t> rows;  // by the dashboard; nothing: not named
  std::string sum;                   // decimal, in the dashboard's currency
  std::int64_t own_rows = 0;
  std::string own_sum;
};

// How a witness stands.
struct witness_standing {
  bool vouches = false;
  std::optional<day_basis> counts_by;
  std::string reason;
};

struct witness_facts {
  witness_standing before;
  std::optional<std::chrono::milliseconds> read;  // since the dashboard was read; nothing: never
  std::optional<std::chrono::milliseconds> customers_read;  // since their list was read
  std::optional<std::chrono::milliseconds> open_agreed;     // as vobiz_sync.witnesses has it
  std::optional<std::chrono::milliseconds> search;          // since it began; nothing: none does
  std::vector<witness_day> days;                            // oldest first
};

// The days from `first` to `last` by one basis.
witness_facts load_witness(pqxx::transaction_base& transaction, streams::stream const& stream,
                           std::string const& partner, core::utc_day first, core::utc_day last,
                           day_basis by);

// Writes what has changed of the standing and of the closed days among `days`.
void record_witness(pqxx::transaction_base& transaction, streams::stream const& stream,
                    std::string const& partner, witness_standing const& standing,
                    std::vector<witness_day> const& closed_days);

// The days still open agreed when the dashboard was read, so long ago.
void note_open_agreement(pqxx::transaction_base& transaction, std::string const& partner,
                         std::string_view stream, std::chrono::milliseconds read);

// A search for calls that only the dashboard counts begins, or is over.
void note_open_search(pqxx::transaction_base& transaction, std::string const& partner,
                      std::string_view stream, bool goes_on);

// The customers' lists of the day have been searched for the difference of these figures.
void note_search(pqxx::transaction_base& transaction, std::string const& partner,
                 std::string_view stream, core::utc_day day);

// The customers with a proven list of the UTC day, those first whose wallets moved since it was
// read, then those with most rows.
std::vector<std::string> customers_to_search(pqxx::transaction_base& transaction,
                                             std::string const& partner, std::string_view stream,
                                             core::utc_day day);

// Whether a witness vouches for a stream of the partner.
bool is_vouched(pqxx::transaction_base& transaction, std::string const& partner);

std::string_view to_text(day_basis by);

}  // namespace vobiz::sink
