#include "consequence.hpp"
#include "list_fsm.hpp"
#include "list_read.hpp"
#include "readers.hpp"

namespace vobiz::sync {

namespace asio = boost::asio;

namespace {

// Reads one scope's list of the day and adds to the result how it differs. Returns the API's
// refusal, if any.
asio::awaitable<std::optional<api::problem>> compare_list(context& cycle, sink::window_key window,
                                                          verification& result) {
  auto const& stream = cycle.stream();
  auto const columns = key_columns(stream);
  key_set walked;
  decode::row_batch all(stream.columns.size() + 1);
  list_fsm list(true, most_per_page);
  for (auto pages = list.next_pages(); !pages.empty(); pages = list.next_pages()) {
    list_part const part{window, window.day, api::priority::probe};
    auto answers = co_await fetch_pages(cycle, list, part, pages);
    for (auto& answer : answers) {
      if (!answer) co_return answer.error();
      list.add_page(answer->envelope);
      for (auto const& key : keys_of(*answer, columns)) walked.insert(key);
      all.append(answer->rows);
      for (auto const& reject : answer->rejects) {
        result.differences.push_back({"", "cannot be stored: " + reject.reason, "", ""});
      }
    }
  }
  auto const& total = list.reported().total;
  if (total) result.api_total = result.api_total.value_or(0) + *total;
  result.listed += static_cast<std::int64_t>(walked.size());
  sink::was_walked const met = [&walked](std::string_view key) { return walked.contains(key); };
  auto const found = co_await cycle.store.compare_window(window, all, met);
  for (auto const& row : found.rows) {
    result.differences.push_back({row.key, row.column_name.value_or("not stored"),
                                  row.stored.value_or(""), row.listed.value_or("")});
  }
  for (auto const& key : found.vanished) {
    result.differences.push_back({key, "no longer listed", "", ""});
  }
  result.stored += found.stored;
  co_return std::nullopt;
}

}  // namespace

asio::awaitable<verification> verify_day(cycle_setting const& setting, core::utc_day day) {
  context cycle(setting, std::chrono::system_clock::now());
  verification result;
  sink::window_key window{setting.partner, setting.stream.name, std::string(sink::global_scope),
                          day};
  if (setting.settings.scope != config::scope::per_account) {
    result.problem = co_await compare_list(cycle, window, result);
    if (!result.problem) co_return result;
    auto const scope = scope_of(cycle, asked_for::global_list);
    if (consequence(*result.problem, scope).what != effect::fall_back) co_return result;
  }
  result = {};
  auto const customers = co_await cycle.store.load_accounts(false);
  for (auto const& id : customers) {
    window.scope = id;
    result.problem = co_await compare_list(cycle, window, result);
    if (result.problem) co_return result;
  }
  co_return result;
}

}  // namespace vobiz::sync
