#include <algorithm>
#include <span>

#include "failed_reads.hpp"
#include "fetch.hpp"
#include "readers.hpp"

namespace vobiz::sync {

namespace asio = boost::asio;

namespace {

// Answers that are held at once: small objects, as many as the budget could have under way.
constexpr std::size_t group_size = 16;

[[noreturn]] void refuse(std::string why) {
  throw api_refusal{{api::problem_kind::unavailable, 0, std::move(why)}};
}

// No wallet has to be asked for: all came with the list of customers, so this stream is as good and
// as fresh as that one. Throws api_refusal where it is not good.
asio::awaitable<void> follow_customers(context& cycle) {
  auto const& customers = streams::customers();
  auto const standing = co_await cycle.store.standing_of(customers.name);
  if (!standing.ever_good) {
    refuse(fmt::format("no customer is known yet whose wallet could be read: sync {} first",
                       customers.name));
  }
  if (standing.state != "ok" && standing.state != "mismatch") {
    refuse(fmt::format("the wallets come with {}, which are {}: {}", customers.name, standing.state,
                       standing.last_error));
  }
  cycle.report.read_with = customers.name;
}

page_request request_of(context const& cycle, std::string const& id) {
  return {{account_path(cycle.stream().account_path, id), {}, api::priority::fresh}, std::nullopt};
}

asio::awaitable<std::vector<fetched>> fetch_group(context& cycle,
                                                  std::span<std::string const> ids) {
  std::vector<page_request> requests;
  for (auto const& id : ids) requests.push_back(request_of(cycle, id));
  auto answers = co_await fetch(cycle, requests);
  std::vector<sink::account_page> pages;
  for (std::size_t n = 0; n < answers.size(); ++n) {
    if (!answers[n]) continue;
    sink::window_key const key{cycle.setting.partner, cycle.stream().name, ids[n], cycle.today()};
    pages.push_back({key, &*answers[n]});
  }
  auto const stored = co_await cycle.store.store_balances(pages);
  cycle.report.rows += stored.rows;
  cycle.report.rejected += stored.rejected;
  co_return answers;
}

}  // namespace

asio::awaitable<void> read_balances(context& cycle) {
  bool const always = cycle.setting.settings.scope == config::scope::per_account;
  cycle.refusals = co_await cycle.store.load_refusals();
  auto const present = co_await cycle.store.load_accounts(!always);
  if (present.empty()) {
    co_await follow_customers(cycle);
    co_return;
  }
  auto ids = present;
  auto const paused = [&cycle](std::string const& id) { return is_paused(cycle, id); };
  if (!std::ranges::all_of(present, paused)) std::erase_if(ids, paused);

  ask_customer const ask = [&cycle](std::string const& id) -> asio::awaitable<bool> {
    std::vector<page_request> requests{request_of(cycle, id)};
    requests.front().what.attempts = 2;
    auto const answers = co_await fetch(cycle, requests);
    co_return answers.front().has_value();
  };
  customers_at_hand customers(cycle, present, ask);
  for (std::size_t from = 0; from < ids.size(); from += group_size) {
    std::span const group(ids.begin() + static_cast<std::ptrdiff_t>(from),
                          std::min(group_size, ids.size() - from));
    auto const answers = co_await fetch_group(cycle, group);
    for (std::size_t n = 0; n < answers.size(); ++n) {
      if (answers[n]) co_await customers.answered(group[n]);
    }
    for (std::size_t n = 0; n < answers.size(); ++n) {
      if (answers[n]) continue;
      api_refusal const refusal{answers[n].error()};
      co_await customers.failed(group[n], refusal);
    }
  }
  co_await customers.finish();
}

}  // namespace vobiz::sync
