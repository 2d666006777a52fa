#include <algorithm>
#include <utility>

#include "simulator/api/documents.hpp"
#include "simulator/api/json.hpp"
#include "simulator/api/rows_json.hpp"

namespace vobiz::simulator {

namespace {

// Minutes to two decimals, as a number.
void append_minutes(std::string& out, std::int64_t billsec) {
  append_number(out, money{(billsec * 100 + 30) / 60 * 10'000});
}

void three_fields(object& row, traffic const& sums) {
  row.integer("total_calls", sums.calls);
  row.integer("answered_calls", sums.answered);
  if (row.begin("total_minutes")) append_minutes(row.text(), sums.billsec);
}

void four_fields(object& row, traffic const& sums) {
  three_fields(row, sums);
  row.decimal("total_cost", sums.total_cost);
}

void three_fields(object& row, std::string_view name, traffic const& sums) {
  if (!row.begin(name)) return;
  object inner(row.text());
  three_fields(inner, sums);
}

void four_fields(object& row, std::string_view name, traffic const& sums) {
  if (!row.begin(name)) return;
  object inner(row.text());
  four_fields(inner, sums);
}

traffic rest(traffic all, traffic const& part) {
  all.add(part, -1);
  return all;
}

money wallets(world const& of) {
  money sum;
  for (auto const& customer : of.accounts) {
    if (customer.listed) sum += customer.wallet();
  }
  return sum;
}

void period(object& row, day_range range) {
  if (!row.begin("period")) return;
  object inner(row.text());
  inner.day("from", *range.from);
  inner.day("to", *range.to);
}

utc_day first_of_month(utc_day day) {
  std::chrono::year_month_day const date(day);
  return date.year() / date.month() / std::chrono::day(1);
}

constexpr money low_balance{100'000'000};

void append_flat(std::string& out, world const& of) {
  auto const today = day_of(of.now());
  auto const month = of.calls.all().select({first_of_month(today), today}).sums;
  std::int64_t active = 0;
  std::int64_t low = 0;
  std::int64_t suspended = 0;
  for (auto const& customer : of.accounts) {
    if (!customer.listed) continue;
    ++(customer.active ? active : suspended);
    if (customer.active && customer.wallet() < low_balance) ++low;
  }
  object row(out);
  row.integer("active_accounts", active);
  row.number("total_balance", wallets(of));
  row.plain("currency", "INR");
  row.integer("calls_today", of.calls.all().select({today, today}).sums.all.calls);
  row.integer("calls_this_month", month.all.calls);
  row.number("total_spend_this_month", month.all.total_cost);
  row.integer("accounts_low_balance", low);
  row.integer("accounts_suspended", suspended);
}

void append_totals(std::string& out, world const& of) {
  auto const today = day_of(of.now());
  std::int64_t total = 0;
  std::int64_t active = 0;
  for (auto const& customer : of.accounts) {
    if (!customer.listed) continue;
    ++total;
    active += customer.active;
  }
  object row(out);
  row.integer("total_customers", total);
  row.integer("active_customers", active);
  row.integer("pending_kyc", 0);
  row.decimal("total_balance_held", wallets(of));
  row.plain("currency", "INR");
  row.decimal("mtd_revenue",
              of.calls.all().select({first_of_month(today), today}).sums.all.total_cost);
}

void append_nested(std::string& out, world const& of, api_settings const& settings,
                   series_settings const& series, day_range range) {
  auto const sums = of.calls.all().select(range).sums;
  object row(out);
  if (row.begin("partner")) append_profile(out, of, settings, false);
  period(row, range);
  if (row.begin("accounts")) {
    object inner(out);
    std::int64_t total = 0;
    std::int64_t active = 0;
    for (auto const& customer : of.accounts) {
      if (!customer.listed) continue;
      ++total;
      active += customer.active;
    }
    inner.integer("total", total);
    inner.integer("active", active);
    if (inner.begin("customers")) {
      out += '[';
      bool first = true;
      for (auto const& customer : of.accounts) {
        if (!customer.listed) continue;
        if (!first) out += ',';
        first = false;
        object entry(out);
        entry.plain("auth_id", customer.auth_id);
        entry.string("name", customer.name);
        entry.string("email", customer.email);
        entry.string("phone", customer.phone);
        entry.boolean("is_active", customer.active);
        entry.time("created_at", customer.created);
      }
      out += ']';
    }
  }
  row.decimal("total_balance", wallets(of));
  row.plain("currency", "INR");
  four_fields(row, "calls", sums.all);
  if (row.begin("traffic")) {
    object inner(out);
    four_fields(inner, "inbound", sums.inbound);
    four_fields(inner, "outbound", rest(sums.all, sums.inbound));
  }
  if (row.begin("by_product")) {
    object inner(out);
    four_fields(inner, "sip_trunking", rest(sums.all, sums.voice_api));
    four_fields(inner, "voice_api", sums.voice_api);
  }
  if (row.begin("time_series")) {
    out += '[';
    auto const four_or_three = [&](object& into, std::string_view name, traffic const& part) {
      settings.shapes == generation::third ? three_fields(into, name, part)
                                           : four_fields(into, name, part);
    };
    bool begun = false;
    for (auto const& one : time_series(of, series, *range.from, *range.to)) {
      if (std::exchange(begun, true)) out += ',';
      object entry(out);
      entry.day("date", one.day);
      four_fields(entry, one.all);
      four_or_three(entry, "inbound", one.inbound);
      four_or_three(entry, "outbound", rest(one.all, one.inbound));
    }
    out += ']';
  }
}

}  // namespace

void append_dashboard(std::string& out, world const& of, api_settings const& settings) {
  switch (settings.dashboard) {
    case dashboard_shape::flat:
      return append_flat(out, of);
    case dashboard_shape::totals:
      return append_totals(out, of);
    case dashboard_shape::nested: {
      auto const today = settings.series.day_at(of.now());
      day_range const shown{today - days(dashboard_days - 1), today};
      return append_nested(out, of, settings, settings.series, shown);
    }
  }
}

void append_analytics(std::string& out, world const& of, api_settings const& settings,
                      day_range range) {
  if (settings.shapes == generation::second) {
    return append_nested(out, of, settings, {}, range);
  }
  auto const sums = of.calls.all().select(range).sums;
  object row(out);
  period(row, range);
  if (row.begin("totals")) {
    object inner(out);
    inner.integer("total_calls", sums.all.calls);
    inner.integer("answered_calls", sums.all.answered);
    inner.integer("failed_calls", sums.all.calls - sums.all.answered);
    inner.integer("total_duration_seconds", sums.duration);
    inner.number("total_cost", sums.all.total_cost);
    inner.plain("currency", "INR");
  }
  auto const two_fields = [](object& into, std::string_view name, traffic const& part) {
    if (!into.begin(name)) return;
    object inner(into.text());
    inner.integer("calls", part.calls);
    inner.number("cost", part.total_cost);
  };
  if (row.begin("by_direction")) {
    object inner(out);
    two_fields(inner, "inbound", sums.inbound);
    two_fields(inner, "outbound", rest(sums.all, sums.inbound));
  }
  if (!row.begin("top_customers")) return;
  struct spender {
    account const* who;
    traffic sums;
  };
  std::vector<spender> spenders;
  for (std::uint32_t i = 0; i < of.accounts.size(); ++i) {
    auto const part = of.calls.of(i).select(range).sums.all;
    if (part.calls > 0) spenders.push_back({&of.accounts[i], part});
  }
  std::ranges::stable_sort(spenders, std::greater(),
                           [](auto const& s) { return s.sums.total_cost; });
  if (spenders.size() > 10) spenders.resize(10);
  out += '[';
  for (auto const& one : spenders) {
    if (&one != &spenders.front()) out += ',';
    object entry(out);
    entry.plain("auth_id", one.who->auth_id);
    entry.string("name", one.who->name);
    entry.integer("calls", one.sums.calls);
    entry.number("cost", one.sums.total_cost);
  }
  out += ']';
}

}  // namespace vobiz::simulator
