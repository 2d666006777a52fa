#include <iostream>
#include <tuple>

#include "commands.hpp"
#include "options.hpp"
#include "partner_work.hpp"
#include "reconcile_report.hpp"
#include "vobiz/core/decimal.hpp"
#include "vobiz/ops/table.hpp"
#include "vobiz/reconcile/breaks.hpp"

namespace vobiz::app {

namespace {

bool is_blank(std::string const& text) {
  return text.find_first_not_of(" \t\n") == std::string::npos;
}

// The first and the last billing day that the options name; empty: every day.
std::pair<std::string, std::string> days_of(decide_request const& asked) {
  if (!asked.day.empty()) {
    auto const day = reconcile::billing_day_from_text(asked.day);
    if (!day) refuse("--day: \"" + asked.day + "\" is not a day", "write it as YYYY-MM-DD");
    return {asked.day, asked.day};
  }
  if (asked.month.empty()) return {};
  auto const far = reconcile::billing_day(std::chrono::days(1'000'000));
  auto const days = reconcile::days_of_month(asked.month, far);
  if (!days || days->empty()) refuse_month(asked.month);
  return {reconcile::to_text(days->front()), reconcile::to_text(days->back())};
}

reconcile::break_selection selection_of(config::settings const& settings,
                                        decide_request const& asked) {
  reconcile::break_selection which;
  which.ids = asked.ids;
  which.partner = auth_id_of(settings, asked.partner);
  which.check = asked.check;
  which.account = asked.account;
  std::tie(which.first_day, which.last_day) = days_of(asked);
  which.currency = asked.currency;
  which.at_most = asked.at_most;
  if (!asked.dispute) which.ticket = asked.ticket;
  if (!which.at_most.empty() &&
      (!core::is_decimal(which.at_most) || which.at_most.starts_with('-'))) {
    refuse("--at-most: \"" + which.at_most + "\" is not an amount", "write it as 12.50");
  }
  if (which.is_empty()) {
    refuse("which breaks?", "give their ids, or what they have in common, see --help");
  }
  return which;
}

std::string table_of(std::vector<reconcile::break_sum> const& sums) {
  ops::table table({{"currency"},
                    {"breaks", ops::align::right},
                    {"amount", ops::align::right},
                    {"open before", ops::align::right},
                    {"amount", ops::align::right},
                    {"open after", ops::align::right},
                    {"amount", ops::align::right}});
  for (auto const& one : sums) {
    table.add({one.currency, std::to_string(one.chosen), one.chosen_amount.value_or("-"),
               std::to_string(one.open_before), one.open_before_amount.value_or("-"),
               std::to_string(one.open_after), one.open_after_amount.value_or("-")});
  }
  return table.text();
}

}  // namespace

exit_code decide_breaks(config::settings const& settings, decide_request const& asked) {
  if (is_blank(asked.note)) {
    refuse("--note is empty", "say why: whoever reads the books later will ask");
  }
  if (asked.dispute && is_blank(asked.ticket)) {
    refuse("--ticket is empty", "give the number of the provider's ticket");
  }
  auto const which = selection_of(settings, asked);
  require_schema(settings);
  using outcome = reconcile::break_decision::outcome;
  reconcile::break_decision what;
  what.to = asked.dispute ? outcome::disputed : outcome::accepted;
  what.by = user_name();
  what.note = asked.note;
  if (asked.dispute) what.ticket = asked.ticket;
  what.dry_run = asked.dry_run;
  auto const sums = reconcile::decide(settings.database, which, what);
  std::int64_t breaks = 0;
  for (auto const& one : sums) breaks += one.chosen;
  std::cout << table_of(sums) << breaks << (breaks == 1 ? " break " : " breaks ")
            << (what.dry_run  ? "would be "
                : breaks == 1 ? "is "
                              : "are ")
            << (asked.dispute ? "in dispute" : "accepted")
            << (what.dry_run ? ": nothing is changed" : "") << "\n";
  return exit_code::ok;
}

}  // namespace vobiz::app
