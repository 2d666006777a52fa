#pragma once

#include <cstdint>
#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "vobiz/config/settings.hpp"
#include "vobiz/reconcile/breaks.hpp"
#include "vobiz/reconcile/report.hpp"

// Billing months that finance closes (vobiz.periods; docs/reconciliation.md, "Close a month").
namespace vobiz::reconcile {

// The credit and debit notes of one currency.
struct note_sum {
  std::string currency;
  std::int64_t notes = 0;
  std::string amount;  // decimal; more to be charged positive
};

struct period {
  std::string state;  // open, draft, frozen or reopened
  int issue = 0;      // how often it was frozen
  std::optional<std::string> frozen_at;
  std::optional<std::string> changed_by;
  std::optional<std::string> note;
  std::vector<note_sum> notes_in;     // notes about earlier months that stand in it
  std::vector<note_sum> notes_about;  // what changed in it after it was frozen, not issued yet
};

// What a run of all checks found of the month.
struct closing_facts {
  struct unjudged {
    std::string check;
    std::int64_t days = 0;
    std::string reason;
  };
  std::vector<open_sum> open;        // of all open breaks of the month, by currency
  std::vector<unjudged> not_judged;  // by name of the check

  std::int64_t material_breaks() const;  // what holds the closing
};

// What the checks of a run over the month could not judge.
std::vector<closing_facts::unjudged> not_judged(std::vector<check_summary> const& checks);

// `month` is its first day, YYYY-MM-01. Each throws core::failure.
period load_period(config::database const& where, std::string const& partner,
                   std::string const& month);

// The oldest proof of the windows that the checks of a run rest on; nothing: none had any.
std::optional<std::string> load_oldest_proof(config::database const& where, std::int64_t run_id);

struct decision {
  std::string by;
  std::string note;
  std::int64_t run_id = 0;
};

// A month that is not frozen becomes a draft; false: it is frozen.
bool draft_period(config::database const& where, std::string const& partner,
                  std::string const& month, decision const& what, closing_facts const& found);

// Approves and freezes the month. Returns the number of the issue; nothing: it is frozen already.
std::optional<int> freeze_period(config::database const& where, std::string const& partner,
                                 std::string const& month, decision const& what,
                                 closing_facts const& found);

// A frozen month becomes live again; false: it is not frozen. Throws where a later frozen month
// begins with its closing balance.
bool reopen_period(config::database const& where, std::string const& partner,
                   std::string const& month, decision const& what);

}  // namespace vobiz::reconcile
