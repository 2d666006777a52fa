#pragma once

#include <cstdint>
#include <optional>
#include <pqxx/pqxx>
#include <string>

#include "gate.hpp"

namespace vobiz::reconcile {

// A check of one billing day in a run.
struct judgement {
  std::int64_t run_id;
  std::string const& partner;
  billing_day day;
  check const& of;
  config::reconcile const& how;
  gate const& inputs;
};

// Keeps the smallest decimals of the day's entries and costs: what its currencies are counted in.
void note_units(pqxx::transaction_base& transaction, std::string const& partner,
                std::string const& zone, billing_day day);

// Whether a check classifies each call, which takes most of its time.
bool asks_for_calls(check const& of);

// Classifies the calls once for the next checks of this transaction, in a temporary table that is
// dropped at its end.
void judge_calls(pqxx::transaction_base& transaction, judgement const& what);

enum class calls { judged_anew, judged_before };

// Runs the check's SELECT and stores a result per account and currency, and its breaks (new,
// changed, reopened or healed). `judged_before`: judge_calls() ran in this transaction.
void record(pqxx::transaction_base& transaction, judgement const& what,
            calls from = calls::judged_anew);

// Stores that the check was not run, and the reason. Leaves breaks unchanged.
void record_not_run(pqxx::transaction_base& transaction, judgement const& what,
                    std::string const& reason);

// Why the check's result of the whole day is ok although there is something to say of it.
std::optional<std::string> remark(pqxx::transaction_base& transaction, judgement const& what);

// Closes the day for closed_day_drift, once: if that check ended ok in this run and the day has no
// open break.
void freeze(pqxx::transaction_base& transaction, judgement const& what);

}  // namespace vobiz::reconcile
