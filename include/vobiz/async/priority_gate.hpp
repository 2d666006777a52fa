#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <memory>

namespace vobiz::async {

// Decides when a gate admits the next coroutine. Called only from the gate's executor.
class gatekeeper {
public:
  using time_point = std::chrono::steady_clock::time_point;

  virtual ~gatekeeper() = default;

  // When the next coroutine may enter: at once if not after `now`; time_point::max() means not
  // before one leaves or look_again() is called.
  virtual time_point opens(time_point now) = 0;
  virtual void enter(time_point now) = 0;
  virtual void leave(time_point now) = 0;
};

// Admits coroutines one by one: lowest rank first, then in order of arrival. Each suspended
// coroutine has one place in the queue. The executor must be a single thread or a strand.
class priority_gate {
public:
  // Holds the place inside until destroyed.
  class pass {
  public:
    pass() = default;
    pass(pass&&) noexcept = default;
    pass& operator=(pass&&) noexcept = default;
    ~pass() = default;

  private:
    friend class priority_gate;
    struct inside;
    explicit pass(std::shared_ptr<inside> held) : held_(std::move(held)) {}
    std::shared_ptr<inside> held_;
  };

  priority_gate(boost::asio::any_io_executor executor, std::shared_ptr<gatekeeper> keeper);
  ~priority_gate();
  priority_gate(priority_gate const&) = delete;
  priority_gate& operator=(priority_gate const&) = delete;

  // Waits for its turn. Throws boost::system::system_error (operation_aborted) when cancelled; its
  // place or turn then passes to the next coroutine.
  boost::asio::awaitable<pass> enter(int rank);

  // Asks the gatekeeper again. Call it when the state that it decides by has changed.
  void look_again();

private:
  struct queue;
  std::shared_ptr<queue> queue_;
};

}  // namespace vobiz::async
