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

// Stores one answer, or notes that the API knows no such row.
void store(pqxx::work& transaction, context& cycle, sink::missing_row const& row, fetched& answer,
           sink::merge_counts& counts) {
  std::optional<std::string> error;
  if (!answer) {
    error = answer.error().message;
  } else if (answer->rows.size() == 0) {
    error = answer->rejects.empty() ? "an answer without the row" : answer->rejects.front().reason;
  } else {
    sink::merge_target target;
    target.partner = cycle.setting.partner;
    if (!cycle.stream().day_column.empty()) target.found_by = "id";
    counts +=
        sink::merge_with_feeds(transaction, cycle.stream(), target, answer->rows, answer->rejects)
            .counts;
  }
  sink::record_repair(transaction, cycle.setting.partner, cycle.stream().repair->kind, row, error);
}

// Where the API has the row.
std::string path_of(streams::stream const& stream, sink::missing_row const& row) {
  constexpr std::string_view key = "{key}";
  auto path = account_path(stream.repair->path, row.account);
  if (auto const at = path.find(key); at != std::string::npos) {
    path.replace(at, key.size(), row.key);
  }
  return path;
}

}  // namespace

asio::awaitable<void> repair(context& cycle) {
  auto const& stream = cycle.stream();
  std::vector<sink::missing_row> missing;
  auto since = cycle.today() - std::chrono::days(cycle.setting.settings.audit_days);
  // The ledger outlives the calls: an entry of the first days kept may charge for one that has
  // left.
  if (auto const kept = kept_from(cycle.setting.settings, cycle.today());
      kept && stream.charged_in) {
    since = std::max(since, *kept + std::chrono::days(stream.charged_in->days_before));
  }
  auto look = [&](pqxx::work& transaction) {
    if (!sink::begin_repair(transaction, cycle.setting.partner, stream.name,
                            cycle.setting.everything)) {
      return;
    }
    missing = sink::missing_rows(transaction, stream, cycle.setting.partner, since, most_repairs);
  };
  co_await cycle.commit(look);
  if (missing.empty()) co_return;

  std::vector<page_request> requests;
  for (auto const& row : missing) {
    page_request request;
    request.what.path = path_of(stream, row);
    request.what.urgency = api::priority::repair;
    requests.push_back(std::move(request));
  }
  auto answers = co_await fetch_by_id(cycle, requests);
  sink::merge_counts counts;
  auto save = [&](pqxx::work& transaction) {
    for (std::size_t n = 0; n < answers.size(); ++n) {
      // Only "no such row" is a fact about the row; any other refusal says nothing.
      if (!answers[n] && answers[n].error().kind != api::problem_kind::not_found) continue;
      store(transaction, cycle, missing[n], answers[n], counts);
    }
  };
  co_await cycle.commit(save);
  cycle.report.rows += counts;
  core::log(spdlog::level::info, cycle.about(),
            "stream \"{}\": asked for {} rows that others mention: {} stored", stream.name,
            missing.size(), counts.inserted);
}

}  // namespace vobiz::sync
