#include "list_read.hpp"
#include "readers.hpp"

namespace vobiz::sync {

namespace asio = boost::asio;

namespace {

// The customer is not this partner's, or no longer: the window leaves the queue, and the others go
// on.
asio::awaitable<void> give_up(context& cycle, sink::window_key const& key,
                              api::problem const& why) {
  sink::conclusion conclusion;
  conclusion.state = sink::window_state::forbidden;
  conclusion.error = why.message;
  co_await cycle.store.conclude_window(key, conclusion);
  core::log(spdlog::level::warn, cycle.about(), "stream \"{}\": {}: the customer is left out",
            cycle.stream().name, why.message);
}

// Reads one window of the queue. Where the global list turns out to be refused, its windows make
// room for the customers', and nothing was read.
asio::awaitable<bool> read_queued(context& cycle, sink::window const& window,
                                  skipped_days& skipped) {
  if (cycle.stream().form == streams::shape::daily) {
    co_await read_one_day(cycle, window.key, api::priority::backfill);
    co_return true;
  }
  bool const global = window.key.scope == sink::global_scope;
  auto const outcome = co_await read_list(cycle, window, api::priority::backfill, true);
  if (outcome.problem) {
    auto const scope = scope_of_day(cycle, window.key.scope);
    auto const what = consequence(*outcome.problem, scope).what;
    if (what == effect::fall_back) {
      co_await fall_back(cycle, *outcome.problem);
    } else if (what == effect::skip_account) {
      co_await give_up(cycle, window.key, *outcome.problem);
    } else {
      skipped.add(*outcome.problem, scope);
    }
    co_return what != effect::fall_back;
  }
  skipped.add_read_day();
  count_window(cycle, outcome.conclusion, window.key);
  core::log(spdlog::level::info, cycle.about(window.key.day, window.key.scope),
            "stream \"{}\": {}{} read from the queue: {}", cycle.stream().name,
            core::to_text(window.key.day), global ? "" : " of " + window.key.scope,
            sink::to_text(outcome.conclusion.state));
  co_return true;
}

// The newest window of the queue that is no neighbour of a claimed day.
asio::awaitable<std::optional<sink::window>> next_window(context& cycle,
                                                         claimed_days const& claimed) {
  for (;;) {
    auto const days = claimed.days();
    auto window = co_await cycle.store.next_in_queue(days);
    // Others may have claimed it meanwhile.
    if (!window || !claimed.has_near(window->key.day)) co_return window;
  }
}

}  // namespace

asio::awaitable<bool> read_one_queued(context& cycle, claimed_days& claimed) {
  skipped_days skipped;
  for (bool read = false; !read;) {
    auto const window = co_await next_window(cycle, claimed);
    if (!window) co_return false;
    claimed_days::claim const claim(claimed, window->key.day);
    read = co_await read_queued(cycle, *window, skipped);
  }
  skipped.finish();
  co_return true;
}

asio::awaitable<void> read_queue(context& cycle) {
  skipped_days skipped;
  for (bool all = false; !all;) {
    auto const queue = co_await cycle.store.load_queue();
    all = true;
    for (auto const& window : queue) {
      all = co_await read_queued(cycle, window, skipped);
      if (!all) break;
    }
  }
  skipped.finish();
}

}  // namespace vobiz::sync
