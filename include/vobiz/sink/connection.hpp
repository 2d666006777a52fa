#pragma once

#include <memory>
#include <pqxx/pqxx>
#include <string>

#include "vobiz/config/settings.hpp"
#include "vobiz/core/failure.hpp"

namespace vobiz::sink {

// Opens a connection. Throws core::failure: refused for credentials, rights or a database that does
// not exist, failed (retry) for a server that cannot be reached. No message carries the DSN's
// password.
std::unique_ptr<pqxx::connection> connect(config::database const& where);

// Turns an exception of libpqxx into a core::failure; rethrows what is none of its own.
[[noreturn]] void rethrow_as_failure(std::exception_ptr error);

// Whether the connection can no longer be used and has to be replaced.
bool is_broken(std::exception_ptr error);

}  // namespace vobiz::sink
