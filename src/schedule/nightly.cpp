#include "vobiz/schedule/nightly.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "vobiz/async/sleep.hpp"
#include "vobiz/core/failure.hpp"
#include "vobiz/reconcile/store.hpp"

namespace vobiz::schedule {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::minutes look_again{60};
constexpr std::chrono::minutes after_failure{5};

void log(std::string const& partner, reconcile::run_request const& what,
         std::vector<reconcile::check_summary> const& found) {
  std::int64_t breaks = 0;
  std::string unjudged;
  for (auto const& check : found) {
    breaks += check.breaks;
    if (check.status == "not_run" || check.status == "inconclusive") {
      unjudged += (unjudged.empty() ? "" : ", ") + check.check;
    }
  }
  spdlog::log(breaks > 0 ? spdlog::level::warn : spdlog::level::info,
              "reconciliation of partner \"{}\": {} days, {} breaks{}", partner, what.days.size(),
              breaks, unjudged.empty() ? "" : "; could not be judged in full: " + unjudged);
  if (breaks > 0)
    spdlog::warn("hint: vobiz_bi.open_breaks lists them; docs/reconciliation.md says what to do");
}

// What is due now, if anything is.
asio::awaitable<std::optional<reconcile::run_request>> next_run(sink::database& db,
                                                                config::reconcile const& how,
                                                                std::string const& partner) {
  auto const now = std::chrono::system_clock::now();
  auto const today = reconcile::day_at(how.timezone, now);
  auto const past = co_await reconcile::load_nights(db, how, partner, today);
  auto const due = reconcile::last_due(how.timezone, how.at, now);
  reconcile::run_request what;
  what.partner = partner;
  if (!past.last_due || *past.last_due < due) {
    what.days = reconcile::days_of_night(today, past.last_long);
    what.due = due;
  } else {
    what.days = past.judgeable;
  }
  std::optional<reconcile::run_request> result;
  if (!what.days.empty()) result = what;
  co_return result;
}

asio::awaitable<void> run_due(sink::database& db, config::reconcile const& how,
                              std::string const& partner, sink::lease const& lease) {
  auto what = co_await next_run(db, how, partner);
  if (!what) co_return;
  what->lease = &lease;
  auto const outcome = co_await reconcile::run_checks(db, how, *what);
  auto const found = co_await reconcile::load_summary(db, outcome.run_id);
  log(partner, *what, found);
}

}  // namespace

asio::awaitable<void> run_nightly(books_connection& books, config::reconcile how,
                                  std::string partner, lease_keeper& leases) {
  sink::lease_key const key{partner, reconcile_lease};
  for (;;) {
    std::chrono::nanoseconds pause = look_again;
    {
      auto turn = co_await leases.wait_for(key);
      try {
        auto here = co_await books.enter();
        co_await run_due(here.db(), how, partner, turn.lease());
      } catch (core::failure const& failure) {
        if (core::ends_turn(failure)) {
          turn.lost(failure);
          continue;
        }
        spdlog::error("reconciliation of partner \"{}\": {}: next try in {} min", partner,
                      failure.what(), after_failure.count());
        pause = after_failure;
      }
    }
    auto const now = std::chrono::system_clock::now();
    auto const next = reconcile::last_due(how.timezone, how.at, now + look_again);
    if (next > now) pause = std::min<std::chrono::nanoseconds>(pause, next - now);
    co_await async::sleep_for(pause);
  }
}

}  // namespace vobiz::schedule
