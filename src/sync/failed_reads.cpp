#include "failed_reads.hpp"

#include <algorithm>
#include <utility>

#include "list_read.hpp"
#include "readers.hpp"
#include "vobiz/async/sleep.hpp"

namespace vobiz::sync {

namespace asio = boost::asio;
using std::chrono::milliseconds;

namespace {

// How often each other day or customer is asked.
constexpr int attempts_of_a_witness = 2;

// How many others are asked: enough that a bad one among them decides nothing, few enough that an
// API that is down is noticed soon, above all where each request takes its whole timeout.
std::size_t most_others(api::problem const& why) { return why.status == 0 ? 1 : 3; }

std::string name_of(sink::window_key const& key) {
  auto const day = core::to_text(key.day);
  return key.scope == sink::global_scope ? day : day + " of " + key.scope;
}

// Other days that may answer: the newest that have a proof, or any where there is none.
asio::awaitable<std::vector<core::utc_day>> other_days(context& cycle, sink::window_key const& key,
                                                       std::size_t most) {
  auto days = co_await cycle.store.proven_days(key.scope, static_cast<std::int64_t>(most) + 1);
  std::erase(days, key.day);
  if (days.empty()) {
    auto const span = cycle.today() - cycle.first_day();
    days = {cycle.today(), cycle.first_day() + span / 2, cycle.first_day()};
    std::erase(days, key.day);
  }
  days.erase(std::unique(days.begin(), days.end()), days.end());
  if (days.size() > most) days.resize(most);
  co_return days;
}

asio::awaitable<bool> other_days_answer(context& cycle, sink::window_key const& key,
                                        std::size_t most) {
  auto const days = co_await other_days(cycle, key, most);
  for (auto const day : days) {
    auto other = key;
    other.day = day;
    bool const answers = co_await day_answers(cycle, other);
    if (answers) co_return true;
  }
  co_return false;
}

}  // namespace

asio::awaitable<bool> day_answers(context& cycle, sink::window_key const& key) {
  std::vector<page_request> requests;
  if (cycle.stream().form == streams::shape::daily) {
    requests.push_back({day_request(cycle.stream(), key.day, api::priority::probe), std::nullopt});
  } else {
    list_part const part{key, key.day, api::priority::probe};
    requests.push_back({list_request(cycle.stream(), part, 1, 1), 1});
  }
  requests.front().what.attempts = attempts_of_a_witness;
  auto const answers = co_await fetch(cycle, requests);
  co_return answers.front().has_value();
}

void leave_behind(context& cycle, std::string const& what, api::problem const& why) {
  core::log(spdlog::level::warn, cycle.about(), "stream \"{}\": {}: {}: the others are read",
            cycle.stream().name, what, why.message);
  if (cycle.left_behind) return;
  cycle.left_behind = why;
  cycle.left_behind->message = what + ": " + why.message;
}

std::optional<milliseconds> pause_before_asking_again(
    int asks, std::optional<milliseconds> const& asked_wait) {
  constexpr int asks_of_a_cycle = 3;
  constexpr milliseconds longest = std::chrono::minutes(1);
  if (asks >= asks_of_a_cycle) return std::nullopt;
  milliseconds const own = std::chrono::seconds(asks);
  return asked_wait ? std::clamp(*asked_wait, milliseconds(0), longest) : own;
}

asio::awaitable<bool> answers_when_asked_again(context& cycle, sink::window_key const& key,
                                               api::problem const& why) {
  for (int asks = 1;; ++asks) {
    auto const pause = pause_before_asking_again(asks, why.asked_wait);
    if (!pause) co_return false;
    core::log(spdlog::level::info, cycle.about(), "stream \"{}\": {}: asking again in {:g} s",
              cycle.stream().name, why.message, static_cast<double>(pause->count()) / 1000);
    co_await async::sleep_for(*pause);
    bool const answers = co_await day_answers(cycle, key);
    if (answers) co_return true;
  }
}

asio::awaitable<bool> leave_day_behind(context& cycle, sink::window_key const& key,
                                       api::problem const& why, int reads) {
  // A customer's list has its own pause, which is the time to ask again.
  bool const is_global = key.scope == sink::global_scope;
  auto const* const refusal = refusal_of(cycle, key.scope);
  bool const is_known = refusal != nullptr && refusal->fallen_back;
  if (is_global && !is_known && has_no_such_list(why) && reads < reads_of_a_refusal) {
    bool const answers = co_await answers_when_asked_again(cycle, key, why);
    if (answers) co_return true;
  }
  auto scope = scope_of(cycle, is_global ? asked_for::global_day : asked_for::account_day);
  auto what = consequence(why, scope).what;
  if (what == effect::ask_others) {
    bool const answer = co_await other_days_answer(cycle, key, most_others(why));
    scope.witness = answer ? others::answer : others::are_silent;
    what = consequence(why, scope).what;
  }
  if (what != effect::skip_day) throw api_refusal{why, key};
  co_await cycle.store.record_failed_read(key, why.message, is_refusal(why));
  leave_behind(cycle, name_of(key), why);
  co_return false;
}

asio::awaitable<void> customers_at_hand::answered(std::string const& id) {
  one_answered_ = true;
  last_answered_ = id;
  if (refusal_of(cycle_, id) != nullptr) {
    co_await cycle_.store.end_refusal(id, open_from(cycle_));
    std::erase_if(cycle_.refusals, [&](auto const& refusal) { return refusal.scope == id; });
  }
  auto const decided = std::exchange(undecided_, {});
  for (auto const& one : decided) co_await leave_out(one);
}

// The last that answered knows best; else some that lie apart are asked.
asio::awaitable<bool> customers_at_hand::others_answer(failure const& one) {
  auto const most = most_others(one.refusal.why) + 1;
  std::vector<std::string> asked;
  if (!last_answered_.empty()) asked.push_back(last_answered_);
  for (std::size_t n = 1; n <= most && !present_.empty(); ++n) {
    asked.push_back(present_[(n * present_.size() - 1) / most]);
  }
  std::erase(asked, one.id);
  std::erase_if(asked, [&](auto const& other) { return is_paused(cycle_, other); });
  asked.erase(std::unique(asked.begin(), asked.end()), asked.end());
  if (asked.size() > most) asked.resize(most);
  for (auto const& other : asked) {
    bool const answers = co_await ask_(other);
    if (answers) co_return true;
  }
  co_return false;
}

asio::awaitable<void> customers_at_hand::leave_out(failure const& one) {
  auto const& why = one.refusal.why;
  bool const is_present = std::ranges::binary_search(present_, one.id);
  bool const is_gone = is_refusal(why) && (why.kind == api::problem_kind::not_found || !is_present);
  sink::window_key const today{cycle_.setting.partner, cycle_.stream().name, one.id,
                               cycle_.today()};
  auto const key = one.refusal.window.value_or(today);
  // All windows of days are given up at once; the stream of wallets has none.
  bool const has_days = !cycle_.stream().day_column.empty();
  bool const has_windows = cycle_.stream().endpoints != streams::endpoint_scope::per_account;
  if (has_windows && !(is_gone && has_days)) {
    co_await cycle_.store.record_failed_read(key, why.message, is_refusal(why));
  }
  auto const refusal = co_await cycle_.store.record_refusal(key, why.message, is_gone);
  std::erase_if(cycle_.refusals, [&](auto const& old) { return old.scope == one.id; });
  cycle_.refusals.push_back(refusal);
  cycle_.failed_lists.push_back(one.id);
  core::log(spdlog::level::warn, cycle_.about(), "stream \"{}\": {}: the customer is left out",
            cycle_.stream().name, why.message);
  if (is_gone) co_return;
  leave_behind(cycle_, "customer " + one.id, why);
}

asio::awaitable<void> customers_at_hand::failed(std::string const& id, api_refusal const& refusal) {
  failure const one{id, refusal};
  // Whether somebody who has left is still known says nothing about the others.
  if (!std::ranges::binary_search(present_, id) && is_refusal(refusal.why)) {
    co_await leave_out(one);
    co_return;
  }
  auto scope = scope_of(cycle_, asked_for::account_list);
  auto what = consequence(refusal.why, scope).what;
  if (what == effect::ask_others) {
    bool const answer = co_await others_answer(one);
    scope.witness = answer ? others::answer : others::are_silent;
    what = consequence(refusal.why, scope).what;
    if (answer) one_answered_ = true;
  }
  if (what != effect::skip_account) throw api_refusal{refusal.why};
  if (one_answered_) {
    co_await leave_out(one);
  } else {
    undecided_.push_back(one);
  }
}

asio::awaitable<void> customers_at_hand::finish() {
  if (undecided_.empty()) co_return;
  // Nobody else was asked in this cycle: it is the turn of those now.
  auto const decided = std::exchange(undecided_, {});
  bool const answer = co_await others_answer(decided.front());
  if (!answer) throw api_refusal{decided.front().refusal.why};
  for (auto const& one : decided) co_await leave_out(one);
}

}  // namespace vobiz::sync
