#include "vobiz/ops/status_reader.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "vobiz/core/failure.hpp"

namespace vobiz::ops {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::seconds kept{2};
constexpr std::chrono::seconds longest_wait{3};

config::database one_connection(config::database where) {
  where.connections = 1;
  return where;
}

}  // namespace

status_reader::status_reader(asio::any_io_executor executor, config::database const& where)
    : executor_(executor), db_(executor, one_connection(where), sink::database::access::read) {}

void status_reader::use(config::database const& where) { db_.use(one_connection(where)); }

asio::awaitable<status_reader::answer> status_reader::get() {
  if (known_at_ != clock::time_point::min() && clock::now() - known_at_ < kept) co_return known_;
  if (!reading_) {
    reading_ = true;
    asio::co_spawn(executor_, read(), asio::detached);
  }
  asio::steady_timer patience(executor_, longest_wait);
  auto const place = waiting_.insert(waiting_.end(), &patience);
  auto const [woken] = co_await patience.async_wait(asio::as_tuple(asio::use_awaitable));
  waiting_.erase(place);
  if (woken) co_return known_;
  answer late = known_;
  late.problem =
      "the database does not respond within " + std::to_string(longest_wait.count()) + " s";
  co_return late;
}

asio::awaitable<void> status_reader::read() {
  auto job = [](pqxx::work& transaction) {
    // After this time the HTTP request has already been answered.
    transaction.exec("SET LOCAL statement_timeout = '5s'");
    transaction.exec("SET TRANSACTION READ ONLY");
    return read_status(transaction);
  };
  try {
    known_.last = std::make_shared<status const>(co_await db_.run(job));
    known_.problem.clear();
  } catch (core::failure const& failure) {
    known_.problem = failure.what();
  }
  known_at_ = clock::now();
  reading_ = false;
  for (auto* timer : waiting_) timer->cancel();
}

}  // namespace vobiz::ops
