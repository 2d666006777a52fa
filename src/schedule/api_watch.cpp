#include "vobiz/schedule/api_watch.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "vobiz/async/cancelled.hpp"

namespace vobiz::schedule {

namespace asio = boost::asio;
using clock = std::chrono::steady_clock;

namespace {

reach reach_of(api::problem const& why) {
  if (!why.asked) return reach::waits;
  bool const all =
      why.kind == api::problem_kind::unavailable || why.kind == api::problem_kind::unauthorized;
  return all ? reach::partner : reach::stream;
}

}  // namespace

api_watch::api_watch(asio::any_io_executor executor, api::client& api,
                     std::function<double()> random,
                     std::function<bool(streams::stream const&)> is_ours)
    : executor_(executor),
      api_(api),
      random_(std::move(random)),
      is_ours_(std::move(is_ours)),
      pace_(executor) {}

api_watch::watched& api_watch::of(streams::stream const& stream) {
  auto& place = streams_.try_emplace(std::string(stream.name), executor_).first->second;
  place.stream = &stream;
  return place;
}

void api_watch::wake(outage::names const& streams) {
  for (auto const& name : streams) {
    auto& one = streams_.at(name);
    one.due = true;
    one.wake.cancel();
  }
}

void api_watch::run_soon(std::string const& stream) {
  auto const found = streams_.find(stream);
  if (found == streams_.end()) return;
  if (!found->second.was_good || !outage_.is_good(stream)) return;
  found->second.due = true;
  found->second.wake.cancel();
}

void api_watch::changed() {
  pace_.cancel();
  for (auto* const one : waiting_for_good_) one->cancel();
}

void api_watch::ended(streams::stream const& stream, sync::cycle_result const& result) {
  auto& one = of(stream);
  std::string const name(stream.name);
  // A cycle that went through to its end was answered, whatever days or customers it left out.
  if (!result.problem || result.report.went_through) {
    one.was_good = true;
    wake(outage_.answered(name, clock::now()));
  } else {
    one.failed = result.problem->asked;
    wake(outage_.failed(name, reach_of(*result.problem), clock::now(), random_()));
  }
  changed();
}

void api_watch::forget(streams::stream const& stream) {
  outage_.forget(std::string(stream.name));
  of(stream).was_good = false;
  changed();
}

asio::awaitable<void> api_watch::wait(streams::stream const& stream, clock::duration how_long) {
  auto& one = of(stream);
  auto const until = clock::now() + how_long;
  while (!one.due && clock::now() < until) {
    one.wake.expires_at(until);
    co_await one.wake.async_wait(asio::as_tuple(asio::use_awaitable));
    co_await async::throw_if_cancelled();
  }
  one.due = false;
}

asio::awaitable<void> api_watch::wait_until_good(streams::stream const& stream) {
  auto const& one = of(stream);
  std::string const name(stream.name);
  while (!one.was_good || !outage_.is_good(name)) {
    asio::steady_timer timer(executor_, clock::time_point::max());
    auto const place = waiting_for_good_.insert(waiting_for_good_.end(), &timer);
    co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    waiting_for_good_.erase(place);
    co_await async::throw_if_cancelled();
  }
}

asio::awaitable<void> api_watch::ask(std::string name) {
  auto const& one = streams_.at(name);
  // Another process asks for a stream that it runs.
  if (!one.failed || !is_ours_(*one.stream)) {
    outage_.probed(name, reach::partner, clock::now(), random_());
    co_return;
  }
  auto request = *one.failed;
  request.attempts = 1;
  request.urgency = api::priority::fresh;
  auto const sent = clock::now();
  auto const problem = co_await sync::ask_again(api_, *one.stream, request);
  auto const failure = problem ? std::optional(reach_of(*problem)) : std::nullopt;
  // The pause counts from the request: one that hangs until its timeout must not add to it.
  auto const woken = outage_.probed(name, failure, failure ? sent : clock::now(), random_());
  if (!woken.empty()) {
    spdlog::info("GET {}: answered again: {} stream{} of the partner go{} on", request.path,
                 woken.size(), woken.size() == 1 ? "" : "s", woken.size() == 1 ? "es" : "");
  }
  wake(woken);
}

asio::awaitable<void> api_watch::run() {
  for (;;) {
    auto const next = outage_.next();
    if (next && next->at <= clock::now()) {
      co_await ask(next->stream);
      continue;
    }
    pace_.expires_at(next ? next->at : clock::time_point::max());
    co_await pace_.async_wait(asio::as_tuple(asio::use_awaitable));
    co_await async::throw_if_cancelled();
  }
}

}  // namespace vobiz::schedule
