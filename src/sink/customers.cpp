#include "vobiz/sink/customers.hpp"

#include <spdlog/fmt/fmt.h>

#include "vobiz/sink/query.hpp"
#include "window_sql.hpp"

namespace vobiz::sink {

namespace {

std::vector<std::string> ids(pqxx::transaction_base& transaction, std::string const& partner,
                             std::string_view also) {
  arguments values;
  values.add(partner);
  auto const sql = fmt::format(
      "SELECT auth_id FROM {}\nWHERE partner_id = $1 AND removed_at IS NULL{}\n"
      "ORDER BY auth_id",
      table(streams::customers()), also);
  std::vector<std::string> result;
  for (auto const& row : execute(transaction, sql, values)) result.emplace_back(row[0].c_str());
  return result;
}

}  // namespace

std::vector<std::string> customer_ids(pqxx::transaction_base& transaction,
                                      std::string const& partner) {
  return ids(transaction, partner, "");
}

std::vector<std::string> customers_without_wallet(pqxx::transaction_base& transaction,
                                                  std::string const& partner) {
  return ids(transaction, partner, " AND cash_credits IS NULL");
}

std::int64_t record_wallets(pqxx::transaction_base& transaction, std::string const& partner) {
  arguments values;
  values.add(partner);
  auto const sql = fmt::format(R"(
INSERT INTO {0} (partner_id, auth_id, currency, captured_at, cash_credits)
SELECT a.partner_id, a.auth_id, c.currency, now(), a.cash_credits
FROM {1} a
CROSS JOIN LATERAL (SELECT vobiz.account_currency(a.auth_id) AS currency) c
LEFT JOIN LATERAL (
  SELECT b.cash_credits FROM {0} b
  WHERE b.auth_id = a.auth_id AND b.currency = c.currency
  ORDER BY b.captured_at DESC LIMIT 1) latest ON true
WHERE a.partner_id = $1 AND a.cash_credits IS NOT NULL
  AND latest.cash_credits IS DISTINCT FROM a.cash_credits
RETURNING 1)",
                               table(streams::wallet_history()), table(streams::customers()));
  return static_cast<std::int64_t>(execute(transaction, sql, values).size());
}

}  // namespace vobiz::sink
