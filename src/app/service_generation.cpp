#include "service_generation.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include "vobiz/async/cancelled.hpp"
#include "vobiz/async/error_code_text.hpp"
#include "vobiz/async/sleep.hpp"
#include "vobiz/schedule/due.hpp"
#include "vobiz/schedule/early_warning.hpp"
#include "vobiz/schedule/nightly.hpp"
#include "vobiz/schedule/runner.hpp"
#include "vobiz/sink/journal.hpp"

namespace vobiz::app {

namespace asio = boost::asio;

service_generation::service_generation(asio::io_context& context,
                                       std::shared_ptr<config::settings const> settings,
                                       sink::database& db, activities& counted)
    : context_(context),
      settings_(std::move(settings)),
      db_(db),
      activities_(counted),
      partners_(make_partners(context.get_executor(), *settings_)),
      leases_(context.get_executor(), settings_->database, schedule::lease_keeper::manner::service),
      books_(context.get_executor(), settings_->database) {
  for (auto const& partner : partners_) {
    std::function<bool(streams::stream const&)> const is_ours =
        [this, one = partner.get()](streams::stream const& stream) {
          sink::lease_key const key{one->id, stream.name};
          return std::ranges::count(leases_.held(), key) > 0;
        };
    shared_[partner.get()] =
        std::make_unique<shared>(context.get_executor(), partner->client, random_, is_ours);
  }
}

std::string service_generation::summary() const {
  auto const streams = pick_streams(*settings_, {}).size() * partners_.size();
  return fmt::format("{} stream{} of {} partner{}", streams, streams == 1 ? "" : "s",
                     partners_.size(), partners_.size() == 1 ? "" : "s");
}

void service_generation::start(std::function<void(exit_code)> ended,
                               std::function<void(core::failure const&)> other_schema) {
  ended_ = std::move(ended);
  leases_.on_other_schema(std::move(other_schema));
  for (auto const& partner : partners_) {
    for (auto const* stream : pick_streams(*settings_, {})) {
      start(serve_stream(*partner, *stream));
      if (sync::has_upkeep(*stream)) start(serve_upkeep(*partner, *stream));
      if (!stream->day_column.empty()) start(serve_backfill(*partner, *stream));
    }
    start(serve_books(*partner));
    start(serve_alerts(*partner));
    start(note_streams(*partner));
    start(shared_of(*partner).watch.run());
  }
  asio::co_spawn(context_, leases_.keep(), [this](std::exception_ptr error) {
    // The leases outlast the streams, whose last batch still needs them; then a stand-by may have
    // them.
    on_error(error);
    ended_(outcome_);
  });
  if (running_ == 0) leases_.stop();
}

void service_generation::start(asio::awaitable<void> work) {
  auto& signal = stops_.emplace_back();
  ++running_;
  asio::co_spawn(context_, std::move(work),
                 asio::bind_cancellation_slot(signal.slot(), [this](std::exception_ptr error) {
                   on_error(error);
                   if (--running_ == 0) leases_.stop();
                 }));
}

void service_generation::stop() {
  for (auto& signal : stops_) signal.emit(asio::cancellation_type::terminal);
  if (running_ == 0) leases_.stop();
}

// A partner that logs in has no auth_id until the API returns it; its streams wait for it, while
// one of them asks.
asio::awaitable<void> service_generation::identify(partner_work& partner) {
  auto& all = shared_of(partner);
  while (partner.id.empty() && all.asks_who_it_is) {
    co_await all.identified.async_wait(asio::as_tuple(asio::use_awaitable));
    co_await async::throw_if_cancelled();
  }
  if (!partner.id.empty()) co_return;
  all.asks_who_it_is = true;
  auto const pause = schedule::probe_pause;
  for (int attempts = 0; partner.id.empty(); attempts = 1) {
    auto const id = co_await sync::ask_partner_id(partner.client, attempts);
    if (id) {
      partner.id = *id;
      break;
    }
    spdlog::error("partner \"{}\": {}: next try in {} s", partner.settings.name, id.error().message,
                  pause.count());
    co_await async::sleep_for(pause);
  }
  all.identified.cancel();
}

schedule::surroundings service_generation::around(partner_work const& partner) {
  auto& all = shared_of(partner);
  return {leases_, all.watch, all.pace, random_};
}

asio::awaitable<sync::cycle_setting> service_generation::setting_for(
    partner_work& partner, streams::stream const& stream) {
  co_await identify(partner);
  sync::cycle_setting setting{
      partner.client, db_, stream, settings_->streams.find(stream.name)->second, partner.id, "run"};
  setting.partner_name = partner.settings.name;
  setting.max_in_flight = partner.settings.limits.max_in_flight;
  setting.at_hand = &shared_of(partner).at_hand[stream.name];
  setting.watched = &activities_[{partner.settings.name, std::string(stream.name)}];
  co_return setting;
}

asio::awaitable<void> service_generation::serve_stream(partner_work& partner,
                                                       streams::stream const& stream) {
  auto const setting = co_await setting_for(partner, stream);
  auto const here = around(partner);
  co_await schedule::run_stream(setting, here);
}

asio::awaitable<void> service_generation::serve_upkeep(partner_work& partner,
                                                       streams::stream const& stream) {
  auto const setting = co_await setting_for(partner, stream);
  auto const here = around(partner);
  co_await schedule::run_upkeep(setting, here);
}

asio::awaitable<void> service_generation::serve_backfill(partner_work& partner,
                                                         streams::stream const& stream) {
  auto const setting = co_await setting_for(partner, stream);
  auto const here = around(partner);
  co_await schedule::run_backfill(setting, here, settings_->database.connections);
}

asio::awaitable<void> service_generation::serve_books(partner_work& partner) {
  co_await identify(partner);
  co_await schedule::run_nightly(books_, settings_->reconcile, partner.id, leases_);
}

asio::awaitable<void> service_generation::serve_alerts(partner_work& partner) {
  co_await identify(partner);
  co_await schedule::run_early_warning(books_, partner.id, leases_);
}

std::chrono::seconds service_generation::stale_after(streams::stream const& stream) const {
  auto const limit = schedule::stale_after(settings_->streams.find(stream.name)->second);
  // Wallets may come with the list of customers, and are then as fresh as that.
  if (stream.endpoints != streams::endpoint_scope::per_account) return limit;
  auto const& customers = settings_->streams.find(streams::customers().name)->second;
  return std::max(limit, schedule::stale_after(customers));
}

// Until the database takes it: a stream that no cycle has begun must not be forgotten.
asio::awaitable<void> service_generation::note_streams(partner_work& partner) {
  co_await identify(partner);
  std::vector<sink::enabled_stream> enabled;
  for (auto const* stream : pick_streams(*settings_, {})) {
    auto const& how = settings_->streams.find(stream->name)->second;
    bool const has_days = !stream->day_column.empty();
    enabled.push_back({stream->name, has_days ? std::optional(how.start_date) : std::nullopt,
                       stale_after(*stream)});
  }
  for (bool noted = false; !noted;) {
    try {
      co_await sink::note_streams(db_, partner.id, enabled);
      noted = true;
    } catch (core::failure const&) {
      // The streams say what the database lacks.
    }
    if (!noted) co_await async::sleep_for(schedule::probe_pause);
  }
}

// A coroutine that ends by an unexpected error is a defect: the process ends, and systemd starts it
// again.
void service_generation::on_error(std::exception_ptr error) {
  std::string what;
  try {
    if (error) std::rethrow_exception(error);
  } catch (boost::system::system_error const& e) {
    if (e.code() != asio::error::operation_aborted) what = async::error_code_text(e.code());
  } catch (std::exception const& e) {
    what = e.what();
  }
  if (what.empty()) return;
  spdlog::critical("internal error: {}", what);
  outcome_ = exit_code::failed;
  stop();
}

void service_generation::describe(ops::facts& into) const {
  auto const held = leases_.held();
  for (auto const& partner : partners_) {
    auto const& name = partner->settings.name;
    into.partners.push_back({name, partner->client.stats().logins});
    for (auto const* stream : pick_streams(*settings_, {})) {
      sink::lease_key const key{partner->id, stream->name};
      into.streams.push_back({name, partner->id, std::string(stream->name), stale_after(*stream),
                              &activities_[{name, std::string(stream->name)}],
                              std::ranges::count(held, key) > 0});
    }
  }
  // One that has not started does no rounds.
  if (!ended_) return;
  auto const keeper = leases_.workers();
  auto const since_round = std::chrono::steady_clock::now() - leases_.last_round();
  into.workers.push_back(
      {"leases", keeper.queued, keeper.failures, std::max(keeper.longest, since_round)});
}

}  // namespace vobiz::app
