#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "support/certificates.hpp"
#include "support/process.hpp"
#include "support/temporary_folder.hpp"

namespace vobiz::support {

// A simulated provider: a vobiz-sim process on a free port, with a frozen clock by default, small
// enough for a full sync in a second.
class provider {
public:
  // Options of vobiz-sim --help. Later options override the defaults.
  explicit provider(std::vector<std::string> const& more_options = {}, bool frozen = true,
                    identity const* tls = nullptr);

  std::uint16_t port() const { return port_; }
  std::string base_url() const;

  // Operations below /_control (simulator/README.md). Throws with the simulator's message if it
  // refuses.
  boost::json::value get(std::string const& path) const { return ask("GET", path, {}); }
  boost::json::value post(std::string const& path, boost::json::value const& body) const;
  boost::json::value remove(std::string const& path) const { return ask("DELETE", path, {}); }

  void add_fault(std::string const& spec) const { post("/faults", {{"fault", spec}}); }
  void end_faults() const { remove("/faults"); }

  // Number of requests by status, method or path ("/accounts/{id}/cdrs").
  std::int64_t requests(std::string const& kind, std::string const& key) const;

private:
  boost::json::value ask(std::string const& method, std::string const& path,
                         std::string const& body) const;

  temporary_folder folder_;
  bool encrypted_;
  std::unique_ptr<process> process_;
  std::uint16_t port_ = 0;
};

}  // namespace vobiz::support
