#include "simulator/api/json.hpp"
#include "simulator/api/lists.hpp"
#include "simulator/api/rows_json.hpp"

namespace vobiz::simulator {

namespace {

void append_summary(std::string& out, entry_sums const& sums, bool first) {
  object row(out);
  auto const amount = [first](object& into, std::string_view name, money value) {
    first ? into.number(name, value) : into.decimal(name, value);
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

// The query's own vocabulary (partner-api.md, "Transaction"); anything else is ignored.
bool is_of(entry const& row, std::string_view transaction_type) {
  if (transaction_type == "recharge") return row.type == reference_type::payment;
  if (transaction_type == "debit") return !row.credit;
  if (transaction_type == "refund") return row.type == reference_type::refund;
  if (transaction_type == "transfer") return row.type == reference_type::balance_transfer;
  return true;
}

}  // namespace

std::optional<refusal> list_entries(list_source const& from, std::optional<std::uint32_t> account,
                                    std::string& out) {
  page_request asked;
  if (auto bad = read_page(from.what, "per_page", from.settings.too_large, asked)) return bad;
  if (from.changed.fall_back) asked.size = page_request().size;
  day_range range;
  // The ledger answers 500 to what is no date (partner-api.md, "Errors").
  if (auto bad = read_day(from.what, "from_date", 500, range.from)) return bad;
  if (auto bad = read_day(from.what, "to_date", 500, range.to)) return bad;

  auto const& rows = account ? from.of.entries.of(*account) : from.of.entries.all();
  auto found = from.changed.empty_list ? selection<entry>() : rows.select(range);
  std::vector<std::uint32_t> of_type;  // oldest first, as in a segment
  if (auto const type = from.what.parameter("transaction_type"); type && !type->empty()) {
    auto const all = found.part(0, found.total);
    found = {};
    for (auto i = all.size(); i > 0; --i) {
      auto const& row = from.of.entries[all[i - 1]];
      if (!is_of(row, *type)) continue;
      of_type.push_back(all[i - 1]);
      found.sums.add(row.figures(), 1);
    }
    found.segments.push_back(&of_type);
    found.total = of_type.size();
  }
  auto const page = found.part(asked.offset(), asked.size);
  auto const total = static_cast<std::int64_t>(found.total) + from.changed.add_to_total;
  auto const size = static_cast<std::int64_t>(asked.size);
  bool const first = from.settings.shapes == generation::first;

  out.reserve(page.size() * 600 + 1'024);
  object body(out);
  if (body.begin(first ? "data" : "transactions")) {
    out += '[';
    for (std::size_t i = 0; i < page.size(); ++i) {
      if (i > 0) out += ',';
      append_entry(out, from.of, page[i], from.settings.shapes);
    }
    out += ']';
  }
  body.integer("page", static_cast<std::int64_t>(asked.page) + from.changed.add_to_page);
  body.integer("per_page", asked.size);
  if (!from.changed.no_total) {
    body.integer("total", total);
    body.integer("total_pages", (std::max<std::int64_t>(total, 0) + size - 1) / size);
  }
  if (!from.changed.no_summary && body.begin("summary")) {
    append_summary(out, from.changed.zero_summary ? entry_sums() : found.sums, first);
  }
  if (!from.extra_member.empty()) (out += ',') += from.extra_member;
  return std::nullopt;
}

}  // namespace vobiz::simulator
