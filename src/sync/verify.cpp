#include "list_read.hpp"
#include "read_plan.hpp"
#include "vobiz/sink/merge.hpp"

namespace vobiz::sync {

namespace asio = boost::asio;

asio::awaitable<verification> verify_day(cycle_setting const& setting, core::utc_day day) {
  context cycle(setting, std::chrono::system_clock::now());
  auto const& stream = setting.stream;
  sink::window_key const window{setting.partner, stream.name, std::string(sink::global_scope), day};
  verification result;
  auto const columns = key_columns(stream);
  std::set<std::vector<std::string>> walked;
  decode::row_batch all(stream.columns.size() + 1);
  read_plan plan(true, most_per_page);
  for (auto pages = plan.next(); !pages.empty(); pages = plan.next()) {
    std::vector<page_request> requests;
    for (auto const page : pages) {
      requests.push_back(
          {list_request(stream, window, day, page, plan.per_page(), api::priority::probe), page});
    }
    auto answers = co_await fetch(cycle, requests);
    for (auto& answer : answers) {
      if (!answer) {
        result.problem = answer.error();
        co_return result;
      }
      plan.note(answer->around);
      result.api_total = answer->around.total;
      for (auto& key : keys_of(*answer, columns)) walked.insert(std::move(key));
      all.append(answer->rows);
      for (auto const& reject : answer->rejects) {
        result.differences.push_back({"", "cannot be stored: " + reject.reason, "", ""});
      }
    }
  }
  result.listed = static_cast<std::int64_t>(walked.size());
  auto job = [&](pqxx::work& transaction) {
    sink::merge_target target;
    target.partner = setting.partner;
    target.day = day;
    for (auto const& found : sink::compare(transaction, stream, target, all)) {
      result.differences.push_back({found.key, found.column_name.value_or("not stored"),
                                    found.stored.value_or(""), found.listed.value_or("")});
    }
    auto const arrays = key_arrays(walked, columns.size());
    for (auto const& key : sink::vanished(transaction, stream, window, arrays)) {
      result.differences.push_back({key, "no longer listed", "", ""});
    }
    result.stored = sink::count_stored(transaction, stream, window);
  };
  co_await setting.db.run(job);
  co_return result;
}

}  // namespace vobiz::sync
