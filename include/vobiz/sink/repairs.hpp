#pragma once

#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "vobiz/core/day.hpp"
#include "vobiz/streams/stream.hpp"

// Rows that others mention but no list holds (docs/architecture.md, "Repair").
namespace vobiz::sink {

struct missing_row {
  std::string key;      // the row's selective key
  std::string account;  // the customer
};

// What a look for such rows has to look through.
struct repair_look {
  core::utc_day since;  // rows of this day and later days
  // Of these, what has changed since then, in seconds since 1970; nothing: all of them.
  std::optional<std::string> changed_from;
};

// Begins a look if the stream's last one is an hour ago, or if `anyway`: it looks through what has
// changed since the last one, and an hour before it, in which a transaction may have begun that was
// committed later. If rows of earlier days count now, it looks through all.
std::optional<repair_look> begin_repair(pqxx::transaction_base& transaction,
                                        std::string const& partner, std::string_view stream,
                                        core::utc_day since, bool anyway);

// Adds to vobiz_sync.repairs the rows of the stream that others mention and its table lacks
// (stream::repair).
void note_missing_rows(pqxx::transaction_base& transaction, streams::stream const& stream,
                       std::string const& partner, repair_look const& look);

// Which of the missing rows are to be asked for now, at most `most`: those asked for in vain wait
// longer each time and are given up after five tries.
std::vector<missing_row> missing_rows(pqxx::transaction_base& transaction,
                                      streams::stream const& stream, std::string const& partner,
                                      std::int64_t most);

// Writes what asking for a row came to: stored, or missing with the API's answer.
void record_repair(pqxx::transaction_base& transaction, std::string const& partner,
                   std::string_view kind, missing_row const& row,
                   std::optional<std::string> const& error);

}  // namespace vobiz::sink
