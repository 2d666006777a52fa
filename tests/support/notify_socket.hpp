#pragma once

#include <string>
#include <vector>

#include "support/process.hpp"
#include "support/temporary_folder.hpp"

namespace vobiz::support {

// Takes systemd's place and receives sd_notify(3) messages of a service.
class notify_socket {
public:
  notify_socket();
  ~notify_socket();
  notify_socket(notify_socket const&) = delete;
  notify_socket& operator=(notify_socket const&) = delete;

  // The variables that systemd sets; `watchdog_usec` is the watchdog interval.
  process::variables environment(std::string const& watchdog_usec = {}) const;

  // The received lines, in order.
  std::vector<std::string> const& lines();

  // The number of lines with this prefix.
  std::size_t count(std::string const& begin);

private:
  temporary_folder folder_;
  int handle_ = -1;
  std::vector<std::string> lines_;
};

}  // namespace vobiz::support
