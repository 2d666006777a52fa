#pragma once

#include <cstdint>
#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "vobiz/config/settings.hpp"
#include "vobiz/core/day.hpp"

// Streams that are read customer by customer: how far the round is, and whether the provider's
// dashboard stands for asking each of them (docs/architecture.md, "Customer by customer").
namespace vobiz::ops {

// The round over the customers of one stream.
struct customer_round {
  std::string partner;  // auth_id
  std::string stream;
  std::int64_t customers = 0;  // the partner's at present
  std::int64_t asked = 0;      // within the last hour
  std::int64_t waiting = 0;    // never asked, or with a wallet that moved since they were
  std::optional<core::utc_time> oldest_look;  // of those that were asked at all
};

// What is known of the provider's dashboard as a witness of one stream.
struct dashboard_witness {
  std::string partner;  // auth_id
  std::string stream;
  bool vouches = false;
  std::string counts_by;  // "utc" or "billing" days; empty: not known yet
  std::string reason;     // why it vouches or not, for people
  core::utc_time since{};
};

// A customer whose list is asked late.
struct laggard {
  std::string partner;  // auth_id
  std::string stream;
  std::string customer;                    // auth_id
  std::string name;                        // empty: not known
  bool is_waiting = false;                 // as in customer_round
  std::optional<std::int64_t> looked_ago;  // seconds since the last look; nothing: never
  std::optional<std::int64_t> moved_ago;   // seconds since the wallet moved; nothing: never seen
  std::optional<std::string> refused;      // what the API answered, if it refuses the list
};

struct laggards {
  std::vector<laggard> first;  // those who wait, the oldest look first, then the others by look
  std::int64_t customers = 0;  // rounds' customers in all, each once a stream
};

// By partner and stream. Throw libpqxx's exceptions; sink::database translates them.
std::vector<customer_round> read_customer_rounds(pqxx::transaction_base& transaction);
std::vector<dashboard_witness> read_witnesses(pqxx::transaction_base& transaction);
laggards read_laggards(pqxx::transaction_base& transaction, std::int64_t at_most);

// The last on a connection of its own; throws core::failure.
laggards read_laggards(config::database const& where, std::int64_t at_most);

// For people, without the stream's name.
std::string round_text(customer_round const& round, core::utc_time now);
std::string witness_text(dashboard_witness const& witness);

std::string laggards_table(laggards const& late);
std::string laggards_json(laggards const& late);

}  // namespace vobiz::ops
