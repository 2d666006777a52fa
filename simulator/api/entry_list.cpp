#include "simulator/api/json.hpp"
#include "simulator/api/list_selections.hpp"

namespace vobiz::simulator {

namespace {

// The query's own vocabulary (docs/partner-api.md, "Transaction"); anything else is ignored.
bool is_of(entry const& row, std::string_view transaction_type) {
  if (transaction_type == "recharge") return row.type == reference_type::payment;
  if (transaction_type == "debit") return !row.credit;
  if (transaction_type == "refund") return row.type == reference_type::refund;
  if (transaction_type == "transfer") return row.type == reference_type::balance_transfer;
  return true;
}

}  // namespace

list_page select_entries(list_query const& asked) {
  auto const& entries = asked.of.entries;
  auto found = (asked.account ? entries.of(*asked.account) : entries.all()).select(asked.days);
  std::vector<std::uint32_t> of_type;  // oldest first, as in a segment
  if (auto const type = asked.what.parameter("transaction_type"); type && !type->empty()) {
    auto const all = found.part(0, found.total);
    found = {};
    for (auto i = all.size(); i > 0; --i) {
      auto const& row = entries[all[i - 1]];
      if (!is_of(row, *type)) continue;
      of_type.push_back(all[i - 1]);
      found.sums.add(row.figures(), 1);
    }
    found.segments.push_back(&of_type);
    found.total = of_type.size();
  }
  list_page page;
  page.rows = found.part(asked.offset, asked.limit);
  page.total = found.total;
  page.figures.entries = found.sums;
  return page;
}

void append_entry_summary(std::string& out, list_figures const& of, generation shapes) {
  auto const& sums = of.entries;
  bool const numbers = shapes != generation::second;
  object row(out);
  auto const amount = [numbers](object& into, std::string_view name, money value) {
    numbers ? into.number(name, value) : into.decimal(name, value);
  };
  row.integer("total_transactions", sums.all.count);
  amount(row, "total_debit", sums.all.debit);
  amount(row, "total_credit", sums.all.credit);
  amount(row, "net_amount", sums.all.credit - sums.all.debit);
  if (!row.begin("by_reference_type")) return;
  out += '[';
  bool begun = false;
  for (std::size_t i = 0; i < reference_types; ++i) {
    auto const& part = sums.by_type[i];
    if (part.count == 0) continue;
    if (begun) out += ',';
    begun = true;
    object inner(out);
    inner.plain("reference_type", name_of(static_cast<reference_type>(i)));
    amount(inner, "total_debit", part.debit);
    amount(inner, "total_credit", part.credit);
    inner.integer("count", part.count);
  }
  out += ']';
}

}  // namespace vobiz::simulator
