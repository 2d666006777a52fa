#include "witness.hpp"

#include <algorithm>

namespace vobiz::sync {

namespace asio = boost::asio;
using sink::day_basis;
using sink::witness_day;

namespace {

constexpr std::size_t days_of_trust = 7;

// A dashboard that was not read for so long says nothing.
constexpr std::chrono::milliseconds longest_silence = std::chrono::hours(1);

bool is_closed(witness_day const& one, core::utc_day today) {
  return one.is_proven && one.day < today;
}

std::string describe(witness_day const& one) {
  auto const own = fmt::format("the customers' lists hold {} of {}", one.own_rows, one.own_sum);
  if (!one.rows) return fmt::format("it does not name {}, {}", core::to_text(one.day), own);
  return fmt::format("it counts {} calls of {} on {}, {}", *one.rows,
                     one.sum.empty() ? "unknown cost" : one.sum, core::to_text(one.day), own);
}

// The last closed days, newest first.
std::vector<witness_day const*> week_of(std::vector<witness_day> const& closed) {
  std::vector<witness_day const*> week;
  for (auto one = closed.rbegin(); one != closed.rend() && week.size() < days_of_trust; ++one) {
    if (!week.empty() && one->day + std::chrono::days(1) != week.back()->day) break;
    week.push_back(&*one);
  }
  return week;
}

void judge_week(witness_verdict& verdict, sink::witness_facts const& facts, day_basis by) {
  auto& standing = verdict.standing;
  auto const week = week_of(verdict.closed);
  if (!facts.read || *facts.read > longest_silence) {
    standing.reason = "the dashboard was not read for an hour";
    return;
  }
  if (week.size() < days_of_trust) {
    standing.reason = fmt::format("{} of the {} closed days that it takes are proven", week.size(),
                                  days_of_trust);
    return;
  }
  auto const differs = std::ranges::find_if(week, [](auto const* one) { return !one->agrees; });
  if (differs != week.end()) {
    // What an older call's new price changes is searched before the trust ends.
    bool const may_be_ours =
        facts.before.vouches && facts.before.counts_by == by &&
        std::ranges::all_of(week, [](auto const* one) { return one->agrees || !one->searched; });
    standing.vouches = may_be_ours;
    standing.reason = describe(**differs);
  } else if (std::ranges::none_of(week, [](auto const* one) { return one->own_rows > 0; })) {
    standing.reason = "the last closed days have no calls to compare";
    return;
  } else {
    standing.vouches = true;
    standing.reason = fmt::format("it agrees with the customers' lists since {}",
                                  core::to_text(week.back()->day));
    // A text that changes daily would be written daily.
    if (facts.before.vouches) standing.reason = facts.before.reason;
  }
  if (standing.vouches) standing.counts_by = by;
}

}  // namespace

witness_verdict judge_witness(sink::witness_facts const& facts, day_basis by, core::utc_day today) {
  witness_verdict verdict;
  bool any_open = false;
  bool all_agree = true;
  for (auto const& one : facts.days) {
    if (is_closed(one, today)) {
      verdict.closed.push_back(one);
      bool const is_vouched = one.is_current && one.agrees;
      if (!is_vouched) verdict.unvouched = one.day;
      if (one.is_current && !one.agrees && !one.searched) verdict.to_search.push_back(one.day);
      continue;
    }
    any_open = true;
    if (!one.is_current || !one.agrees) all_agree = false;
    if (one.rows && *one.rows > one.own_rows) verdict.open_lacks = true;
  }
  verdict.open_agrees = any_open && all_agree && facts.read && *facts.read <= longest_silence;
  judge_week(verdict, facts, by);
  return verdict;
}

bool has_witness(context const& cycle) { return cycle.stream().vouched_by.has_value(); }

asio::awaitable<witness_verdict> consult_witness(context& cycle) {
  auto const& settings = cycle.setting.settings;
  auto const probed = std::max({settings.lookback_days, settings.audit_days, 10});
  auto const first = std::max(cycle.first_day(), cycle.today() - std::chrono::days(probed));
  // A billing day may begin before its UTC day does.
  sink::span const range{first, cycle.today() + std::chrono::days(1)};
  auto const facts = co_await cycle.store.load_witness(range, day_basis::utc);
  auto verdict = judge_witness(facts, day_basis::utc, cycle.today());
  if (!verdict.standing.vouches) {
    auto const other = co_await cycle.store.load_witness(range, day_basis::billing);
    auto by_billing_day = judge_witness(other, day_basis::billing, cycle.today());
    if (by_billing_day.standing.vouches) verdict = std::move(by_billing_day);
  }
  co_await cycle.store.record_witness(verdict.standing, verdict.closed);
  if (verdict.standing.vouches != facts.before.vouches) {
    core::log(spdlog::level::info, cycle.about(), "stream \"{}\": the dashboard {} for all: {}",
              cycle.stream().name,
              verdict.standing.vouches ? "vouches now" : "does not vouch any more",
              verdict.standing.reason);
  }
  co_return verdict;
}

asio::awaitable<open_days> consult_open_days(context& cycle) {
  // From the oldest day that may still be open.
  auto const open_for = std::chrono::ceil<std::chrono::days>(cycle.setting.settings.close_delay) +
                        std::chrono::days(1);
  sink::span const range{cycle.today() - open_for, cycle.today() + std::chrono::days(1)};
  open_days result;
  result.facts = co_await cycle.store.load_witness(range, day_basis::utc);
  auto const& before = result.facts.before;
  if (before.vouches && before.counts_by == day_basis::billing) {
    result.facts = co_await cycle.store.load_witness(range, day_basis::billing);
  }
  result.verdict =
      judge_witness(result.facts, before.counts_by.value_or(day_basis::utc), cycle.today());
  result.verdict.standing = before;
  co_return result;
}

}  // namespace vobiz::sync
