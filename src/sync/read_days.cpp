#include <algorithm>
#include <set>
#include <utility>

#include "day_windows.hpp"
#include "list_read.hpp"
#include "proof.hpp"
#include "read_customers.hpp"
#include "readers.hpp"
#include "window_due.hpp"

namespace vobiz::sync {

namespace asio = boost::asio;

namespace {

// Read customer by customer, the lists of who is worth asking and the calls go before the ledgers:
// with thousands of customers all of them share one budget, and people wait for the calls.
api::priority urgency_of(context const& cycle, sink::window const& window) {
  if (cycle.setting.part == cycle_part::upkeep) return api::priority::probe;
  bool const by_customer = window.key.scope != sink::global_scope;
  if (by_customer && !cycle.stream().vouched_by) return api::priority::unproven;
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

asio::awaitable<look_outcome> read_window(context& cycle, sink::window const& window, bool whole) {
  auto const outcome = co_await read_list(cycle, window, urgency_of(cycle, window), whole);
  if (outcome.problem) throw api_refusal{*outcome.problem};
  count_window(cycle, outcome.conclusion, window.key);
  look_outcome result{outcome.changed, outcome.reopened};
  co_return result;
}

}  // namespace

asio::awaitable<look_outcome> probe_window(context& cycle, sink::window const& window) {
  auto const reported = co_await probe(cycle, window.key, window.key.day);
  if (!reported) throw api_refusal{reported.error()};
  if (!says_the_same(window, *reported)) {
    core::log(spdlog::level::info, cycle.about(window.key.day, window.key.scope),
              "stream \"{}\": the API's totals of {} have changed: reading it again",
              cycle.stream().name, core::to_text(window.key.day));
    // Where the API gives no sums, only the whole list shows what a total cannot.
    co_return co_await read_window(cycle, window, !has_sums(*reported));
  }
  co_await cycle.store.touch_window(window.key);
  look_outcome const nothing;
  co_return nothing;
}

namespace {

// Makes the windows of the global list since `first` that are not there yet.
asio::awaitable<void> ensure_global(context& cycle, core::utc_day first) {
  std::vector<std::string> const scopes{std::string(sink::global_scope)};
  sink::span const days{first, cycle.today()};
  co_await cycle.store.ensure_windows(scopes, days, open_from(cycle));
}

// Why the window brings no answer, if it does not.
asio::awaitable<std::optional<api::problem>> try_window(context& cycle, sink::window const& window,
                                                        need what, look_outcome& all) {
  std::optional<api::problem> failed;
  try {
    look_outcome now;
    if (what == need::probe) {
      now = co_await probe_window(cycle, window);
    } else {
      now = co_await read_window(cycle, window, what == need::whole);
    }
    all.changed = all.changed || now.changed;
    all.reopened.insert(all.reopened.end(), now.reopened.begin(), now.reopened.end());
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

// Yesterday's list of a customer is asked for with each look until it is closed, but not each
// minute.
bool rests(context const& cycle, sink::window const& window) {
  constexpr std::chrono::minutes pause{15};
  return window.key.scope != sink::global_scope && !cycle.setting.everything &&
         window.state == sink::window_state::open && window.key.day < cycle.today() &&
         !cycle.is_closed(window.key.day) && window.read_ago && *window.read_ago < pause;
}

asio::awaitable<look_outcome> look_at_span(context& cycle, std::string const& scope,
                                           sink::span const& days,
                                           std::vector<need> const& passes) {
  auto const& settings = cycle.setting.settings;
  // Of proven days, only those of a clock that was ahead are read.
  bool const is_read = passes == std::vector<need>{need::read};
  auto const probed = std::max(settings.lookback_days, settings.audit_days);
  auto const proven_from = cycle.today() - std::chrono::days(is_read ? 0 : probed);
  auto const windows = co_await cycle.store.load_due_windows(scope, days, proven_from);
  look_outcome all;
  auto const due = [&cycle](sink::window const& window) {
    return what_is_due(window, cycle.setting.settings, cycle.today(), cycle.setting.everything);
  };
  windows_at_hand alone;
  auto& at_hand = cycle.setting.at_hand != nullptr ? *cycle.setting.at_hand : alone;
  for (auto const pass : passes) {
    for (auto const& listed : windows) {
      if (due(listed) != pass || rests(cycle, listed) || at_hand.has(listed.key)) continue;
      windows_at_hand::claim const claim(at_hand, listed.key);
      auto const window = co_await refreshed(cycle, listed);
      if (!window || due(*window) != pass) continue;
      bool again = true;
      for (int reads = 1; again; ++reads) {
        auto const failed = co_await try_window(cycle, *window, pass, all);
        again = failed && co_await leave_day_behind(cycle, window->key, *failed, reads);
      }
    }
  }
  co_return all;
}

}  // namespace

asio::awaitable<bool> read_span(context& cycle, std::string const& scope, sink::span const& days,
                                std::vector<need> const& passes) {
  // Lists that contradict each other would go on for ever: the rest is left to the next cycle.
  constexpr int most_turns = 3;
  auto all = co_await look_at_span(cycle, scope, days, passes);
  std::vector<need> const read{need::read};
  for (int turn = 1; !all.reopened.empty() && turn < most_turns; ++turn) {
    std::set<core::utc_day> const lost(all.reopened.begin(), all.reopened.end());
    all.reopened.clear();
    for (auto const day : lost) {
      if (day < days.first || day > days.last) continue;
      sink::span const only{day, day};
      auto const again = co_await look_at_span(cycle, scope, only, read);
      all.changed = all.changed || again.changed;
      all.reopened.insert(all.reopened.end(), again.reopened.begin(), again.reopened.end());
    }
  }
  co_return all.changed;
}

namespace {

// Today first: the other days get their windows only once the endpoint has answered.
asio::awaitable<bool> read_global(context& cycle) {
  std::string const scope(sink::global_scope);
  auto const today = cycle.today();
  auto const passes = passes_of(cycle.setting.part);
  sink::span const now{today, today};
  co_await ensure_global(cycle, today);
  bool const changed = co_await read_span(cycle, scope, now, passes);
  sink::span const before{cycle.first_day(), today - std::chrono::days(1)};
  co_await ensure_global(cycle, before.first);
  bool const more = co_await read_span(cycle, scope, before, passes);
  co_return changed || more;
}

// What is new in a customer's list.
asio::awaitable<bool> read_customer(context& cycle, std::string const& scope) {
  sink::span const days{cycle.first_day(), cycle.today()};
  std::vector<need> const passes{need::read};
  co_return co_await read_span(cycle, scope, days, passes);
}

asio::awaitable<bool> read_list_now(context& cycle, std::string scope) {
  sink::window_key const today{cycle.setting.partner, cycle.stream().name, std::move(scope),
                               cycle.today()};
  auto const before = co_await cycle.store.load_snapshot(today);
  auto const outcome = co_await read_list(cycle, before, api::priority::fresh, true);
  if (outcome.problem) throw api_refusal{*outcome.problem};
  count_window(cycle, outcome.conclusion, before.key);
  co_return outcome.changed;
}

// Whose lists the polls read at present; nobody's before today's first poll.
enum class lists { none, global, customers };

asio::awaitable<lists> lists_in_use(context& cycle) {
  auto const how = cycle.setting.settings.scope;
  bool const is_global =
      cycle.stream().endpoints == streams::endpoint_scope::global || how == config::scope::global;
  cycle.refusals = co_await cycle.store.load_refusals();
  if (!is_global && (how != config::scope::automatic || reads_by_customer(cycle))) {
    co_return lists::customers;
  }
  std::string const global(sink::global_scope);
  sink::span const day{cycle.today(), cycle.today()};
  auto const today = co_await cycle.store.load_due_windows(global, day, day.first);
  co_return today.empty() ? lists::none : lists::global;
}

// What is done about the global list beside its windows.
asio::awaitable<void> keep_spans(context& cycle, parts_of_upkeep& parts) {
  std::vector<std::string> const scopes{std::string(sink::global_scope)};
  co_await cycle.store.forget_spans(scopes, cycle.first_day());
  auto spans = [&]() -> asio::awaitable<void> {
    audit_span const regular;
    co_await check_spans_of(cycle, scopes.front(), regular);
  };
  std::string const what = "spans";
  co_await parts.run(what, spans);
}

// What is done about a stream of days beside its lists.
asio::awaitable<void> keep_rows(context& cycle, parts_of_upkeep& parts) {
  std::string const what = "rows asked for by id";
  auto missing = [&]() { return repair(cycle); };
  if (cycle.stream().repair) co_await parts.run(what, missing);
  if (cycle.setting.settings.retention && cycle.clocks_agree) co_await retire_calls(cycle);
}

}  // namespace

asio::awaitable<void> read_days(context& cycle) {
  read_scope const read = [](context& c, std::string const& scope) {
    return scope == sink::global_scope ? read_global(c) : read_customer(c, scope);
  };
  bool const is_global = co_await read_scopes(cycle, read);
  if (cycle.setting.everything) co_await read_queue(cycle);
  if (cycle.setting.part != cycle_part::all) co_return;
  parts_of_upkeep parts(cycle);
  if (is_global) {
    co_await keep_spans(cycle, parts);
  } else {
    co_await keep_customers(cycle, parts);
  }
  co_await keep_rows(cycle, parts);
}

asio::awaitable<void> keep_days(context& cycle) {
  auto const whose = co_await lists_in_use(cycle);
  parts_of_upkeep parts(cycle);
  if (whose == lists::global) {
    auto const& settings = cycle.setting.settings;
    auto const oldest =
        cycle.today() - std::chrono::days(std::max(settings.lookback_days, settings.audit_days));
    sink::span const probed{std::max(cycle.first_day(), oldest), cycle.today()};
    auto days = [&]() -> asio::awaitable<void> {
      std::string const scope(sink::global_scope);
      auto const passes = passes_of(cycle.setting.part);
      co_await read_span(cycle, scope, probed, passes);
    };
    std::string const what = "days";
    co_await parts.run(what, days);
    co_await keep_spans(cycle, parts);
  } else if (whose == lists::customers) {
    co_await keep_customers(cycle, parts);
  }
  co_await keep_rows(cycle, parts);
}

asio::awaitable<void> read_snapshot(context& cycle) {
  read_scope const read = [](context& c, std::string const& scope) {
    return read_list_now(c, scope);
  };
  co_await read_scopes(cycle, read);
  if (cycle.stream().repair && cycle.setting.part == cycle_part::all) co_await repair(cycle);
}

}  // namespace vobiz::sync
