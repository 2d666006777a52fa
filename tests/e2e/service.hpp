#pragma once

#include <boost/json/parse.hpp>

#include "rig.hpp"

namespace vobiz::e2e {

struct reply {
  int status = 0;  // 0: no answer
  std::string body;

  boost::json::value json() const { return boost::json::parse(body); }
};

// The service at work, serving HTTP on a port that the system picked.
class service {
public:
  explicit service(rig& all, support::process::variables const& environment = {});

  support::process& process() { return *process_; }
  std::string const& url() const { return url_; }

  // Asks with curl; further words are its options.
  reply get(std::string const& path, std::vector<std::string> const& more = {}) const;

  // SIGTERM; the exit code, or nothing when it does not go.
  std::optional<int> stop();

private:
  support::temporary_folder folder_;
  std::unique_ptr<support::process> process_;
  std::string url_;
};

// A configuration of every_second() that serves HTTP on a port that the system picks.
void serve_http(daemon_setting& setting);

}  // namespace vobiz::e2e
