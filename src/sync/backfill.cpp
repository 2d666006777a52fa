#include <spdlog/spdlog.h>

#include "list_read.hpp"
#include "readers.hpp"

namespace vobiz::sync {

namespace asio = boost::asio;

asio::awaitable<std::int64_t> drain_queue(context& cycle, std::int64_t most) {
  std::vector<sink::window> queue;
  auto load = [&](pqxx::work& transaction) {
    queue = sink::load_queue(transaction, cycle.stream(), cycle.setting.partner, most);
  };
  co_await cycle.commit(load);
  for (auto const& window : queue) {
    if (cycle.stream().form == streams::shape::daily) {
      co_await read_one_day(cycle, window.key, api::priority::backfill);
      continue;
    }
    auto const outcome = co_await read_list(cycle, window, api::priority::backfill, true);
    if (outcome.problem) throw api_refusal{*outcome.problem};
    count_window(cycle, outcome.conclusion, window.key);
    spdlog::info("stream \"{}\": {}{} read from the queue: {}", cycle.stream().name,
                 core::to_text(window.key.day),
                 window.key.scope == sink::global_scope ? "" : " of " + window.key.scope,
                 sink::to_text(outcome.conclusion.state));
  }
  co_return static_cast<std::int64_t>(queue.size());
}

}  // namespace vobiz::sync
