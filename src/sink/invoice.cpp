#include "vobiz/sink/invoice.hpp"

#include <map>
#include <tuple>

#include "of_month.hpp"
#include "order_of_lines.hpp"
#include "vobiz/core/decimal.hpp"
#include "vobiz/sink/connection.hpp"
#include "vobiz/sink/query.hpp"
#include "vobiz/sink/session_settings.hpp"

namespace vobiz::sink {

namespace {

void add_invoice_lines(pqxx::transaction_base& transaction, std::vector<invoice>& invoices,
                       std::string const& account, std::string const& first_day) {
  auto sql = of_month(R"(
SELECT partner_id, account_id, currency, line_kind, concat_ws(' ', call_direction, product, reference_type,
    CASE WHEN of_month <> month THEN to_char(of_month, '"of" YYYY-MM') END) AS item, quantity_items,
  billable_minutes, trim_scale(unit_amount) AS unit_amount, trim_scale(amount) AS amount,
  vobiz.is_invoiced(line_kind) OR line_kind = 'rounding' AS is_invoiced
FROM vobiz_bi.invoice_lines_monthly
WHERE (:account::text IS NULL OR account_id = :account) AND month = :month::date ORDER BY {order}, item)",
                      account, first_day);
  sql.with("order", order_of_lines);
  std::map<std::tuple<std::string, std::string, std::string>, invoice*> places;
  for (auto& one : invoices) places[{one.partner, one.account, one.currency}] = &one;
  for (auto const& row : execute(transaction, sql)) {
    auto const place = places.find(
        {row["partner_id"].c_str(), row["account_id"].c_str(), row["currency"].c_str()});
    if (place == places.end()) continue;
    place->second->lines.push_back({row["line_kind"].c_str(), row["item"].c_str(),
                                    text_of(row["quantity_items"]),
                                    text_of(row["billable_minutes"]), text_of(row["unit_amount"]),
                                    row["amount"].c_str(), row["is_invoiced"].as<bool>()});
  }
}

std::vector<annex_call> read_calls(pqxx::transaction_base& transaction, std::string const& account,
                                   std::string const& first_day) {
  std::vector<annex_call> calls;
  for (auto const& row : execute(transaction, of_month(R"(
SELECT c.call_uuid, to_char(c.started_at AT TIME ZONE s.timezone, 'YYYY-MM-DD HH24:MI:SS') AS start_time,
  coalesce(c.call_direction, '') AS direction, coalesce(c.context, '') AS product,
  coalesce(c.caller_number, '') AS caller, coalesce(c.called_number, '') AS called,
  coalesce(c.billsec, 0) AS billsec, coalesce(c.currency, 'XXX') AS currency, trim_scale(coalesce(c.cost, 0)) AS cost,
  trim_scale(coalesce(c.streaming_cost, 0)) AS streaming_cost, trim_scale(coalesce(c.total_cost, 0)) AS total_cost
FROM vobiz.settings s JOIN vobiz_bi.calls c ON c.started_at >= vobiz.billing_day_start(:month::date)
  AND c.started_at < vobiz.billing_day_start((:month::date + interval '1 month')::date)
WHERE c.account_id = :account ORDER BY c.started_at, c.call_uuid)",
                                                       account, first_day))) {
    calls.push_back({row["call_uuid"].c_str(), row["start_time"].c_str(), row["direction"].c_str(),
                     row["product"].c_str(), row["caller"].c_str(), row["called"].c_str(),
                     row["billsec"].c_str(), row["currency"].c_str(), row["cost"].c_str(),
                     row["streaming_cost"].c_str(), row["total_cost"].c_str()});
  }
  return calls;
}

std::vector<std::string> compare(pqxx::transaction_base& transaction, std::string const& account,
                                 std::string const& first_day) {
  std::vector<std::string> differences;
  for (auto const& row : execute(transaction, of_month(R"(
SELECT format('%s: calls %s, invoice %s', currency, trim_scale(coalesce(c.amount, 0)),
  trim_scale(coalesce(l.amount, 0))) AS text
FROM (SELECT coalesce(currency, 'XXX') AS currency, sum(coalesce(total_cost, 0)) AS amount FROM vobiz_bi.calls
  WHERE account_id = :account AND started_at >= vobiz.billing_day_start(:month::date)
    AND started_at < vobiz.billing_day_start((:month::date + interval '1 month')::date) GROUP BY 1) c
FULL JOIN (SELECT currency, sum(amount) AS amount FROM vobiz_bi.invoice_lines_monthly
  WHERE account_id = :account AND month = :month::date AND line_kind IN ('usage', 'streaming', 'non_connected')
  GROUP BY 1) l USING (currency)
WHERE coalesce(c.amount, 0) <> coalesce(l.amount, 0) ORDER BY 1)",
                                                       account, first_day))) {
    differences.emplace_back(row["text"].c_str());
  }
  return differences;
}

}  // namespace

