#include "vobiz/ops/invoice.hpp"

#include <algorithm>
#include <iostream>

#include "commands.hpp"
#include "options.hpp"
#include "partner_work.hpp"
#include "vobiz/core/visible.hpp"
#include "vobiz/sink/account_statement.hpp"
#include "vobiz/sink/connection.hpp"

namespace vobiz::app {

namespace {

// Prints the calls behind an invoice; not_judged where they do not add up to its lines.
exit_code print(sink::annex const& annex, std::string const& account) {
  std::cout << ops::annex_csv(account, annex.calls);
  for (auto const& difference : annex.differences) {
    std::cerr << core::visible(difference) << "\n";
  }
  if (annex.differences.empty()) return exit_code::ok;
  std::cerr << "hint: calls have come or changed since the invoice was issued: "
               "vobiz_bi.period_note_rows lists them\n";
  return exit_code::not_judged;
}

}  // namespace

exit_code invoice(config::settings const& settings, invoice_request const& what) {
  auto const first_day = first_day_of(what.month);
  require_schema(settings);
  auto const connection = sink::connect(settings.database);
  if (!what.account.empty() && !sink::knows_account(*connection, what.account)) {
    refuse_account(what.account);
  }
  if (what.calls) {
    return print(sink::read_annex(*connection, what.account, first_day, what.issue), what.account);
  }
  auto const invoices = sink::read_invoices(*connection, what.account, first_day, what.issue);
  if (invoices.empty()) {
    throw core::failure(core::failure_kind::failed, core::remedy::fix,
                        account_text(what.account) + " has no invoice for " + what.month +
                            ": neither calls nor ledger entries are of that month");
  }
  std::cout << (what.json  ? ops::invoice_json(invoices)
                : what.csv ? ops::invoice_csv(invoices)
                           : ops::invoice_text(invoices));
  bool const is_issued =
      std::ranges::all_of(invoices, [](auto const& one) { return one.issued_at.has_value(); });
  return is_issued ? exit_code::ok : exit_code::not_judged;
}

exit_code journal(config::settings const& settings, journal_request const& what) {
  auto const first_day = first_day_of(what.month);
  auto const partner = auth_id_of(settings, what.partner);
  require_schema(settings);
  auto const connection = sink::connect(settings.database);
  auto const postings = sink::read_postings(*connection, partner, first_day, what.issue);
  if (postings.empty()) {
    throw core::failure(core::failure_kind::failed, core::remedy::fix,
                        "there is nothing to post for " + what.month +
                            ": neither calls nor ledger entries are of that month");
  }
  std::cout << ops::postings_csv(what.month, postings);
  bool const is_issued =
      std::ranges::all_of(postings, [](auto const& one) { return one.is_issued; });
  return is_issued ? exit_code::ok : exit_code::not_judged;
}

}  // namespace vobiz::app
