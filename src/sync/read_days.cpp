#include <algorithm>

#include "failed_reads.hpp"
#include "list_read.hpp"
#include "proof.hpp"
#include "read_scopes.hpp"
#include "readers.hpp"
#include "window_due.hpp"

namespace vobiz::sync {

namespace asio = boost::asio;

namespace {

api::priority urgency_of(context const& cycle, sink::window const& window) {
  return window.key.day == cycle.today() ? api::priority::fresh : api::priority::unproven;
}

asio::awaitable<void> read_window(context& cycle, sink::window const& window, bool whole) {
  auto const outcome = co_await read_list(cycle, window, urgency_of(cycle, window), whole);
  if (outcome.problem) throw api_refusal{*outcome.problem};
  count_window(cycle, outcome.conclusion, window.key);
}

asio::awaitable<void> probe_window(context& cycle, sink::window const& window) {
  auto const reported = co_await probe(cycle, window.key, window.key.day);
  if (!reported) throw api_refusal{reported.error()};
  if (!says_the_same(window, *reported)) {
    core::log(spdlog::level::info, cycle.about(window.key.day, window.key.scope),
              "stream \"{}\": the API's totals of {} have changed: reading it again",
              cycle.stream().name, core::to_text(window.key.day));
    // Where the API gives no sums, only the whole list shows what a total cannot.
    co_await read_window(cycle, window, !has_sums(*reported));
    co_return;
  }
  co_await cycle.store.touch_window(window.key);
}

// Makes the windows of the global list since `first` that are not there yet.
asio::awaitable<void> ensure_global(context& cycle, core::utc_day first) {
  std::vector<std::string> const scopes{std::string(sink::global_scope)};
  sink::span const days{first, cycle.today()};
  co_await cycle.store.ensure_windows(scopes, days, open_from(cycle));
}

// Why the window brings no answer, if it does not.
asio::awaitable<std::optional<api::problem>> try_window(context& cycle, sink::window const& window,
                                                        need what) {
  std::optional<api::problem> failed;
  try {
    if (what == need::probe) {
      co_await probe_window(cycle, window);
    } else {
      co_await read_window(cycle, window, what == need::whole);
    }
  } catch (api_refusal const& refusal) {
    failed = refusal.why;
  }
  co_return failed;
}

// The windows of [first, last] of one scope in the order of their urgency, newest first within
// each. A day that brings no answer keeps none of the others waiting.
asio::awaitable<void> read_span(context& cycle, std::string const& scope, core::utc_day first,
                                core::utc_day last) {
  auto const& settings = cycle.setting.settings;
  sink::span const days{first, last};
  auto const probed = std::max(settings.lookback_days, settings.audit_days);
  auto const proven_from = cycle.today() - std::chrono::days(probed);
  auto const windows = co_await cycle.store.load_due_windows(scope, days, proven_from);
  for (auto const pass : {need::read, need::whole, need::probe}) {
    for (auto const& window : windows) {
      if (what_is_due(window, settings, cycle.today(), cycle.setting.everything) != pass) continue;
      bool again = true;
      for (int reads = 1; again; ++reads) {
        auto const failed = co_await try_window(cycle, window, pass);
        again = failed && co_await leave_day_behind(cycle, window.key, *failed, reads);
      }
    }
  }
}

// Today first: the other days get their windows only once the endpoint has answered.
asio::awaitable<void> read_global(context& cycle) {
  std::string const scope(sink::global_scope);
  auto const today = cycle.today();
  auto const start = cycle.first_day();
  co_await ensure_global(cycle, today);
  co_await read_span(cycle, scope, today, today);
  co_await ensure_global(cycle, start);
  co_await read_span(cycle, scope, start, today - std::chrono::days(1));
}

asio::awaitable<void> read_list_now(context& cycle, std::string scope) {
  sink::window_key const today{cycle.setting.partner, cycle.stream().name, std::move(scope),
                               cycle.today()};
  auto const before = co_await cycle.store.load_snapshot(today);
  auto const outcome = co_await read_list(cycle, before, api::priority::fresh, true);
  if (outcome.problem) throw api_refusal{*outcome.problem};
  count_window(cycle, outcome.conclusion, before.key);
}

// A span that brings no answer keeps none of the other scopes waiting, unless the list is silent.
asio::awaitable<void> check_spans_of(context& cycle, std::string const& scope) {
  std::optional<api::problem> failed;
  try {
    co_await check_spans(cycle, scope);
  } catch (api_refusal const& refusal) {
    failed = refusal.why;
  }
  if (!failed) co_return;
  sink::window_key const today{cycle.setting.partner, cycle.stream().name, scope, cycle.today()};
  bool const answers =
      failed->kind != api::problem_kind::unauthorized && co_await day_answers(cycle, today);
  if (!answers) throw api_refusal{*failed};
  leave_behind(cycle, scope == sink::global_scope ? "a span" : "a span of " + scope, *failed);
}

}  // namespace

asio::awaitable<void> read_days(context& cycle) {
  read_scope const read = [](context& c, std::string const& scope) {
    return scope == sink::global_scope ? read_global(c)
                                       : read_span(c, scope, c.first_day(), c.today());
  };
  auto const scopes = co_await read_scopes(cycle, read);
  if (cycle.setting.everything) co_await read_queue(cycle);
  for (auto const& scope : scopes) co_await check_spans_of(cycle, scope);
  if (cycle.stream().repair) co_await repair(cycle);
  if (cycle.setting.settings.retention && cycle.clocks_agree) co_await retire_calls(cycle);
}

asio::awaitable<void> read_snapshot(context& cycle) {
  read_scope const read = [](context& c, std::string const& scope) {
    return read_list_now(c, scope);
  };
  co_await read_scopes(cycle, read);
  if (cycle.stream().repair) co_await repair(cycle);
}

}  // namespace vobiz::sync
