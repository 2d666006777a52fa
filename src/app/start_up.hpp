#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "start_decision.hpp"
#include "vobiz/config/settings.hpp"
#include "vobiz/ops/facts.hpp"

namespace vobiz::app {

// Waits until the database is there, takes writes and has this program's schema. It looks every
// second, on a thread of its own, because connecting blocks.
class start_up {
public:
  explicit start_up(boost::asio::io_context& context);

  // Looks until it is fit, then calls `fit`. Throws core::failure out of the io_context if only
  // another start can change what stops it.
  void begin(std::shared_ptr<config::settings const> settings, std::function<void()> fit);

  // The next look uses these.
  void use(std::shared_ptr<config::settings const> settings) { settings_ = std::move(settings); }

  // Says what the service waits for, before begin(). It is not said again at once.
  void say(core::failure const& why);

  // Looks no more. True if a look is under way, which may take long.
  bool cancel();

  bool is_under_way() const { return under_way_; }

  // What the last look found; nothing while there was none.
  ops::waits_for waits() const { return waits_; }
  std::string const& because() const { return because_; }

private:
  struct outcome;

  void look();
  void looked(outcome const& found);
  void say_fit() const;

  boost::asio::io_context& context_;
  boost::asio::steady_timer pause_;
  std::shared_ptr<config::settings const> settings_;
  std::function<void()> fit_;
  bool under_way_ = false;
  bool looking_ = false;
  ops::waits_for waits_ = ops::waits_for::nothing;
  std::string because_;
  std::chrono::steady_clock::time_point since_;
  std::chrono::steady_clock::time_point said_at_;  // because_
  boost::asio::thread_pool thread_{1};             // last: its destructor waits for the look
};

}  // namespace vobiz::app
