#include <algorithm>

#include "fetch.hpp"
#include "readers.hpp"
#include "vobiz/api/path.hpp"

namespace vobiz::sync {

namespace asio = boost::asio;

namespace {

// Rows asked for by id in one cycle: at the default 5 requests a second, ten seconds' worth.
constexpr std::int64_t most_repairs = 50;

// Where the API has the row.
std::string path_of(streams::stream const& stream, sink::missing_row const& row) {
  return api::with_segment(account_path(stream.repair->path, row.account), "key", row.key);
}

}  // namespace

asio::awaitable<void> repair(context& cycle) {
  auto const& stream = cycle.stream();
  auto since = cycle.today() - std::chrono::days(cycle.setting.settings.audit_days);
  // The ledger outlives the calls: an entry of the first days kept may charge for one that has
  // left.
  if (auto const kept = kept_from(cycle.setting.settings, cycle.today());
      kept && stream.charged_in) {
    since = std::max(since, *kept + std::chrono::days(stream.charged_in->days_before));
  }
  auto const missing =
      co_await cycle.store.find_missing(since, most_repairs, cycle.setting.everything);
  if (missing.empty()) co_return;

  std::vector<page_request> requests;
  for (auto const& row : missing) {
    page_request request;
    request.what.path = path_of(stream, row);
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
  auto const counts = co_await cycle.store.store_repairs(results);
  cycle.report.rows += counts;
  core::log(spdlog::level::info, cycle.about(),
            "stream \"{}\": asked for {} rows that others mention: {} stored", stream.name,
            missing.size(), counts.inserted);
}

}  // namespace vobiz::sync
