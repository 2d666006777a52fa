#include "vobiz/schedule/books_connection.hpp"

#include <utility>

#include "vobiz/async/one_inside.hpp"

namespace vobiz::schedule {

namespace asio = boost::asio;

books_connection::books_connection(asio::any_io_executor executor, config::database where)
    : executor_(executor),
      where_(std::move(where)),
      gate_(executor, std::make_shared<async::one_inside>()) {
  where_.connections = 1;
}

books_connection::turn::turn(turn&& other) noexcept
    : of_(std::exchange(other.of_, nullptr)), inside_(std::move(other.inside_)) {}

books_connection::turn::~turn() {
  if (of_ != nullptr) of_->leave();
}

void books_connection::leave() {
  if (--wanted_ == 0) db_.reset();
}

asio::awaitable<books_connection::turn> books_connection::enter() {
  ++wanted_;
  async::priority_gate::pass inside;
  try {
    inside = co_await gate_.enter(0);
  } catch (...) {
    leave();
    throw;
  }
  if (!db_) db_ = std::make_unique<sink::database>(executor_, where_);
  co_return turn(*this, std::move(inside));
}

}  // namespace vobiz::schedule
