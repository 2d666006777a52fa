#pragma once

#include <optional>
#include <string>
#include <utility>

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

}  // namespace vobiz::sink
