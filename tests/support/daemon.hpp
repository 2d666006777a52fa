#pragma once

#include <memory>
#include <string>
#include <vector>

#include "support/process.hpp"
#include "support/provider.hpp"
#include "support/temporary_folder.hpp"
#include "support/test_database.hpp"

namespace vobiz::support {

// The parts of a configuration file that tests change. `streams` and `more` are YAML lines.
struct daemon_setting {
  std::string base_url;
  std::string auth_id = "PA_EXAMPLE01";
  std::string token = "CANARY_PARTNER_TOKEN";
  bool login = false;
  std::string password = "CANARY_PASSWORD";
  std::string ca_file;
  std::string dsn;
  int connections = 2;
  std::string level = "debug";
  std::string timeouts = "connect: 2s, response: 5s";
  std::string max_response = "32MiB";
  int days = 6;  // days before today; the simulator's history
  std::string http = "false";
  std::string partners;  // further partners; whole lines as below "partners:"
  std::string streams;   // whole lines, indented by two spaces: "  cdrs: {every: 1s}"
  std::string more;
};

// vobiz-syncd with its own configuration file.
class daemon {
public:
  explicit daemon(daemon_setting const& setting);

  // A service between this simulator and this database.
  daemon(provider const& api, vobiz::testing::test_database const& database);

  // Rewrites the configuration file.
  void configure(daemon_setting const& setting);
  daemon_setting setting() const { return setting_; }

  // Runs a command and waits for its end: `run({"sync", "cdrs"})`.
  ending run(std::vector<std::string> const& words,
             process::variables const& environment = {}) const;

  // Starts a process, for the command `run`.
  std::unique_ptr<process> start(std::vector<std::string> const& words,
                                 process::variables const& environment = {}) const;

  std::filesystem::path file() const { return folder_.path() / "vobiz-syncd.yaml"; }
  std::filesystem::path folder() const { return folder_.path(); }

private:
  temporary_folder folder_;
  daemon_setting setting_;
};

// The DSN of a database in the test cluster.
std::string dsn_of(std::string const& database_name, std::string const& more = {});

}  // namespace vobiz::support
