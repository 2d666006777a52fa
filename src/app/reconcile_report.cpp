#include "reconcile_report.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>
#include <optional>
#include <set>

#include "vobiz/core/visible.hpp"
#include "vobiz/ops/csv.hpp"
#include "vobiz/ops/table.hpp"
#include "vobiz/reconcile/checks.hpp"

namespace vobiz::app {

namespace {

// More lines than are read on a terminal; --json and vobiz_bi.open_breaks have them all.
constexpr std::size_t most_shown = 50;

std::string span_of(std::vector<reconcile::billing_day> const& days) {
  auto const [first, last] = std::ranges::minmax(days);
  if (first == last) return reconcile::to_text(first);
  return reconcile::to_text(first) + " to " + reconcile::to_text(last);
}

// The checks in their own order, not that of their names.
std::vector<reconcile::check_summary> in_order(std::vector<reconcile::check_summary> found) {
  auto const place = [](reconcile::check_summary const& s) {
    return reconcile::find_check(s.check);
  };
  std::ranges::sort(found, std::less(), place);
  return found;
}

// A month is asked for before its last days can be judged: what the others came to is said with
// their number.
std::string status_of(reconcile::check_summary const& c) {
  auto const judged = c.days - c.days_not_judged;
  if (c.status == "break" || c.status == "ok" || judged == 0) return c.status;
  return "ok for " + std::to_string(judged) + " of " + std::to_string(c.days) + " days";
}

std::string what_of(reconcile::found_break const& b) {
  auto const what = b.reason.value_or("");
  if (b.state != "disputed") return what;
  return "in dispute, " + b.ticket.value_or("") + (what.empty() ? "" : ": " + what);
}

std::string table_of(reconciliation const& one) {
  std::string text = core::visible(one.partner) + ", " + span_of(one.days) + "\n";
  ops::table checks({{"check"},
                     {"status"},
                     {"days", ops::align::right},
                     {"judged", ops::align::right},
                     {"rows", ops::align::right},
                     {"accounts", ops::align::right},
                     {"breaks", ops::align::right},
                     {"difference", ops::align::right},
                     {"why"}});
  for (auto const& c : in_order(one.checks)) {
    checks.add({c.check, status_of(c), std::to_string(c.days),
                std::to_string(c.days - c.days_not_judged), std::to_string(c.rows),
                std::to_string(c.accounts), std::to_string(c.breaks),
                c.differences.empty() ? "-" : c.differences, c.reason.value_or("")});
  }
  text += checks.text();
  if (one.breaks.empty()) return text;
  ops::table breaks({{"id", ops::align::right},
                     {"day"},
                     {"check"},
                     {"kind"},
                     {"account"},
                     {"row"},
                     {"expected", ops::align::right},
                     {"actual", ops::align::right},
                     {"currency"},
                     {"what"}});
  std::set<std::string> hints;
  for (auto const& b : one.breaks) {
    hints.insert(b.check);
    if (static_cast<std::size_t>(&b - one.breaks.data()) >= most_shown) continue;
    breaks.add({std::to_string(b.id), b.day, b.check, b.kind, b.account, b.row_key,
                b.expected.value_or("-"), b.actual.value_or("-"), b.currency, what_of(b)});
  }
  text += "\n" + breaks.text();
  if (one.breaks.size() > most_shown) {
    text += std::to_string(one.breaks.size() - most_shown) + " more: see vobiz_bi.open_breaks\n";
  }
  for (auto const& name : hints)
    text += "hint: " + name + ": " + reconcile::find_check(name)->action + "\n";
  return text;
}

// The last line of the tables: what all of them come to.
std::string verdict_on(std::vector<reconciliation> const& all) {
  std::int64_t breaks = 0;
  std::size_t checks = 0;
  std::size_t broken = 0;
  std::size_t unjudged = 0;
  for (auto const& one : all) {
    for (auto const& c : one.checks) {
      ++checks;
      breaks += c.breaks;
      if (c.breaks > 0) ++broken;
      if (c.days_not_judged > 0) ++unjudged;
    }
  }
  auto const count = [](auto number, std::string const& what) {
    return std::to_string(number) + " " + what + (number == 1 ? "" : "s");
  };
  std::string text = "verdict: ";
  text += breaks > 0 ? count(breaks, "break") + " in " + std::to_string(broken) + " of " +
                           count(checks, "check")
          : unjudged > 0 ? "no break"
                         : "all in order: " + count(checks, "check");
  if (unjudged > 0) text += ", " + count(unjudged, "check") + " not fully judged, see why";
  return text + "\n";
}

boost::json::object json_of(reconciliation const& one) {
  boost::json::array checks;
  for (auto const& c : in_order(one.checks)) {
    checks.push_back(boost::json::object{{"check", c.check},
                                         {"status", c.status},
                                         {"days", c.days},
                                         {"days_not_judged", c.days_not_judged},
                                         {"rows", c.rows},
                                         {"accounts", c.accounts},
                                         {"breaks", c.breaks},
                                         {"difference", c.differences},
                                         {"reason", boost::json::value_from(c.reason)}});
  }
  boost::json::array breaks;
  for (auto const& b : one.breaks) {
    breaks.push_back(boost::json::object{{"id", b.id},
                                         {"billing_day", b.day},
                                         {"check", b.check},
                                         {"kind", b.kind},
                                         {"row_key", b.row_key},
                                         {"account_id", b.account},
                                         {"currency", b.currency},
                                         {"expected", boost::json::value_from(b.expected)},
                                         {"actual", boost::json::value_from(b.actual)},
                                         {"difference", boost::json::value_from(b.difference)},
                                         {"reason", boost::json::value_from(b.reason)},
                                         {"first_seen_at", b.first_seen_at},
                                         {"state", b.state},
                                         {"ticket", boost::json::value_from(b.ticket)}});
  }
  auto const [first, last] = std::ranges::minmax(one.days);
  return {{"partner", one.partner},
          {"partner_id", one.partner_id},
          {"run_id", one.run_id},
          {"first_day", reconcile::to_text(first)},
          {"last_day", reconcile::to_text(last)},
          {"checks", std::move(checks)},
          {"breaks", std::move(breaks)}};
}

std::string csv_of(std::vector<reconciliation> const& all) {
  std::string text =
      ops::csv_line({"partner", "billing_day", "check", "account_id", "currency", "status",
                     "expected", "actual", "difference", "tolerance", "rows", "breaks", "reason"});
  for (auto const& one : all) {
    for (auto const& r : one.rows) {
      text += ops::csv_line(
          {one.partner, r.day, r.check, r.account, r.currency, r.status, r.expected.value_or(""),
           r.actual.value_or(""), r.difference.value_or(""), r.tolerance.value_or(""),
           std::to_string(r.rows), std::to_string(r.breaks), r.reason.value_or("")});
    }
  }
  return text;
}

}  // namespace

std::string report(std::vector<reconciliation> const& all, report_form form) {
  if (form == report_form::csv) return csv_of(all);
  if (form == report_form::json) {
    boost::json::array runs;
    for (auto const& one : all) runs.push_back(json_of(one));
    boost::json::object const whole{{"runs", std::move(runs)}};
    return core::visible_json(boost::json::serialize(whole)) + "\n";
  }
  std::string text;
  for (auto const& one : all) text += (text.empty() ? "" : "\n") + table_of(one);
  if (!all.empty()) text += "\n" + verdict_on(all);
  return text;
}

}  // namespace vobiz::app
