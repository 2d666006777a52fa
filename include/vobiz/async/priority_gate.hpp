#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <memory>

namespace vobiz::async {

// What a gate asks before it lets the next one in. Called only from the gate's executor.
class gatekeeper {
public:
  using time_point = std::chrono::steady_clock::time_point;

  virtual ~gatekeeper() = default;

  // When the next one may enter: not after `now` means at once; time_point::max() means not before
  // somebody leaves or the gate is told to look again.
  virtual time_point opens(time_point now) = 0;
  virtual void enter(time_point now) = 0;
  virtual void leave(time_point now) = 0;
};

// Lets coroutines through one by one: the lowest rank first, within a rank in the order of arrival.
// Who is waiting is bounded by who calls: one place in the queue for each suspended coroutine.
// Everything runs on one executor, which must be a single thread or a strand.
class priority_gate {
public:
  // Inside until destroyed.
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

  // Waits for its turn. Throws boost::system::system_error (operation_aborted) when cancelled; the
  // place in the queue, or the turn already given, then goes to the next one.
  boost::asio::awaitable<pass> enter(int rank);

  // Asks the keeper again: something it decides by has changed.
  void look_again();

private:
  struct queue;
  std::shared_ptr<queue> queue_;
};

}  // namespace vobiz::async
