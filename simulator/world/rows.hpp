#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/world/calendar.hpp"
#include "simulator/world/money.hpp"

namespace vobiz::simulator {

struct uuid {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  auto operator<=>(uuid const&) const = default;
};

// A version 4 uuid that depends on the two numbers only.
uuid make_uuid(std::uint64_t seed, std::uint64_t number);
void append_uuid(std::string& out, uuid const& id);
std::string to_text(uuid const& id);
std::optional<uuid> uuid_from_text(std::string_view text);

// Members of a row that a test has set: name to JSON text, written verbatim in place of what the
// row would say; an empty text leaves the member out. The name "" replaces the whole row.
using members = std::map<std::string, std::string, std::less<>>;

struct tier {
  uuid id;
  std::string name;
  money rate;  // per minute
  money streaming_rate;
  money recording_rate;
  bool charges_non_connected = false;
  money non_connected_fee;
  bool is_default = false;
};

enum class debiting : std::uint8_t { per_call, daily };

struct account {
  std::string auth_id;
  std::int64_t id = 0;
  std::string name;
  std::string email;
  std::string phone;
  std::string city;
  std::string state;
  std::string auth_token;
  std::uint32_t tier = 0;
  std::uint32_t share = 0;  // of the day's calls, relative to the other accounts
  int answer_rate = 6000;   // of outbound calls, in ten thousand
  bool postpaid = false;
  bool active = true;
  bool uses_voice_api = false;
  debiting books = debiting::per_call;
  bool listed = true;     // in the list of accounts
  bool reachable = true;  // by id
  money opening;
  money credits;  // completed ledger entries only
  money debits;
  money unbooked;  // what a test moved without a ledger entry
  uuid balance_id;
  instant wallet_changed;
  instant created;
  instant updated;
  std::uint64_t variant = 0;  // decides which optional members it shows
  std::vector<std::uint32_t> numbers;
  members replaced;

  money wallet() const { return opening + credits - debits + unbooked; }
};

struct number {
  uuid id;
  std::string e164;
  std::optional<std::uint32_t> account;
  money setup_fee;
  money monthly_fee;
  utc_day purchased;
  unsigned billing_day = 1;  // of the month, 1 to 28
  utc_day last_billed;
  instant assigned;
  instant created;
  instant updated;
  std::uint64_t variant = 0;
  bool listed = true;
  members replaced;
};

// Whose row it is when no account of the world is meant by it.
constexpr std::uint32_t no_account = 0xffffffff;

// The four figures that the dashboard splits by direction and product.
struct traffic {
  std::int64_t calls = 0;
  std::int64_t answered = 0;
  std::int64_t billsec = 0;
  money total_cost;

  void add(traffic const& other, int sign);
};

struct call_sums {
  traffic all;
  traffic inbound;
  traffic voice_api;
  std::int64_t duration = 0;
  money cost;
  money streaming;

  void add(call_sums const& other, int sign);
  std::int64_t count() const { return all.calls; }
};

struct call {
  using sums = call_sums;

  uuid id;
  std::int64_t serial = 0;
  instant start;
  instant created;
  instant updated;
  money cost;
  money streaming_cost;
  money total_cost;
  std::uint32_t duration = 0;  // seconds, ring and talk
  std::uint32_t billsec = 0;
  std::uint32_t account = no_account;
  std::uint32_t number = 0;  // the customer's own
  std::uint32_t remote = 0;  // the last five digits of the other side's
  std::uint32_t variant = 0;
  std::uint8_t cause = 0;
  bool inbound = false;
  bool voice_api = false;
  bool replaced = false;  // there are members for it
  bool listed = true;
  bool reachable = true;

  instant at() const { return start; }
  bool at_edge() const { return false; }
  bool answered() const { return billsec > 0; }
  call_sums figures() const;
};

enum class reference_type : std::uint8_t {
  cdr,
  stream_cdr,
  ncc,
  did_purchase,
  did_rental,
  payment,
  refund,
  manual_adjustment,
  balance_transfer,
};
constexpr std::size_t reference_types = 9;
std::string_view name_of(reference_type type);
std::optional<reference_type> reference_type_from(std::string_view name);

enum class entry_status : std::uint8_t { completed, pending, failed, cancelled };
std::string_view name_of(entry_status status);
std::optional<entry_status> entry_status_from(std::string_view name);

struct entry_sums {
  struct figures {
    money debit;
    money credit;
    std::int64_t count = 0;
  };
  figures all;
  std::array<figures, reference_types> by_type;

  void add(entry_sums const& other, int sign);
  std::int64_t count() const { return all.count; }
};

// What the reference of a ledger entry is about.
enum class subject : std::uint8_t { none, call, day, number };

struct entry {
  using sums = entry_sums;

  uuid id;
  std::int64_t serial = 0;
  instant created;
  instant updated;
  money amount;
  uuid call;  // when about a call, which need not exist
  std::uint32_t account = no_account;
  std::uint32_t about_seconds = 0;
  std::uint32_t about_number = 0;
  utc_day about_day;
  std::uint32_t variant = 0;
  reference_type type = reference_type::cdr;
  subject about = subject::none;
  entry_status status = entry_status::completed;
  bool credit = false;
  bool replaced = false;
  bool listed = true;
  bool reachable = true;

  instant at() const { return created; }
  bool at_edge() const { return after_last_second(created); }
  entry_sums figures() const;
};

}  // namespace vobiz::simulator
