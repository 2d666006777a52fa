#pragma once

#include <string>

namespace vobiz::support {

// The cluster that scripts/with-postgres.sh started for this test program, which has it to itself:
// what a test does to it happens to no other.
namespace cluster {

// Stops it: "fast" sends its clients away, "immediate" crashes it.
void halt(std::string const& how);
void resume();

// Its data folder.
std::string data_folder();

}  // namespace cluster
}  // namespace vobiz::support
