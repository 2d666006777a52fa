#include <spdlog/spdlog.h>

#include <map>

#include "list_read.hpp"
#include "proof.hpp"
#include "readers.hpp"

namespace vobiz::sync {

namespace asio = boost::asio;
using sink::window_state;

namespace {

// The windows of one scope in the order of their urgency: today, then what is not proven, newest first.
asio::awaitable<void> read_scope(context& cycle, std::string scope) {
  auto const& stream = cycle.stream();
  auto const& settings = cycle.setting.settings;
  std::vector<sink::window> windows;
  auto load = [&](pqxx::work& transaction) {
    sink::ensure_windows(transaction, cycle.setting.partner, stream.name, scope, settings.start_date,
                         cycle.today());
    windows = sink::load_windows(transaction, stream, cycle.setting.partner, scope,
                                 settings.start_date, cycle.today());
  };
  co_await cycle.commit(load);

  for (auto const& window : windows) {
    if (window.state == window_state::proven) continue;
    auto const urgency =
        window.key.day == cycle.today() ? api::priority::fresh : api::priority::unproven;
    auto const outcome = co_await read_list(cycle, window, urgency, false);
    if (outcome.problem) throw api_refusal{*outcome.problem};
    count_window(cycle, outcome.conclusion, window.key);
  }
  if (!cycle.setting.everything) co_return;
  auto const oldest = cycle.today() - std::chrono::days(std::max(settings.lookback_days, settings.audit_days));
  for (auto const& window : windows) {
    if (window.state != window_state::proven || window.key.day < oldest) continue;
    auto const said = co_await probe(cycle, window.key, window.key.day);
    if (!said) throw api_refusal{said.error()};
    if (says_the_same(window, *said)) continue;
    spdlog::info("stream \"{}\": the API's totals of {} have changed: reading it again", stream.name,
                 core::to_text(window.key.day));
    auto const outcome = co_await read_list(cycle, window, api::priority::unproven, true);
    if (outcome.problem) throw api_refusal{*outcome.problem};
    count_window(cycle, outcome.conclusion, window.key);
  }
}

asio::awaitable<void> read_accounts_one_by_one(context& cycle) {
  auto const ids = co_await load_accounts(cycle, false);
  for (auto const& id : ids) co_await read_scope(cycle, id);
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

}  // namespace

bool falls_back(context const& cycle, api::problem const& why) {
  if (cycle.setting.settings.reach != config::scope::automatic ||
      cycle.stream().span != streams::reach::either) {
    return false;
  }
  return why.kind == api::problem_kind::forbidden || why.kind == api::problem_kind::not_found ||
         why.kind == api::problem_kind::unsupported;
}

asio::awaitable<void> read_days(context& cycle) {
  std::optional<api::problem> refused;
  if (cycle.setting.settings.reach != config::scope::per_account) {
    try {
      co_await read_scope(cycle, std::string(sink::global_scope));
    } catch (api_refusal const& refusal) {
      if (!falls_back(cycle, refusal.why)) throw;
      refused = refusal.why;
    }
    if (!refused) co_return;
    spdlog::info("stream \"{}\": {}: asking for each customer instead", cycle.stream().name,
                 refused->message);
  }
  co_await read_accounts_one_by_one(cycle);
}

asio::awaitable<void> read_snapshot(context& cycle) {
  std::optional<api::problem> refused;
  if (cycle.setting.settings.reach != config::scope::per_account ||
      cycle.stream().span == streams::reach::partner) {
    try {
      co_await read_list_now(cycle, std::string(sink::global_scope));
    } catch (api_refusal const& refusal) {
      if (!falls_back(cycle, refusal.why)) throw;
      refused = refusal.why;
    }
    if (!refused) co_return;
    spdlog::info("stream \"{}\": {}: asking for each customer instead", cycle.stream().name,
                 refused->message);
  }
  auto const ids = co_await load_accounts(cycle, false);
  for (auto const& id : ids) co_await read_list_now(cycle, id);
}

}  // namespace vobiz::sync
