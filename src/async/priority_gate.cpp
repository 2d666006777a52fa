#include "vobiz/async/priority_gate.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <list>
#include <map>
#include <utility>

#include "vobiz/async/cancelled.hpp"

namespace vobiz::async {

namespace asio = boost::asio;
using clock = std::chrono::steady_clock;

namespace {

struct waiter {
  explicit waiter(asio::any_io_executor const& executor)
      : wake(executor, clock::time_point::max()) {}
  asio::steady_timer wake;  // never expires; cancelled to wake its coroutine
  bool admitted = false;
};

}  // namespace

struct priority_gate::queue : std::enable_shared_from_this<queue> {
  queue(asio::any_io_executor const& on, std::shared_ptr<gatekeeper> who)
      : executor(on), keeper(std::move(who)), opening(on) {}

  // Admits all that may enter now, and sets the timer for the next one.
  void pump() {
    opening.cancel();
    while (!waiting.empty()) {
      auto const now = clock::now();
      auto const opens = keeper->opens(now);
      if (opens > now) {
        if (opens != clock::time_point::max()) wait_until(opens);
        return;
      }
      auto& first = waiting.begin()->second;
      auto& admitted = *first.front();
      first.pop_front();
      if (first.empty()) waiting.erase(waiting.begin());
      keeper->enter(now);
      admitted.admitted = true;
      admitted.wake.cancel();
    }
  }

  void wait_until(clock::time_point when) {
    opening.expires_at(when);
    opening.async_wait([self = weak_from_this()](boost::system::error_code error) {
      auto const alive = self.lock();
      if (!error && alive) alive->pump();
    });
  }

  void remove(int rank, waiter const& who) {
    auto const line = waiting.find(rank);
    if (line == waiting.end()) return;
    std::erase(line->second, &who);
    if (line->second.empty()) waiting.erase(line);
    pump();
  }

  void left() {
    keeper->leave(clock::now());
    pump();
  }

  asio::any_io_executor executor;
  std::shared_ptr<gatekeeper> keeper;
  std::map<int, std::list<waiter*>> waiting;
  asio::steady_timer opening;
};

struct priority_gate::pass::inside {
  explicit inside(std::shared_ptr<queue> of) : gate(std::move(of)) {}
  inside(inside const&) = delete;
  inside& operator=(inside const&) = delete;
  ~inside() { gate->left(); }
  std::shared_ptr<queue> gate;
};

priority_gate::priority_gate(asio::any_io_executor executor, std::shared_ptr<gatekeeper> keeper)
    : queue_(std::make_shared<queue>(executor, std::move(keeper))) {}

priority_gate::~priority_gate() = default;

void priority_gate::look_again() { queue_->pump(); }

asio::awaitable<priority_gate::pass> priority_gate::enter(int rank) {
  // Stands in the queue as long as it lives, whichever way the coroutine ends.
  struct place {
    place(std::shared_ptr<queue> of, int at) : gate(std::move(of)), rank(at), self(gate->executor) {
      gate->waiting[rank].push_back(&self);
    }
    place(place const&) = delete;
    place& operator=(place const&) = delete;
    ~place() {
      if (taken) return;
      if (self.admitted) {
        gate->left();
      } else {
        gate->remove(rank, self);
      }
    }
    std::shared_ptr<queue> gate;
    int rank;
    waiter self;
    bool taken = false;
  };

  co_await throw_if_cancelled();
  place mine(queue_, rank);
  mine.gate->pump();
  while (!mine.self.admitted) {
    co_await mine.self.wake.async_wait(asio::as_tuple(asio::use_awaitable));
    co_await throw_if_cancelled();
  }
  mine.taken = true;
  co_return pass(std::make_shared<pass::inside>(mine.gate));
}

}  // namespace vobiz::async
