#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "simulator/world/book.hpp"
#include "simulator/world/calendar.hpp"
#include "simulator/world/kyc_session.hpp"
#include "simulator/world/live.hpp"
#include "simulator/world/rows.hpp"

namespace vobiz::simulator {

class random_source;

// What a world is made from. The same plan makes the same world, to the byte.
struct world_plan {
  std::uint64_t seed = 1;
  int accounts = 47;
  int calls_per_day = 1284;
  int history = 35;               // days before the one `now` falls on
  bool natural_gaps = false;      // ledger rows may fall into a day's last, fractional second
  std::optional<debiting> books;  // of all accounts; else every ninth is debited daily
  live_plan live;                 // from `now` on
  instant now;
};

struct partner {
  std::string auth_id;
  uuid id;
  money balance;
  instant created;
  instant updated;
};

// Something that happens at a moment to come.
struct daily_debit {
  std::uint32_t account;
  utc_day of;
};
struct number_rental {
  std::uint32_t number;
};
struct top_up {
  std::uint32_t account;
};
struct odd_business {
  utc_day day;
};  // purchases, transfers, goodwill
struct kyc_start {
  std::uint32_t account;
};
struct kyc_step {
  std::uint32_t session;
  kyc_status next;
};
using event =
    std::variant<call, daily_debit, number_rental, top_up, odd_business, kyc_start, kyc_step>;

// Whether a ledger entry of the world's own keeps clear of a day's last, fractional second (unless
// the plan lets such rows happen) or stands exactly where it is put.
enum class placing { natural, exact };

// A reseller's business: customers, their numbers, calls and wallets, up to `now`. Everything that
// happens is an event in time order, so history and the present are made by the same code.
class world {
public:
  explicit world(world_plan const& plan);

  // Makes everything happen that is due until then. Time never runs backwards.
  void advance_to(instant to);
  instant now() const { return now_; }
  utc_day first_day() const { return first_day_; }

  // What happens from now on.
  void live(live_plan const& plan);
  live_plan const& live() const { return live_; }

  // Adds a ledger entry, gives it its id, and moves the wallet.
  std::uint32_t enter(entry what, placing how = placing::natural);
  template <class Edit>
  void change_entry(std::uint32_t at, Edit edit) {
    settle(entries[at], -1);
    entries.change(at, edit);
    settle(entries[at], 1);
  }

  // Adds a call that has ended, and its charges in the ledger when the account is debited per call.
  std::uint32_t end_call(call what, bool charged);

  // Ids for rows that are added from outside.
  std::int64_t next_call_serial() { return ++call_serial_; }
  uuid call_id(std::int64_t serial) const;

  std::uint32_t add_account(std::string name, std::string email, std::string phone);
  std::uint32_t add_number(std::optional<std::uint32_t> account, utc_day purchased);
  void assign(std::uint32_t number, std::optional<std::uint32_t> account);
  // Moves partner money to a customer; nothing when the partner has not enough.
  std::optional<std::uint32_t> transfer(std::uint32_t account, money amount,
                                        std::string description);

  // Asks a customer to prove who they are; what they do then happens by itself.
  std::uint32_t begin_kyc_session(std::uint32_t account, instant created);

  std::optional<std::uint32_t> find_account(std::string_view auth_id_or_id) const;
  std::optional<std::uint32_t> find_number(std::string_view e164) const;
  std::optional<std::uint32_t> find_kyc_session(std::string_view id) const;

  partner owner;
  std::vector<tier> tiers;
  std::vector<account> accounts;
  std::vector<number> numbers;
  std::vector<kyc_session> kyc_sessions;
  book<call> calls;
  book<entry> entries;
  std::uint64_t const seed;

private:
  void found_business(world_plan const& plan);
  void found_kyc_sessions();
  void plan_day(utc_day day);
  void plan_calls(utc_day day);
  void plan_kyc_sessions(utc_day day);
  void plan_live_minute(std::chrono::sys_time<minutes> minute);
  void plan_live_call(random_source& random, std::uint32_t account, instant ends);
  void happen(call const& what);
  void happen(daily_debit const& what);
  void happen(number_rental const& what);
  void happen(top_up const& what);
  void happen(odd_business const& what);
  void happen(kyc_start const& what);
  void happen(kyc_step const& what);
  void take_kyc_step(kyc_step const& what, instant at);
  void settle(entry const& what, int sign);
  money daily_spend(account const& customer) const;
  void sum_shares();

  int const calls_per_day_;
  bool const natural_gaps_;
  instant now_;
  utc_day first_day_;
  utc_day next_day_to_plan_;
  live_plan live_;
  std::chrono::sys_time<minutes> next_live_minute_;
  std::uint64_t total_share_ = 1;          // of the active accounts, as of the day's beginning
  std::multimap<instant, event> to_come_;  // equal times keep their order
  std::int64_t call_serial_ = 880'000'000;
  std::int64_t entry_serial_ = 0;
};

}  // namespace vobiz::simulator
