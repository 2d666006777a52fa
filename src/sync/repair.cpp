#include <algorithm>

#include "fetch.hpp"
#include "readers.hpp"
#include "vobiz/sink/merge.hpp"
#include "vobiz/sink/rejects.hpp"
#include "vobiz/sink/repairs.hpp"

namespace vobiz::sync {

namespace asio = boost::asio;

namespace {

// Rows asked for by id in one cycle: at the default 5 requests a second, ten seconds' worth.
constexpr std::int64_t most_repairs = 50;

using finder = std::vector<sink::missing_row> (*)(pqxx::transaction_base&, std::string const&,
                                                  core::utc_day, std::int64_t);

struct repair_kind {
  std::string_view name;
  finder find;
  std::string_view found_by;  // empty where the table has no days
};

// Stores one answer, or notes that the API knows no such row.
void store(pqxx::work& transaction, context& cycle, repair_kind const& kind,
           sink::missing_row const& row, fetched& answer, sink::merge_counts& counts) {
  std::optional<std::string> error;
  if (!answer) {
    error = answer.error().message;
  } else if (answer->rows.size() == 0) {
    error = answer->rejects.empty() ? "an answer without the row" : answer->rejects.front().reason;
  } else {
    sink::merge_target target;
    target.partner = cycle.setting.partner;
    target.found_by = kind.found_by;
    counts +=
        sink::merge_with_feeds(transaction, cycle.stream(), target, answer->rows, answer->rejects)
            .counts;
  }
  sink::record_repair(transaction, cycle.setting.partner, kind.name, row, error);
}

asio::awaitable<void> repair(context& cycle, repair_kind kind, std::string_view path) {
  std::vector<sink::missing_row> missing;
  auto since = cycle.today() - std::chrono::days(cycle.setting.settings.audit_days);
  // The ledger outlives the calls: an entry of the first days kept may charge for one that has
  // left.
  if (auto const kept = kept_from(cycle.setting.settings, cycle.today())) {
    since = std::max(since, *kept + std::chrono::days(7));
  }
  auto look = [&](pqxx::work& transaction) {
    if (!sink::begin_repair(transaction, cycle.setting.partner, cycle.stream().name,
                            cycle.setting.everything)) {
      return;
    }
    missing = kind.find(transaction, cycle.setting.partner, since, most_repairs);
  };
  co_await cycle.commit(look);
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
  sink::merge_counts counts;
  auto save = [&](pqxx::work& transaction) {
    for (std::size_t n = 0; n < answers.size(); ++n) {
      // Only "no such row" is a fact about the row; any other refusal says nothing.
      if (!answers[n] && answers[n].error().kind != api::problem_kind::not_found) continue;
      store(transaction, cycle, kind, missing[n], answers[n], counts);
    }
  };
  co_await cycle.commit(save);
  cycle.report.rows += counts;
  core::log(spdlog::level::info, cycle.about(),
            "stream \"{}\": asked for {} rows that others mention: {} stored", cycle.stream().name,
            missing.size(), counts.inserted);
}

}  // namespace

asio::awaitable<void> repair_cdrs(context& cycle) {
  repair_kind const kind{"cdr", sink::missing_cdrs, "id"};
  co_await repair(cycle, kind, cycle.stream().account_path);
}

asio::awaitable<void> repair_accounts(context& cycle) {
  repair_kind const kind{"account", sink::missing_accounts, ""};
  co_await repair(cycle, kind, cycle.stream().account_path);
}

}  // namespace vobiz::sync
