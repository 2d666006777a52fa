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

// Whether the stream's last look for such rows is an hour ago; notes the look when it is, or when
// `anyway`.
bool begin_repair(pqxx::transaction_base& transaction, std::string const& partner,
                  std::string_view stream, bool anyway);

// Rows of the stream that others mention and its table lacks (stream::repair), at most `most`:
// those asked for in vain wait longer each time and are given up after five tries. What bears a day
// counts from `since` on.
std::vector<missing_row> missing_rows(pqxx::transaction_base& transaction,
                                      streams::stream const& stream, std::string const& partner,
                                      core::utc_day since, std::int64_t most);

// Writes what asking for a row came to: stored, or missing with the API's answer.
void record_repair(pqxx::transaction_base& transaction, std::string const& partner,
                   std::string_view kind, missing_row const& row,
                   std::optional<std::string> const& error);

}  // namespace vobiz::sink
