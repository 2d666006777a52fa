#include <algorithm>

#include "fetch.hpp"
#include "readers.hpp"

namespace vobiz::sync {

namespace asio = boost::asio;

namespace {

// Rows asked for by id in one cycle: at the default 5 requests a second, ten seconds' worth.
constexpr std::int64_t most_repairs = 50;

asio::awaitable<void> repair(context& cycle, sink::repair_kind kind, std::string_view path) {
  auto since = cycle.today() - std::chrono::days(cycle.setting.settings.audit_days);
  // The ledger outlives the calls: an entry of the first days kept may charge for one that has
  // left.
  if (auto const kept = kept_from(cycle.setting.settings, cycle.today())) {
    since = std::max(since, *kept + std::chrono::days(7));
  }
  auto const missing =
      co_await cycle.store.find_missing(kind, since, most_repairs, cycle.setting.everything);
  if (missing.empty()) co_return;

  std::vector<page_request> requests;
  for (auto const& row : missing) {
    page_request request;
    request.what.path = account_path(path, row.account);
    if (row.key != row.account) request.what.path += "/" + row.key;
    request.what.urgency = api::priority::repair;
    requests.push_back(std::move(request));
  }
  auto answers = co_await fetch_by_id(cycle, requests);
  std::vector<sink::repair_answer> results;
  auto const scope = scope_of(cycle, asked_for::row);
  for (std::size_t n = 0; n < answers.size(); ++n) {
    if (answers[n]) {
      results.push_back({missing[n], &*answers[n]});
    } else if (consequence(answers[n].error(), scope).when == retry::growing_pause) {
      results.push_back({missing[n], nullptr, answers[n].error().message});
    }
  }
  auto const counts = co_await cycle.store.store_repairs(kind, results);
  cycle.report.rows += counts;
  core::log(spdlog::level::info, cycle.about(),
            "stream \"{}\": asked for {} rows that others mention: {} stored", cycle.stream().name,
            missing.size(), counts.inserted);
}

}  // namespace

asio::awaitable<void> repair_cdrs(context& cycle) {
  co_await repair(cycle, sink::repair_kind::cdr, cycle.stream().account_path);
}

asio::awaitable<void> repair_accounts(context& cycle) {
  co_await repair(cycle, sink::repair_kind::account, cycle.stream().account_path);
}

}  // namespace vobiz::sync
