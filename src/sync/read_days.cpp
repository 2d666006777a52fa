#include <algorithm>

#include "list_read.hpp"
#include "proof.hpp"
#include "readers.hpp"
#include "window_due.hpp"

namespace vobiz::sync {

namespace asio = boost::asio;
using sink::window_state;

namespace {

constexpr std::int64_t whole_queue = 1'000'000;  // windows: more than a thousand years of days

api::priority urgency_of(context const& cycle, sink::window const& window) {
  return window.key.day == cycle.today() ? api::priority::fresh : api::priority::unproven;
}

asio::awaitable<void> read_window(context& cycle, sink::window const& window, bool whole) {
  auto const outcome = co_await read_list(cycle, window, urgency_of(cycle, window), whole);
  if (outcome.problem) throw api_refusal{*outcome.problem};
  count_window(cycle, outcome.conclusion, window.key);
}

asio::awaitable<void> probe_window(context& cycle, sink::window const& window) {
  auto const said = co_await probe(cycle, window.key, window.key.day);
  if (!said) throw api_refusal{said.error()};
  if (!says_the_same(window, *said)) {
    core::log(spdlog::level::info, cycle.about(window.key.day, window.key.scope), "stream \"{}\": the API's totals of {} have changed: reading it again",
                 cycle.stream().name, core::to_text(window.key.day));
    co_await read_window(cycle, window, true);
    co_return;
  }
  auto note = [&](pqxx::work& transaction) { sink::touch(transaction, window.key); };
  co_await cycle.commit(note);
}

// The windows of one scope in the order of their urgency, newest first within each.
asio::awaitable<void> read_scope(context& cycle, std::string scope) {
  auto const& settings = cycle.setting.settings;
  std::vector<sink::window> windows;
  auto load = [&](pqxx::work& transaction) {
    auto const lookback = cycle.today() - std::chrono::days(settings.lookback_days);
    sink::ensure_windows(transaction, cycle.setting.partner, cycle.stream().name, scope,
                         settings.start_date, cycle.today(), lookback);
    windows = sink::load_windows(transaction, cycle.stream(), cycle.setting.partner, scope,
                                 settings.start_date, cycle.today());
  };
  co_await cycle.commit(load);
  for (auto const pass : {need::read, need::whole, need::probe}) {
    for (auto const& window : windows) {
      if (what_is_due(window, settings, cycle.today(), cycle.setting.everything) != pass) continue;
      if (pass == need::probe) {
        co_await probe_window(cycle, window);
      } else {
        co_await read_window(cycle, window, pass == need::whole);
      }
    }
  }
}

asio::awaitable<void> read_scope_of_customer(context& cycle, std::string const& id) {
  try {
    co_await read_scope(cycle, id);
  } catch (api_refusal const& refusal) {
    // An id of another partner, or of a customer who left, says nothing about the others.
    if (refusal.why.kind != api::problem_kind::not_found) throw;
    core::log(spdlog::level::warn, cycle.about(), "stream \"{}\": {}: the customer is left out", cycle.stream().name,
                 refusal.why.message);
  }
}

asio::awaitable<void> read_list_now(context& cycle, std::string scope) {
  sink::window before;
  before.key = {cycle.setting.partner, cycle.stream().name, std::move(scope), cycle.today()};
  auto load = [&](pqxx::work& transaction) {
    auto found = sink::load_windows(transaction, cycle.stream(), before.key.partner, before.key.scope,
                                    before.key.day, before.key.day);
    if (!found.empty()) before = std::move(found.front());
    // Rows live longer than the window of the day they were read on.
    before.stored = sink::recount(transaction, cycle.stream(), before.key);
  };
  co_await cycle.commit(load);
  auto const outcome = co_await read_list(cycle, before, api::priority::fresh, true);
  if (outcome.problem) throw api_refusal{*outcome.problem};
  count_window(cycle, outcome.conclusion, before.key);
}

// What is read: the global list, or each customer's where the global one is not to be had. Returns the scopes.
template <class Read>
asio::awaitable<std::vector<std::string>> read_scopes(context& cycle, Read& read) {
  std::vector<std::string> scopes;
  bool const global_only = cycle.stream().span == streams::reach::partner;
  if (global_only || cycle.setting.settings.reach != config::scope::per_account) {
    std::optional<api::problem> refused;
    scopes.emplace_back(sink::global_scope);
    try {
      co_await read(cycle, scopes.front());
    } catch (api_refusal const& refusal) {
      if (!falls_back(cycle, refusal.why)) throw;
      refused = refusal.why;
    }
    if (!refused) co_return scopes;
    core::log(spdlog::level::info, cycle.about(), "stream \"{}\": {}: asking for each customer instead", cycle.stream().name,
                 refused->message);
    auto leave = [&](pqxx::work& transaction) {
      sink::leave_queue(transaction, cycle.setting.partner, cycle.stream().name, scopes.front());
    };
    co_await cycle.commit(leave);
  }
  scopes = co_await load_accounts(cycle, false);
  for (auto const& id : scopes) co_await read(cycle, id);
  co_return scopes;
}

}  // namespace

bool falls_back(context const& cycle, api::problem const& why) {
  if (cycle.setting.settings.reach != config::scope::automatic ||
      cycle.stream().span != streams::reach::either) {
    return false;
  }
  return why.kind == api::problem_kind::forbidden || why.kind == api::problem_kind::not_found ||
         why.kind == api::problem_kind::unsupported;
}

asio::awaitable<void> fall_back(context& cycle) {
  auto move = [&](pqxx::work& transaction) {
    sink::queue_per_account(transaction, cycle.setting.partner, cycle.stream().name);
  };
  co_await cycle.commit(move);
}

asio::awaitable<void> read_days(context& cycle) {
  auto read = [](context& c, std::string const& scope) {
    return scope == sink::global_scope ? read_scope(c, scope) : read_scope_of_customer(c, scope);
  };
  auto const scopes = co_await read_scopes(cycle, read);
  if (cycle.setting.everything) co_await drain_queue(cycle, whole_queue);
  for (auto const& scope : scopes) co_await check_spans(cycle, scope);
  if (cycle.stream().table == "cdrs") co_await repair_cdrs(cycle);
}

asio::awaitable<void> read_snapshot(context& cycle) {
  auto read = [](context& c, std::string const& scope) { return read_list_now(c, scope); };
  co_await read_scopes(cycle, read);
  if (cycle.stream().table == "accounts") co_await repair_accounts(cycle);
}

}  // namespace vobiz::sync
