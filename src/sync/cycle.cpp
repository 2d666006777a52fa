#include "vobiz/sync/cycle.hpp"

#include <malloc.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include "context.hpp"
#include "fetch.hpp"
#include "readers.hpp"
#include "vobiz/core/failure.hpp"

namespace vobiz::sync {

namespace asio = boost::asio;
using sink::run_outcome;

namespace {

run_outcome outcome_of(api::problem const& why) {
  switch (why.kind) {
    case api::problem_kind::unauthorized:
      return run_outcome::unauthorized;
    case api::problem_kind::forbidden:
      return run_outcome::forbidden;
    default:
      return run_outcome::failed;
  }
}

// A wait for a database worker may lie between the two readings, so small differences are normal.
bool agree(core::utc_time ours, core::utc_time database) {
  using std::chrono::minutes;
  auto const ahead = std::chrono::round<minutes>(ours - database);
  if (std::chrono::abs(ahead) < minutes(10)) return true;
  spdlog::warn(
      "this machine's clock is {} min {} the database's: days are read by it, and no month is "
      "retired",
      std::chrono::abs(ahead).count(), ahead > minutes(0) ? "ahead of" : "behind");
  spdlog::warn(
      "hint: one of the two is wrong: let both follow NTP; timedatectl shows whether one does");
  return false;
}

asio::awaitable<void> keep_up(context& cycle) {
  if (cycle.setting.settings.retention) {
    auto const database_time = co_await cycle.store.database_time();
    cycle.clocks_agree = agree(cycle.started, database_time);
  }
  if (cycle.stream().form == streams::shape::day_windows) {
    co_await keep_days(cycle);
  } else if (cycle.stream().repair) {
    co_await repair(cycle);
  }
}

asio::awaitable<void> read(context& cycle) {
  using streams::shape;
  if (cycle.setting.part == cycle_part::upkeep) {
    co_await keep_up(cycle);
    co_return;
  }
  if (cycle.stream().endpoints == streams::endpoint_scope::per_account) {
    co_await read_balances(cycle);
    co_return;
  }
  switch (cycle.stream().form) {
    case shape::document:
      co_await read_document(cycle);
      break;
    case shape::daily:
      co_await read_daily(cycle);
      break;
    case shape::snapshot:
      co_await read_snapshot(cycle);
      break;
    case shape::day_windows:
      co_await read_days(cycle);
      break;
  }
}

// Stores the billing days whose rows changed, `most_days` of them.
asio::awaitable<void> store_rollups(context& cycle, int most_days) {
  for (int n = 0; n < most_days; ++n) {
    bool const stored = co_await cycle.store.store_marked_day();
    if (!stored) co_return;
  }
}

// While a span disagrees, the stream does not count as complete.
asio::awaitable<void> add_span_difference(context& cycle) {
  auto const difference = co_await cycle.store.span_difference();
  if (!difference) co_return;
  cycle.report.outcome = run_outcome::mismatch;
  if (cycle.report.error.empty()) cycle.report.error = *difference;
}

asio::awaitable<void> read_and_roll_up(context& cycle) {
  co_await read(cycle);
  bool const is_poll = cycle.setting.part != cycle_part::upkeep;
  if (is_poll && cycle.stream().form == streams::shape::day_windows) {
    co_await add_span_difference(cycle);
  }
  // The views are right without it, only slower, so a cycle does not stay for long: what a backfill
  // beside it marks in the meantime is the next one's.
  constexpr int most_days = 40;
  if (!cycle.stream().day_column.empty()) co_await store_rollups(cycle, most_days);
}

void log(context const& cycle) {
  auto const& run = cycle.report;
  auto const level = run.outcome == run_outcome::ok          ? spdlog::level::info
                     : run.outcome == run_outcome::mismatch  ? spdlog::level::warn
                     : run.outcome == run_outcome::cancelled ? spdlog::level::info
                                                             : spdlog::level::err;
  // A poll without changes is logged at debug level; a backfill logs each window.
  auto const changes = run.rows.inserted + run.rows.updated + run.removed + run.rejected;
  bool const is_quiet = run.command == "backfill" || changes == 0;
  bool const shows_error = run.error.empty() || cycle.setting.shows_error;
  bool const idle =
      run.outcome == run_outcome::unavailable || (run.outcome == run_outcome::ok && is_quiet);
  core::log(idle ? spdlog::level::debug : level, cycle.about(),
            "stream \"{}\": {}: {} requests, {} rows read, {} new, {} changed, {} removed, {} "
            "rejected{}{}",
            run.stream, sink::to_text(run.outcome), run.requests, run.rows_read, run.rows.inserted,
            run.rows.updated, run.removed, run.rejected, shows_error ? "" : ": ",
            shows_error ? "" : run.error);
}

// How the reading of a cycle ended.
struct ending {
  std::optional<api::problem> problem;
  std::exception_ptr broken;  // the database or a stop ended it: to be thrown on
};

// Whether the endpoint that the problem is about is the stream's only one, and the partner can be
// mirrored without it.
bool can_be_missing(streams::stream const& stream) {
  return stream.endpoints == streams::endpoint_scope::global &&
         stream.name != streams::partner_document().name &&
         stream.name != streams::customers().name;
}

// Whether the API offers the stream at all. What has never answered and is not known to the API
// is unavailable: said once, asked for once more in ten minutes, then daily.
asio::awaitable<bool> judge_offer(context& cycle, ending const& end) {
  auto& report = cycle.report;
  if (!end.problem || report.went_through || !has_no_such_endpoint(*end.problem)) co_return true;
  // Who asks for the days of a stream by name wants to hear that there are none.
  if (!can_be_missing(cycle.stream()) || report.command == "backfill") co_return true;
  auto const before = co_await cycle.store.standing_of(cycle.stream().name);
  if (before.ever_good) co_return true;
  co_await cycle.store.drop_unread_windows();
  report.outcome = run_outcome::unavailable;
  report.windows = 0;
  report.error = fmt::format("the API does not offer this stream: {}", end.problem->message);
  if (before.state != sink::to_text(run_outcome::unavailable)) {
    report.again_within = std::chrono::minutes(10);
    core::log(spdlog::level::info, cycle.about(), "stream \"{}\": {}: asked for daily",
              report.stream, report.error);
  }
  co_return false;
}

// Reads, and turns what ends the reading into the report's outcome: the one place that does.
template <class Body>
asio::awaitable<ending> attempt(context& cycle, Body& body) {
  auto& report = cycle.report;
  report.partner = cycle.setting.partner;
  report.stream = cycle.stream().name;
  report.command = cycle.setting.command;
  report.started = cycle.started;
  ending end;
  try {
    co_await body();
    if (cycle.left_behind) {
      report.went_through = true;
      throw api_refusal{*cycle.left_behind};
    }
  } catch (api_refusal const& refusal) {
    report.outcome = outcome_of(refusal.why);
    report.error = refusal.why.message;
    end.problem = refusal.why;
  } catch (core::failure const& failure) {
    // Losing the lease or the schema is no failure of the stream.
    bool const lost = core::ends_turn(failure);
    report.outcome = lost ? run_outcome::cancelled : run_outcome::failed;
    report.error = core::is_other_schema(failure) ? "the schema has changed" : failure.what();
    end.broken = std::current_exception();
  } catch (std::bad_alloc const&) {
    auto const failure = core::out_of_memory(fmt::format("stream \"{}\"", report.stream));
    report.outcome = run_outcome::failed;
    report.error = failure.what();
    end.broken = std::make_exception_ptr(failure);
  } catch (boost::system::system_error const& error) {
    if (error.code() != asio::error::operation_aborted) throw;
    report.outcome = run_outcome::cancelled;
    report.error = "stopped";
    end.broken = std::current_exception();
  }
  report.requests = cycle.spent.requests;
  report.retries = cycle.spent.retries;
  report.bytes = cycle.spent.bytes;
  // A cancellation during a database job has thrown nothing yet, and would be lost.
  auto const stop = co_await asio::this_coro::cancellation_state;
  if (stop.cancelled() != asio::cancellation_type::none) {
    end.broken =
        std::make_exception_ptr(boost::system::system_error(asio::error::operation_aborted));
  }
  // Here, not in finish(): a cancelled coroutine cannot even begin to wait for another.
  co_await asio::this_coro::reset_cancellation_state();
  bool const is_offered = end.broken || co_await judge_offer(cycle, end);
  if (!is_offered) end.problem.reset();
  log(cycle);
  co_return end;
}

// Writes the end of a cycle, of a cancelled one too: what it did is in the database already.
template <class Write>
asio::awaitable<void> finish(context& cycle, ending const& end, Write& write) {
  std::exception_ptr unwritten;
  try {
    co_await write();
  } catch (core::failure const&) {
    unwritten = std::current_exception();
  }
  // The holes that many rows leave between the few things that stay would be the service's for
  // ever.
  auto const& rows = cycle.report.rows;
  if (rows.inserted + rows.updated + rows.unchanged > 1'000) malloc_trim(0);
  if (end.broken) std::rethrow_exception(end.broken);
  if (unwritten) std::rethrow_exception(unwritten);
}

// A billing day is made of two windows, and its neighbours' calls reach into it: it is stored once,
// when none of them is in the queue any more.
asio::awaitable<void> store_settled_days(context& cycle, claimed_days& claimed) {
  claimed_days::storing const here(claimed);
  for (bool more = true; more;) more = co_await cycle.store.store_settled_day();
}

asio::awaitable<void> read_from_queue(context& cycle, claimed_days& claimed, bool& read) {
  read = co_await read_one_queued(cycle, claimed);
  if (!read) co_return;
  auto const queue = co_await cycle.store.load_queue_state();
  constexpr int all_days = 10'000;
  if (queue.is_read) {
    co_await store_rollups(cycle, all_days);
  } else if (queue.has_settled_day && !claimed.is_storing()) {
    co_await store_settled_days(cycle, claimed);
  }
}

// The days that the cycle asks for, keeps, and needs partitions of.
sink::cycle_days days_of(context const& cycle) {
  sink::cycle_days days;
  days.keep_from = kept_from(cycle.setting.settings, cycle.today());
  if (!cycle.stream().day_column.empty()) days.first = cycle.first_day();
  // A call may have started on a day before the first one asked for; what is older still goes to
  // the default partition. Two months ahead leave an operator who is away time to notice.
  if (auto const& partition = cycle.stream().partition) {
    auto const oldest = cycle.first_day() - std::chrono::days(partition->listed_days);
    days.partitions = {std::max(oldest, days.keep_from.value_or(oldest)),
                       cycle.today() + std::chrono::days(62)};
  }
  return days;
}

}  // namespace

void count_window(context& cycle, sink::conclusion const& conclusion, sink::window_key const& key) {
  ++cycle.report.windows;
  if (conclusion.proven_by) ++cycle.report.proven;
  if (conclusion.state != sink::window_state::mismatch) return;
  cycle.report.outcome = run_outcome::mismatch;
  auto const message = fmt::format("{}{}: {}", core::to_text(key.day),
                                   key.scope == sink::global_scope ? "" : " of " + key.scope,
                                   conclusion.error.value_or("not proven"));
  if (cycle.report.error.empty()) cycle.report.error = message;
  core::log(spdlog::level::warn, cycle.about(key.day, key.scope), "stream \"{}\": {}",
            cycle.stream().name, message);
}

asio::awaitable<cycle_result> run_cycle(cycle_setting const& setting,
                                        schedule_after const& next_due) {
  context cycle(setting, std::chrono::system_clock::now());
  auto const days = days_of(cycle);
  auto const database_time = co_await cycle.store.begin_cycle(days);
  cycle.clocks_agree = agree(cycle.started, database_time);

  auto body = [&cycle]() { return read_and_roll_up(cycle); };
  auto const end = co_await attempt(cycle, body);
  auto const due_in = next_due ? next_due(cycle.report) : std::nullopt;
  auto write = [&]() { return cycle.store.end_cycle(cycle.report, due_in); };
  co_await finish(cycle, end, write);
  cycle_result result{cycle.report, end.problem};
  co_return result;
}

asio::awaitable<backfill_result> run_backfill(cycle_setting const& setting, claimed_days& claimed) {
  context cycle(setting, std::chrono::system_clock::now());
  backfill_result result;
  auto body = [&]() { return read_from_queue(cycle, claimed, result.read); };
  auto const end = co_await attempt(cycle, body);
  // Nothing to read is no run.
  auto const* const run = result.read || end.problem ? &cycle.report : nullptr;
  auto write = [&]() -> asio::awaitable<void> {
    result.left = co_await cycle.store.end_queued_window(run);
  };
  co_await finish(cycle, end, write);
  result.cycle = {cycle.report, end.problem};
  co_return result;
}

bool has_upkeep(streams::stream const& stream) {
  return stream.form == streams::shape::day_windows || stream.repair.has_value();
}

asio::awaitable<cycle_result> run_upkeep(cycle_setting const& setting) {
  context cycle(setting, std::chrono::system_clock::now());
  auto body = [&cycle]() { return keep_up(cycle); };
  auto const end = co_await attempt(cycle, body);
  auto write = [&]() { return cycle.store.end_upkeep(cycle.report); };
  co_await finish(cycle, end, write);
  cycle_result result{cycle.report, end.problem};
  co_return result;
}

asio::awaitable<std::optional<api::problem>> ask_again(api::client& api,
                                                       streams::stream const& stream,
                                                       api::request what) {
  decode::decoder const decoder(stream);
  auto const decode = [&](std::string_view body) -> api::decoded<bool> {
    auto page = decoder.decode(body);
    if (!page) return api::unusable{page.error().message};
    if (auto const why_not = objection(stream, *page, std::nullopt)) {
      return api::unusable{*why_not};
    }
    return {boost::system::in_place_value, true};
  };
  auto const answer = co_await api.get(what, decode);
  if (answer) co_return std::nullopt;
  co_return answer.error();
}

asio::awaitable<api::result<std::string>> ask_partner_id(api::client& api, int attempts) {
  api::request request;
  request.attempts = attempts;
  auto const& document = streams::partner_document();
  request.path = std::string(document.path);
  auto const auth_id = [&document](std::string_view body) -> api::decoded<std::string> {
    auto page = decode::decoder(document).decode(body);
    if (!page) return api::unusable{page.error().message};
    auto const column = streams::position(document, document.partner_id_column);
    if (page->rows.size() == 0) {
      return api::unusable{
          fmt::format("a {} without {}", document.name, document.partner_id_column)};
    }
    return {boost::system::in_place_value, *page->rows.at(0, column)};
  };
  co_return co_await api.get(request, auth_id);
}

}  // namespace vobiz::sync
