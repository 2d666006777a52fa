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
  if (cycle.setting.part == cycle_part::upkeep) return api::priority::probe;
  return window.key.day == cycle.today() ? api::priority::fresh : api::priority::unproven;
}

// The window as it is now: upkeep takes long to come to it, and polls go on meanwhile.
asio::awaitable<std::optional<sink::window>> refreshed(context& cycle, sink::window const& window) {
  if (cycle.setting.part != cycle_part::upkeep) co_return window;
  sink::span const day{window.key.day, window.key.day};
  auto found = co_await cycle.store.load_due_windows(window.key.scope, day, day.first);
  if (found.empty()) co_return std::nullopt;
  co_return std::move(found.front());
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

// What the part of a cycle does about windows, in the order of urgency.
std::vector<need> passes_of(cycle_part part) {
  switch (part) {
    case cycle_part::polls:
      return {need::read};
    case cycle_part::upkeep:
      return {need::whole, need::probe};
    case cycle_part::all:
      break;
  }
  return {need::read, need::whole, need::probe};
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
  auto const passes = passes_of(cycle.setting.part);
  auto const due = [&cycle](sink::window const& window) {
    return what_is_due(window, cycle.setting.settings, cycle.today(), cycle.setting.everything);
  };
  windows_at_hand alone;
  auto& at_hand = cycle.setting.at_hand != nullptr ? *cycle.setting.at_hand : alone;
  for (auto const pass : passes) {
    for (auto const& listed : windows) {
      if (due(listed) != pass || at_hand.has(listed.key)) continue;
      windows_at_hand::claim const claim(at_hand, listed.key);
      auto const window = co_await refreshed(cycle, listed);
      if (!window || due(*window) != pass) continue;
      bool again = true;
      for (int reads = 1; again; ++reads) {
        auto const failed = co_await try_window(cycle, *window, pass);
        again = failed && co_await leave_day_behind(cycle, window->key, *failed, reads);
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

// The scopes whose lists the polls read at present; none before today's first poll.
asio::awaitable<std::vector<std::string>> scopes_in_use(context& cycle) {
  auto const how = cycle.setting.settings.scope;
  bool const is_global =
      cycle.stream().endpoints == streams::endpoint_scope::global || how == config::scope::global;
  cycle.refusals = co_await cycle.store.load_refusals();
  std::vector<std::string> scopes;
  if (is_global || (how == config::scope::automatic && !reads_by_customer(cycle))) {
    std::string const global(sink::global_scope);
    sink::span const day{cycle.today(), cycle.today()};
    auto const today = co_await cycle.store.load_due_windows(global, day, day.first);
    if (!today.empty()) scopes.push_back(global);
  } else {
    scopes = co_await cycle.store.load_accounts(false);
    std::erase_if(scopes, [&cycle](std::string const& id) { return is_paused(cycle, id); });
  }
  co_return scopes;
}

// What upkeep goes on after: a refusal of one part says nothing about the others, unless the API
// does not answer at all.
class refused_parts {
public:
  template <class Part>
  asio::awaitable<void> run(Part& part) {
    try {
      co_await part();
      was_last_ = false;
    } catch (api_refusal const& refusal) {
      auto const& why = refusal.why;
      bool const of_all = why.status == 0 || why.kind == api::problem_kind::unauthorized ||
                          (why.kind == api::problem_kind::unavailable && was_last_);
      if (of_all) throw;
      was_last_ = true;
      if (!first_) first_ = why;
    }
  }
  // Throws api_refusal with the first of them.
  void finish() const {
    if (first_) throw api_refusal{*first_};
  }

private:
  std::optional<api::problem> first_;
  bool was_last_ = false;
};

// What is done about a stream of days beside its windows.
asio::awaitable<void> keep_scopes(context& cycle, std::vector<std::string> const& scopes,
                                  refused_parts& refused) {
  if (!scopes.empty()) co_await cycle.store.forget_spans(scopes, cycle.first_day());
  for (auto const& scope : scopes) {
    auto spans = [&]() { return check_spans_of(cycle, scope); };
    co_await refused.run(spans);
  }
  auto missing = [&]() { return repair(cycle); };
  if (cycle.stream().repair) co_await refused.run(missing);
  if (cycle.setting.settings.retention && cycle.clocks_agree) co_await retire_calls(cycle);
  refused.finish();
}

}  // namespace

asio::awaitable<void> read_days(context& cycle) {
  read_scope const read = [](context& c, std::string const& scope) {
    return scope == sink::global_scope ? read_global(c)
                                       : read_span(c, scope, c.first_day(), c.today());
  };
  auto const scopes = co_await read_scopes(cycle, read);
  if (cycle.setting.everything) co_await read_queue(cycle);
  if (cycle.setting.part != cycle_part::all) co_return;
  refused_parts refused;
  co_await keep_scopes(cycle, scopes, refused);
}

asio::awaitable<void> keep_days(context& cycle) {
  auto const scopes = co_await scopes_in_use(cycle);
  auto const& settings = cycle.setting.settings;
  auto const oldest =
      cycle.today() - std::chrono::days(std::max(settings.lookback_days, settings.audit_days));
  auto const first = std::max(cycle.first_day(), oldest);
  refused_parts refused;
  for (auto const& scope : scopes) {
    auto days = [&]() { return read_span(cycle, scope, first, cycle.today()); };
    co_await refused.run(days);
  }
  co_await keep_scopes(cycle, scopes, refused);
}

asio::awaitable<void> read_snapshot(context& cycle) {
  read_scope const read = [](context& c, std::string const& scope) {
    return read_list_now(c, scope);
  };
  co_await read_scopes(cycle, read);
  if (cycle.stream().repair && cycle.setting.part == cycle_part::all) co_await repair(cycle);
}

}  // namespace vobiz::sync
