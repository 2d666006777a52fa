#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <pqxx/pqxx>
#include <thread>
#include <type_traits>
#include <vector>

#include "vobiz/config/settings.hpp"

namespace vobiz::sink {

// The database workers: one thread and one connection each. Coroutines hand them jobs and wait for
// the result, so there are never more jobs than waiting coroutines, which is the queue's bound, and
// a slow database slows the reading.
class database {
public:
  enum class access {
    read,   // looks only, beside whatever schema there is
    write,  // jobs are refused beside another schema than this program's, see set_own_to_write()
  };

  database(boost::asio::any_io_executor executor, config::database where,
           access how = access::write);
  ~database();
  database(database const&) = delete;
  database& operator=(database const&) = delete;

  // How the workers stand at the moment.
  struct worker_state {
    std::size_t queued = 0;      // jobs that no worker has begun
    std::uint64_t failures = 0;  // jobs that ended in an exception, ever
    std::chrono::steady_clock::duration
        longest{};  // how long the oldest job under way takes by now
  };
  worker_state workers() const;

  // Connections made from now on use these; those that are open stay.
  void use(config::database where);

  // Runs `job(pqxx::work&)` in a transaction on a worker, commits, and gives back what it returned.
  // Throws core::failure for what the database does. The job runs to its end even when the waiting
  // coroutine is cancelled, because it refers to the coroutine's variables. `job` is an lvalue on
  // purpose: g++ 12 destroys temporaries of a co_await expression twice.
  template <class Job>
  boost::asio::awaitable<std::invoke_result_t<Job&, pqxx::work&>> run(Job& job) {
    using value = std::invoke_result_t<Job&, pqxx::work&>;
    if constexpr (std::is_void_v<value>) {
      std::function<void(pqxx::work&)> const body = [&job](pqxx::work& t) { job(t); };
      co_await submit(body);
    } else {
      std::optional<value> result;
      std::function<void(pqxx::work&)> const body = [&job, &result](pqxx::work& t) {
        result.emplace(job(t));
      };
      co_await submit(body);
      co_return std::move(*result);
    }
  }

private:
  struct task {
    std::function<void(pqxx::work&)> const* body = nullptr;
    std::function<void(std::exception_ptr)> done;
  };

  boost::asio::awaitable<void> submit(std::function<void(pqxx::work&)> const& body);
  void work(std::size_t worker);
  std::unique_ptr<pqxx::work> begin(std::unique_ptr<pqxx::connection>& connection);
  std::exception_ptr perform(std::unique_ptr<pqxx::connection>& connection, task const& job);

  boost::asio::any_io_executor executor_;
  access const how_;
  mutable std::mutex mutex_;
  config::database where_;
  std::condition_variable wake_;
  std::deque<task> queue_;
  bool stopping_ = false;
  std::uint64_t failures_ = 0;
  std::vector<std::optional<std::chrono::steady_clock::time_point>> busy_since_;  // by worker
  std::vector<std::thread> threads_;
};

}  // namespace vobiz::sink
