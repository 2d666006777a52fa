#include "fetch.hpp"
#include "readers.hpp"

namespace vobiz::sync {

namespace asio = boost::asio;

namespace {

// Answers that are held at once: small objects, as many as the budget could have under way.
constexpr std::size_t group_size = 16;

}  // namespace

asio::awaitable<void> read_balances(context& cycle) {
  auto const& stream = cycle.stream();
  bool const always = cycle.setting.settings.scope == config::scope::per_account;
  auto const ids = co_await cycle.store.load_accounts(!always);
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
    }
  }
}

}  // namespace vobiz::sync
