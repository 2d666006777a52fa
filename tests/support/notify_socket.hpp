#pragma once

#include <string>
#include <vector>

#include "support/process.hpp"
#include "support/temporary_folder.hpp"

namespace vobiz::support {

// Stands in systemd's place: what a service under test tells with sd_notify(3).
class notify_socket {
public:
  notify_socket();
  ~notify_socket();
  notify_socket(notify_socket const&) = delete;
  notify_socket& operator=(notify_socket const&) = delete;

  // The variables that systemd sets; with a watchdog's interval in microseconds.
  process::variables environment(std::string const& watchdog_usec = {}) const;

  // The lines told so far, in order.
  std::vector<std::string> const& lines();

  // How many lines begin so.
  std::size_t count(std::string const& begin);

private:
  temporary_folder folder_;
  int handle_ = -1;
  std::vector<std::string> lines_;
};

}  // namespace vobiz::support
