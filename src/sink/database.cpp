#include "vobiz/sink/database.hpp"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "vobiz/sink/connection.hpp"

namespace vobiz::sink {

namespace asio = boost::asio;

database::database(asio::any_io_executor executor, config::database where)
    : executor_(std::move(executor)), where_(std::move(where)) {
  for (int i = 0; i < where_.connections; ++i) threads_.emplace_back([this] { work(); });
}

database::~database() {
  {
    std::lock_guard const lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (auto& thread : threads_) thread.join();
}

asio::awaitable<void> database::submit(std::function<void(pqxx::work&)> const& body) {
  std::exception_ptr error;
  auto const initiate = [this, &body, &error](auto handler) {
    // std::function wants a copyable target; the handler is move-only.
    auto const shared = std::make_shared<decltype(handler)>(std::move(handler));
    auto const guard = std::make_shared<asio::executor_work_guard<asio::any_io_executor>>(executor_);
    task job;
    job.body = &body;
    job.done = [this, shared, guard, &error](std::exception_ptr outcome) {
      asio::post(executor_, [shared, guard, &error, outcome] {
        error = outcome;
        std::move (*shared)();
      });
    };
    {
      std::lock_guard const lock(mutex_);
      queue_.push_back(std::move(job));
    }
    wake_.notify_one();
  };
  co_await asio::async_initiate<asio::use_awaitable_t<> const, void()>(initiate, asio::use_awaitable);
  if (error) rethrow_as_failure(error);
}

void database::work() {
  std::unique_ptr<pqxx::connection> connection;
  for (;;) {
    task job;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      // What is queued is finished first: a coroutine waits for each.
      if (queue_.empty()) return;
      job = std::move(queue_.front());
      queue_.pop_front();
    }
    perform(connection, job);
  }
}

void database::perform(std::unique_ptr<pqxx::connection>& connection, task& job) {
  std::exception_ptr error;
  try {
    if (!connection) connection = connect(where_);
    pqxx::work transaction(*connection);
    // A process that is stopped in the middle of a transaction must not keep its locks: the server ends
    // the transaction well before lease_time is over. Compiling a plan takes seconds where many partitions
    // make it long, and never pays for these statements. Set for the transaction alone, as PgBouncer asks.
    transaction.exec("SET LOCAL idle_in_transaction_session_timeout = '5s'; SET LOCAL jit = off");
    (*job.body)(transaction);
    transaction.commit();
  } catch (...) {
    error = std::current_exception();
    // A doubtful connection is replaced by the next job, never repaired.
    if (connection && (is_broken(error) || !connection->is_open())) connection.reset();
  }
  job.done(error);
}

}  // namespace vobiz::sink
