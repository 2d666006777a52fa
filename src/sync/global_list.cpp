#include "global_list.hpp"

#include <algorithm>

#include "failed_reads.hpp"

namespace vobiz::sync {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::minutes long_enough{5};
constexpr int often_enough = 3;
constexpr std::chrono::seconds next_cycle_within{60};

sink::window_key today_of(context const& cycle) {
  return {cycle.setting.partner, cycle.stream().name, std::string(sink::global_scope),
          cycle.today()};
}

void replace_refusal(context& cycle, sink::refusal const& refusal) {
  std::erase_if(cycle.refusals, [&](auto const& old) { return old.scope == refusal.scope; });
  cycle.refusals.push_back(refusal);
}

}  // namespace

bool is_time_to_fall_back(global_refusal const& how) {
  if (!how.answered_before) return true;
  return how.stands_for >= long_enough && how.attempts >= often_enough;
}

asio::awaitable<bool> ask_global_again(context& cycle, api::problem const& why, int reads) {
  auto const key = today_of(cycle);
  auto const* const known = refusal_of(cycle, sink::global_scope);
  bool const fell_back_before = known != nullptr && known->fallen_back;
  // The days of a list have been asked again one by one.
  bool const has_days = !cycle.stream().day_column.empty();
  if (!fell_back_before && !has_days && reads < reads_of_a_refusal) {
    bool const answers = co_await answers_when_asked_again(cycle, key, why);
    if (answers) co_return true;
  }
  auto refusal = co_await cycle.store.record_refusal(key, why.message, false);
  auto const proven = co_await cycle.store.proven_days(key.scope, 1);
  global_refusal const how{!proven.empty(), refusal.stands_for, refusal.attempts};
  if (!fell_back_before && !is_time_to_fall_back(how)) {
    cycle.report.again_within = next_cycle_within;
    auto failed = why;
    failed.message += fmt::format(
        ": the list has answered before, those of the customers are read once it is refused for {} "
        "min",
        long_enough.count());
    throw api_refusal{failed};
  }
  core::log(spdlog::level::info, cycle.about(),
            "stream \"{}\": {}: asking for each customer instead", cycle.stream().name,
            why.message);
  // A snapshot has no queue.
  auto const from = has_days ? open_from(cycle) : core::utc_day();
  co_await cycle.store.fall_back(key, from, why.message);
  refusal.fallen_back = true;
  replace_refusal(cycle, refusal);
  co_return false;
}

asio::awaitable<void> note_global_answer(context& cycle) {
  if (refusal_of(cycle, sink::global_scope) != nullptr) {
    co_await cycle.store.end_refusal(std::string(sink::global_scope), open_from(cycle));
    std::erase_if(cycle.refusals,
                  [](auto const& refusal) { return refusal.scope == sink::global_scope; });
  }
  if (cycle.stream().endpoints == streams::endpoint_scope::either) {
    co_await cycle.store.leave_customers();
  }
}

}  // namespace vobiz::sync
