#include "read_scopes.hpp"

#include "failed_reads.hpp"
#include "global_list.hpp"
#include "read_customers.hpp"

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

// Whether the global list was read; false where those of the customers are to be read instead.
asio::awaitable<bool> read_global_list(context& cycle, read_scope const& read) {
  std::string const scope(sink::global_scope);
  bool again = true;
  for (int reads = 1; again; ++reads) {
    std::optional<api_refusal> refused;
    try {
      co_await read(cycle, scope);
    } catch (api_refusal const& refusal) {
      refused = refusal;
    }
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

}  // namespace

asio::awaitable<bool> read_scopes(context& cycle, read_scope const& read) {
  cycle.refusals = co_await cycle.store.load_refusals();
  if (asks_globally(cycle)) {
    bool const answers = co_await read_global_list(cycle, read);
    if (answers) co_return true;
  }
  cycle.report.by_customer = true;
  co_await read_customers(cycle, read);
  co_return false;
}

}  // namespace vobiz::sync
