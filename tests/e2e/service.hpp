#pragma once

#include <boost/json/parse.hpp>

#include "rig.hpp"

namespace vobiz::e2e {

struct reply {
  int status = 0;  // 0: no response
  std::string body;

  boost::json::value json() const { return boost::json::parse(body); }
};

// The running service, which serves HTTP on a free port.
class service {
public:
  explicit service(rig& all, support::process::variables const& environment = {});

  support::process& process() { return *process_; }
  std::string const& url() const { return url_; }

  // Requests with curl; `more` are its options.
  reply get(std::string const& path, std::vector<std::string> const& more = {}) const;

  // Sends SIGTERM. Returns the exit code, or nullopt if the process does not end.
  std::optional<int> stop();

private:
  support::temporary_folder folder_;
  std::unique_ptr<support::process> process_;
  std::string url_;
};

// Adds every_second() and HTTP on a free port to the configuration.
void serve_http(daemon_setting& setting);

}  // namespace vobiz::e2e
