#include "read_customers.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "customer_round.hpp"
#include "failed_reads.hpp"
#include "vobiz/async/side_by_side.hpp"
#include "witness.hpp"

namespace vobiz::sync {

namespace asio = boost::asio;
using clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

namespace {

// A poll does not stay longer with customers whose wallets stand still: others may have moved.
constexpr std::chrono::seconds longest_turn{5};

milliseconds since(clock::time_point begin) {
  return std::chrono::ceil<milliseconds>(clock::now() - begin);
}

// The windows that are read by customers. Returns the customers who have left and still have some.
asio::awaitable<std::vector<std::string>> prepare(context& cycle) {
  std::vector<std::string> departed;
  if (cycle.stream().day_column.empty()) co_return departed;
  bool const always = cycle.setting.settings.scope == config::scope::per_account;
  auto const open = open_from(cycle);
  // Where the lists only stand in for the global one, older days wait in its queue.
  if (!always && cycle.first_day() < open) {
    std::vector<std::string> const global{std::string(sink::global_scope)};
    sink::span const queued{cycle.first_day(), open - std::chrono::days(1)};
    co_await cycle.store.ensure_windows(global, queued, open);
  }
  sink::span const days{always ? cycle.first_day() : open, cycle.today()};
  departed = co_await cycle.store.prepare_customers(days, open);
  co_return departed;
}

asio::awaitable<std::vector<sink::customer_facts>> load_customers(context& cycle) {
  auto customers = co_await cycle.store.load_customer_facts(cycle.setting.settings.close_delay);
  // As std::string compares, which the order of the database may not be.
  std::ranges::sort(customers, {}, &sink::customer_facts::id);
  if (customers.empty()) {
    // Without customers there is nothing to read; without a read of accounts they are unknown.
    bool const asked = co_await cycle.store.was_read(streams::customers().name);
    if (!asked) {
      throw api_refusal{
          {api::problem_kind::unavailable, 0,
           "no customer is known yet whose list could be asked for: sync accounts first"}};
    }
  }
  co_return customers;
}

std::vector<std::string> ids_of(std::vector<sink::customer_facts> const& customers) {
  std::vector<std::string> ids;
  for (auto const& one : customers) ids.push_back(one.id);
  return ids;
}

// One cycle's looks at the customers' lists.
class looks {
public:
  looks(context& cycle, read_scope const& read, std::vector<std::string> present)
      : cycle_(cycle),
        read_(read),
        present_(std::move(present)),
        ask_([&cycle](std::string const& id) -> asio::awaitable<bool> {
          sink::window_key const today{cycle.setting.partner, cycle.stream().name, id,
                                       cycle.today()};
          co_return co_await day_answers(cycle, today);
        }),
        customers_(cycle, present_, ask_) {}

  // Asks them side by side; those from number `urgent` on only while the poll has time. Returns
  // whether all were asked.
  asio::awaitable<bool> ask(std::vector<std::string> const& ids, std::size_t urgent);

  // All have been asked. Throws api_refusal where none of them has answered.
  asio::awaitable<void> finish() {
    auto finishing = customers_.finish();
    co_await std::move(finishing);
  }

private:
  asio::awaitable<void> look(std::string const& id);

