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

// The status for whoever asks over HTTP: read when somebody asks, on a worker and a connection of
// its own, at most once every two seconds however many ask, so that neither waits for the mirroring
// nor slows it.
class status_reader {
public:
  using clock = std::chrono::steady_clock;

  struct answer {
    std::shared_ptr<status const> last;  // the newest there is; null before the first
    std::string problem;                 // why there is none of now; empty: `last` is of now
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
