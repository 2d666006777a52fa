#include "list_read.hpp"
#include "readers.hpp"

namespace vobiz::sync {

namespace asio = boost::asio;

namespace {

// The customer is not this partner's, or no longer: the window leaves the queue, and the others go on.
asio::awaitable<void> give_up(context& cycle, sink::window_key const& key, api::problem const& why) {
  sink::conclusion conclusion;
  conclusion.state = sink::window_state::forbidden;
  conclusion.error = why.message;
  auto write = [&](pqxx::work& transaction) {
    sink::conclude(transaction, cycle.stream(), key, conclusion);
  };
  co_await cycle.commit(write);
  core::log(spdlog::level::warn, cycle.about(), "stream \"{}\": {}: the customer is left out",
            cycle.stream().name, why.message);
}

}  // namespace

asio::awaitable<std::int64_t> drain_queue(context& cycle, std::int64_t most) {
  std::vector<sink::window> queue;
  auto load = [&](pqxx::work& transaction) {
    queue = sink::load_queue(transaction, cycle.stream(), cycle.setting.partner, most);
  };
  co_await cycle.commit(load);
  std::int64_t read = 0;
  unreadable_days unreadable;
  for (auto const& window : queue) {
    bool const global = window.key.scope == sink::global_scope;
    if (cycle.stream().form == streams::shape::daily) {
      co_await read_one_day(cycle, window.key, api::priority::backfill);
      ++read;
      continue;
    }
    auto const outcome = co_await read_list(cycle, window, api::priority::backfill, true);
    if (outcome.problem && global && falls_back(cycle, *outcome.problem)) {
      co_await fall_back(cycle, *outcome.problem);
      co_return read + co_await drain_queue(cycle, most - read);
    }
    ++read;
    if (outcome.problem) {
      if (global || outcome.problem->kind != api::problem_kind::not_found) {
        unreadable.add(*outcome.problem);
        continue;
      }
      co_await give_up(cycle, window.key, *outcome.problem);
      continue;
    }
    unreadable.read_one();
    count_window(cycle, outcome.conclusion, window.key);
    core::log(spdlog::level::info, cycle.about(window.key.day, window.key.scope),
              "stream \"{}\": {}{} read from the queue: {}", cycle.stream().name,
              core::to_text(window.key.day), global ? "" : " of " + window.key.scope,
              sink::to_text(outcome.conclusion.state));
  }
  unreadable.finish();
  co_return read;
}

}  // namespace vobiz::sync
