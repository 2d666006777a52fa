#include "vobiz/schedule/lease_keeper.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "sharing.hpp"
#include "vobiz/async/cancelled.hpp"
#include "vobiz/async/sleep.hpp"
#include "vobiz/core/failure.hpp"
#include "vobiz/core/log.hpp"

namespace vobiz::schedule {

namespace asio = boost::asio;
using clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

namespace {

core::log_fields about(sink::lease_key const& of) {
  core::log_fields fields;
  fields.partner = of.partner;
  fields.stream = std::string(of.stream);
  return fields;
}

// Three renewals fit into a lease's life, so one that fails is made good in time.
constexpr clock::duration longest_pace = 3s;
// A lease that has run out but is locked goes as soon as the server ends its holder's transaction.
constexpr clock::duration shortest_pace = 250ms;
// A command waits for an expiring lease this much longer than it lasts: the server has to notice
// first that the holder's connection is gone.
constexpr clock::duration grace = 2s;

}  // namespace

struct lease_keeper::slot {
  slot(asio::any_io_executor const& executor, sink::lease_key key)
      : of(std::move(key)), wake(executor, clock::time_point::max()) {}

  bool free_for_a_turn() const { return held.has_value() && !promised; }

  sink::lease_key of;
  std::optional<sink::lease> held;
  int turns = 0;            // under way
  bool promised = false;    // another daemon gets it after the turn under way
  std::string announced;    // the holder that the log has named
  asio::steady_timer wake;  // never expires; cancelled to wake who waits for a turn
};

lease_keeper::lease_keeper(asio::any_io_executor executor, config::database where, manner how)
    : executor_(executor),
      store_(executor, std::move(where), sink::make_holder()),
      how_(how),
      pace_(executor) {}

lease_keeper::~lease_keeper() = default;

lease_keeper::turn::turn(lease_keeper& keeper, slot& of)
    : keeper_(&keeper), of_(&of), lease_(*of.held) {
  ++of.turns;
}

lease_keeper::turn::turn(turn&& other) noexcept
    : keeper_(other.keeper_),
      of_(std::exchange(other.of_, nullptr)),
      lease_(std::move(other.lease_)) {}

lease_keeper::turn::~turn() {
  if (of_ == nullptr) return;
  --of_->turns;
  if (of_->promised) keeper_->look_again();
}

void lease_keeper::turn::lost(core::failure const& why) {
  if (core::is_other_schema(why)) {
    keeper_->note_other_schema(why);
    return;
  }
  if (of_->held && of_->held->fence == lease_.fence) of_->held.reset();
  keeper_->look_again();
}

lease_keeper::slot& lease_keeper::slot_of(sink::lease_key const& key) {
  auto& place = slots_[key];
  if (!place) place = std::make_unique<slot>(executor_, key);
  return *place;
}

void lease_keeper::look_again() {
  look_again_ = true;
  pace_.cancel();
}

asio::awaitable<lease_keeper::turn> lease_keeper::wait_for(sink::lease_key wanted) {
  auto& place = slot_of(wanted);
  if (!place.held && how_ == manner::command) throw sink::held_by_another(wanted, place.announced);
  if (!place.held) look_again();
  while (!place.free_for_a_turn() || away_since_) {
    if (other_schema_ && how_ == manner::command) throw core::failure(*other_schema_);
    co_await place.wake.async_wait(asio::as_tuple(asio::use_awaitable));
    co_await async::throw_if_cancelled();
  }
  co_return turn(*this, place);
}

asio::awaitable<void> lease_keeper::take_all(std::vector<sink::lease_key> wanted) {
  auto const give_up = clock::now() + sink::lease_time + grace;
  std::optional<sink::lease_standing> before;
  for (;;) {
    auto const [standings, held] = co_await store_.take_all(wanted);
    if (!held) {
      for (auto const& lease : standings) {
        slot_of(lease.of).held = sink::lease{lease.of, store_.holder(), *lease.fence};
      }
      co_return;
    }
    auto const blocking = std::ranges::find_if(standings, [](auto const& s) { return !s.fence; });
    bool const renewed = before && before->of == blocking->of &&
                         before->holder == blocking->holder && blocking->left > before->left;
    if (renewed || clock::now() >= give_up) {
      throw core::failure(
          held->kind(), held->what_helps(), held->what(),
          "another vobiz-syncd is at work on it: stop that one, or leave the work to it");
    }
    if (!before) spdlog::info("{}: waiting in case nobody renews it", held->what());
    before = *blocking;
    co_await async::sleep_for(1s);
  }
}

void lease_keeper::update_standing(slot& of, sink::lease_standing const& standing) {
  if (standing.fence) {
    bool const news = !of.held || of.held->fence != *standing.fence;
    if (!news) return;
    if (!of.announced.empty()) {
      core::log(spdlog::level::info, about(of.of),
                "stream \"{}\" of partner \"{}\": the lease is ours", of.of.stream, of.of.partner);
    }
    of.held = sink::lease{of.of, store_.holder(), *standing.fence};
    of.announced.clear();
    return;
  }
  bool const lost = of.held.has_value();
  of.held.reset();
  of.promised = false;
  if (standing.holder.empty() || standing.left.count() == 0 || of.announced == standing.holder)
    return;
  of.announced = standing.holder;
  core::log(lost ? spdlog::level::warn : spdlog::level::info, about(of.of),
            "stream \"{}\" of partner \"{}\": {} \"{}\": standing by", of.of.stream, of.of.partner,
            lost ? "the lease was lost to" : "held by", standing.holder);
}

clock::duration lease_keeper::update_standing(std::vector<sink::lease_standing> const& standings) {
  auto pace = longest_pace;
  for (auto const& standing : standings) {
    update_standing(slot_of(standing.of), standing);
    // The moment another's lease runs out is the moment to take it.
    if (!standing.fence)
      pace = std::min(pace, std::max<clock::duration>(standing.left, shortest_pace));
  }
  return pace;
}

asio::awaitable<void> lease_keeper::share(std::vector<sink::lease_standing> const& standings) {
  auto const plan = share_out(standings, store_.holder());
  for (auto& [key, place] : slots_) {
    place->promised =
        std::ranges::any_of(plan.gifts, [&](auto const& g) { return g.lease.of == key; });
  }
  std::vector<share_plan::gift> now;
  for (auto const& gift : plan.gifts) {
    auto& place = slot_of(gift.lease.of);
    if (place.turns > 0) continue;
    place.held.reset();
    place.announced = gift.to;
    core::log(spdlog::level::info, about(place.of),
              "stream \"{}\" of partner \"{}\": handed over to \"{}\"", place.of.stream,
              place.of.partner, gift.to);
    now.push_back(gift);
  }
  if (now.empty() && plan.claims.empty()) co_return;
  co_await store_.share(now, plan.claims);
}

asio::awaitable<clock::duration> lease_keeper::renew() {
  std::vector<sink::lease_key> wanted;
  for (auto const& [key, place] : slots_) wanted.push_back(key);
  if (wanted.empty()) co_return longest_pace;
  auto const standings = co_await store_.take(wanted);
  note_return();
  auto const pace = update_standing(standings);
  if (how_ == manner::service) co_await share(standings);
  for (auto const& [key, place] : slots_) {
    if (place->free_for_a_turn()) place->wake.cancel();
  }
  co_return pace;
}

void lease_keeper::note_other_schema(core::failure const& why) {
  if (!away_since_) away_since_ = clock::now();
  other_schema_ = why;
  for (auto const& [key, place] : slots_) place->wake.cancel();
  // Whoever owns the keeper ends it, and says why.
  if (auto const call = std::exchange(on_other_schema_, nullptr)) call(why);
}

void lease_keeper::note_absence(core::failure const& why) {
  if (core::is_other_schema(why)) {
    note_other_schema(why);
    return;
  }
  if (!away_since_) away_since_ = clock::now();
  spdlog::warn("leases: cannot renew them{}: {}",
               how_ == manner::service ? ", all streams wait" : "", why.what());
  if (!why.hint().empty()) spdlog::warn("hint: {}", why.hint());
}

void lease_keeper::note_return() {
  if (!away_since_) return;
  auto const away = std::chrono::ceil<std::chrono::seconds>(clock::now() - *away_since_);
  spdlog::info("leases: renewed again after {} s{}", away.count(),
               how_ == manner::service ? ", the streams go on" : "");
  away_since_.reset();
}

asio::awaitable<void> lease_keeper::keep() {
  while (!stopping_) {
    look_again_ = false;
    auto pace = longest_pace;
    try {
      pace = co_await renew();
    } catch (core::failure const& failure) {
      // No transaction commits while the database is away; afterwards the leases are read again.
      note_absence(failure);
    }
    last_round_ = clock::now();
    if (look_again_ || stopping_) continue;
    pace_.expires_after(pace);
    co_await pace_.async_wait(asio::as_tuple(asio::use_awaitable));
    co_await async::throw_if_cancelled();
  }
  co_await release();
}

asio::awaitable<void> lease_keeper::release() {
  if (slots_.empty()) co_return;
  try {
    co_await store_.release();
  } catch (core::failure const& failure) {
    // Another schema's leases are not ours to change.
    if (core::is_other_schema(failure)) co_return;
    spdlog::warn("leases: cannot release them, they run out in {} s: {}", sink::lease_time.count(),
                 failure.what());
  }
}

std::vector<sink::lease_key> lease_keeper::held() const {
  std::vector<sink::lease_key> result;
  for (auto const& [key, place] : slots_) {
    if (place->held) result.push_back(key);
  }
  return result;
}

void lease_keeper::stop() {
  stopping_ = true;
  pace_.cancel();
}

}  // namespace vobiz::schedule
