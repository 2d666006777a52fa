#pragma once

#include <string>
#include <vector>

#include "support/test_database.hpp"

namespace vobiz::sink {

// Puts a row into each table of the mirror, with `personal` wherever a masked login may not read a
// text or a JSON, and harmless values elsewhere. Tables that come later get their row, too.
void plant(testing::test_database& database, std::string const& personal);

// Where a login sees the mark: in a column of any relation of any schema, in what a function
// answers or in an error. As "what: value".
std::vector<std::string> sightings(testing::test_database& database, std::string const& login,
                                   std::string const& mark);

}  // namespace vobiz::sink
