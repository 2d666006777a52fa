#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <string_view>
#include <vector>

#include "vobiz/core/day.hpp"

// vobiz_sync.customer_looks: who was asked for what is new, where the API has lists of one customer
// only.
namespace vobiz::sink {

// What is known of a customer before it is asked. Ages are by the database's clock.
struct customer_facts {
  using age = std::optional<std::chrono::milliseconds>;

  std::string id;
  age looked;  // since the last look began; nothing: never looked at
  age found;   // since the last look that found something new
  age moved;   // since the wallet in the list of customers last changed; nothing: it never has
  bool has_wallet = false;  // the list of customers carries its wallet
  bool wants_days = false;  // a day of it waits for its proof, or for another try
};

// SQL of when the wallet of a customer last changed, who is named by SQL, too. The first reading of
// a wallet is no change.
std::string wallet_moved_at(std::string const& auth_id);

// The partner's customers at present, by id. A day waits for its proof once it has been over for
// `close_delay`.
std::vector<customer_facts> load_customer_facts(pqxx::transaction_base& transaction,
                                                std::string const& partner, std::string_view stream,
                                                std::chrono::seconds close_delay);

// Records that a look which began so long ago got its answer, and whether it found something new.
void note_look(pqxx::transaction_base& transaction, std::string const& partner,
               std::string_view stream, std::string const& id, std::chrono::milliseconds began,
               bool found);

// One list of all customers is read again: whoever was looked at does not matter any more.
void forget_looks(pqxx::transaction_base& transaction, std::string const& partner,
                  std::string_view stream);

// What is due of a customer's proven days. Only customers with something due are listed.
struct customer_upkeep {
  std::string id;
  bool has_whole_reads = false;  // days with rows that were not read in full for a day
  bool has_span = false;         // the sum of its days was not compared for a day
};

struct upkeep_due {
  core::utc_day lookback_from{};  // first day that is read in full once a day
  core::utc_day span_to{};        // last day of the span that is compared
  // Wallets that have moved since the last comparison make it due so long after that one. A look
  // that found new rows after the move explains it.
  std::chrono::seconds after_a_move{std::chrono::minutes(15)};
  std::chrono::seconds after_an_explained_move{std::chrono::hours(1)};
  bool spans = true;        // compare spans at all
  bool everything = false;  // whatever is due later, too
};

std::vector<customer_upkeep> load_customer_upkeep(pqxx::transaction_base& transaction,
                                                  std::string const& partner,
                                                  std::string_view stream, upkeep_due const& how);

}  // namespace vobiz::sink
