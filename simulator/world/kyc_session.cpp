#include "simulator/world/kyc_session.hpp"

#include <array>

#include "simulator/world/random.hpp"
#include "simulator/world/world.hpp"

namespace vobiz::simulator {

namespace {

constexpr std::uint64_t kyc_ids = 0x6b7963;
constexpr std::array<std::string_view, 6> kyc_status_names = {
    "email_sent", "link_ready", "opened", "in_progress", "kyc_completed", "revoked"};

}  // namespace

std::string_view name_of(kyc_status status) {
  return kyc_status_names[static_cast<std::size_t>(status)];
}

std::optional<kyc_status> kyc_status_from(std::string_view name) {
  for (std::size_t i = 0; i < kyc_status_names.size(); ++i) {
    if (kyc_status_names[i] == name) return static_cast<kyc_status>(i);
  }
  return std::nullopt;
}

void kyc_session::become(kyc_status next, instant at) {
  status = next;
  if (next == kyc_status::revoked) {
    completed.reset();
    return;
  }
  pan_given = next >= kyc_status::in_progress;
  if (next < kyc_status::opened) first_opened.reset();
  if (next >= kyc_status::opened && !first_opened) first_opened = at;
  if (next < kyc_status::kyc_completed) completed.reset();
  if (next == kyc_status::kyc_completed && !completed) completed = at;
}

std::uint32_t world::begin_kyc_session(std::uint32_t account, instant created) {
  auto const index = static_cast<std::uint32_t>(kyc_sessions.size());
  random_source random(mix(seed ^ mix(index ^ kyc_ids << 32)));
  kyc_session added;
  added.id = make_uuid(seed ^ kyc_ids, index);
  added.serial = index + 1;
  added.account = account;
  added.by_email = random.chance(6'500);
  added.company = random.chance(4'000);
  added.status = added.by_email ? kyc_status::email_sent : kyc_status::link_ready;
  added.created = added.updated = created;
  added.expires = created + days(random.between(4, 14));
  added.variant = random.bits();
  kyc_sessions.push_back(std::move(added));

  // How far the customer gets, and whether the partner revokes what was never completed.
  auto at = created;
  auto const step = [&](kyc_status next, microseconds least, microseconds most) {
    at += microseconds(random.between(least.count(), most.count()));
    take_kyc_step({index, next}, at);
  };
  constexpr int goes_on = 8'200;
  bool completes = false;
  if (random.chance(goes_on)) {
    step(kyc_status::opened, minutes(3), hours(40));
    if (random.chance(goes_on)) {
      step(kyc_status::in_progress, minutes(1), hours(3));
      completes = random.chance(goes_on);
      if (completes) step(kyc_status::kyc_completed, minutes(2), hours(5));
    }
  }
  if (!completes && random.chance(3'500)) step(kyc_status::revoked, hours(2), hours(40));
  return index;
}

void world::take_kyc_step(kyc_step const& what, instant at) {
  if (at > now_) {
    to_come_.emplace(at, what);
    return;
  }
  // A test may have changed the session meanwhile: steps only lead on.
  auto& session = kyc_sessions[what.session];
  if (session.is_final() || session.status >= what.next) return;
  session.become(what.next, at);
  session.updated = at;
}

void world::happen(kyc_step const& what) { take_kyc_step(what, now_); }

void world::happen(kyc_start const& what) { begin_kyc_session(what.account, now_); }

void world::found_kyc_sessions() {
  random_source random(mix(seed ^ kyc_ids));
  for (std::uint32_t i = 0; i < accounts.size(); ++i) {
    auto const sessions = random.between(1, 3);
    for (std::int64_t n = 0; n < sessions; ++n) {
      begin_kyc_session(i, now_ - microseconds(random.between(0, 2'500'000'000'000)));
    }
  }
}

// On most days someone new is asked.
void world::plan_kyc_sessions(utc_day day) {
  if (accounts.empty()) return;
  auto const number = static_cast<std::uint64_t>(day.time_since_epoch().count());
  random_source random(mix(seed ^ mix(number ^ kyc_ids << 32)));
  if (!random.chance(7'000)) return;
  auto const account = static_cast<std::uint32_t>(random.below(accounts.size()));
  to_come_.emplace(day + hours(4) + microseconds(random.between(0, 30'000'000'000)),
                   kyc_start{account});
}

std::optional<std::uint32_t> world::find_kyc_session(std::string_view id) const {
  auto const key = uuid_from_text(id);
  for (std::uint32_t i = 0; key && i < kyc_sessions.size(); ++i) {
    if (kyc_sessions[i].id == *key) return i;
  }
  return std::nullopt;
}

}  // namespace vobiz::simulator
