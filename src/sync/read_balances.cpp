#include "fetch.hpp"
#include "readers.hpp"
#include "vobiz/sink/customers.hpp"
#include "vobiz/sink/merge.hpp"
#include "vobiz/sink/rejects.hpp"

namespace vobiz::sync {

namespace asio = boost::asio;

namespace {

// Answers that are held at once: small objects, as many as the budget could have under way.
constexpr std::size_t group_size = 16;

}  // namespace

asio::awaitable<std::vector<std::string>> load_accounts(context& cycle, bool without_wallet) {
  std::vector<std::string> ids;
  auto load = [&](pqxx::work& transaction) {
    ids = without_wallet ? sink::customers_without_wallet(transaction, cycle.setting.partner)
                         : sink::customer_ids(transaction, cycle.setting.partner);
  };
  co_await cycle.commit(load);
  co_return ids;
}

asio::awaitable<void> read_balances(context& cycle) {
  auto const& stream = cycle.stream();
  bool const always = cycle.setting.settings.scope == config::scope::per_account;
  auto const ids = co_await load_accounts(cycle, !always);
  for (std::size_t from = 0; from < ids.size(); from += group_size) {
    std::vector<page_request> requests;
    for (auto at = from; at < std::min(from + group_size, ids.size()); ++at) {
      requests.push_back(
          {{account_path(stream.account_path, ids[at]), {}, api::priority::fresh}, std::nullopt});
    }
    auto answers = co_await fetch(cycle, requests);
    sink::merge_counts counts;
    std::int64_t rejected = 0;
    auto store = [&](pqxx::work& transaction) {
      for (std::size_t n = 0; n < answers.size(); ++n) {
        if (!answers[n]) continue;
        auto& page = *answers[n];
        sink::window_key const key{cycle.setting.partner, stream.name, ids[from + n],
                                   cycle.today()};
        sink::merge_target const target{cycle.setting.partner, std::nullopt};
        counts +=
            sink::merge_with_feeds(transaction, stream, target, page.rows, page.rejects).counts;
        rejected += sink::record_rejects(transaction, key, page.rejects);
        sink::record_unknown_fields(transaction, cycle.setting.partner, stream.name, page.unknown);
      }
    };
    co_await cycle.commit(store);
    cycle.report.rows += counts;
    cycle.report.rejected += rejected;
    for (auto const& answer : answers) {
      if (answer) continue;
      // A customer who has left since the list was read says nothing about the others.
      if (answer.error().kind != api::problem_kind::not_found) throw api_refusal{answer.error()};
      core::log(spdlog::level::warn, cycle.about(), "stream \"{}\": {}: the customer is left out",
                stream.name, answer.error().message);
    }
  }
}

}  // namespace vobiz::sync
