#pragma once

#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <vector>

// Invoices of a billing month, its annex of calls, and its postings. Amounts are exact decimals.
// With `issue`, the month is as it was issued that time.
namespace vobiz::sink {

// A line as vobiz_bi.invoice_lines_monthly has it; charges are positive, credits negative.
struct invoice_line {
  std::string kind;
  std::string item;                     // direction and product, or what the entries are for
  std::optional<std::string> quantity;  // calls or entries
  std::optional<std::string> minutes;
  std::optional<std::string> unit_rate;
  std::string amount;
  bool is_invoiced = false;  // part of the total; else a payment
};

// An invoice as vobiz_bi.invoices_monthly has it.
struct invoice {
  std::string partner;
  std::string account;
  std::string account_name;
  std::string month;  // YYYY-MM
  std::string currency;
  std::string total;
  std::string payments;
  std::optional<std::string> gstin;
  std::optional<std::string> gst_status;
  std::optional<std::string> tds_percentage;
  std::optional<std::string> tds_amount;
  std::optional<std::string> issue;
  std::optional<std::string> issued_at;  // nothing: it is live
  std::vector<invoice_line> lines;
};

// Of the month that begins on `first_day` (YYYY-MM-01), one a customer and currency: of one
// customer, or of all where `account` is empty.
std::vector<invoice> read_invoices(pqxx::connection& connection, std::string const& account,
                                   std::string const& first_day,
                                   std::optional<int> issue = std::nullopt);

// A call of the annex. Times are those of the zone of billing days.
struct annex_call {
  std::string uuid;
  std::string start_time;
  std::string direction;
  std::string product;
  std::string caller;
  std::string called;
  std::string billsec;
  std::string currency;
  std::string cost;
  std::string streaming_cost;
  std::string total_cost;
};

struct annex {
  std::vector<annex_call> calls;  // by time
  // Sums by currency where the calls of today are not what the lines of the invoice say: "INR:
  // calls 12.50, invoice 5.25".
  std::vector<std::string> differences;
};

annex read_annex(pqxx::connection& connection, std::string const& account,
                 std::string const& first_day, std::optional<int> issue = std::nullopt);

// A posting as vobiz_bi.journal_monthly has it.
struct posting {
  std::string partner;
  std::string account;
  std::string account_name;
  std::string currency;
  std::string account_code;
  std::string debit;
  std::string credit;
  bool is_issued = false;  // the month is frozen
};

// Of all customers of a partner (auth_id), or of all partners where it is empty.
std::vector<posting> read_postings(pqxx::connection& connection, std::string const& partner,
                                   std::string const& first_day,
                                   std::optional<int> issue = std::nullopt);

}  // namespace vobiz::sink
