#include "vobiz/sink/account_statement.hpp"

#include <map>
#include <tuple>

#include "of_month.hpp"
#include "order_of_lines.hpp"
#include "vobiz/sink/connection.hpp"
#include "vobiz/sink/query.hpp"
#include "vobiz/sink/session_settings.hpp"

namespace vobiz::sink {

namespace {

// Every digit that is not a trailing zero, and two places at least.
std::string money(std::string const& column) {
  return "CASE WHEN scale(trim_scale(" + column + ")) < 2 THEN round(" + column +
         ", 2) ELSE trim_scale(" + column + ") END AS " + column;
}

// The lines of all statements, which are in the order of partner, account and currency.
void add_lines(pqxx::transaction_base& transaction, std::vector<account_statement>& statements,
               std::string const& account, std::string const& first_day) {
  auto sql = of_month(R"(
SELECT partner_id, account_id, currency, line_kind, concat_ws(' ', call_direction, product, reference_type,
    CASE WHEN of_month <> month THEN to_char(of_month, '"of" YYYY-MM') END) AS item, quantity_items,
  billable_minutes, {amount}
FROM vobiz_bi.invoice_lines_monthly
WHERE (:account::text IS NULL OR account_id = :account) AND month = :month::date AND line_kind <> 'rounding'
ORDER BY {order}, item)",
                      account, first_day);
  sql.with("amount", money("amount")).with("order", order_of_lines);
  std::map<std::tuple<std::string, std::string, std::string>, account_statement*> places;
  for (auto& one : statements) places[{one.partner, one.account, one.currency}] = &one;
  for (auto const& row : execute(transaction, sql)) {
    auto const place = places.find(
        {row["partner_id"].c_str(), row["account_id"].c_str(), row["currency"].c_str()});
    if (place == places.end()) continue;
    place->second->lines.push_back({row["line_kind"].c_str(), row["item"].c_str(),
                                    text_of(row["quantity_items"]),
                                    text_of(row["billable_minutes"]), row["amount"].c_str()});
  }
}

}  // namespace

bool knows_account(pqxx::connection& connection, std::string const& account) try {
  pqxx::read_transaction transaction(connection);
  set_own(transaction);
  arguments values;
  values.add(account);
  return execute(transaction, R"(
SELECT EXISTS (SELECT FROM vobiz.accounts WHERE auth_id = $1)
  OR EXISTS (SELECT FROM vobiz.ledger_buckets WHERE account_id = $1))",
                 values)[0][0]
      .as<bool>();
} catch (pqxx::failure const&) {
  rethrow_as_failure(std::current_exception());
}

std::vector<account_statement> read_account_statements(pqxx::connection& connection,
                                                       std::string const& account,
                                                       std::string const& first_day,
                                                       std::optional<int> issue) try {
  pqxx::read_transaction transaction(connection);
  set_own(transaction);
  show_issue(transaction, first_day, issue);
  auto sql = of_month(R"(
SELECT partner_id, account_id, account_name, currency, (SELECT timezone FROM vobiz.settings) AS timezone,
  {opening}, {credit}, {debit}, {closing}, {adjusted}, nullif(unexplained_amount, 0) AS unexplained_amount,
  adjusted_entries, {usage_adjusted}, unproven_windows, is_proven,
  trim_scale(nullif(notes_amount, 0)) AS notes_amount,
  to_char(issued_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS issued_at,
  (month + interval '1 month')::date <= vobiz.billing_day(now()) AS is_over
FROM vobiz_bi.account_statement_monthly
WHERE (:account::text IS NULL OR account_id = :account) AND month = :month::date
ORDER BY partner_id, account_id, currency)",
                      account, first_day);
  sql.with("opening", money("opening_balance")).with("credit", money("credit"));
  sql.with("debit", money("debit")).with("closing", money("closing_balance"));
  sql.with("adjusted", money("adjustments_after_close"));
  sql.with("usage_adjusted", money("usage_adjustments_after_close"));
  std::vector<account_statement> result;
  for (auto const& row : execute(transaction, sql)) {
    if (issue && row["issued_at"].is_null()) continue;
    account_statement s;
    s.partner = row["partner_id"].c_str();
    s.account = row["account_id"].c_str();
    s.account_name = text_of(row["account_name"]).value_or("");
    s.month = first_day.substr(0, 7);
    s.timezone = row["timezone"].c_str();
    s.currency = row["currency"].c_str();
    s.opening = text_of(row["opening_balance"]);
    s.credit = row["credit"].c_str();
    s.debit = row["debit"].c_str();
    s.closing = text_of(row["closing_balance"]);
    s.unexplained = text_of(row["unexplained_amount"]);
    s.adjusted = row["adjustments_after_close"].c_str();
    s.adjusted_entries = row["adjusted_entries"].as<std::int64_t>();
    s.usage_adjusted = row["usage_adjustments_after_close"].c_str();
    s.notes = text_of(row["notes_amount"]);
    s.issued_at = text_of(row["issued_at"]);
    s.unproven_windows = row["unproven_windows"].as<std::int64_t>();
    s.is_over = row["is_over"].as<bool>();
    s.is_proven = row["is_proven"].as<bool>();
    result.push_back(std::move(s));
  }
  add_lines(transaction, result, account, first_day);
  return result;
} catch (pqxx::failure const&) {
  rethrow_as_failure(std::current_exception());
}

}  // namespace vobiz::sink
