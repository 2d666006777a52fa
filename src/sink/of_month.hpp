#pragma once

#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <utility>

#include "vobiz/core/failure.hpp"
#include "vobiz/sink/query.hpp"

namespace vobiz::sink {

// A query of the month that begins on `first_day` (:month), of one customer, or of all where
// `account` is empty (:account is null then).
inline query of_month(std::string text, std::string const& account, std::string const& first_day) {
  query sql(std::move(text));
  sql.set("account", account.empty() ? std::nullopt : std::optional(account));
  sql.set("month", first_day);
  return sql;
}

// Makes the views show the month in this transaction as it was issued that time. Throws
// core::failure where it never was.
inline void show_issue(pqxx::transaction_base& transaction, std::string const& first_day,
                       std::optional<int> issue) {
  if (!issue) return;
  query sql(R"(
SELECT coalesce(max(issue), 0) AS issues, coalesce(bool_or(issue = :issue::integer), false) AS is_known,
  set_config('vobiz.issue', :month || ' ' || :issue, true)
FROM vobiz.issued_statements WHERE month = :month::date)");
  sql.set("month", first_day).set("issue", std::to_string(*issue));
  auto const row = execute(transaction, sql)[0];
  if (row["is_known"].as<bool>()) return;
  throw core::failure(core::failure_kind::failed, core::remedy::fix,
                      first_day.substr(0, 7) + " has no issue " + std::to_string(*issue) +
                          ": it was issued " + row["issues"].c_str() + " times");
}

}  // namespace vobiz::sink
