#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <memory>

#include "vobiz/async/priority_gate.hpp"
#include "vobiz/config/settings.hpp"
#include "vobiz/sink/database.hpp"

namespace vobiz::schedule {

// The one connection of the reconciliation of all partners: they take turns on it, so that their
// number is not that of connections. It is opened when somebody needs it and closed when nobody
// does. Everything runs on the executor, a single thread.
class books_connection {
public:
  books_connection(boost::asio::any_io_executor executor, config::database where);

  // The right to the connection while it lives. Outlived by the books_connection.
  class turn {
  public:
    turn(turn&& other) noexcept;
    turn& operator=(turn&&) = delete;
    ~turn();

    sink::database& db() { return *of_->db_; }

  private:
    friend class books_connection;
    turn(books_connection& of, async::priority_gate::pass inside)
        : of_(&of), inside_(std::move(inside)) {}

    books_connection* of_;
    async::priority_gate::pass inside_;
  };

  // Throws boost::system::system_error (operation_aborted) when cancelled.
  boost::asio::awaitable<turn> enter();

private:
  void leave();

  boost::asio::any_io_executor executor_;
  config::database where_;
  async::priority_gate gate_;
  std::unique_ptr<sink::database> db_;
  int wanted_ = 0;  // by those inside and those who wait
};

}  // namespace vobiz::schedule
