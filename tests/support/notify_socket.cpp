#include "support/notify_socket.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <sstream>
#include <stdexcept>

namespace vobiz::support {

notify_socket::notify_socket() {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  auto const name = (folder_.path() / "notify").string();
  if (name.size() >= sizeof(address.sun_path)) throw std::runtime_error("a path too long");
  std::memcpy(address.sun_path, name.c_str(), name.size() + 1);
  handle_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (handle_ < 0 || ::bind(handle_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) {
    throw std::runtime_error("no notify socket");
  }
  taker_ = std::jthread([this](std::stop_token const& stop) {
    while (!stop.stop_requested()) {
      pollfd waiting{handle_, POLLIN, 0};
      ::poll(&waiting, 1, 50);
      take_waiting();
    }
  });
}

notify_socket::~notify_socket() {
  taker_ = {};
  ::close(handle_);
}

process::variables notify_socket::environment(std::string const& watchdog_usec) const {
  process::variables result = {{"NOTIFY_SOCKET", (folder_.path() / "notify").string()}};
  if (!watchdog_usec.empty()) result.emplace_back("WATCHDOG_USEC", watchdog_usec);
  return result;
}

void notify_socket::take_waiting() {
  std::lock_guard const guard(lock_);
  std::array<char, 8192> message;
  for (;;) {
    auto const size = ::recv(handle_, message.data(), message.size(), 0);
    if (size < 0) return;
    std::istringstream text(std::string(message.data(), static_cast<std::size_t>(size)));
    for (std::string line; std::getline(text, line);) lines_.push_back(line);
  }
}

std::vector<std::string> notify_socket::lines() {
  take_waiting();
  std::lock_guard const guard(lock_);
  return lines_;
}

std::size_t notify_socket::count(std::string const& begin) {
  auto const all = lines();
  return static_cast<std::size_t>(
      std::ranges::count_if(all, [&](auto const& line) { return line.starts_with(begin); }));
}

}  // namespace vobiz::support
