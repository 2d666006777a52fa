#pragma once

#include <string>
#include <vector>

#include "vobiz/sink/migrations.hpp"

namespace vobiz::sink {

// Everything that this program has in a database but its rows, a line each, in order: relations,
// columns, indexes, constraints, functions, views, triggers, comments and rights.
std::vector<std::string> catalogue(pqxx::connection& connection);

// Lines that only one of the two has, with "-" and "+" before them.
std::vector<std::string> difference(std::vector<std::string> const& left,
                                    std::vector<std::string> const& right);

}  // namespace vobiz::sink
