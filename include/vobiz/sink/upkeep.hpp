#pragma once

#include <pqxx/pqxx>

#include "vobiz/sink/journal.hpp"

// The end of an upkeep of a stream, which runs beside its cycles.
namespace vobiz::sink {

// Whether it leaves a run: it asked the API for something, or did not end well.
bool did_something(run_report const& report);

// Writes into the stream's row whether it failed. A cancelled one says nothing.
void end_upkeep(pqxx::transaction_base& transaction, run_report const& report);

// The database's time.
core::utc_time database_time(pqxx::transaction_base& transaction);

}  // namespace vobiz::sink
