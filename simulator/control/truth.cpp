#include "simulator/control/truth.hpp"

#include "simulator/api/json.hpp"
#include "simulator/api/rows_json.hpp"
#include "simulator/control/refusal.hpp"

namespace vobiz::simulator {

namespace {

void append_sums(object& row, call_sums const& sums, std::size_t) {
  row.integer("count", sums.all.calls);
  row.integer("answered", sums.all.answered);
  row.plain("cost", to_text(sums.cost));
  row.plain("streaming_cost", to_text(sums.streaming));
  row.plain("total_cost", to_text(sums.all.total_cost));
  row.integer("billsec", sums.all.billsec);
  row.integer("duration", sums.duration);
}

void append_sums(object& row, entry_sums const& sums, std::size_t edge) {
  row.integer("count", sums.all.count);
  row.plain("debit", to_text(sums.all.debit));
  row.plain("credit", to_text(sums.all.credit));
  row.integer("behind_last_second", edge);
}

template <class Row>
answer one_truth(timeline<Row> const& rows, std::optional<utc_day> day) {
  typename Row::sums sums;
  std::size_t edge = 0;
  for (auto const& [at, book] : rows.days()) {
    if (day && at != *day) continue;
    sums.add(book.sums(), 1);
    edge += book.edge_rows();
  }
  answer good;
  object row(good.body);
  if (day) row.day("day", *day);
  append_sums(row, sums, edge);
  row.close();
  return good;
}

template <class Row>
answer all_truths(timeline<Row> const& rows) {
  answer good;
  object body(good.body);
  if (body.begin("days")) {
    good.body += '[';
    bool first = true;
    for (auto const& [day, book] : rows.days()) {
      if (!first) good.body += ',';
      first = false;
      object row(good.body);
      row.day("day", day);
      append_sums(row, book.sums(), book.edge_rows());
    }
    good.body += ']';
  }
  body.close();
  return good;
}

// Calls `with` with the timeline that the request means.
template <class With>
answer on_timeline(world const& of, request const& what, With with) {
  std::optional<std::uint32_t> account;
  if (auto const id = what.parameter("account")) {
    account = of.find_account(*id);
    if (!account) throw control_refused("there is no account \"" + std::string(*id) + '"', 404);
  }
  auto const stream = what.parameter("stream").value_or("");
  if (stream == "cdrs") return with(account ? of.calls.of(*account) : of.calls.all());
  if (stream == "transactions") return with(account ? of.entries.of(*account) : of.entries.all());
  throw control_refused("stream must be cdrs or transactions");
}

}  // namespace

answer tell_truth(world const& of, request const& what) {
  std::optional<utc_day> day;
  if (auto const text = what.parameter("day")) {
    day = day_from_text(*text);
    if (!day) throw control_refused('"' + std::string(*text) + "\" is not a day like 2026-01-31");
  }
  return on_timeline(of, what, [&](auto const& rows) { return one_truth(rows, day); });
}

answer tell_days(world const& of, request const& what) {
  return on_timeline(of, what, [](auto const& rows) { return all_truths(rows); });
}

answer tell_wallets(world const& of) {
  answer good;
  object body(good.body);
  body.plain("partner_balance", to_text(of.owner.balance));
  if (body.begin("accounts")) {
    good.body += '[';
    bool first = true;
    for (auto const& customer : of.accounts) {
      if (!first) good.body += ',';
      first = false;
      object row(good.body);
      row.plain("auth_id", customer.auth_id);
      row.boolean("listed", customer.listed);
      row.boolean("active", customer.active);
      row.plain("debiting", customer.books == debiting::daily ? "daily" : "per_call");
      row.plain("opening", to_text(customer.opening));
      row.plain("credits", to_text(customer.credits));
      row.plain("debits", to_text(customer.debits));
      row.plain("unbooked", to_text(customer.unbooked));
      row.plain("cash_credits", to_text(customer.wallet()));
    }
    good.body += ']';
  }
  body.close();
  return good;
}

answer tell_kyc_sessions(world const& of) {
  answer good;
  object body(good.body);
  if (body.begin("sessions")) {
    good.body += '[';
    bool first = true;
    for (auto const& session : of.kyc_sessions) {
      if (!first) good.body += ',';
      first = false;
      object row(good.body);
      append_kyc_members(row, of, session, false);
      row.boolean("listed", session.listed);
    }
    good.body += ']';
  }
  body.close();
  return good;
}

}  // namespace vobiz::simulator
