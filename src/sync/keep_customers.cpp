#include <algorithm>

#include "context.hpp"
#include "day_windows.hpp"
#include "upkeep_parts.hpp"
#include "vobiz/async/side_by_side.hpp"
#include "witness.hpp"

namespace vobiz::sync {

namespace asio = boost::asio;

namespace {

constexpr auto to_the_end = [](std::size_t) { return true; };

asio::awaitable<void> probe_day(context& cycle, std::string const& id, core::utc_day day) {
  sink::span const only{day, day};
  auto const windows = co_await cycle.store.load_due_windows(id, only, day);
  for (auto const& window : windows) {
    if (window.state == sink::window_state::proven) co_await probe_window(cycle, window);
  }
}

// Whether the witness agrees about the day.
asio::awaitable<bool> agrees_now(context& cycle, core::utc_day day, sink::day_basis by) {
  sink::span const only{day, day};
  auto const facts = co_await cycle.store.load_witness(only, by);
  co_return std::ranges::all_of(facts.days, &sink::witness_day::agrees);
}

// Probes the customers' lists of a day that the witness counts otherwise: wallets that moved first,
// until it agrees.
asio::awaitable<void> search_day(context& cycle, parts_of_upkeep& parts, core::utc_day day,
                                 sink::day_basis by) {
  core::log(spdlog::level::info, cycle.about(day),
            "stream \"{}\": the dashboard counts {} otherwise than the customers' lists: looking "
            "for the difference",
            cycle.stream().name, core::to_text(day));
  // A billing day takes part in up to three of the API's.
  auto const reach = std::chrono::days(by == sink::day_basis::billing ? 1 : 0);
  for (auto utc_day = day - reach; utc_day <= day + reach; utc_day += std::chrono::days(1)) {
    auto const ids = co_await cycle.store.customers_to_search(utc_day);
    auto work = [&](std::string const& id) -> asio::awaitable<void> {
      std::function<asio::awaitable<void>()> const probing = [&cycle, &id, utc_day] {
        return probe_day(cycle, id, utc_day);
      };
      auto const what = of_scope(core::to_text(utc_day), id);
      co_await parts.run(what, probing);
    };
    for (std::size_t from = 0; from < ids.size(); from += searched_at_once) {
      auto const end = std::min(ids.size(), from + searched_at_once);
      std::vector<std::string> const some(ids.begin() + static_cast<std::ptrdiff_t>(from),
                                          ids.begin() + static_cast<std::ptrdiff_t>(end));
      co_await async::side_by_side(some, cycle.lanes(), to_the_end, work);
      bool const agrees = co_await agrees_now(cycle, day, by);
      if (agrees) co_return;
    }
  }
  co_await cycle.store.note_search(day);
}

asio::awaitable<witness_verdict> hear_witness(context& cycle, parts_of_upkeep& parts) {
  auto verdict = co_await consult_witness(cycle);
  if (!verdict.standing.vouches || verdict.to_search.empty()) co_return verdict;
  auto const by = *verdict.standing.counts_by;
  for (auto const day : verdict.to_search) co_await search_day(cycle, parts, day, by);
  verdict = co_await consult_witness(cycle);
  co_return verdict;
}

// What is due of one customer.
asio::awaitable<void> keep(context& cycle, sink::customer_upkeep const& due,
                           audit_span const& audit) {
  auto const today = cycle.today();
  auto const lookback = today - std::chrono::days(cycle.setting.settings.lookback_days);
  if (due.has_whole_reads) {
    sink::span const recent{std::max(cycle.first_day(), lookback), today - std::chrono::days(1)};
    std::vector<need> const whole{need::whole};
    co_await read_span(cycle, due.id, recent, whole);
  }
  if (!due.has_span) co_return;
  bool const reopened = co_await check_spans_of(cycle, due.id, audit);
  // The polls would come to them soon; a command has none.
  if (!reopened || cycle.setting.part != cycle_part::all) co_return;
  sink::span const all{cycle.first_day(), today};
  std::vector<need> const read{need::read};
  co_await read_span(cycle, due.id, all, read);
}

}  // namespace

asio::awaitable<void> keep_customers(context& cycle, parts_of_upkeep& parts) {
  auto const today = cycle.today();
  auto last = today - std::chrono::days(1);
  if (!cycle.is_closed(last)) last -= std::chrono::days(1);
  audit_span audit;
  audit.last = last;
  // The statement decides what is due; a span that is in it is compared.
  sink::upkeep_due how;
  how.after_an_explained_move =
      std::max<std::chrono::seconds>(how.after_a_move, cycle.setting.settings.quiet_every);
  audit.again = how.after_a_move;
  how.everything = cycle.setting.everything;
  if (has_witness(cycle)) {
    auto const verdict = co_await hear_witness(cycle, parts);
    if (verdict.standing.vouches) {
      // One answer stands for the days that it names.
      auto const oldest = today - std::chrono::days(cycle.setting.settings.audit_days);
      audit.last =
          verdict.unvouched ? std::min(last, *verdict.unvouched) : oldest - std::chrono::days(1);
      audit.is_wanted = how.spans = *audit.last >= std::max(oldest, cycle.first_day());
      how.everything = false;
    }
  } else if (how.everything) {
    // A wallet that stands still stands for the sum of its ledger.
    bool const is_vouched = co_await cycle.store.is_vouched();
    how.everything = !is_vouched;
  }
  how.lookback_from = today - std::chrono::days(cycle.setting.settings.lookback_days);
  how.span_to = *audit.last;
  auto due = co_await cycle.store.load_customer_upkeep(how);
  std::erase_if(due, [&cycle](auto const& one) { return is_paused(cycle, one.id); });
  if (due.empty()) co_return;
  std::vector<std::string> ids;
  for (auto const& one : due) ids.push_back(one.id);
  co_await cycle.store.forget_spans(ids, cycle.first_day());
  auto work = [&](sink::customer_upkeep const& one) -> asio::awaitable<void> {
    std::function<asio::awaitable<void>()> const keeping = [&cycle, &one, &audit] {
      return keep(cycle, one, audit);
    };
    auto const what = of_scope("upkeep", one.id);
    co_await parts.run(what, keeping);
  };
  co_await async::side_by_side(due, cycle.lanes(), to_the_end, work);
}

}  // namespace vobiz::sync
