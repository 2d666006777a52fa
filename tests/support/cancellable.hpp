#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/system/system_error.hpp>
#include <chrono>
#include <exception>
#include <functional>
#include <optional>
#include <stdexcept>
#include <utility>

namespace vobiz::support {

// A running coroutine that can be stopped as the service does it: by terminal cancellation.
template <class T>
class cancellable {
public:
  cancellable(boost::asio::io_context& io, boost::asio::awaitable<T> work) : io_(io) {
    boost::asio::co_spawn(io, std::move(work),
                          boost::asio::bind_cancellation_slot(
                              signal_.slot(), [this](std::exception_ptr error, T got) {
                                failure_ = error;
                                if (!error) value_.emplace(std::move(got));
                                ended_ = true;
                              }));
  }

  bool ended() const { return ended_; }
  std::optional<T> const& value() const { return value_; }

  void cancel() { signal_.emit(boost::asio::cancellation_type::terminal); }

  // Whether it ended with operation_aborted.
  bool aborted() const {
    if (!ended_ || !failure_) return false;
    try {
      std::rethrow_exception(failure_);
    } catch (boost::system::system_error const& error) {
      return error.code() == boost::asio::error::operation_aborted;
    } catch (...) {
      return false;
    }
  }

  // Runs the executor until the condition holds.
  void run_until(std::function<bool()> const& condition) {
    auto const limit = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    io_.restart();
    while (!condition()) {
      if (std::chrono::steady_clock::now() > limit) throw std::runtime_error("waited in vain");
      io_.run_one_for(std::chrono::milliseconds(5));
      if (io_.stopped()) io_.restart();
    }
  }

  void run_to_end() {
    run_until([this] { return ended_; });
  }

private:
  boost::asio::io_context& io_;
  boost::asio::cancellation_signal signal_;
  std::optional<T> value_;
  std::exception_ptr failure_;
  bool ended_ = false;
};

}  // namespace vobiz::support
