#include <algorithm>
#include <iostream>

#include "commands.hpp"
#include "options.hpp"
#include "partner_work.hpp"
#include "vobiz/ops/account_statement.hpp"
#include "vobiz/sink/connection.hpp"

namespace vobiz::app {

exit_code statement(config::settings const& settings, statement_request const& what) {
  auto const first_day = first_day_of(what.month);
  require_schema(settings);
  auto const connection = sink::connect(settings.database);
  if (!what.account.empty() && !sink::knows_account(*connection, what.account)) {
    refuse_account(what.account);
  }
  auto const statements =
      sink::read_account_statements(*connection, what.account, first_day, what.issue);
  if (statements.empty()) {
    throw core::failure(core::failure_kind::failed, core::remedy::fix,
                        account_text(what.account) + " has no statement for " + what.month +
                            ": the mirror knows nothing of its wallet in that month");
  }
  std::cout << (what.json  ? ops::statement_json(statements)
                : what.csv ? ops::statement_csv(statements)
                           : ops::statement_text(statements));
  bool const stands = std::ranges::all_of(
      statements, [](auto const& one) { return one.is_proven || one.issued_at.has_value(); });
  return stands ? exit_code::ok : exit_code::not_judged;
}

}  // namespace vobiz::app
