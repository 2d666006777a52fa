#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <list>
#include <memory>
#include <string>

#include "vobiz/config/settings.hpp"
#include "vobiz/ops/status.hpp"
#include "vobiz/sink/database.hpp"

namespace vobiz::ops {

// Reads the status for HTTP requests on its own worker and connection, at most once every two
// seconds, so that requests and mirroring do not delay each other.
class status_reader {
public:
  using clock = std::chrono::steady_clock;

  struct answer {
    std::shared_ptr<status const> last;  // the newest status; null before the first read
    std::string problem;                 // why `last` is out of date; empty if it is current
  };

  status_reader(boost::asio::any_io_executor executor, config::database const& where);

  // Waits at most three seconds for the database.
  boost::asio::awaitable<answer> get();

  sink::database::worker_state workers() const { return db_.workers(); }
  void use(config::database const& where);

private:
  boost::asio::awaitable<void> read();

  boost::asio::any_io_executor executor_;
  sink::database db_;
  answer known_;
  clock::time_point known_at_ = clock::time_point::min();
  bool reading_ = false;
  std::list<boost::asio::steady_timer*> waiting_;
};

}  // namespace vobiz::ops
