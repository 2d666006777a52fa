#pragma once

#include <cstdint>
#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "vobiz/config/settings.hpp"

// What people say about breaks (docs/reconciliation.md, "The life of a break").
namespace vobiz::reconcile {

// Breaks by id, or by what they have in common: then of open ones, or of those in dispute under
// `ticket`. An empty text selects by nothing.
struct break_selection {
  std::vector<std::int64_t> ids;
  std::string partner;  // auth_id
  std::string check;
  std::string account;
  std::string first_day;  // YYYY-MM-DD, a billing day; with last_day, inclusive
  std::string last_day;
  std::string currency;
  std::string at_most;  // decimal: breaks about this amount of money or less
  std::string ticket;

  // Whether nothing but a partner or a currency narrows it.
  bool is_empty() const;
};

struct break_decision {
  enum class outcome { accepted, disputed };
  outcome to = outcome::accepted;
  std::string by;
  std::string note;
  std::string ticket;    // of a dispute
  bool dry_run = false;  // changes nothing
};

// What a decision comes to in one currency. Amounts are decimal text without a sign; nothing where
// the breaks are about no money.
struct break_sum {
  std::string currency;
  std::int64_t chosen = 0;
  std::optional<std::string> chosen_amount;
  std::int64_t open_before = 0;  // of all open and disputed breaks of the partner, or of all
  std::optional<std::string> open_before_amount;
  std::int64_t open_after = 0;
  std::optional<std::string> open_after_amount;
};

// Accepted breaks no longer count while their amounts stay the same; disputed ones stay open.
// Throws core::failure if an id does not exist or has healed, or if the selection has no break.
std::vector<break_sum> decide(pqxx::transaction_base& transaction, break_selection const& which,
                              break_decision const& what);

// The same on a connection of its own; waits for it.
std::vector<break_sum> decide(config::database const& where, break_selection const& which,
                              break_decision const& what);

// The open and disputed breaks of the days from first_day to last_day in one currency.
struct open_sum {
  std::string currency;  // * where the breaks are about no money
  std::int64_t breaks = 0;
  std::int64_t material = 0;  // these hold a closing
  std::int64_t disputed = 0;
  std::string material_amount;  // decimal
  std::string other_amount;     // of the breaks that are not material
};
std::vector<open_sum> load_open_sums(config::database const& where, std::string const& partner,
                                     std::string const& first_day, std::string const& last_day);

}  // namespace vobiz::reconcile
