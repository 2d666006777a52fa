#pragma once

#include <cstdint>
#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <vector>

namespace vobiz::reconcile {

// Result of one check in a run, over all days and accounts. Amounts are decimal text.
struct check_summary {
  std::string check;
  std::string status;  // the first that occurs: break, not_run, inconclusive, ok
  std::int64_t days = 0;
  std::int64_t days_not_judged = 0;
  std::int64_t rows = 0;
  std::int64_t accounts = 0;
  std::int64_t breaks = 0;  // breaks that are not accepted
  std::string differences;  // "0.05 INR, 1 USD": one sum per currency
  std::optional<std::string> reason;
};

// A break as this run found it.
struct found_break {
  std::int64_t id = 0;
  std::string day;
  std::string check;
  std::string kind;
  std::string row_key;
  std::string account;
  std::string currency;
  std::optional<std::string> expected;
  std::optional<std::string> actual;
  std::optional<std::string> difference;
  std::optional<std::string> reason;
  std::string first_seen_at;
  std::string state;                  // open or disputed
  std::optional<std::string> ticket;  // of the last dispute
};

// A row of vobiz.reconciliation_results.
struct result_row {
  std::string day;
  std::string check;
  std::string account;
  std::string currency;
  std::string status;
  std::optional<std::string> expected;
  std::optional<std::string> actual;
  std::optional<std::string> difference;
  std::optional<std::string> tolerance;
  std::int64_t rows = 0;
  std::int64_t breaks = 0;
  std::optional<std::string> reason;
};

std::vector<check_summary> summarize(pqxx::transaction_base& transaction, std::int64_t run_id);
std::vector<found_break> open_breaks(pqxx::transaction_base& transaction, std::int64_t run_id);
std::vector<result_row> results(pqxx::transaction_base& transaction, std::int64_t run_id);

}  // namespace vobiz::reconcile
