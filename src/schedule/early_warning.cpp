#include "vobiz/schedule/early_warning.hpp"

#include <spdlog/spdlog.h>

#include "vobiz/async/sleep.hpp"
#include "vobiz/core/failure.hpp"
#include "vobiz/schedule/nightly.hpp"
#include "vobiz/sink/alerts.hpp"

namespace vobiz::schedule {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::minutes until_next_look{5};
// Until the first calls are read.
constexpr std::chrono::seconds until_calls{10};

void log_changes(std::string const& partner, sink::alert_changes const& changes) {
  if (changes.begun == 0 && changes.ended == 0) return;
  spdlog::log(changes.begun > 0 ? spdlog::level::warn : spdlog::level::info,
              "alerts of partner \"{}\": {} begun, {} ended", partner, changes.begun,
              changes.ended);
  if (changes.begun > 0)
    spdlog::warn("hint: vobiz_bi.alerts lists them; docs/dashboards.md says what they mean");
}

// Returns when to look again.
asio::awaitable<std::chrono::seconds> look_for_alerts(sink::database& db,
                                                      std::string const& partner,
                                                      sink::lease const& lease) {
  auto const changes = co_await sink::keep_alerts(db, partner, lease);
  if (changes) log_changes(partner, *changes);
  std::chrono::seconds const pause = changes ? until_next_look : until_calls;
  co_return pause;
}

}  // namespace

asio::awaitable<void> run_early_warning(books_connection& books, std::string partner,
                                        lease_keeper& leases) {
  sink::lease_key const key{partner, reconcile_lease};
  for (;;) {
    std::chrono::seconds pause = until_next_look;
    {
      auto turn = co_await leases.wait_for(key);
      try {
        auto here = co_await books.enter();
        pause = co_await look_for_alerts(here.db(), partner, turn.lease());
      } catch (core::failure const& failure) {
        if (core::ends_turn(failure)) {
          turn.lost(failure);
          continue;
        }
        spdlog::error("alerts of partner \"{}\": {}: next try in {} min", partner, failure.what(),
                      until_next_look.count());
      }
    }
    co_await async::sleep_for(pause);
  }
}

}  // namespace vobiz::schedule
