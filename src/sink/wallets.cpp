#include "vobiz/sink/merge.hpp"
#include "vobiz/sink/statement.hpp"

namespace vobiz::sink {

std::int64_t record_wallets(pqxx::transaction_base& transaction, std::string const& partner) {
  arguments values;
  values.add(partner);
  return static_cast<std::int64_t>(execute(transaction, R"(
INSERT INTO vobiz.account_balances (partner_id, auth_id, currency, captured_at, cash_credits)
SELECT a.partner_id, a.auth_id, c.currency, now(), a.cash_credits
FROM vobiz.accounts a
CROSS JOIN LATERAL (SELECT vobiz.account_currency(a.auth_id) AS currency) c
LEFT JOIN LATERAL (
  SELECT b.cash_credits FROM vobiz.account_balances b
  WHERE b.auth_id = a.auth_id AND b.currency = c.currency
  ORDER BY b.captured_at DESC LIMIT 1) latest ON true
WHERE a.partner_id = $1 AND a.cash_credits IS NOT NULL
  AND latest.cash_credits IS DISTINCT FROM a.cash_credits
RETURNING 1)",
                                           values)
                                       .size());
}

}  // namespace vobiz::sink
