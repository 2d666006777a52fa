#include "read_scopes.hpp"

#include <algorithm>

#include "failed_reads.hpp"
#include "global_list.hpp"

namespace vobiz::sync {

namespace asio = boost::asio;

namespace {

// Whether to ask the global list: one that is refused for good is asked again only after a pause.
bool asks_globally(context const& cycle) {
  if (cycle.stream().endpoints == streams::endpoint_scope::global) return true;
  auto const how = cycle.setting.settings.scope;
  if (how != config::scope::automatic) return how == config::scope::global;
  return !reads_by_customer(cycle) || !is_paused(cycle, sink::global_scope);
}

// Why the scope's list brings no answer, if it does not.
asio::awaitable<std::optional<api_refusal>> try_read(context& cycle, read_scope const& read,
                                                     std::string const& scope) {
  std::optional<api_refusal> refused;
  try {
    co_await read(cycle, scope);
  } catch (api_refusal const& refusal) {
    refused = refusal;
  }
  co_return refused;
}

// Whether the global list was read; false where those of the customers are to be read instead.
asio::awaitable<bool> read_global_list(context& cycle, read_scope const& read) {
  std::string const scope(sink::global_scope);
  bool again = true;
  for (int reads = 1; again; ++reads) {
    auto const refused = co_await try_read(cycle, read, scope);
    if (!refused) {
      co_await note_global_answer(cycle);
      co_return true;
    }
    auto const asked = scope_of(cycle, asked_for::global_list);
    if (consequence(refused->why, asked).what != effect::fall_back) throw api_refusal{*refused};
    again = co_await ask_global_again(cycle, refused->why, reads);
  }
  co_return false;
}

// The windows that are read by customers. Returns the customers who have left and still have some.
asio::awaitable<std::vector<std::string>> prepare(context& cycle,
                                                  std::vector<std::string> const& present) {
  std::vector<std::string> departed;
  if (cycle.stream().day_column.empty()) co_return departed;
  bool const always = cycle.setting.settings.scope == config::scope::per_account;
  auto const open = open_from(cycle);
  // Where the lists only stand in for the global one, older days wait in its queue.
  if (!always && cycle.first_day() < open) {
    std::vector<std::string> const global{std::string(sink::global_scope)};
    sink::span const queued{cycle.first_day(), open - std::chrono::days(1)};
    co_await cycle.store.ensure_windows(global, queued, open);
  }
  sink::span const days{always ? cycle.first_day() : open, cycle.today()};
  departed = co_await cycle.store.prepare_customers(present, days, open);
  co_return departed;
}

}  // namespace

asio::awaitable<std::vector<std::string>> read_scopes(context& cycle, read_scope const& read) {
  cycle.refusals = co_await cycle.store.load_refusals();
  if (asks_globally(cycle)) {
    bool const answers = co_await read_global_list(cycle, read);
    std::vector<std::string> global{std::string(sink::global_scope)};
    if (answers) co_return global;
  }
  auto const present = co_await cycle.store.load_accounts(false);
  if (present.empty()) {
    // Without customers there is nothing to read; without a read of accounts they are unknown.
    bool const asked = co_await cycle.store.was_read(streams::customers().name);
    if (!asked) {
      throw api_refusal{
          {api::problem_kind::unavailable, 0,
           "no customer is known yet whose list could be asked for: sync accounts first"}};
    }
  }
  auto scopes = co_await prepare(cycle, present);
  scopes.insert(scopes.begin(), present.begin(), present.end());
  auto const paused = [&cycle](std::string const& id) { return is_paused(cycle, id); };
  if (!std::ranges::all_of(present, paused)) std::erase_if(scopes, paused);

  ask_customer const ask = [&cycle](std::string const& id) -> asio::awaitable<bool> {
    sink::window_key const today{cycle.setting.partner, cycle.stream().name, id, cycle.today()};
    co_return co_await day_answers(cycle, today);
  };
  customers_at_hand customers(cycle, present, ask);
  std::vector<std::string> answered;
  for (auto const& id : scopes) {
    auto const refused = co_await try_read(cycle, read, id);
    if (refused) {
      co_await customers.failed(id, *refused);
    } else {
      co_await customers.answered(id);
      answered.push_back(id);
    }
  }
  co_await customers.finish();
  co_return answered;
}

}  // namespace vobiz::sync