  context& cycle_;
  read_scope const& read_;
  std::vector<std::string> const present_;
  ask_customer const ask_;
  customers_at_hand customers_;
  std::optional<clock::time_point> turn_began_;  // of those who are not urgent
};

asio::awaitable<void> looks::look(std::string const& id) {
  auto const began = clock::now();
  std::optional<api_refusal> refused;
  bool found = false;
  try {
    found = co_await read_(cycle_, id);
  } catch (api_refusal const& refusal) {
    refused = refusal;
  }
  if (refused) {
    co_await customers_.failed(id, *refused);
    co_return;
  }
  co_await customers_.answered(id);
  co_await cycle_.store.note_look(id, since(began), found);
}

asio::awaitable<bool> looks::ask(std::vector<std::string> const& ids, std::size_t urgent) {
  bool const is_poll = cycle_.setting.part == cycle_part::polls;
  auto const goes_on = [&](std::size_t at) {
    if (at < urgent || !is_poll) return true;
    if (!turn_began_) turn_began_ = clock::now();
    return clock::now() - *turn_began_ < longest_turn;
  };
  auto work = [this](std::string const& id) -> asio::awaitable<void> {
    auto looking = look(id);
    co_await std::move(looking);
  };
  auto const asked = co_await async::side_by_side(ids, cycle_.lanes(), goes_on, work);
  co_return asked == ids.size();
}

// Those whose lists are not to be asked for now are left out, unless they all are: somebody has to
// be asked for it to be known that they answer again.
std::vector<sink::customer_facts> askable(context const& cycle,
                                          std::vector<sink::customer_facts> customers) {
  auto const paused = [&cycle](auto const& one) { return is_paused(cycle, one.id); };
  if (!std::ranges::all_of(customers, paused)) std::erase_if(customers, paused);
  return customers;
}

round_setting setting_of(context const& cycle) {
  round_setting how;
  how.every = cycle.setting.settings.every;
  how.quiet_every = cycle.setting.settings.quiet_every;
  // What has no days changes rarely: a telephone number moves the wallet when it is rented.
  if (cycle.stream().form == streams::shape::snapshot) how.quiet_every *= 24;
  how.everyone = cycle.setting.everything;
  return how;
}

// What the witness says of rows that nobody has seen yet, if it vouches.
asio::awaitable<void> add_witness(context& cycle, round_setting& how) {
  if (!has_witness(cycle)) {
    // A wallet that stands still stands for the ledger, the longer where all totals are known.
    cycle.report.vouched = co_await cycle.store.is_vouched();
    bool const is_ledger = cycle.stream().form == streams::shape::day_windows;
    if (cycle.report.vouched && is_ledger) how.quiet_every *= 4;
    co_return;
  }
  auto const now = co_await consult_open_days(cycle);
  cycle.report.vouched = now.facts.before.vouches;
  if (!cycle.report.vouched) co_return;
  // What it counts and nobody holds is searched for afterwards.
  how.everyone = false;
  how.vouched = now.facts.open_agreed;
  if (!now.verdict.open_agrees) co_return;
  how.vouched = now.facts.read;
  // Not each time: nothing new, nothing written.
  bool const is_old =
      !now.facts.open_agreed || *now.facts.open_agreed > how.quiet_every / 4 + *now.facts.read;
  if (is_old) co_await cycle.store.note_open_agreement(*now.facts.read);
  if (now.facts.search) co_await cycle.store.note_open_search(false);
}

// Rows that only the witness counts, after those whose wallets moved were asked: calls without a
// price, or a list that was late. Returns whether others wait for their turn.
asio::awaitable<bool> search_open_days(context& cycle, looks& here) {
  // One that does not answer is not looked at, and would be asked for ever.
  std::set<std::string> asked;
  for (;;) {
    auto const now = co_await consult_open_days(cycle);
    // A command reads the list of customers just before the dashboard.
    bool const knows_movers =
        cycle.setting.part != cycle_part::polls || (now.facts.read && now.facts.customers_read &&
                                                    *now.facts.customers_read <= *now.facts.read);
    if (!now.verdict.open_lacks || !knows_movers) {
      if (now.facts.search && !now.verdict.open_lacks) co_await cycle.store.note_open_search(false);
      co_return false;
    }
    auto began = now.facts.search;
    if (!began || *began >= cycle.setting.settings.quiet_every) {
      co_await cycle.store.note_open_search(true);
      began = milliseconds(0);
    }
    auto customers = co_await load_customers(cycle);
    auto ids = pick_search(askable(cycle, std::move(customers)), *began);
    std::erase_if(ids, [&asked](auto const& id) { return asked.contains(id); });
    if (ids.empty()) co_return false;
    if (ids.size() > searched_at_once) ids.resize(searched_at_once);
    asked.insert(ids.begin(), ids.end());
    bool const all = co_await here.ask(ids, 0);
    if (!all) co_return true;
  }
}

}  // namespace

asio::awaitable<void> read_customers(context& cycle, read_scope const& read) {
  auto const departed = co_await prepare(cycle);
  auto customers = co_await load_customers(cycle);
  looks here(cycle, read, ids_of(customers));
  auto how = setting_of(cycle);
  co_await add_witness(cycle, how);
  auto round = pick_round(askable(cycle, std::move(customers)), how);
  round.ids.insert(round.ids.begin(), departed.begin(), departed.end());
  bool all = co_await here.ask(round.ids, round.urgent + departed.size());
  if (has_witness(cycle) && cycle.report.vouched) {
    bool const more = co_await search_open_days(cycle, here);
    all = all && !more;
  }
  co_await here.finish();
  if (!all) cycle.report.again_within = std::chrono::seconds(1);
}

}  // namespace vobiz::sync
