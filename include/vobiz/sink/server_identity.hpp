#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace vobiz::sink {

// Hosts that a connection reaches over a network without proof of who they are.
struct unproven_hosts {
  std::vector<std::string> hosts;  // as the connection string names them
  std::string sslmode;             // what is used instead of verify-full
};

// What libpq would do with these options (host, hostaddr, sslmode, sslrootcert; a list has commas).
// nullopt: all hosts are this machine, or each has to prove its name by a certificate.
std::optional<unproven_hosts> find_unproven(std::map<std::string, std::string> const& options);

// The same for a DSN, with what the environment, a service file and libpq's defaults add to it.
// nullopt also for a DSN that libpq does not take, which connect() reports. Changes the environment
// for a moment, so it is for programs with one thread.
std::optional<unproven_hosts> find_unproven_hosts(std::string const& dsn);

}  // namespace vobiz::sink
