#pragma once

#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "vobiz/core/day.hpp"

// Rows that others mention but no list holds (design.md §2, "Repair").
namespace vobiz::sink {

struct missing_row {
  std::string key;      // the call's uuid or the customer's auth_id
  std::string account;  // the customer
};

// Whether the stream's last look for such rows is an hour ago; notes the look when it is, or when
// `anyway`.
bool begin_repair(pqxx::transaction_base& transaction, std::string const& partner,
                  std::string_view stream, bool anyway);

// Calls the ledger charges for whose day is proven but which are not stored, at most `most`; those
// asked for in vain wait longer each time and are given up after five tries.
std::vector<missing_row> missing_cdrs(pqxx::transaction_base& transaction,
                                      std::string const& partner, core::utc_day since,
                                      std::int64_t most);

// Customers that calls, ledger entries or numbers mention and vobiz.accounts lacks.
std::vector<missing_row> missing_accounts(pqxx::transaction_base& transaction,
                                          std::string const& partner, core::utc_day since,
                                          std::int64_t most);

// Writes what asking for a row came to: stored, or missing with the API's answer.
void record_repair(pqxx::transaction_base& transaction, std::string const& partner,
                   std::string_view kind, missing_row const& row,
                   std::optional<std::string> const& error);

}  // namespace vobiz::sink
