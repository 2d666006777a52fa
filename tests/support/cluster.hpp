#pragma once

#include <string>

namespace vobiz::support {

// The PostgreSQL cluster that scripts/with-postgres.sh started for this test program only.
namespace cluster {

// Stops the server: "fast" disconnects the clients, "immediate" crashes it.
void halt(std::string const& how);
void resume();

// The server's data folder.
std::string data_folder();

}  // namespace cluster
}  // namespace vobiz::support
