#include "stream_commit.hpp"
#include "vobiz/sink/rollups.hpp"
#include "vobiz/sink/upkeep.hpp"

// The life of a cycle: its start, its end and what it leaves behind.
namespace vobiz::sink {

namespace asio = boost::asio;

asio::awaitable<core::utc_time> stream_store::begin_cycle(cycle_days const& days) {
  auto job = [&](pqxx::work& transaction) {
    auto const now =
        sink::begin_cycle(transaction, partner_, stream_.name, days.first, days.keep_from);
    if (days.partitions)
      ensure_partitions(transaction, days.partitions->first, days.partitions->last);
    return now;
  };
  co_return co_await commit(job);
}

asio::awaitable<void> stream_store::end_cycle(run_report const& report,
                                              std::optional<std::chrono::seconds> next_due_in) {
  auto job = [&](pqxx::work& transaction) {
    write_run(transaction, report);
    prune_runs(transaction, partner_, stream_.name);
    sink::end_cycle(transaction, report, next_due_in);
  };
  co_await commit(job);
}

asio::awaitable<bool> stream_store::end_queued_window(run_report const* run) {
  auto job = [&](pqxx::work& transaction) {
    if (run != nullptr) write_run(transaction, *run);
    return sink::count_readable(transaction, partner_, stream_.name, 1) > 0;
  };
  co_return co_await commit(job);
}

asio::awaitable<void> stream_store::end_upkeep(run_report const& report) {
  auto job = [&](pqxx::work& transaction) {
    if (did_something(report)) {
      write_run(transaction, report);
      prune_runs(transaction, partner_, stream_.name);
    }
    sink::end_upkeep(transaction, report);
  };
  co_await commit(job);
}

asio::awaitable<core::utc_time> stream_store::database_time() {
  auto job = [](pqxx::work& transaction) { return sink::database_time(transaction); };
  co_return co_await db_.run(job);
}

asio::awaitable<std::vector<retired_month>> stream_store::retire_calls() {
  auto job = [&](pqxx::work& transaction) { return sink::retire_calls(transaction, partner_); };
  co_return co_await commit(job);
}

asio::awaitable<bool> stream_store::store_marked_day() {
  auto job = [&](pqxx::work& transaction) { return sink::store_marked_day(transaction, partner_); };
  co_return co_await commit(job);
}

asio::awaitable<bool> stream_store::store_settled_day() {
  auto job = [&](pqxx::work& transaction) {
    return has_settled_day(transaction, partner_) && sink::store_marked_day(transaction, partner_);
  };
  co_return co_await commit(job);
}

}  // namespace vobiz::sink
