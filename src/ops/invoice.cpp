#include "vobiz/ops/invoice.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>

#include "vobiz/core/visible.hpp"
#include "vobiz/ops/csv.hpp"
#include "vobiz/ops/table.hpp"

namespace vobiz::ops {

namespace {

std::string_view state_of(sink::invoice const& one) {
  return one.issued_at ? "issued" : "provisional";
}

std::string in_words(std::string kind) {
  std::ranges::replace(kind, '_', ' ');
  return kind;
}

// The lines of the total, or the payments.
std::string lines_text(sink::invoice const& one, bool invoiced) {
  table lines({{invoiced ? "line" : "payment"},
               {"item"},
               {"quantity", align::right},
               {"minutes", align::right},
               {"rate", align::right},
               {one.currency, align::right}});
  for (auto const& line : one.lines) {
    if (line.is_invoiced != invoiced) continue;
    lines.add({in_words(line.kind), line.item, line.quantity.value_or(""),
               line.minutes.value_or(""), line.unit_rate.value_or(""), line.amount});
  }
  if (invoiced) lines.add({"total", "", "", "", "", one.total});
  return lines.text();
}

// What is said below the lines: name and value, nothing where the API does not say.
std::vector<std::pair<std::string, std::optional<std::string>>> taxes_of(sink::invoice const& one) {
  return {{"gstin", one.gstin},
          {"gst_status", one.gst_status},
          {"tds_percentage", one.tds_percentage},
          {"tds_amount", one.tds_amount}};
}

}  // namespace

std::string invoice_text(std::vector<sink::invoice> const& invoices) {
  std::string text;
  for (auto const& one : invoices) {
    auto const of = fmt::format("{}{}, month {}, {}", one.account,
                                one.account_name.empty() ? "" : " \"" + one.account_name + "\"",
                                one.month, one.currency);
    text += fmt::format("{}{}\n{}\n\n", text.empty() ? "" : "\n", core::visible(of),
                        one.issued_at ? fmt::format("as issued {}, issue {}", *one.issued_at,
                                                    one.issue.value_or("?"))
                                      : "PROVISIONAL: the month is not frozen");
    text += lines_text(one, true) + "\n";
    for (auto const& [name, value] : taxes_of(one)) {
      text += fmt::format("{:<16}{}\n", in_words(name), core::visible(value.value_or("not known")));
    }
    bool const is_paid =
        std::ranges::any_of(one.lines, [](auto const& line) { return !line.is_invoiced; });
    if (is_paid)
      text += "\nnot part of the total; what was paid in is negative\n" + lines_text(one, false);
  }
  return text;
}

std::string invoice_csv(std::vector<sink::invoice> const& invoices) {
  std::string text = csv_line({"account", "month", "currency", "state", "line", "item", "quantity",
                               "billable_minutes", "unit_rate", "amount", "in_total"});
  for (auto const& one : invoices) {
    auto const add = [&](std::string const& line, std::string const& item,
                         std::string const& amount) {
      text += csv_line({one.account, one.month, one.currency, state_of(one), line, item, "", "", "",
                        amount, "no"});
    };
    for (auto const& line : one.lines) {
      text += csv_line({one.account, one.month, one.currency, state_of(one), line.kind, line.item,
                        line.quantity.value_or(""), line.minutes.value_or(""),
                        line.unit_rate.value_or(""), line.amount, line.is_invoiced ? "yes" : "no"});
    }
    add("total", "", one.total);
    add("gstin", one.gstin.value_or(""), "");
    add("gst_status", one.gst_status.value_or(""), "");
    add("tds", one.tds_percentage.value_or(""), one.tds_amount.value_or(""));
  }
  return text;
}

std::string invoice_json(std::vector<sink::invoice> const& invoices) {
  boost::json::array list;
  for (auto const& one : invoices) {
    boost::json::array lines;
    for (auto const& line : one.lines) {
      lines.push_back(
          boost::json::object{{"line", line.kind},
                              {"item", line.item},
                              {"quantity", boost::json::value_from(line.quantity)},
                              {"billable_minutes", boost::json::value_from(line.minutes)},
                              {"unit_rate", boost::json::value_from(line.unit_rate)},
                              {"amount", line.amount},
                              {"in_total", line.is_invoiced}});
    }
    boost::json::object made{{"partner", one.partner},
                             {"account", one.account},
                             {"account_name", one.account_name},
                             {"month", one.month},
                             {"currency", one.currency},
                             {"state", state_of(one)},
                             {"issue", boost::json::value_from(one.issue)},
                             {"issued_at", boost::json::value_from(one.issued_at)},
                             {"total_amount", one.total},
                             {"payments_amount", one.payments},
                             {"lines", std::move(lines)}};
    for (auto const& [name, value] : taxes_of(one)) made[name] = boost::json::value_from(value);
    list.push_back(std::move(made));
  }
  boost::json::object const whole{{"invoices", std::move(list)}};
  return core::visible_json(boost::json::serialize(whole)) + "\n";
}

std::string annex_csv(std::string const& account, std::vector<sink::annex_call> const& calls) {
  std::string text =
      csv_line({"account", "uuid", "start_time", "direction", "product", "caller", "called",
                "billsec", "currency", "cost", "streaming_cost", "total_cost"});
  for (auto const& call : calls) {
    text += csv_line({account, call.uuid, call.start_time, call.direction, call.product,
                      call.caller, call.called, call.billsec, call.currency, call.cost,
                      call.streaming_cost, call.total_cost});
  }
  return text;
}

std::string postings_csv(std::string const& month, std::vector<sink::posting> const& postings) {
  std::string text = csv_line({"partner", "month", "state", "account_code", "account",
                               "account_name", "currency", "debit", "credit"});
  for (auto const& one : postings) {
    text +=
        csv_line({one.partner, month, one.is_issued ? "issued" : "provisional", one.account_code,
                  one.account, one.account_name, one.currency, one.debit, one.credit});
  }
  return text;
}

}  // namespace vobiz::ops
