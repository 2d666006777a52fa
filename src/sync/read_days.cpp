#include <algorithm>

#include "list_read.hpp"
#include "proof.hpp"
#include "readers.hpp"
#include "window_due.hpp"

namespace vobiz::sync {

namespace asio = boost::asio;
using sink::window_state;

namespace {

api::priority urgency_of(context const& cycle, sink::window const& window) {
  if (cycle.setting.part == cycle_part::upkeep) return api::priority::probe;
  return window.key.day == cycle.today() ? api::priority::fresh : api::priority::unproven;
}

// The window as it is now: upkeep takes long to come to it, and polls go on meanwhile.
asio::awaitable<std::optional<sink::window>> refreshed(context& cycle, sink::window const& window) {
  if (cycle.setting.part != cycle_part::upkeep) co_return window;
  sink::span const day{window.key.day, window.key.day};
  auto found = co_await cycle.store.load_windows(window.key.scope, day);
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

// Makes the windows of these scopes that are not there yet.
asio::awaitable<void> ensure(context& cycle, std::vector<std::string> const& scopes,
                             core::utc_day first) {
  auto const lookback = cycle.today() - std::chrono::days(cycle.setting.settings.lookback_days);
  sink::span const days{first, cycle.today()};
  co_await cycle.store.ensure_windows(scopes, days, lookback);
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
// each.
asio::awaitable<void> read_span(context& cycle, std::string const& scope, core::utc_day first,
                                core::utc_day last) {
  sink::span const days{first, last};
  auto const windows = co_await cycle.store.load_windows(scope, days);
  skipped_days skipped;
  auto const asked = scope_of_day(cycle, scope);
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
      try {
        if (pass == need::probe) {
          co_await probe_window(cycle, *window);
        } else {
          co_await read_window(cycle, *window, pass == need::whole);
        }
        skipped.add_read_day();
      } catch (api_refusal const& refusal) {
        skipped.add(refusal.why, asked);
      }
    }
  }
  skipped.finish();
}

// Today first: the other days get their windows only once the endpoint has answered.
asio::awaitable<void> read_global(context& cycle) {
  std::string const scope(sink::global_scope);
  std::vector<std::string> const scopes = {scope};
  auto const today = cycle.today();
  auto const start = cycle.first_day();
  co_await ensure(cycle, scopes, today);
  co_await read_span(cycle, scope, today, today);
  co_await ensure(cycle, scopes, start);
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

// Whether to ask the global list: one that refused is asked again only after a pause.
asio::awaitable<bool> asks_globally(context& cycle) {
  auto const& settings = cycle.setting.settings;
  if (cycle.stream().endpoints == streams::endpoint_scope::global) co_return true;
  if (settings.scope != config::scope::automatic) co_return settings.scope == config::scope::global;
  std::string const scope(sink::global_scope);
  sink::span const day{cycle.today(), cycle.today()};
  auto const today = co_await cycle.store.load_windows(scope, day);
  co_return today.empty() || today.front().state != window_state::forbidden ||
      what_is_due(today.front(), settings, cycle.today(), cycle.setting.everything) !=
          need::nothing;
}

// What is read: the global list, or each customer's where the global one is not to be had. Returns
// the scopes.
template <class Read>
asio::awaitable<std::vector<std::string>> read_scopes(context& cycle, Read& read) {
  std::vector<std::string> scopes;
  if (co_await asks_globally(cycle)) {
    std::optional<api::problem> refused;
    scopes.emplace_back(sink::global_scope);
    try {
      co_await read(cycle, scopes.front());
    } catch (api_refusal const& refusal) {
      auto const asked = scope_of(cycle, asked_for::global_list);
      if (consequence(refusal.why, asked).what != effect::fall_back) throw;
      refused = refusal.why;
    }
    if (!refused) {
      if (!cycle.stream().day_column.empty()) co_await cycle.store.drop_stand_ins();
      co_return scopes;
    }
    co_await fall_back(cycle, *refused);
  }
  scopes = co_await cycle.store.load_accounts(false);
  if (scopes.empty()) {
    // Without customers there is nothing to read; without a read of accounts they are unknown.
    bool const asked = co_await cycle.store.was_read(streams::customers().name);
    if (!asked) {
      throw api_refusal{
          {api::problem_kind::unavailable, 0,
           "no customer is known yet whose list could be asked for: sync accounts first"}};
    }
  }
  // All of them before the first is read: the cursor must not run ahead of customers still without
  // windows.
  if (!cycle.stream().day_column.empty()) {
    co_await ensure(cycle, scopes, cycle.first_day());
  }
  std::optional<api::problem> missing;
  std::size_t left_out = 0;
  for (auto const& id : scopes) {
    try {
      co_await read(cycle, id);
    } catch (api_refusal const& refusal) {
      auto const scope = scope_of(cycle, asked_for::account_list);
      if (consequence(refusal.why, scope).what != effect::skip_account) throw;
      core::log(spdlog::level::warn, cycle.about(), "stream \"{}\": {}: the customer is left out",
                cycle.stream().name, refusal.why.message);
      missing = refusal.why;
      ++left_out;
    }
  }
  // Where no customer has the list, the endpoint is missing.
  if (missing && left_out == scopes.size()) throw api_refusal{*missing};
  co_return scopes;
}

// The scopes whose lists the polls read at present; none before today's first poll.
asio::awaitable<std::vector<std::string>> scopes_in_use(context& cycle) {
  auto const& settings = cycle.setting.settings;
  std::string const global(sink::global_scope);
  bool per_account = settings.scope == config::scope::per_account;
  if (cycle.stream().endpoints == streams::endpoint_scope::global)
    per_account = false;
  else if (settings.scope == config::scope::automatic) {
    sink::span const day{cycle.today(), cycle.today()};
    auto const today = co_await cycle.store.load_windows(global, day);
    if (today.empty()) co_return std::vector<std::string>();
    per_account = today.front().state == window_state::forbidden;
  }
  if (per_account) co_return co_await cycle.store.load_accounts(false);
  co_return std::vector<std::string>(1, global);
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
    auto spans = [&]() { return check_spans(cycle, scope); };
    co_await refused.run(spans);
  }
  auto missing = [&]() { return repair(cycle); };
  if (cycle.stream().repair) co_await refused.run(missing);
  if (cycle.setting.settings.retention && cycle.clocks_agree) co_await retire_calls(cycle);
  refused.finish();
}

}  // namespace

asio::awaitable<void> fall_back(context& cycle, api::problem const& why) {
  core::log(spdlog::level::info, cycle.about(),
            "stream \"{}\": {}: asking for each customer instead", cycle.stream().name,
            why.message);
  sink::window_key const today{cycle.setting.partner, cycle.stream().name,
                               std::string(sink::global_scope), cycle.today()};
  co_await cycle.store.close_global(today, why.message);
}

asio::awaitable<void> read_days(context& cycle) {
  auto read = [](context& c, std::string const& scope) {
    return scope == sink::global_scope ? read_global(c)
                                       : read_span(c, scope, c.first_day(), c.today());
  };
  std::vector<std::string> scopes;
  std::optional<api::problem> unreadable;
  try {
    scopes = co_await read_scopes(cycle, read);
  } catch (api_refusal const& refusal) {
    // A day that cannot be read keeps none of the queue waiting.
    auto const any_day = scope_of(cycle, asked_for::account_day);
    if (consequence(refusal.why, any_day).what != effect::skip_day) throw;
    unreadable = refusal.why;
  }
  if (cycle.setting.everything) co_await read_queue(cycle);
  if (unreadable) throw api_refusal{*unreadable};
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
  auto read = [](context& c, std::string const& scope) { return read_list_now(c, scope); };
  co_await read_scopes(cycle, read);
  if (cycle.stream().repair && cycle.setting.part == cycle_part::all) co_await repair(cycle);
}

}  // namespace vobiz::sync
