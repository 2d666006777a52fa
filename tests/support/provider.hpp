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

// A simulated provider: vobiz-sim as a process of its own on a free port, its time standing still
// unless told otherwise, small enough that a full sync takes a second.
class provider {
public:
  // Where the world is and how it behaves, as vobiz-sim --help says. Later options win over the
  // standard ones.
  explicit provider(std::vector<std::string> const& more_options = {}, bool frozen = true,
                    identity const* tls = nullptr);

  std::uint16_t port() const { return port_; }
  std::string base_url() const;

  // Operations below /_control (simulator/README.md); throws with the simulator's words when it
  // refuses.
  boost::json::value get(std::string const& path) const { return ask("GET", path, {}); }
  boost::json::value post(std::string const& path, boost::json::value const& body) const;
  boost::json::value remove(std::string const& path) const { return ask("DELETE", path, {}); }

  void add_fault(std::string const& spec) const { post("/faults", {{"fault", spec}}); }
  void end_faults() const { remove("/faults"); }

  // Requests that were answered so: by status, by method or by path ("/accounts/{id}/cdrs").
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
