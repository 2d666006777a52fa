#pragma once

#include <pqxx/pqxx>
#include <string>
#include <vector>

namespace vobiz::sink {

// sha256 of each text, made by the server in one round trip.
std::vector<std::string> checksums(pqxx::transaction_base& transaction,
                                   std::vector<std::string> const& texts);

}  // namespace vobiz::sink
