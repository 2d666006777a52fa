#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "exit_code.hpp"
#include "partner_work.hpp"
#include "vobiz/ops/facts.hpp"
#include "vobiz/schedule/books_connection.hpp"
#include "vobiz/schedule/lease_keeper.hpp"
#include "vobiz/schedule/runner.hpp"
#include "vobiz/sink/database.hpp"
#include "vobiz/sync/cycle.hpp"

namespace vobiz::app {

// By the names of partner and stream. Outlives every generation, so that counters never go back.
using activities = std::map<std::pair<std::string, std::string>, sync::activity>;

// What runs with one configuration: partners, leases, and a coroutine for each stream. A new
// configuration makes a new generation, which starts when the old one has ended.
class service_generation {
public:
  // Throws core::failure for what a partner's settings name and cannot be used.
  service_generation(boost::asio::io_context& context,
                     std::shared_ptr<config::settings const> settings, sink::database& db,
                     activities& counted);

  // `ended` is called once, when everything has stopped; with failed when a coroutine ended by an
  // unexpected error. `other_schema` is called at most once, when the database turns out to have
  // another program's schema: nothing is written from then on, and the caller stops it.
  void start(std::function<void(exit_code)> ended,
             std::function<void(core::failure const&)> other_schema);

  // Ends the streams after the current batch, then the leases.
  void stop();

  config::settings const& settings() const { return *settings_; }
  std::shared_ptr<config::settings const> shared_settings() const { return settings_; }
  std::string summary() const;  // "8 streams of 1 partner"

  // Adds partners, streams and the keeper of the leases.
  void describe(ops::facts& into) const;

private:
  // What the coroutines of a partner share.
  struct shared {
    shared(boost::asio::any_io_executor const& executor, api::client& client,
           std::function<double()> const& random,
           std::function<bool(streams::stream const&)> const& is_ours)
        : watch(executor, client, random, is_ours),
          identified(executor, boost::asio::steady_timer::time_point::max()) {}
    schedule::api_watch watch;
    schedule::customer_pace pace;
    std::map<std::string_view, sync::windows_at_hand> at_hand;  // by stream
    bool asks_who_it_is = false;
    boost::asio::steady_timer identified;  // never expires; cancelled when the auth_id is known
  };

  void start(boost::asio::awaitable<void> work);
  shared& shared_of(partner_work const& partner) { return *shared_.at(&partner); }
  schedule::surroundings around(partner_work const& partner);
  boost::asio::awaitable<void> identify(partner_work& partner);
  boost::asio::awaitable<sync::cycle_setting> setting_for(partner_work& partner,
                                                          streams::stream const& stream);
  boost::asio::awaitable<void> serve_stream(partner_work& partner, streams::stream const& stream);
  boost::asio::awaitable<void> serve_upkeep(partner_work& partner, streams::stream const& stream);
  boost::asio::awaitable<void> serve_backfill(partner_work& partner, streams::stream const& stream);
  boost::asio::awaitable<void> serve_books(partner_work& partner);
  boost::asio::awaitable<void> serve_alerts(partner_work& partner);
  boost::asio::awaitable<void> note_streams(partner_work& partner);
  // How old the stream's last good cycle may be.
  std::chrono::seconds stale_after(streams::stream const& stream) const;
  void on_error(std::exception_ptr error);

  boost::asio::io_context& context_;
  std::shared_ptr<config::settings const> settings_;
  sink::database& db_;
  activities& activities_;
  std::vector<std::unique_ptr<partner_work>> partners_;
  schedule::lease_keeper leases_;
  schedule::books_connection books_;
  std::list<boost::asio::cancellation_signal> stops_;
  std::mt19937_64 engine_{std::random_device()()};
  std::function<double()> random_ = [this] {
    return std::uniform_real_distribution<double>()(engine_);
  };
  std::map<partner_work const*, std::unique_ptr<shared>> shared_;
  std::function<void(exit_code)> ended_;
  int running_ = 0;
  exit_code outcome_ = exit_code::ok;
};

}  // namespace vobiz::app
