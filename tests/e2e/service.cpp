#include "service.hpp"

#include <csignal>
#include <stdexcept>

namespace vobiz::e2e {

void serve_http(daemon_setting& setting) {
  setting.streams = every_second();
  setting.http = "{listen: \"127.0.0.1:0\"}";
}

service::service(rig& all, support::process::variables const& environment)
    : process_(all.syncd.start({"run"}, environment)) {
  static std::string const mark = "listening on ";
  auto const find = [this] {
    auto const log = process_->err();
    auto const at = log.find(mark);
    auto const end = log.find_first_of("\n\"", at);
    if (at == std::string::npos || end == std::string::npos) return false;
    url_ = log.substr(at + mark.size(), end - at - mark.size());
    return true;
  };
  if (!support::wait_until(find)) {
    throw std::runtime_error("the service does not listen: " + process_->err());
  }
}

reply service::get(std::string const& path, std::vector<std::string> const& more) const {
  std::vector<std::string> command = {"curl",           "-s",       "-m", "30", "-w",
                                      "\n%{http_code}", url_ + path};
  command.insert(command.end(), more.begin(), more.end());
  auto const ended = support::run_program(command, folder_.path());
  auto const last = ended.out.rfind('\n');
  if (last == std::string::npos) return {};
  return {std::stoi(ended.out.substr(last + 1)), ended.out.substr(0, last)};
}

std::optional<int> service::stop() {
  process_->send(SIGTERM);
  auto const ended = process_->wait(std::chrono::seconds(10));
  return ended ? std::optional(ended->code) : std::nullopt;
}

}  // namespace vobiz::e2e
