#include "books.hpp"
#include "vobiz/core/failure.hpp"
#include "vobiz/reconcile/breaks.hpp"

// What people say about breaks, and what breaks are worth.
namespace vobiz::reconcile {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr auto accepted = break_decision::outcome::accepted;
constexpr auto disputed = break_decision::outcome::disputed;

break_decision decision(break_decision::outcome to, std::string const& ticket = "") {
  return {to, "tester", "agreed by mail", ticket, false};
}

// "INR 2 0.15 of 3 1.15, leaves 1 1" for each currency.
std::vector<std::string> decide(books& all, break_selection const& which,
                                break_decision const& what) {
  std::vector<std::string> lines;
  for (auto const& s : decide(all.database.settings(), which, what)) {
    lines.push_back(s.currency + " " + std::to_string(s.chosen) + " " +
                    s.chosen_amount.value_or("-") + " of " + std::to_string(s.open_before) + " " +
                    s.open_before_amount.value_or("-") + ", leaves " +
                    std::to_string(s.open_after) + " " + s.open_after_amount.value_or("-"));
  }
  return lines;
}

std::string states(books& all) {
  return all.value(
      "SELECT string_agg(row_key || ' ' || state, ', ' ORDER BY row_key) FROM "
      "vobiz.reconciliation_breaks WHERE check_name <> 'closed_day_drift'");
}

// Three calls of MA_1 whose debits are off by 0.05, 0.10 and 1.
void spoil(books& all) {
  all.sql(
      "UPDATE vobiz.transactions SET amount = 0.70 WHERE id = 'c3'; UPDATE vobiz.transactions SET "
      "amount = 0.75 WHERE id = 'c4'; UPDATE vobiz.transactions SET amount = 1.65 WHERE id = 'c5'");
  all.check("call_charge");
}

std::string call_key(int n) { return "00000000-0000-4000-8000-00000000000" + std::to_string(n); }

TEST(decisions, select_open_breaks_by_what_they_have_in_common) {
  books all;
  spoil(all);
  break_selection which;
  which.check = "call_charge";
  which.account = "MA_1";
  which.first_day = "2026-03-01";
  which.last_day = "2026-03-31";
  which.currency = "INR";
  which.at_most = "0.10";
  auto dry = decision(accepted);
  dry.dry_run = true;
  auto const expected = ElementsAre("INR 2 0.15 of 3 1.15, leaves 1 1");
  EXPECT_THAT(decide(all, which, dry), expected);
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_bi.open_breaks"), "3");
  EXPECT_THAT(decide(all, which, decision(accepted)), expected);
  EXPECT_EQ(states(all),
            call_key(3) + " accepted, " + call_key(4) + " accepted, " + call_key(5) + " open");
  EXPECT_EQ(all.value("SELECT string_agg(DISTINCT concat_ws(' ', note, accepted_by, history -> -1 "
                      "->> 'by'), ';') FROM vobiz.reconciliation_breaks WHERE state = 'accepted'"),
            "agreed by mail tester tester");
  EXPECT_THROW(decide(all, which, decision(accepted)), core::failure);
  // The amounts stay the same, so does what was said about them.
  all.check("call_charge");
  EXPECT_EQ(all.breaks().size(), 1);
}

TEST(decisions, take_nothing_of_another_check_customer_day_or_currency) {
  books all;
  spoil(all);
  auto const finds = [&all](auto const& change) {
    break_selection which;
    change(which);
    auto what = decision(accepted);
    what.dry_run = true;
    try {
      return decide(all, which, what).size();
    } catch (core::failure const&) {
      return std::size_t(0);
    }
  };
  using selection = break_selection;
  EXPECT_EQ(finds([](selection& s) { s.check = "call_charge"; }), 1);
  EXPECT_EQ(finds([](selection& s) { s.check = "usage_day"; }), 0);
  EXPECT_EQ(finds([](selection& s) { s.account = "MA_2"; }), 0);
  EXPECT_EQ(finds([](selection& s) { s.first_day = s.last_day = "2026-03-10"; }), 1);
  EXPECT_EQ(finds([](selection& s) { s.first_day = s.last_day = "2026-03-11"; }), 0);
  EXPECT_EQ(finds([](selection& s) { s.partner = "PA_2"; }), 0);
  EXPECT_EQ(finds([](selection& s) { s.currency = "USD"; }), 0);
  EXPECT_EQ(finds([](selection& s) { s.at_most = "0.04"; }), 0);
  EXPECT_EQ(finds([](selection& s) { s.ticket = "T-1"; }), 0);
  EXPECT_TRUE(selection().is_empty());
}

TEST(decisions, do_not_choose_by_amount_what_is_about_no_money) {
  books all;
  all.sql("UPDATE vobiz.cdrs SET billsec = duration + 5, total_cost = 0.65 WHERE uuid = '" +
          call_key(3) + "'");
  all.check("cdr_arithmetic");
  EXPECT_EQ(all.value("SELECT kind || ' ' || (amount IS NULL)::text || ' ' || is_material::text "
                      "FROM vobiz_bi.open_breaks"),
            "billsec true true");
  break_selection which;
  which.currency = "INR";
  which.at_most = "1000";
  EXPECT_THROW(decide(all, which, decision(accepted)), core::failure);
}

TEST(a_dispute, stays_open_under_its_ticket_whatever_the_amounts) {
  books all;
  spoil(all);
  break_selection by_id;
  by_id.ids = {1, 2};
  EXPECT_THAT(decide(all, by_id, decision(disputed, "T-4711")),
              ElementsAre("INR 2 0.15 of 3 1.15, leaves 3 1.15"));
  EXPECT_EQ(all.value("SELECT string_agg(concat_ws(' ', state, ticket), ', ' ORDER BY id) FROM "
                      "vobiz_bi.open_breaks"),
            "disputed T-4711, disputed T-4711, open");
  all.sql("UPDATE vobiz.transactions SET amount = 0.71 WHERE id = 'c3'");
  all.check("call_charge");
  EXPECT_THAT(all.not_ok(), ElementsAre("call_charge break"));
  EXPECT_EQ(all.value("SELECT string_agg(concat_ws(' ', h ->> 'state', h ->> 'actual', h ->> "
                      "'ticket'), ', ' ORDER BY n) FROM vobiz.reconciliation_breaks, "
                      "jsonb_array_elements(history) WITH ORDINALITY AS e (h, n) WHERE id = 1"),
            "open 0.70, disputed T-4711, disputed 0.71");
  // What is selected by its traits is not in dispute, unless its ticket is named.
  break_selection rest;
  rest.check = "call_charge";
  EXPECT_THAT(decide(all, rest, decision(accepted)),
              ElementsAre("INR 1 1 of 3 1.16, leaves 2 0.16"));
  break_selection settled;
  settled.ticket = "T-4711";
  EXPECT_THAT(decide(all, settled, decision(accepted)),
              ElementsAre("INR 2 0.16 of 2 0.16, leaves 0 -"));
  all.check("call_charge");
  EXPECT_THAT(all.not_ok(), IsEmpty());
}

TEST(a_dispute, ends_when_its_break_heals) {
  books all;
  spoil(all);
  break_selection which;
  which.ids = {1};
  decide(all, which, decision(disputed, "T-1"));
  all.sql("UPDATE vobiz.transactions SET amount = 0.65 WHERE id = 'c3'");
  all.check("call_charge");
  EXPECT_EQ(
      all.value("SELECT state || ' ' || ticket FROM vobiz.reconciliation_breaks WHERE id = 1"),
      "healed T-1");
  EXPECT_THROW(decide(all, which, decision(disputed, "T-1")), core::failure);
}

// A day is closed although an open break is below what is material, and only then.
TEST(materiality, decides_what_holds_a_closing) {
  books all;
  all.sql("UPDATE vobiz.transactions SET amount = 0.70 WHERE id = 'c3'; SELECT pg_temp.follow()");
  auto const closed = [&all] {
    all.check();
    return all.value("SELECT count(*) FROM vobiz.reconciliation_frozen WHERE account_id = '*'");
  };
  EXPECT_EQ(closed(), "0");
  all.sql("UPDATE vobiz.currencies SET material_from = 0.05 WHERE currency = 'INR'");
  EXPECT_EQ(closed(), "0");
  all.sql("UPDATE vobiz.currencies SET material_from = 0.06 WHERE currency = 'INR'");
  EXPECT_EQ(closed(), "1");
  EXPECT_THAT(all.not_ok(), ElementsAre("call_charge break"));
  EXPECT_EQ(all.value("SELECT currency || ' ' || breaks || ' ' || material_breaks || ' ' || "
                      "trim_scale(amount) || ' ' || material_amount FROM vobiz_bi.breaks_by_age"),
            "INR 1 0 0.05 0");
  auto const open = load_open_sums(all.database.settings(), "PA_1", "2026-03-01", "2026-03-31");
  ASSERT_EQ(open.size(), 1);
  EXPECT_EQ(open[0].breaks, 1);
  EXPECT_EQ(open[0].material, 0);
  EXPECT_EQ(open[0].other_amount, "0.05");
  EXPECT_THAT(load_open_sums(all.database.settings(), "PA_1", "2026-04-01", "2026-04-30"),
              IsEmpty());
}

TEST(views, sort_open_breaks_by_age_and_currency) {
  books all;
  all.sql(R"(
INSERT INTO vobiz.reconciliation_breaks (partner_id, billing_day, check_name, kind, row_key, account_id, currency,
  difference, state, last_run_id, rule_version)
SELECT 'PA_1', vobiz.billing_day(now()) - age, 'call_charge', 'no_debit', age::text, 'MA_1', c, -amount, s, 1, 1
FROM (VALUES (0, 1, 'INR', 'open'), (7, 2, 'INR', 'disputed'), (8, 4, 'INR', 'open'), (30, 8, 'INR', 'open'),
  (31, 16, 'INR', 'open'), (31, 32, 'USD', 'open'), (3, 64, 'INR', 'accepted'), (3, 64, 'INR', 'healed'))
  v (age, amount, c, s)
ON CONFLICT DO NOTHING)");
  EXPECT_EQ(all.value("SELECT string_agg(concat_ws(' ', currency, age, breaks, amount, "
                      "disputed_amount), E'\\n' ORDER BY currency, age) FROM "
                      "vobiz_bi.breaks_by_age"),
            "INR 0-7 days 2 3 2\nINR 8-30 days 2 12 0\nINR over 30 days 1 16 0\nUSD over 30 days 1 "
            "32 0");
}

TEST(views, tell_what_leaks_of_the_revenue_and_count_a_row_once) {
  books all;
  auto const of_march =
      "SELECT concat_ws(' ', breaks, trim_scale(open_amount), trim_scale(disputed_amount), "
      "trim_scale(accepted_amount), trim_scale(healed_amount), trim_scale(leakage_amount)) FROM "
      "vobiz_bi.leakage_monthly WHERE month = '2026-03-01' AND currency = 'INR'";
  EXPECT_EQ(all.value(of_march), "0 0 0 0 0 0");
  spoil(all);
  EXPECT_EQ(all.value(of_march), "3 1.15 0 0 0 1.15");
  break_selection which;
  which.ids = {1};
  decide(all, which, decision(accepted));
  which.ids = {2};
  decide(all, which, decision(disputed, "T-1"));
  all.sql("UPDATE vobiz.transactions SET amount = 0.65 WHERE id = 'c5'");
  all.check("call_charge");
  EXPECT_EQ(all.value(of_march), "2 0 0.1 0.05 1 0.15");
  // Another check finds the same call, a sum of the provider differs, and an adjustment waits.
  all.sql(R"(
INSERT INTO vobiz.reconciliation_breaks (partner_id, billing_day, check_name, kind, row_key, account_id, currency,
  difference, state, last_run_id, rule_version)
SELECT 'PA_1', '2026-03-10', c, k, r, a, 'INR', -0.07, 'open', 1, 1
FROM (VALUES ('call_rating', 'rate', '00000000-0000-4000-8000-000000000004', 'MA_1'),
  ('provider_totals', 'cost', 'cost', '*'), ('manual_entries', 'needs_approval', 'x', 'MA_1')) v (c, k, r, a))");
  EXPECT_EQ(all.value(of_march), "2 0 0.1 0.05 1 0.15");
  EXPECT_EQ(
      all.value("SELECT leakage_percent = round(100 * leakage_amount / revenue_amount, 4) AND "
                "revenue_amount = (SELECT sum(amount) FROM vobiz_bi.invoice_lines_monthly "
                "WHERE month = '2026-03-01' AND vobiz.is_invoiced(line_kind)) FROM "
                "vobiz_bi.leakage_monthly WHERE month = '2026-03-01' AND currency = 'INR'"),
      "t");
}

}  // namespace
}  // namespace vobiz::reconcile
