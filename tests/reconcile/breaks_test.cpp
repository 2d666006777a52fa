#include "vobiz/reconcile/breaks.hpp"

#include "books.hpp"
#include "vobiz/core/failure.hpp"

namespace vobiz::reconcile {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

void accept(books& all, std::int64_t id) {
  break_selection which;
  which.ids = {id};
  decide(all.database.settings(), which,
         {break_decision::outcome::accepted, "tester", "agreed with the provider", "", false});
}

std::string states(books& all) {
  return all.value("SELECT string_agg(state, ' ' ORDER BY id) FROM vobiz.reconciliation_breaks");
}

std::string history(books& all) {
  return all.value(
      "SELECT string_agg(h ->> 'state' || coalesce(' ' || (h ->> 'actual'), ''), ', ' ORDER BY n) "
      "FROM "
      "vobiz.reconciliation_breaks, jsonb_array_elements(history) WITH ORDINALITY AS e (h, n)");
}

TEST(a_break, heals_when_late_data_arrives_and_keeps_its_history) {
  books all;
  all.sql("UPDATE vobiz.transactions SET removed_at = now() WHERE id = 'c3'");
  all.check("call_charge");
  EXPECT_EQ(states(all), "open");
  all.sql("UPDATE vobiz.transactions SET removed_at = NULL WHERE id = 'c3'");
  all.check("call_charge");
  EXPECT_EQ(states(all), "healed");
  EXPECT_EQ(all.value("SELECT healed_at IS NOT NULL FROM vobiz.reconciliation_breaks"), "t");
  EXPECT_THAT(all.not_ok(), IsEmpty());
  all.sql("UPDATE vobiz.transactions SET removed_at = now() WHERE id = 'c3'");
  all.check("call_charge");
  EXPECT_EQ(states(all), "open");
  EXPECT_EQ(all.value("SELECT healed_at IS NULL FROM vobiz.reconciliation_breaks"), "t");
  EXPECT_EQ(history(all), "open 0, healed, open 0");
}

TEST(a_break, does_not_heal_on_incomplete_inputs) {
  books all;
  all.sql("UPDATE vobiz.transactions SET removed_at = now() WHERE id = 'c3'");
  all.check("call_charge");
  all.sql(
      "UPDATE vobiz.transactions SET removed_at = NULL WHERE id = 'c3'; UPDATE vobiz_sync.windows "
      "SET state = 'open' "
      "WHERE day = '2026-03-10'");
  all.check("call_charge");
  EXPECT_EQ(states(all), "open");
}

TEST(a_break, does_not_heal_while_its_account_is_inconclusive) {
  books all;
  all.sql(
      "UPDATE vobiz.account_balances SET cash_credits = 1 WHERE auth_id = 'MA_1' AND captured_at > "
      "'2026-03-10'");
  all.check("balance_roll");
  EXPECT_EQ(states(all), "open");
  all.sql("DELETE FROM vobiz_sync.runs WHERE stream = 'accounts'");
  all.check("balance_roll");
  EXPECT_THAT(all.not_ok(), ElementsAre("balance_roll inconclusive"));
  EXPECT_EQ(states(all), "open");
}

// The unit of a currency never grows but by a setting.
TEST(a_break, does_not_heal_because_its_tolerance_has_grown) {
  books all;
  all.sql("UPDATE vobiz.transactions SET amount = 0.67 WHERE id = 'c3'");
  all.check("call_charge");
  EXPECT_EQ(states(all), "open");
  all.sql("UPDATE vobiz.currencies SET minor_unit = 0.05 WHERE currency = 'INR'");
  all.check("call_charge");
  EXPECT_EQ(states(all), "open");
  EXPECT_THAT(all.not_ok(), ElementsAre("call_charge break"));
  EXPECT_EQ(all.value("SELECT trim_scale(tolerance) || ' ' || trim_scale(minor_unit) FROM "
                      "vobiz.reconciliation_breaks"),
            "0.001 0.05");
  // What is corrected heals by any tolerance.
  all.sql("UPDATE vobiz.transactions SET amount = 0.65, changed_at = now() WHERE id = 'c3'");
  all.check("call_charge");
  EXPECT_EQ(states(all), "healed");
}

TEST(unit, is_the_smallest_decimal_ever_seen_of_a_currency_in_entries_and_costs) {
  books all;
  auto const unit = [&all] {
    return all.value(
        "SELECT vobiz.minor_unit('PA_1', 'INR') || ' ' || vobiz.minor_unit('PA_1', "
        "'USD')");
  };
  all.check("call_charge");
  EXPECT_EQ(unit(), "0.001 0.01");
  EXPECT_EQ(all.value("SELECT DISTINCT minor_unit FROM vobiz.reconciliation_results"), "0.001");
  // Thousands of whole rupees after it make it no coarser, a cost of another day makes it finer.
  all.sql(
      "SELECT pg_temp.entry('w' || n, 'MA_1', '2026-03-10 17:00Z', 250, 'did_rental', NULL, 'DID "
      "rental') FROM generate_series(1, 2100) n; UPDATE vobiz.cdrs SET cost = 0.65001 WHERE uuid = "
      "'00000000-0000-4000-8000-000000000061'; UPDATE vobiz.transactions SET currency = 'USD', "
      "amount = 0.0045 WHERE id = 'c3'");
  all.check("call_charge");
  EXPECT_EQ(unit(), "0.001 0.0001");
  all.check("call_charge", "2026-03-09");
  EXPECT_EQ(unit(), "0.00001 0.0001");
  all.sql("UPDATE vobiz.cdrs SET cost = 0.65 WHERE uuid = '00000000-0000-4000-8000-000000000061'");
  all.check("call_charge", "2026-03-09");
  EXPECT_EQ(unit(), "0.00001 0.0001");
  all.sql(
      "INSERT INTO vobiz.currencies VALUES ('XAU', 0.5); UPDATE vobiz.currencies SET minor_unit "
      "= 0.002 WHERE currency = 'USD'");
  EXPECT_EQ(unit(), "0.00001 0.002");
}

TEST(a_break, stays_accepted_while_its_amounts_stay_the_same) {
  books all;
  all.sql("UPDATE vobiz.transactions SET amount = 0.70 WHERE id = 'c3'");
  all.check("call_charge");
  accept(all, 1);
  all.check("call_charge");
  EXPECT_EQ(states(all), "accepted");
  EXPECT_THAT(all.not_ok(), IsEmpty());
  EXPECT_EQ(all.value("SELECT reason FROM vobiz.reconciliation_results WHERE account_id = 'MA_1' "
                      "ORDER BY run_id DESC LIMIT 1"),
            "1 accepted");
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_bi.open_breaks"), "0");
  all.sql("UPDATE vobiz.transactions SET amount = 0.75 WHERE id = 'c3'");
  all.check("call_charge");
  EXPECT_EQ(states(all), "open");
  EXPECT_THAT(all.not_ok(), ElementsAre("call_charge break"));
  EXPECT_EQ(history(all), "open 0.70, accepted, open 0.75");
  EXPECT_EQ(all.value("SELECT note || ' ' || accepted_by FROM vobiz.reconciliation_breaks"),
            "agreed with the provider tester");
}

TEST(a_break, that_is_not_there_or_has_healed_cannot_be_accepted) {
  books all;
  EXPECT_THROW(accept(all, 7), core::failure);
  all.sql("UPDATE vobiz.transactions SET amount = 0.70 WHERE id = 'c3'");
  all.check("call_charge");
  all.sql("UPDATE vobiz.transactions SET amount = 0.65 WHERE id = 'c3'");
  all.check("call_charge");
  EXPECT_THROW(accept(all, 1), core::failure);
}

TEST(views, show_the_latest_result_and_the_open_breaks) {
  books all;
  all.sql("UPDATE vobiz.transactions SET amount = 0.70 WHERE id = 'c3'");
  all.check();
  EXPECT_EQ(all.value("SELECT check_name || ' ' || account_name || ' ' || trim_scale(difference) "
                      "FROM vobiz_bi.open_breaks WHERE check_name = 'call_charge'"),
            "call_charge Example Traders 0.05");
  EXPECT_EQ(all.value("SELECT status || ' ' || breaks || ' ' || difference || ' ' || currency FROM "
                      "vobiz_bi.reconciliation_summary WHERE check_name = 'call_charge'"),
            "break 1 0.05000 INR");
  all.sql("UPDATE vobiz.transactions SET amount = 0.65 WHERE id = 'c3'");
  all.check();
  EXPECT_EQ(
      all.value(
          "SELECT status FROM vobiz_bi.reconciliation_summary WHERE check_name = 'call_charge'"),
      "ok");
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_bi.open_breaks"), "0");
}

}  // namespace
}  // namespace vobiz::reconcile
