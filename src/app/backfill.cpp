#include <iostream>

#include "commands.hpp"
#include "one_shot.hpp"
#include "options.hpp"
#include "vobiz/async/sleep.hpp"
#include "vobiz/core/visible.hpp"
#include "vobiz/ops/progress.hpp"
#include "vobiz/schedule/drain_backfill_queue.hpp"
#include "vobiz/sink/stream_store.hpp"
#include "vobiz/sync/cycle.hpp"

namespace vobiz::app {

namespace asio = boost::asio;

namespace {

struct job_at_hand {
  streams::stream const& stream;
  core::utc_day from;
  core::utc_day to;
  std::string account;
};

// Works the queue off itself.
asio::awaitable<void> drain_backfill_queue(one_shot& here, partner_work& partner,
                                           config::settings const& settings, job_at_hand const& job,
                                           std::int64_t total) {
  sync::cycle_setting setting{partner.client, here.db(),
                              job.stream,     settings.streams.find(job.stream.name)->second,
                              partner.id,     "backfill"};
  setting.partner_name = partner.settings.name;
  ops::progress bar("windows", total, ops::stderr_is_terminal(), ops::progress::clock::now());
  sink::merge_counts rows;
  std::int64_t read = 0;
  std::int64_t windows_read = 0;
  std::int64_t unproven = 0;
  bar.show(0, 0, ops::progress::clock::now());
  schedule::window_observer const on_window = [&](sync::backfill_result const& result) {
    auto const& report = result.cycle.report;
    if (result.read) ++windows_read;
    read += report.rows_read;
    rows += report.rows;
    unproven += report.windows - report.proven;
    bar.show(windows_read, read, ops::progress::clock::now());
    auto const code = exit_code_for(result.cycle);
    if (code != exit_code::ok) here.add_error(report.error);
    here.fail_with(code);
  };
  co_await schedule::drain_backfill_queue(setting, here.leases(), settings.database.connections,
                                          on_window);
  bar.finish();
  std::cout << partner.settings.name << " " << job.stream.name << ": " << windows_read
            << " windows, " << read << " rows read, " << rows.inserted << " new, " << rows.updated
            << " changed, " << rows.unchanged << " unchanged, " << unproven
            << " windows not proven\n";
}

// Whether the stream's lease could be had.
asio::awaitable<bool> take(one_shot& here, sink::lease_key const& key) {
  std::vector<sink::lease_key> const wanted{key};
  try {
    co_await here.leases().take_all(wanted);
  } catch (core::failure const& failure) {
    if (failure.kind() != core::failure_kind::lease_held) throw;
    co_return false;
  }
  co_return true;
}

// Waits until the stream is ours or the queue is empty, and returns how many windows are left. A
// service that has the stream works the queue off meanwhile; a `sync` that has it ends and leaves
// the rest to us.
asio::awaitable<std::int64_t> watch(one_shot& here, partner_work& partner, job_at_hand const& job,
                                    std::int64_t total) {
  sink::lease_key const key{partner.id, job.stream.name};
  std::optional<ops::progress> bar;
  std::int64_t left = total;
  sink::stream_store store(here.db(), job.stream, partner.id, nullptr);
  while (left > 0 && !co_await take(here, key)) {
    if (!bar) {
      std::cerr << "another process has the stream \"" << job.stream.name
                << "\" and works the queue off; stopping this command does not stop it\n";
      bar.emplace("windows", total, ops::stderr_is_terminal(), ops::progress::clock::now());
    }
    bar->show(std::max<std::int64_t>(total - left, 0), 0, ops::progress::clock::now());
    co_await async::sleep_for(std::chrono::seconds(1));
    left = co_await store.count_untried();
  }
  if (bar) bar->finish();
  co_return left;
}

asio::awaitable<void> backfill_partner(one_shot& here, partner_work& partner,
                                       config::settings const& settings, job_at_hand const& job) {
  auto const& of_stream = settings.streams.find(job.stream.name)->second;
  sink::queue_request request{{job.from, job.to}, job.account};
  request.per_account = of_stream.scope == config::scope::per_account;
  if (auto const& partition = job.stream.partition) {
    request.partitions = {job.from - std::chrono::days(partition->listed_days), job.to};
  }
  sink::stream_store store(here.db(), job.stream, partner.id, nullptr);
  auto const total = co_await store.enqueue(request);
  auto const left = co_await watch(here, partner, job, total);
  if (left > 0) {
    co_await drain_backfill_queue(here, partner, settings, job, left);
  } else {
    std::cout << partner.settings.name << " " << job.stream.name << ": " << total
              << " windows read\n";
  }
}

}  // namespace

exit_code backfill(config::settings const& settings, backfill_request const& what) {
  job_at_hand const job{day_stream(what.stream, "backfill"), parse_day("--from", what.from),
                        parse_day("--to", what.to), what.account};
  if (job.from > job.to || job.to > core::day_of(std::chrono::system_clock::now())) {
    refuse("--from " + what.from + " --to " + what.to + " is no span of past days",
           "both are UTC days, the first not after the second, neither in the future");
  }
  require_kept("--from", job.from, settings.streams.find(job.stream.name)->second);
  one_shot here(settings);
  auto const work = [&]() -> asio::awaitable<void> {
    auto const known = co_await here.identify();
    for (auto* partner : known) co_await backfill_partner(here, *partner, settings, job);
  };
  bool const whole = here.run(work);
  for (auto const& error : here.errors()) std::cout << core::visible(error) << "\n";
  if (whole) return here.outcome();
  std::cout << "stopped; the queue keeps what is left: run the command again, or leave it to the "
               "service\n";
  return exit_code::failed;
}

}  // namespace vobiz::app
