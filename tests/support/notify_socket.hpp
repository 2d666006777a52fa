#pragma once

#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "support/process.hpp"
#include "support/temporary_folder.hpp"

namespace vobiz::support {

// Takes systemd's place and receives sd_notify(3) messages of a service. As systemd does, it takes
// them at any time: the socket holds ten, and a service with an eleventh waits.
class notify_socket {
public:
  notify_socket();
  ~notify_socket();
  notify_socket(notify_socket const&) = delete;
  notify_socket& operator=(notify_socket const&) = delete;

  // The variables that systemd sets; `watchdog_usec` is the watchdog interval.
  process::variables environment(std::string const& watchdog_usec = {}) const;

  // The received lines, in order.
  std::vector<std::string> lines();

  // The number of lines with this prefix.
  std::size_t count(std::string const& begin);

private:
  void take_waiting();

  temporary_folder folder_;
  int handle_ = -1;
  std::mutex lock_;
  std::vector<std::string> lines_;
  std::jthread taker_;
};

}  // namespace vobiz::support
