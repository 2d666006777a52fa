#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <exception>
#include <optional>
#include <stdexcept>
#include <utility>

namespace vobiz::support {

// Runs a coroutine to its end; returns its value or throws its exception. A coroutine that hangs
// fails the test only.
template <class T>
T run(boost::asio::io_context& io, boost::asio::awaitable<T> work) {
  std::optional<T> value;
  std::exception_ptr failure;
  bool ended = false;
  boost::asio::co_spawn(io, std::move(work), [&](std::exception_ptr error, T got) {
    failure = error;
    if (!error) value.emplace(std::move(got));
    ended = true;
    io.stop();
  });
  io.restart();
  io.run_for(std::chrono::minutes(1));
  if (!ended) throw std::runtime_error("the coroutine hangs");
  if (failure) std::rethrow_exception(failure);
  return std::move(*value);
}

inline void run(boost::asio::io_context& io, boost::asio::awaitable<void> work) {
  std::exception_ptr failure;
  bool ended = false;
  boost::asio::co_spawn(io, std::move(work), [&](std::exception_ptr error) {
    failure = error;
    ended = true;
    io.stop();
  });
  io.restart();
  io.run_for(std::chrono::minutes(1));
  if (!ended) throw std::runtime_error("the coroutine hangs");
  if (failure) std::rethrow_exception(failure);
}

}  // namespace vobiz::support
