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

}  // namespace

asio::awaitable<void> read_balances(context& cycle) {
  auto const& stream = cycle.stream();
  bool const always = cycle.setting.settings.scope == config::scope::per_account;
  auto const ids = co_await cycle.store.load_accounts(!always);
  if (ids.empty()) {
    co_await follow_customers(cycle);
    co_return;
  }
  std::size_t read = 0;
  std::optional<api::problem> missing;
  for (std::size_t from = 0; from < ids.size(); from += group_size) {
    std::vector<page_request> requests;
    for (auto at = from; at < std::min(from + group_size, ids.size()); ++at) {
      requests.push_back(
          {{account_path(stream.account_path, ids[at]), {}, api::priority::fresh}, std::nullopt});
    }
    auto answers = co_await fetch(cycle, requests);
    std::vector<sink::account_page> pages;
    for (std::size_t n = 0; n < answers.size(); ++n) {
      if (!answers[n]) continue;
      sink::window_key const key{cycle.setting.partner, stream.name, ids[from + n], cycle.today()};
      pages.push_back({key, &*answers[n]});
    }
    read += pages.size();
    auto const stored = co_await cycle.store.store_balances(pages);
    cycle.report.rows += stored.rows;
    cycle.report.rejected += stored.rejected;
    for (auto const& answer : answers) {
      if (answer) continue;
      auto const scope = scope_of(cycle, asked_for::account_list);
      if (consequence(answer.error(), scope).what != effect::skip_account)
        throw api_refusal{answer.error()};
      core::log(spdlog::level::warn, cycle.about(), "stream \"{}\": {}: the customer is left out",
                stream.name, answer.error().message);
      missing = answer.error();
    }
  }
  // Where no wallet was read, there is nothing to call fresh.
  if (read == 0 && missing) throw api_refusal{*missing};
}

}  // namespace vobiz::sync
