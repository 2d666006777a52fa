#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "vobiz/config/settings.hpp"
#include "vobiz/core/failure.hpp"
#include "vobiz/sink/lease_store.hpp"

namespace vobiz::schedule {

// The leases of this process (docs/architecture.md, "Several services"): takes those it can get of
// the streams it is asked for, renews them, shares them with other daemons. Has a connection of its
// own, so that no long batch keeps it from renewing. Everything but its database work runs on the
// executor, a single thread.
class lease_keeper {
  struct slot;

public:
  enum class manner {
    service,  // takes what it gets, asks others for their surplus and gives of its own
    command,  // has what take_all() got and keeps it to its end
  };

  lease_keeper(boost::asio::any_io_executor executor, config::database where, manner how);
  ~lease_keeper();
  lease_keeper(lease_keeper const&) = delete;
  lease_keeper& operator=(lease_keeper const&) = delete;

  // The right to one cycle of a stream: while it lives, the lease is not given away. Outlived by
  // the keeper.
  class turn {
  public:
    turn(turn&& other) noexcept;
    turn& operator=(turn&&) = delete;
    ~turn();

    sink::lease const& lease() const { return lease_; }

    // The database refused to write, see core::ends_turn(): renews at once to learn the holder, or
    // gives no more turns if the schema is another program's.
    void lost(core::failure const& why);

  private:
    friend class lease_keeper;
    turn(lease_keeper& keeper, slot& of);

    lease_keeper* keeper_;
    slot* of_;
    sink::lease lease_;
  };

  // Waits until the lease is ours and the database takes what it finds, and gives a turn. Who has
  // it meanwhile is logged, once each; a command that has lost it does not wait: core::failure
  // (see core::ends_turn()). Throws boost::system::system_error (operation_aborted) when cancelled.
  boost::asio::awaitable<turn> wait_for(sink::lease_key wanted);

  // Called once, when the database turns out to have another program's schema.
  void on_other_schema(std::function<void(core::failure const&)> call) {
    on_other_schema_ = std::move(call);
  }

  // Takes all of these or none. Waits for a holder that no longer renews to run out; throws
  // core::failure (lease_held) as soon as one turns out to live.
  boost::asio::awaitable<void> take_all(std::vector<sink::lease_key> wanted);

  // Renews until stop() was called, then releases everything and returns. An unreachable database
  // is logged and tried again.
  boost::asio::awaitable<void> keep();
  void stop();

  // Renews at once. A stream that finds the database away calls it, so that the others wait.
  void look_again();

  // The streams whose lease is ours at the moment.
  std::vector<sink::lease_key> held() const;

  // Its database worker, and when it last finished a round.
  sink::database::worker_state workers() const { return store_.workers(); }
  std::chrono::steady_clock::time_point last_round() const { return last_round_; }

private:
  std::chrono::steady_clock::duration update_standing(
      std::vector<sink::lease_standing> const& standings);
  void update_standing(slot& of, sink::lease_standing const& standing);
  boost::asio::awaitable<std::chrono::steady_clock::duration> renew();
  boost::asio::awaitable<void> share(std::vector<sink::lease_standing> const& standings);
  boost::asio::awaitable<void> release();
  void note_absence(core::failure const& why);
  void note_other_schema(core::failure const& why);
  void note_return();
  slot& slot_of(sink::lease_key const& key);

  boost::asio::any_io_executor executor_;
  sink::lease_store store_;
  manner how_;
  std::map<sink::lease_key, std::unique_ptr<slot>> slots_;
  boost::asio::steady_timer pace_;
  std::chrono::steady_clock::time_point last_round_ = std::chrono::steady_clock::now();
  std::function<void(core::failure const&)> on_other_schema_;
  std::optional<core::failure> other_schema_;
  bool look_again_ = false;
  bool stopping_ = false;
  // Since when the database cannot be written. A service gives no turns meanwhile: what a cycle
  // asks the API for could not be stored.
  std::optional<std::chrono::steady_clock::time_point> away_since_;
};

}  // namespace vobiz::schedule
