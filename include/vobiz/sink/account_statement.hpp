#pragma once

#include <cstdint>
#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <vector>

namespace vobiz::sink {

// A line of a statement; charges are positive, credits negative.
struct statement_line {
  std::string kind;                     // vobiz_bi.invoice_lines_monthly says which there are
  std::string item;                     // direction and product, or what the entries are for
  std::optional<std::string> quantity;  // calls or entries
  std::optional<std::string> minutes;   // billable
  std::string amount;
};

// A month of a customer in one currency, as vobiz_bi.account_statement_monthly has it. Amounts are
// exact decimals with two places at least; nothing where the ledger does not tell.
struct account_statement {
  std::string partner;
  std::string account;
  std::string account_name;
  std::string month;     // YYYY-MM
  std::string timezone;  // whose days the month is made of
  std::string currency;
  std::optional<std::string> opening;
  std::string credit;
  std::string debit;
  std::optional<std::string> closing;
  std::optional<std::string> unexplained;  // nothing when it is zero or not known
  std::string adjusted;
  std::int64_t adjusted_entries = 0;
  std::string usage_adjusted;
  std::int64_t unproven_windows = 0;
  std::optional<std::string> notes;      // debit less credit notes; nothing when there are none
  std::optional<std::string> issued_at;  // when the month was frozen; nothing: it is live
  bool is_over = false;
  bool is_proven = false;
  std::vector<statement_line> lines;
};

// Whether the mirror knows the customer at all.
bool knows_account(pqxx::connection& connection, std::string const& account);

// The statements of the month that begins on `first_day` (YYYY-MM-01), one a customer and currency:
// of one customer, or of all where `account` is empty. None where the customer had no wallet yet,
// or the month has not begun. With `issue`: as issued that time.
std::vector<account_statement> read_account_statements(pqxx::connection& connection,
                                                       std::string const& account,
                                                       std::string const& first_day,
                                                       std::optional<int> issue = std::nullopt);

}  // namespace vobiz::sink
