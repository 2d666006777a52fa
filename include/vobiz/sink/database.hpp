#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <condition_variable>
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

// The database workers: one thread and one connection each. Coroutines hand them jobs and wait for the
// result, so there are never more jobs than waiting coroutines, which is the queue's bound, and a slow
// database slows the reading.
class database {
public:
  database(boost::asio::any_io_executor executor, config::database where);
  ~database();
  database(database const&) = delete;
  database& operator=(database const&) = delete;

  // Runs `job(pqxx::work&)` in a transaction on a worker, commits, and gives back what it returned.
  // Throws core::failure for what the database does. The job runs to its end even when the waiting
  // coroutine is cancelled, because it refers to the coroutine's variables. `job` is an lvalue on purpose:
  // g++ 12 destroys temporaries of a co_await expression twice.
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
  void work();
  void perform(std::unique_ptr<pqxx::connection>& connection, task& job);

  boost::asio::any_io_executor executor_;
  config::database where_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<task> queue_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace vobiz::sink
