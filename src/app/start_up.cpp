#include "start_up.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <utility>

#include "partner_work.hpp"
#include "vobiz/core/failure.hpp"
#include "vobiz/sink/connection.hpp"

namespace vobiz::app {

namespace asio = boost::asio;
using clock = std::chrono::steady_clock;

namespace {

constexpr std::chrono::seconds between_looks{1};

char const* what_is_missing(ops::waits_for what) {
  switch (what) {
    case ops::waits_for::older_schema:
      return "waiting for the schema";
    case ops::waits_for::newer_schema:
      return "nothing is read or written";
    case ops::waits_for::database:
    case ops::waits_for::nothing:
      break;
  }
  return "waiting for the database";
}

}  // namespace

struct start_up::outcome {
  std::optional<core::failure> why;  // empty: the database is fit
  start_step at = start_step::connect;
  std::exception_ptr defect;
  std::string zone;  // of the rollups, if it is not the configuration's
};

start_up::start_up(asio::io_context& context) : context_(context), pause_(context) {}

void start_up::begin(std::shared_ptr<config::settings const> settings, std::function<void()> fit) {
  settings_ = std::move(settings);
  fit_ = std::move(fit);
  under_way_ = true;
  since_ = clock::now();
  look();
}

bool start_up::cancel() {
  under_way_ = false;
  pause_.cancel();
  return looking_;
}

void start_up::look() {
  looking_ = true;
  // The guard keeps the context running while nothing else does.
  auto guard = asio::make_work_guard(context_);
  asio::post(thread_, [this, settings = settings_, guard = std::move(guard)] {
    outcome found;
    try {
      sink::connect(settings->database);
      found.at = start_step::use;
      require_schema(*settings);
      found.zone = other_zone(*settings);
    } catch (core::failure const& failure) {
      found.why = failure;
    } catch (...) {
      found.defect = std::current_exception();
    }
    asio::post(context_, [this, found] { looked(found); });
  });
}

void start_up::looked(outcome const& found) {
  looking_ = false;
  if (!under_way_) return;
  if (found.defect) std::rethrow_exception(found.defect);
  if (!found.why) {
    under_way_ = false;
    say_fit();
    waits_ = ops::waits_for::nothing;
    because_.clear();
    if (!found.zone.empty()) warn_of_zone(*settings_, found.zone);
    fit_();
    return;
  }
  if (decide_start(found.at, *found.why).ends) throw core::failure(*found.why);
  say(*found.why);
  pause_.expires_after(between_looks);
  pause_.async_wait([this](boost::system::error_code cancelled) {
    if (!cancelled && under_way_) look();
  });
}

void start_up::say(core::failure const& why) {
  waits_ = decide_start(start_step::use, why).waits;
  bool const changed = because_ != why.what();
  because_ = why.what();
  auto const now = clock::now();
  if (!is_worth_saying(changed, now - said_at_)) return;
  said_at_ = now;
  auto const level =
      waits_ == ops::waits_for::newer_schema ? spdlog::level::err : spdlog::level::warn;
  spdlog::log(level, "{}: {}", what_is_missing(waits_), because_);
  if (!why.hint().empty()) spdlog::log(level, "hint: {}", why.hint());
}

void start_up::say_fit() const {
  if (waits_ == ops::waits_for::nothing) return;
  auto const took = std::chrono::ceil<std::chrono::seconds>(clock::now() - since_);
  spdlog::info("the database and its schema are there after {} s", took.count());
}

}  // namespace vobiz::app
