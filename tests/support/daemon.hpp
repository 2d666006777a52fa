#pragma once

#include <memory>
#include <string>
#include <vector>

#include "support/process.hpp"
#include "support/provider.hpp"
#include "support/temporary_folder.hpp"
#include "support/test_database.hpp"

namespace vobiz::support {

// What a configuration file for vobiz-syncd says, where it differs from test to test. Lines below
// `streams` and `more` are YAML.
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
  int days = 6;  // back from today, as many as the simulator's history
  std::string http = "false";
  std::string partners;  // more of them, whole lines as under "partners:"
  std::string streams;   // whole lines, indented by two spaces: "  cdrs: {every: 1s}"
  std::string more;
};

// vobiz-syncd with a configuration file of its own.
class daemon {
public:
  explicit daemon(daemon_setting const& setting);

  // A daemon between this simulator and this database.
  daemon(provider const& api, vobiz::testing::test_database const& database);

  // Writes the configuration anew.
  void configure(daemon_setting const& setting);
  daemon_setting setting() const { return setting_; }

  // Runs a command to its end: `run({"sync", "cdrs"})`.
  ending run(std::vector<std::string> const& words,
             process::variables const& environment = {}) const;

  // Starts one, for `run`.
  std::unique_ptr<process> start(std::vector<std::string> const& words,
                                 process::variables const& environment = {}) const;

  std::filesystem::path file() const { return folder_.path() / "vobiz-syncd.yaml"; }
  std::filesystem::path folder() const { return folder_.path(); }

private:
  temporary_folder folder_;
  daemon_setting setting_;
};

// For a database of that name in the cluster at hand.
std::string dsn_of(std::string const& database_name, std::string const& more = {});

}  // namespace vobiz::support
