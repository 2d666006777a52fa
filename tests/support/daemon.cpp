#include "support/daemon.hpp"

#include <cstdlib>

#include "vobiz/core/day.hpp"

namespace vobiz::support {

namespace {

std::string variable(char const* name) {
  auto const* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

daemon_setting between(provider const& api, vobiz::testing::test_database const& database) {
  daemon_setting setting;
  setting.base_url = api.base_url();
  setting.dsn = dsn_of(database.name(), std::string("user=") + vobiz::testing::service_login);
  return setting;
}

// A day is closed at its end, whatever the time of day at which the test runs.
std::string closed_at_their_end(std::string streams) {
  std::string const key = "close_delay: 0s, ";
  for (auto const* name : {"cdrs", "transactions", "analytics"}) {
    auto const section = "  " + std::string(name) + ": {";
    auto const at = streams.find(section);
    if (at == std::string::npos) continue;
    auto const line = streams.substr(at, streams.find('\n', at) - at);
    if (line.find("close_delay") != std::string::npos) continue;
    streams.insert(at + section.size(), key);
  }
  return streams;
}

}  // namespace

std::string dsn_of(std::string const& database_name, std::string const& more) {
  auto const user = more.find("user=") == std::string::npos ? " user=" + variable("PGUSER") : "";
  return "host=" + variable("PGHOST") + " dbname=" + database_name + user +
         (more.empty() ? "" : " " + more);
}

daemon::daemon(daemon_setting const& setting) { configure(setting); }

daemon::daemon(provider const& api, vobiz::testing::test_database const& database)
    : daemon(between(api, database)) {}

void daemon::configure(daemon_setting const& setting) {
  setting_ = setting;
  auto const token = folder_.write("token", setting.token + "\n");
  auto const password = folder_.write("password", setting.password + "\n");
  auto const today = core::day_of(std::chrono::system_clock::now());
  auto const start = core::to_text(today - std::chrono::days(setting.days));
  std::string text = "partners:\n  - name: acme\n    base_url: " + setting.base_url + "\n";
  if (setting.login) {
    text += "    login: {email: partner@example.com, password_file: " + password.string() + "}\n";
  } else {
    text += "    auth_id: " + setting.auth_id + "\n    auth_token_file: " + token.string() + "\n";
  }
  if (!setting.ca_file.empty()) text += "    tls: {ca_file: " + setting.ca_file + "}\n";
  text += "    limits: {requests_per_second: 1000, max_in_flight: 8}\n    timeouts: {" +
          setting.timeouts + "}\n    max_response: " + setting.max_response + "\n";
  text += setting.partners + "database: {dsn: \"" + setting.dsn +
          "\", connections: " + std::to_string(setting.connections) + "}\nstreams:\n";
  // The default of every stream, unless the test sets its own.
  for (auto const* name : {"cdrs", "transactions", "analytics"}) {
    if (setting.streams.find("  " + std::string(name) + ":") != std::string::npos) continue;
    text += "  " + std::string(name) + ": {close_delay: 0s, start_date: " + start + "}\n";
  }
  text += closed_at_their_end(setting.streams) + "log: {level: " + setting.level +
          "}\nhttp: " + setting.http + "\n" + setting.more;
  folder_.write("vobiz-syncd.yaml", text);
}

ending daemon::run(std::vector<std::string> const& words,
                   process::variables const& environment) const {
  std::vector<std::string> command = {VOBIZ_BINARY_DIR "/vobiz-syncd", "-c", file().string()};
  command.insert(command.end(), words.begin(), words.end());
  return run_program(command, folder_.path(), environment);
}

std::unique_ptr<process> daemon::start(std::vector<std::string> const& words,
                                       process::variables const& environment) const {
  std::vector<std::string> command = {VOBIZ_BINARY_DIR "/vobiz-syncd", "-c", file().string()};
  command.insert(command.end(), words.begin(), words.end());
  return std::make_unique<process>(command, folder_.path(), environment);
}

}  // namespace vobiz::support
