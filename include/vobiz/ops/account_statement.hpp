#pragma once

#include <string>
#include <vector>

#include "vobiz/sink/account_statement.hpp"

// A customer's month for people, spreadsheets and programs. Each says whether the month is proven
// complete.
namespace vobiz::ops {

std::string statement_text(std::vector<sink::account_statement> const& statements);

// One line an amount: account, month, currency, state, line, item, quantity, billable_minutes,
// amount.
std::string statement_csv(std::vector<sink::account_statement> const& statements);

std::string statement_json(std::vector<sink::account_statement> const& statements);

}  // namespace vobiz::ops
