#include "support/pgbouncer.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <stdexcept>

#include "vobiz/sink/connection.hpp"

namespace vobiz::support {

namespace {

constexpr char const* port = "6432";

std::string variable(char const* name) {
  auto const* value = std::getenv(name);
  if (value == nullptr) throw std::runtime_error(std::string(name) + " is not set");
  return value;
}

}  // namespace

pgbouncer::pgbouncer() {
  // It refuses to run as root, so another user needs access.
  if (::chmod(folder_.path().c_str(), 0777) != 0) throw std::runtime_error("no chmod");
  folder_.write("pgbouncer.ini",
                "[databases]\n* = host=" + variable("PGHOST") + " port=" + variable("PGPORT") +
                    " user=" + variable("PGUSER") +
                    "\n[pgbouncer]\npool_mode = transaction\nauth_type = any\nlisten_addr =\n"
                    "unix_socket_dir = " +
                    folder_.path().string() + "\nlisten_port = " + port + "\n",
                0644);
  start();
}

std::string pgbouncer::dsn_of(std::string const& database_name) const {
  return "host=" + folder_.path().string() + " port=" + port + " user=" + variable("PGUSER") +
         " dbname=" + database_name;
}

void pgbouncer::kill() {
  process_->send(SIGKILL);
  process_->wait();
  std::filesystem::remove(folder_.path() / (std::string(".s.PGSQL.") + port));
}

void pgbouncer::start() {
  std::vector<std::string> command;
  if (::geteuid() == 0) {
    command = {"setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"};
  }
  // Debian installs it in a folder that is not in every PATH.
  command.insert(command.end(), {"env", "PATH=/usr/sbin:/usr/bin:/bin", "pgbouncer",
                                 (folder_.path() / "pgbouncer.ini").string()});
  process_ = std::make_unique<process>(command, folder_.path());
  config::database where;
  where.dsn = core::secret(dsn_of("postgres"));
  std::string last;
  bool const serves = wait_until([&] {
    try {
      sink::connect(where);
      return true;
    } catch (core::failure const& failure) {
      last = failure.what();
      return process_->wait(std::chrono::milliseconds(0)).has_value();
    }
  });
  if (!serves || process_->wait(std::chrono::milliseconds(0))) {
    throw std::runtime_error("pgbouncer does not start: " + last + ": " + process_->err());
  }
}

}  // namespace vobiz::support
