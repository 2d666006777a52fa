#include "fetch.hpp"
#include "readers.hpp"
#include "vobiz/sink/merge.hpp"
#include "vobiz/sink/rejects.hpp"

namespace vobiz::sync {

namespace asio = boost::asio;

namespace {

// Stores one answer and, for a window, its conclusion: there is no total to hold it against, so the
// walk (its one page) is the proof.
asio::awaitable<void> store_document(context& cycle, decode::page& page,
                                     sink::window_key const& key, bool is_window) {
  auto const& stream = cycle.stream();
  sink::merge_counts counts;
  std::int64_t rejected = 0;
  sink::conclusion outcome;
  auto job = [&](pqxx::work& transaction) {
    sink::merge_target const target{
        key.partner, stream.day_column.empty() ? std::nullopt : std::optional(key.day)};
    counts = sink::merge_with_feeds(transaction, stream, target, page.rows, page.rejects).counts;
    rejected = sink::record_rejects(transaction, key, page.rejects);
    sink::resolve_rejects(transaction, key, page.rejects);
    sink::record_unknown_fields(transaction, key.partner, stream.name, page.unknown);
    if (!is_window) return;
    bool const closed = cycle.is_closed(key.day);
    outcome.state = closed ? sink::window_state::proven : sink::window_state::open;
    outcome.proven_by = sink::proof::walk;
    outcome.requests = 1;
    outcome.walked = true;
    sink::conclude(transaction, stream, key, outcome);
    sink::recount(transaction, stream, key);
    sink::update_cursor(transaction, key.partner, stream.name, cycle.first_day(), false);
  };
  co_await cycle.commit(job);
  cycle.report.rows += counts;
  cycle.report.rejected += rejected;
  if (is_window) count_window(cycle, outcome, key);
}

}  // namespace

asio::awaitable<void> read_document(context& cycle) {
  std::vector<page_request> requests;
  requests.push_back({{std::string(cycle.stream().path), {}, api::priority::fresh}, std::nullopt});
  auto answers = co_await fetch(cycle, requests);
  if (!answers[0]) throw api_refusal{answers[0].error()};
  sink::window_key const key{cycle.setting.partner, cycle.stream().name,
                             std::string(sink::global_scope), cycle.today()};
  co_await store_document(cycle, *answers[0], key, false);
}

asio::awaitable<void> read_daily(context& cycle) {
  auto const& stream = cycle.stream();
  auto const& settings = cycle.setting.settings;
  std::vector<sink::window> windows;
  auto load = [&](pqxx::work& transaction) {
    std::string const scope(sink::global_scope);
    sink::ensure_windows(transaction, cycle.setting.partner, stream.name, scope, cycle.first_day(),
                         cycle.today(), cycle.first_day());
    windows = sink::load_windows(transaction, stream, cycle.setting.partner, scope,
                                 cycle.first_day(), cycle.today());
  };
  co_await cycle.commit(load);
  auto const lookback = cycle.today() - std::chrono::days(settings.lookback_days);
  for (auto const& window : windows) {
    // There is no cheaper probe of such a day than its one request.
    if (window.state == sink::window_state::proven && window.key.day < lookback) continue;
    co_await read_one_day(
        cycle, window.key,
        window.key.day == cycle.today() ? api::priority::fresh : api::priority::unproven);
  }
}

asio::awaitable<void> read_one_day(context& cycle, sink::window_key key, api::priority urgency) {
  auto const& stream = cycle.stream();
  auto const day = core::to_text(key.day);
  page_request request;
  request.what.path = std::string(stream.path);
  request.what.query.emplace_back(stream.from_parameter, day);
  request.what.query.emplace_back(stream.to_parameter, day);
  request.what.urgency = urgency;
  std::vector<page_request> const requests{request};
  auto answers = co_await fetch(cycle, requests);
  if (!answers[0]) throw api_refusal{answers[0].error()};
  co_await store_document(cycle, *answers[0], key, true);
}

}  // namespace vobiz::sync
