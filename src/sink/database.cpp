#include "vobiz/sink/database.hpp"

#include <algorithm>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "vobiz/sink/connection.hpp"
#include "vobiz/sink/session_settings.hpp"

namespace vobiz::sink {

namespace asio = boost::asio;

namespace {

// That somebody else has the lease or the schema now is an answer, not a failure.
bool is_failure(std::exception_ptr const& error) {
  if (!error) return false;
  try {
    std::rethrow_exception(error);
  } catch (core::failure const& failure) {
    return !core::ends_turn(failure);
  } catch (...) {
    return true;
  }
}

}  // namespace

database::database(asio::any_io_executor executor, config::database where, access how)
    : executor_(std::move(executor)), how_(how), where_(std::move(where)) {
  auto const workers = static_cast<std::size_t>(where_.connections);
  busy_since_.resize(workers);
  for (std::size_t i = 0; i < workers; ++i) threads_.emplace_back([this, i] { work(i); });
}

database::worker_state database::workers() const {
  std::lock_guard const lock(mutex_);
  worker_state result{queue_.size(), failures_, {}};
  auto const now = std::chrono::steady_clock::now();
  for (auto const& since : busy_since_) {
    if (since) result.longest = std::max(result.longest, now - *since);
  }
  return result;
}

void database::use(config::database where) {
  std::lock_guard const lock(mutex_);
  where_ = std::move(where);
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
    auto const guard =
        std::make_shared<asio::executor_work_guard<asio::any_io_executor>>(executor_);
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
  co_await asio::async_initiate<asio::use_awaitable_t<> const, void()>(initiate,
                                                                       asio::use_awaitable);
  if (error) rethrow_as_failure(error);
}

void database::work(std::size_t worker) {
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
      busy_since_[worker] = std::chrono::steady_clock::now();
    }
    auto const error = perform(connection, job);
    {
      std::lock_guard const lock(mutex_);
      busy_since_[worker].reset();
      if (is_failure(error)) ++failures_;
    }
    job.done(error);
  }
}

std::unique_ptr<pqxx::work> database::begin(std::unique_ptr<pqxx::connection>& connection) {
  auto const on = [this](pqxx::connection& open) {
    // A process that is stopped in the middle of a transaction must not keep its locks: the server
    // ends the transaction well before lease_time is over. Whoever holds a lock that we need is
    // named after a while instead of being waited for in silence.
    static constexpr session_setting limits[] = {{"idle_in_transaction_session_timeout", "5s"},
                                                 {"lock_timeout", "20s"}};
    auto transaction = std::make_unique<pqxx::work>(open);
    how_ == access::read ? set_own(*transaction, limits) : set_own_to_write(*transaction, limits);
    return transaction;
  };
  try {
    if (connection) return on(*connection);
  } catch (...) {
    // The server was restarted since the last job: nothing has been done yet, so nothing is in
    // doubt.
    if (!is_broken(std::current_exception()) && connection->is_open()) throw;
    connection.reset();
  }
  auto const where = [this] {
    std::lock_guard const lock(mutex_);
    return where_;
  }();
  connection = connect(where);
  return on(*connection);
}

std::exception_ptr database::perform(std::unique_ptr<pqxx::connection>& connection,
                                     task const& job) {
  try {
    auto const transaction = begin(connection);
    (*job.body)(*transaction);
    transaction->commit();
    return nullptr;
  } catch (...) {
    auto const error = std::current_exception();
    // A doubtful connection is replaced by the next job, never repaired.
    if (connection && (is_broken(error) || !connection->is_open())) connection.reset();
    return error;
  }
}

}  // namespace vobiz::sink
