#include <spdlog/fmt/fmt.h>

#include "failed_reads.hpp"
#include "fetch.hpp"
#include "readers.hpp"

namespace vobiz::sync {

namespace asio = boost::asio;

namespace {

void count_rows(context& cycle, sink::stored_pages const& stored) {
  cycle.report.rows += stored.rows;
  cycle.report.rejected += stored.rejected;
}

// What one answer of a day proves: there is no total to hold it against, so the walk (its one page)
// is the proof.
sink::conclusion conclusion_of(context const& cycle, core::utc_day day) {
  sink::conclusion outcome;
  outcome.state = cycle.is_closed(day) ? sink::window_state::proven : sink::window_state::open;
  outcome.proven_by = sink::proof::walk;
  outcome.requests = 1;
  outcome.walked = true;
  return outcome;
}

// Why the answer is not the asked day's, or nothing. A period may end where the next day begins.
std::optional<std::string> other_period(core::utc_day asked, decode::envelope const& reported) {
  auto const first = reported.first_day.value_or(asked);
  auto const last = reported.last_day.value_or(asked);
  bool const is_asked = first == asked && (last == asked || last == asked + std::chrono::days(1));
  if (is_asked) return std::nullopt;
  return fmt::format("the API answers for other days: {} to {}", core::to_text(first),
                     core::to_text(last));
}

// What an answer for another day says is not stored: it would stand in the place of the day's.
asio::awaitable<void> refuse_day(context& cycle, sink::window_key const& key, std::string why) {
  sink::conclusion outcome;
  outcome.state = sink::window_state::mismatch;
  outcome.requests = 1;
  outcome.error = std::move(why);
  co_await cycle.store.conclude_window(key, outcome);
  count_window(cycle, outcome, key);
}

}  // namespace

asio::awaitable<void> read_document(context& cycle) {
  std::vector<page_request> requests;
  requests.push_back({{std::string(cycle.stream().path), {}, api::priority::fresh}, std::nullopt});
  auto answers = co_await fetch(cycle, requests);
  if (!answers[0]) throw api_refusal{answers[0].error()};
  sink::window_key const key{cycle.setting.partner, cycle.stream().name,
                             std::string(sink::global_scope), cycle.today()};
  auto const stored = co_await cycle.store.store_document(key, *answers[0]);
  count_rows(cycle, stored);
}

asio::awaitable<void> read_daily(context& cycle) {
  auto const& settings = cycle.setting.settings;
  std::string const scope(sink::global_scope);
  sink::span const days{cycle.first_day(), cycle.today()};
  auto const windows = co_await cycle.store.ensure_and_load_windows(scope, days);
  auto const lookback = cycle.today() - std::chrono::days(settings.lookback_days);
  for (auto const& window : windows) {
    // There is no cheaper probe of such a day than its one request.
    if (window.state == sink::window_state::proven && window.key.day < lookback) continue;
    if (window.next_try_in > std::chrono::seconds(0) && !cycle.setting.everything) continue;
    auto const urgency =
        window.key.day == cycle.today() ? api::priority::fresh : api::priority::unproven;
    bool again = true;
    for (int reads = 1; again; ++reads) {
      std::optional<api::problem> failed;
      try {
        co_await read_one_day(cycle, window.key, urgency);
      } catch (api_refusal const& refusal) {
        failed = refusal.why;
      }
      again = failed && co_await leave_day_behind(cycle, window.key, *failed, reads);
    }
  }
}

api::request day_request(streams::stream const& stream, core::utc_day day, api::priority urgency) {
  api::request request;
  request.path = std::string(stream.path);
  request.query.emplace_back(stream.from_parameter, core::to_text(day));
  request.query.emplace_back(stream.to_parameter, core::to_text(day));
  request.urgency = urgency;
  return request;
}

asio::awaitable<void> read_one_day(context& cycle, sink::window_key key, api::priority urgency) {
  std::vector<page_request> requests;
  requests.push_back({day_request(cycle.stream(), key.day, urgency), std::nullopt});
  auto answers = co_await fetch(cycle, requests);
  if (!answers[0]) throw api_refusal{answers[0].error()};
  if (auto why = other_period(key.day, answers[0]->envelope)) {
    co_await refuse_day(cycle, key, std::move(*why));
    co_return;
  }
  auto const outcome = conclusion_of(cycle, key.day);
  auto const stored = co_await cycle.store.store_day(key, *answers[0], outcome);
  count_rows(cycle, stored);
  count_window(cycle, outcome, key);
}

}  // namespace vobiz::sync