std::vector<invoice> read_invoices(pqxx::connection& connection, std::string const& account,
                                   std::string const& first_day, std::optional<int> issue) try {
  pqxx::read_transaction transaction(connection);
  set_own(transaction);
  show_issue(transaction, first_day, issue);
  std::vector<invoice> result;
  for (auto const& row : execute(transaction, of_month(R"(
SELECT partner_id, account_id, account_name, currency, round(total_amount, vobiz.invoice_decimals(currency)) AS rounded,
  trim_scale(total_amount) AS total_amount, trim_scale(payments_amount) AS payments_amount, gstin, gst_status,
  trim_scale(tds_percent) AS tds_percentage, tds_amount, issue,
  to_char(issued_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS issued_at
FROM vobiz_bi.invoices_monthly
WHERE (:account::text IS NULL OR account_id = :account) AND month = :month::date
ORDER BY partner_id, account_id, currency)",
                                                       account, first_day))) {
    if (issue && row["issued_at"].is_null()) continue;
    invoice one;
    one.partner = row["partner_id"].c_str();
    one.account = row["account_id"].c_str();
    one.account_name = text_of(row["account_name"]).value_or("");
    one.month = first_day.substr(0, 7);
    one.currency = row["currency"].c_str();
    // Issued before there were rounding lines, a total may have more decimals.
    one.total = core::same_value(row["rounded"].c_str(), row["total_amount"].c_str())
                    ? row["rounded"].c_str()
                    : row["total_amount"].c_str();
    one.payments = row["payments_amount"].c_str();
    one.gstin = text_of(row["gstin"]);
    one.gst_status = text_of(row["gst_status"]);
    one.tds_percentage = text_of(row["tds_percentage"]);
    one.tds_amount = text_of(row["tds_amount"]);
    one.issue = text_of(row["issue"]);
    one.issued_at = text_of(row["issued_at"]);
    result.push_back(std::move(one));
  }
  add_invoice_lines(transaction, result, account, first_day);
  return result;
} catch (pqxx::failure const&) {
  rethrow_as_failure(std::current_exception());
}

annex read_annex(pqxx::connection& connection, std::string const& account,
                 std::string const& first_day, std::optional<int> issue) try {
  pqxx::read_transaction transaction(connection);
  set_own(transaction);
  show_issue(transaction, first_day, issue);
  return {read_calls(transaction, account, first_day), compare(transaction, account, first_day)};
} catch (pqxx::failure const&) {
  rethrow_as_failure(std::current_exception());
}

std::vector<posting> read_postings(pqxx::connection& connection, std::string const& partner,
                                   std::string const& first_day, std::optional<int> issue) try {
  pqxx::read_transaction transaction(connection);
  set_own(transaction);
  show_issue(transaction, first_day, issue);
  query sql(R"(
SELECT j.partner_id, j.account_id, j.account_name, j.currency, j.account_code, trim_scale(j.debit) AS debit,
  trim_scale(j.credit) AS credit, EXISTS (SELECT FROM vobiz.frozen_months f
    WHERE (f.partner_id, f.month) = (j.partner_id, j.month)) AS is_issued
FROM vobiz_bi.journal_monthly j WHERE j.month = :month::date AND (:partner::text IS NULL OR j.partner_id = :partner)
ORDER BY j.partner_id, j.account_code, j.account_id, j.currency)");
  sql.set("month", first_day);
  sql.set("partner", partner.empty() ? std::nullopt : std::optional(partner));
  std::vector<posting> list;
  for (auto const& row : execute(transaction, sql)) {
    if (issue && !row["is_issued"].as<bool>()) continue;
    list.push_back({row["partner_id"].c_str(), row["account_id"].c_str(),
                    text_of(row["account_name"]).value_or(""), row["currency"].c_str(),
                    row["account_code"].c_str(), row["debit"].c_str(), row["credit"].c_str(),
                    row["is_issued"].as<bool>()});
  }
  return list;
} catch (pqxx::failure const&) {
  rethrow_as_failure(std::current_exception());
}

}  // namespace vobiz::sink
