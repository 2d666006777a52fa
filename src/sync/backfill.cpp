#include <algorithm>

#include "failed_reads.hpp"
#include "global_list.hpp"
#include "list_read.hpp"
#include "readers.hpp"

namespace vobiz::sync {

namespace asio = boost::asio;

namespace {

// The turn of a day of the global list while the customers' lists are read.
asio::awaitable<void> expand(context& cycle, sink::window_key const& key) {
  std::string const why = "the list is read by customer";
  bool const expanded = co_await cycle.store.expand_queued(key, why);
  if (expanded) co_return;
  api::problem const nobody{api::problem_kind::unavailable, 0,
                            "no customer is known yet whose list could be asked for"};
  co_await cycle.store.record_failed_read(key, nobody.message, false);
  leave_behind(cycle, core::to_text(key.day), nobody);
}

// Why the window brings no answer, if it does not.
asio::awaitable<std::optional<api::problem>> read_window(context& cycle,
                                                         sink::window const& window) {
  std::optional<api::problem> failed;
  if (cycle.stream().form == streams::shape::daily) {
    try {
      co_await read_one_day(cycle, window.key, api::priority::backfill);
    } catch (api_refusal const& refusal) {
      failed = refusal.why;
    }
    co_return failed;
  }
  auto const outcome = co_await read_list(cycle, window, api::priority::backfill, true);
  if (outcome.problem) co_return outcome.problem;
  count_window(cycle, outcome.conclusion, window.key);
  bool const global = window.key.scope == sink::global_scope;
  core::log(spdlog::level::info, cycle.about(window.key.day, window.key.scope),
            "stream \"{}\": {}{} read from the queue: {}", cycle.stream().name,
            core::to_text(window.key.day), global ? "" : " of " + window.key.scope,
            sink::to_text(outcome.conclusion.state));
  co_return failed;
}

// The list of the window brings no answer. Throws api_refusal where that ends the reading; returns
// whether the list is to be tried again.
asio::awaitable<bool> list_failed(context& cycle, api_refusal const& refusal,
                                  std::string const& scope, int reads) {
  if (scope == sink::global_scope) {
    auto const asked = scope_of(cycle, asked_for::global_list);
    if (consequence(refusal.why, asked).what != effect::fall_back) throw api_refusal{refusal};
    co_await ask_global_again(cycle, refusal.why, reads);
    co_return true;
  }
  auto const present = co_await cycle.store.load_accounts(false);
  ask_customer const ask = [&cycle](std::string const& id) -> asio::awaitable<bool> {
    sink::window_key const today{cycle.setting.partner, cycle.stream().name, id, cycle.today()};
    co_return co_await day_answers(cycle, today);
  };
  customers_at_hand customers(cycle, present, ask);
  co_await customers.failed(scope, refusal);
  co_await customers.finish();
  co_return false;
}

// Reads one window of the queue. False where there was nothing to read: the windows of the
// customers take the place of a global one.
asio::awaitable<bool> read_queued(context& cycle, sink::window const& window) {
  bool const global = window.key.scope == sink::global_scope;
  for (int reads = 1;; ++reads) {
    if (global && reads_by_customer(cycle)) {
      co_await expand(cycle, window.key);
      co_return false;
    }
    auto const failed = co_await read_window(cycle, window);
    if (!failed) co_return true;
    bool once_more = false;
    std::optional<api_refusal> of_list;
    try {
      once_more = co_await leave_day_behind(cycle, window.key, *failed, reads);
    } catch (api_refusal const& refusal) {
      of_list = refusal;
    }
    if (once_more) continue;
    if (!of_list) co_return true;
    bool const again = co_await list_failed(cycle, *of_list, window.key.scope, reads);
    if (!again) co_return true;
  }
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
  cycle.refusals = co_await cycle.store.load_refusals();
  for (bool read = false; !read;) {
    auto const window = co_await next_window(cycle, claimed);
    if (!window) co_return false;
    claimed_days::claim const claim(claimed, window->key.day);
    read = co_await read_queued(cycle, *window);
  }
  co_return true;
}

asio::awaitable<void> read_queue(context& cycle) {
  constexpr std::int64_t most_at_once = 100;
  std::optional<sink::queue_place> place;
  for (;;) {
    auto const piece = co_await cycle.store.load_queue(place, most_at_once);
    if (piece.empty()) co_return;
    for (auto const& window : piece) {
      auto const& key = window.key;
      place = {key.day, key.scope};
      auto const& failed = cycle.failed_lists;
      if (std::ranges::find(failed, key.scope) != failed.end()) continue;
      bool const read = co_await read_queued(cycle, window);
      // The windows that have taken its place come next.
      if (!read) break;
    }
  }
}

}  // namespace vobiz::sync
