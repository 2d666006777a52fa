#pragma once

#include <cstdint>
#include <pqxx/pqxx>
#include <string>

#include "gate.hpp"

namespace vobiz::reconcile {

// A check of one billing day, as part of a run.
struct judgement {
  std::int64_t run_id;
  std::string const& partner;
  billing_day day;
  check const& of;
  config::reconcile const& how;
};

// Whether a check asks what became of each call, which takes longer than all it makes of the
// answer.
bool asks_for_calls(check const& of);

// Answers that for the checks of a day that follow in this transaction, in a temporary table that
// ends with it.
void judge_calls(pqxx::transaction_base& transaction, judgement const& what, gate const& inputs);

enum class calls { judged_anew, judged_before };

// Runs the check's SELECT and stores what it found: a result for each account and currency, its
// breaks (new, changed, opened again, or healed because they are no longer found). `judged_before`:
// after judge_calls().
void record(pqxx::transaction_base& transaction, judgement const& what, gate const& inputs,
            calls from = calls::judged_anew);

// Stores that the check was not run, and why. Breaks stay as they are.
void record_not_run(pqxx::transaction_base& transaction, judgement const& what,
                    std::string const& reason);

// Closes the day for closed_day_drift, once: when that check ended ok in this run and the day has
// no open break.
void freeze(pqxx::transaction_base& transaction, judgement const& what);

}  // namespace vobiz::reconcile
