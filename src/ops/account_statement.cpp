#include "vobiz/ops/account_statement.hpp"

#include <spdlog/fmt/fmt.h>

#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>

#include "vobiz/core/visible.hpp"
#include "vobiz/ops/csv.hpp"
#include "vobiz/ops/table.hpp"

namespace vobiz::ops {

namespace {

using sink::account_statement;

std::string_view state_of(account_statement const& s) {
  if (s.issued_at) return "issued";
  return s.is_proven ? "proven" : "provisional";
}

std::string what_is_proven(account_statement const& s) {
  if (s.issued_at) return "as issued " + *s.issued_at;
  if (s.is_proven)
    return "complete: every day of the month is proven against the provider's totals";
  std::string why = s.is_over ? "" : "the month is not over";
  if (s.unproven_windows > 0) {
    why += fmt::format("{}{} of its windows (calls and ledger, by UTC day) are not proven",
                       why.empty() ? "" : ", ", s.unproven_windows);
  }
  return "PROVISIONAL: " + why;
}

std::string readable(std::string text) {
  for (auto& c : text) {
    if (c == '_') c = ' ';
  }
  return text;
}

// The totals of a statement, in page order.
std::vector<std::pair<std::string, std::optional<std::string>>> totals(account_statement const& s) {
  std::vector<std::pair<std::string, std::optional<std::string>>> all = {
      {"opening_balance", s.opening}, {"credit", s.credit}, {"debit", s.debit}};
  if (s.notes) all.emplace_back("notes_amount", s.notes);
  all.emplace_back("closing_balance", s.closing);
  if (s.unexplained) all.emplace_back("unexplained_amount", s.unexplained);
  all.emplace_back("adjustments_after_close", s.adjusted);
  all.emplace_back("usage_adjustments_after_close", s.usage_adjusted);
  return all;
}

}  // namespace

std::string statement_text(std::vector<account_statement> const& statements) {
  std::string text;
  for (auto const& s : statements) {
    auto const of = fmt::format("{}{}, month {} ({}), {}", s.account,
                                s.account_name.empty() ? "" : " \"" + s.account_name + "\"",
                                s.month, s.timezone, s.currency);
    text +=
        fmt::format("{}{}\n{}\n\n", text.empty() ? "" : "\n", core::visible(of), what_is_proven(s));
    table sums({{"wallet"}, {s.currency, align::right}});
    for (auto const& [name, amount] : totals(s)) {
      sums.add({readable(name), amount.value_or("not known")});
    }
    text += sums.text();
    if (s.adjusted_entries > 0) {
      text += fmt::format("{} entries were added or changed after the close\n", s.adjusted_entries);
    }
    table lines({{"line"},
                 {"item"},
                 {"quantity", align::right},
                 {"minutes", align::right},
                 {s.currency, align::right}});
    for (auto const& line : s.lines) {
      lines.add({readable(line.kind), line.item, line.quantity.value_or(""),
                 line.minutes.value_or(""), line.amount});
    }
    if (!s.lines.empty()) text += "\ncharges are positive, credits negative\n" + lines.text();
  }
  return text;
}

std::string statement_csv(std::vector<account_statement> const& statements) {
  std::string text = csv_line({"account", "month", "currency", "state", "line", "item", "quantity",
                               "billable_minutes", "amount"});
  for (auto const& s : statements) {
    auto const add = [&](std::string const& line, std::string const& item,
                         std::string const& quantity, std::string const& minutes,
                         std::string const& amount) {
      text += csv_line(
          {s.account, s.month, s.currency, state_of(s), line, item, quantity, minutes, amount});
    };
    for (auto const& [name, amount] : totals(s)) add(name, "", "", "", amount.value_or(""));
    for (auto const& line : s.lines) {
      add(line.kind, line.item, line.quantity.value_or(""), line.minutes.value_or(""), line.amount);
    }
  }
  return text;
}

std::string statement_json(std::vector<account_statement> const& statements) {
  boost::json::array list;
  for (auto const& s : statements) {
    boost::json::array lines;
    for (auto const& line : s.lines) {
      lines.push_back(
          boost::json::object{{"line", line.kind},
                              {"item", line.item},
                              {"quantity", boost::json::value_from(line.quantity)},
                              {"billable_minutes", boost::json::value_from(line.minutes)},
                              {"amount", line.amount}});
    }
    boost::json::object one{{"partner", s.partner},
                            {"account", s.account},
                            {"account_name", s.account_name},
                            {"month", s.month},
                            {"timezone", s.timezone},
                            {"currency", s.currency},
                            {"state", state_of(s)},
                            {"unproven_windows", s.unproven_windows},
                            {"adjusted_entries", s.adjusted_entries},
                            {"issued_at", boost::json::value_from(s.issued_at)},
                            {"lines", std::move(lines)}};
    for (auto const& [name, amount] : totals(s)) one[name] = boost::json::value_from(amount);
    list.push_back(std::move(one));
  }
  boost::json::object const whole{{"statements", std::move(list)}};
  return core::visible_json(boost::json::serialize(whole)) + "\n";
}

}  // namespace vobiz::ops
