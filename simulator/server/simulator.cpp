#include "simulator/server/simulator.hpp"

#include "simulator/control/control.hpp"

namespace vobiz::simulator {

stage::stage(options const& chosen)
    : business(chosen.plan),
      api(business, chosen.api),
      clock(chosen.plan.now, chosen.speed, chosen.frozen),
      faults(chosen.plan.seed),
      latency(chosen.latency) {
  business.owner.auth_id = chosen.api.auth_id;
  for (auto const& spec : chosen.faults) faults.add(parse_fault(spec));
}

simulator::simulator(options const& chosen) : stage_(chosen), limit_(chosen.rate_limit) {}

std::string simulator::size() {
  std::lock_guard const lock(mutex_);
  auto const& business = stage_.business;
  return std::to_string(business.accounts.size()) + " accounts, " +
         std::to_string(business.calls.size()) + " calls, " +
         std::to_string(business.entries.size()) + " ledger entries";
}

void simulator::began() {
  std::lock_guard const lock(mutex_);
  stage_.log.began();
}

void simulator::ended() {
  std::lock_guard const lock(mutex_);
  stage_.log.ended();
}

// Applies the first change that has waited for its turn.
void simulator::interrupt(request const& what) {
  if (what.method != "GET" || !stage_.api.is_list(what.path)) return;
  for (auto one = stage_.interruptions.begin(); one != stage_.interruptions.end();) {
    if (what.path.find(one->path) == std::string::npos || one->lists_before-- > 0) {
      ++one;
      continue;
    }
    auto const change = std::move(one->change);
    one = stage_.interruptions.erase(one);
    control(stage_, change);
  }
}

answer simulator::serve(request const& what, twist const& changed) {
  stage_.business.advance_to(stage_.clock.now());
  interrupt(what);
  return stage_.api.handle(what, changed);
}

answer simulator::ask(request const& what) {
  std::lock_guard const lock(mutex_);
  if (is_control(what.path)) {
    stage_.business.advance_to(stage_.clock.now());
    return control(stage_, what);
  }
  return serve(what, {});
}

script simulator::respond(request const& what, bool keep_alive) {
  if (is_control(what.path)) return plain_script(ask(what), keep_alive);
  std::unique_lock lock(mutex_);
  auto const& base = stage_.api.settings.base_path;
  std::string_view below = what.path;
  if (below.starts_with(base)) below.remove_prefix(base.size());
  auto& log = stage_.log;
  log.count(what, below);

  answer good;
  std::vector<fault> faults;
  if (auto const wait = limit_.take(rate_limit::clock::now())) {
    fault full_bucket;
    full_bucket.kind = fault_kind::throttle;
    full_bucket.value = *wait;
    replace_answer(full_bucket, stage_.api, stage_.business.now(), good);
  } else {
    faults = stage_.faults.strike(below, what.query);
    twist changed;
    for (auto const& one : faults) one.apply_to(changed);
    bool replaced = false;
    for (auto const& one : faults) {
      replaced = replaced || replace_answer(one, stage_.api, stage_.business.now(), good);
    }
    if (!replaced) good = serve(what, changed);
  }
  ++log.by_status[good.status];
  log.body_bytes += good.body.size();
  auto const latency = stage_.latency;
  lock.unlock();

  script out;
  if (faults.empty()) {
    if (what.accepts_gzip) compress(good);
    out = plain_script(good, keep_alive);
  } else {
    out = damaged_script(faults, good, keep_alive, what.accepts_gzip);
  }
  if (!out.steps.empty()) out.steps.front().before += latency;
  return out;
}

}  // namespace vobiz::simulator
