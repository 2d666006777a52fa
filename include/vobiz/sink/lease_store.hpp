#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>
#include <vector>

#include "vobiz/core/failure.hpp"
#include "vobiz/sink/database.hpp"
#include "vobiz/sink/leases.hpp"

namespace vobiz::sink {

// A lease for another holder.
struct lease_gift {
  sink::lease lease;
  std::string to;
};

// What take_all() came to.
struct leases_taken {
  std::vector<lease_standing> standings;
  std::optional<core::failure> held;  // one is another's, so none was taken
};

// The leases of one holder (leases.hpp), a transaction each on a connection of their own.
class lease_store {
public:
  lease_store(boost::asio::any_io_executor executor, config::database where, std::string holder);

  std::string const& holder() const { return holder_; }
  database::worker_state workers() const { return db_.workers(); }

  boost::asio::awaitable<std::vector<lease_standing>> take(std::vector<lease_key> const& wanted);
  boost::asio::awaitable<leases_taken> take_all(std::vector<lease_key> const& wanted);
  boost::asio::awaitable<void> share(std::vector<lease_gift> const& gifts,
                                     std::vector<lease_key> const& claims);
  boost::asio::awaitable<void> release();

private:
  database db_;
  std::string holder_;
};

}  // namespace vobiz::sink
