#pragma once

#include <pqxx/pqxx>
#include <string>

#include "vobiz/core/failure.hpp"
#include "vobiz/sink/connection.hpp"

namespace vobiz::sink {

// Does something about a file or object; what the database refuses is told with its name.
template <class Act>
void do_for(std::string const& name, Act const& act) try {
  act();
} catch (pqxx::failure const&) {
  try {
    rethrow_as_failure(std::current_exception());
  } catch (core::failure const& error) {
    throw core::failure(error.kind(), error.what_helps(), name + " fails: " + error.what(),
                        error.hint());
  }
}

}  // namespace vobiz::sink
