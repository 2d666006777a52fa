#pragma once

#include <pqxx/pqxx>

#include "vobiz/config/settings.hpp"
#include "vobiz/sink/connection.hpp"
#include "vobiz/sink/session_settings.hpp"

namespace vobiz::reconcile {

enum class keep { all, nothing };

// Runs the job in one transaction on a connection of its own, and commits it unless nothing is to
// be kept. Returns what the job returns. Throws core::failure.
template <class Job>
auto in_own_transaction(config::database const& where, Job const& job, keep what = keep::all) {
  auto const connection = sink::connect(where);
  try {
    pqxx::work transaction(*connection);
    sink::set_own_to_write(transaction);
    auto result = job(transaction);
    if (what == keep::all) transaction.commit();
    return result;
  } catch (pqxx::failure const&) {
    sink::rethrow_as_failure(std::current_exception());
  }
}

}  // namespace vobiz::reconcile
