#pragma once

#include <type_traits>

#include "vobiz/sink/stream_store.hpp"

namespace vobiz::sink {

// Every write for a stream goes through here: the fence is checked last.
template <class Job>
boost::asio::awaitable<std::invoke_result_t<Job&, pqxx::work&>> stream_store::commit(Job& job) {
  using value = std::invoke_result_t<Job&, pqxx::work&>;
  auto fenced = [this, &job](pqxx::work& transaction) -> value {
    if constexpr (std::is_void_v<value>) {
      job(transaction);
      if (fence_ != nullptr) hold(transaction, *fence_);
    } else {
      auto result = job(transaction);
      if (fence_ != nullptr) hold(transaction, *fence_);
      return result;
    }
  };
  co_return co_await db_.run(fenced);
}

}  // namespace vobiz::sink
