#pragma once

#include <cstdint>
#include <pqxx/pqxx>
#include <string>
#include <vector>

// What the list of the partner's customers is asked for.
namespace vobiz::sink {

// Their auth_ids, sorted, without those that left.
std::vector<std::string> customer_ids(pqxx::transaction_base& transaction,
                                      std::string const& partner);

// Only of those whose row carries no wallet.
std::vector<std::string> customers_without_wallet(pqxx::transaction_base& transaction,
                                                  std::string const& partner);

// Records the wallets of the partner's customers in their history where they changed, and returns
// how many did.
std::int64_t record_wallets(pqxx::transaction_base& transaction, std::string const& partner);

}  // namespace vobiz::sink
