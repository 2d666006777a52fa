#pragma once

#include <string>
#include <vector>

#include "vobiz/sink/account_statement.hpp"

// The monthly statement of an account as text, CSV and JSON. Each form says whether the month is
// proven.
namespace vobiz::ops {

std::string statement_text(std::vector<sink::account_statement> const& statements);

// One line per amount: account, month, currency, state, line, item, quantity, billable_minutes,
// amount.
std::string statement_csv(std::vector<sink::account_statement> const& statements);

std::string statement_json(std::vector<sink::account_statement> const& statements);

}  // namespace vobiz::ops
