#include "books.hpp"
#include "vobiz/reconcile/run.hpp"

namespace vobiz::reconcile {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char const* call_3 = "00000000-0000-4000-8000-000000000003";

// Changes length, cost and charge equally, so that no other check sees it.
void re_rate(books& all, std::string const& to) {
  all.sql(
      "INSERT INTO vobiz.adjustments (partner_id, stream, account_id, row_key, column_name, "
      "old_value, new_value, seen_at) "
      "SELECT 'PA_1', 'cdrs', 'MA_1', uuid::text, 'total_cost', total_cost::text, '" +
      to + "', clock_timestamp() FROM vobiz.cdrs WHERE uuid = '" + call_3 +
      "'; UPDATE vobiz.cdrs SET billsec = round(" + to + " * 60 / 0.65), cost = " + to +
      ", total_cost = " + to + ", changed_at = clock_timestamp() WHERE uuid = '" + call_3 +
      "'; INSERT INTO vobiz.adjustments (partner_id, stream, account_id, row_key, column_name, "
      "old_value, new_value, seen_at) "
      "SELECT 'PA_1', 'transactions', 'MA_1', id, 'amount', amount::text, '" +
      to +
      "', clock_timestamp() FROM vobiz.transactions WHERE id = 'c3'; UPDATE vobiz.transactions SET "
      "amount = " +
      to + ", changed_at = clock_timestamp() WHERE id = 'c3'; SELECT pg_temp.follow()");
}

TEST(closed_day, names_the_rows_that_have_changed_since) {
  books all;
  all.check();
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz.reconciliation_frozen WHERE account_id = '*'"),
            "1");
  re_rate(all, "0.715");
  all.check();
  EXPECT_THAT(all.breaks(),
              ::testing::UnorderedElementsAre(
                  "closed_day_drift adjusted c3 0.65 0.715",
                  "closed_day_drift adjusted " + std::string(call_3) + " 0.65 0.715"));
  EXPECT_THAT(all.not_ok(), ElementsAre("closed_day_drift break"));
  // The totals stay those at the close.
  EXPECT_EQ(
      all.value("SELECT total_cost FROM vobiz.reconciliation_frozen WHERE account_id = 'MA_1'"),
      "7.97500");
}

TEST(closed_day, names_late_and_vanished_rows) {
  books all;
  all.check();
  all.sql("UPDATE vobiz.cdrs SET removed_at = clock_timestamp() WHERE uuid = '" +
          std::string(call_3) +
          "'; UPDATE vobiz.transactions SET removed_at = clock_timestamp() WHERE id = 'c3'; SELECT "
          "pg_temp.follow();"
          "SELECT pg_temp.entry('x', 'MA_1', '2026-03-10 09:00Z', 5, 'payment', NULL, '', "
          "'credit'); SELECT pg_temp.follow()");
  all.check();
  EXPECT_THAT(all.breaks(),
              ::testing::UnorderedElementsAre(
                  "closed_day_drift removed " + std::string(call_3) + " 0.65 0",
                  "closed_day_drift removed c3 0.65 0", "closed_day_drift late x 0 5"));
}

TEST(closed_day, names_a_call_that_was_given_another_day_on_both_days) {
  books all;
  all.check();
  all.check(nullptr, "2026-03-11");
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz.reconciliation_frozen WHERE account_id = '*'"),
            "2");
  all.sql(
      "UPDATE vobiz.cdrs SET start_time = start_time + interval '1 day', answer_time = answer_time "
      "+ interval '1 day', end_time = end_time + interval '1 day', changed_at = clock_timestamp() "
      "WHERE uuid = '" +
      std::string(call_3) + "'; SELECT pg_temp.follow()");
  all.check();
  EXPECT_THAT(all.breaks(),
              ElementsAre("closed_day_drift moved " + std::string(call_3) + " 0.65 0"));
  all.check(nullptr, "2026-03-11");
  EXPECT_THAT(all.breaks(),
              ElementsAre("closed_day_drift moved " + std::string(call_3) + " 0 0.65"));
}

TEST(histories, of_prices_and_of_the_master_wallet_grow_with_each_change) {
  books all;
  auto const prices = [&all] {
    return all.value(
        "SELECT string_agg(trim_scale(rate_per_minute) || ' ' || (seen_from = '-infinity') || ' ' "
        "|| "
        "coalesce((seen_after AT TIME ZONE 'UTC')::date::text, 'never'), ', ' ORDER BY seen_from) "
        "FROM vobiz.price_lists");
  };
  EXPECT_EQ(prices(), "0.65 true never");
  all.sql("UPDATE vobiz.pricing_tiers SET name = 'other'");
  EXPECT_EQ(prices(), "0.65 true never");
  // The list of customers, which carries the prices, was last read on 20 March.
  all.sql("UPDATE vobiz.pricing_tiers SET rate_per_minute = 0.7");
  EXPECT_EQ(prices(), "0.65 true never, 0.7 false 2026-03-20");
  all.sql(
      "INSERT INTO vobiz.pricing_tiers (partner_id, id, currency) VALUES ('PA_1', 'T2', 'INR'); "
      "UPDATE vobiz.accounts SET pricing_tier_id = 'T2' WHERE auth_id = 'MA_2'; UPDATE "
      "vobiz.accounts SET name = 'other'");
  EXPECT_EQ(all.value("SELECT string_agg(account_id || ' ' || tier_id, ', ' ORDER BY account_id, "
                      "seen_from) FROM vobiz.customer_terms"),
            "MA_1 T1, MA_2 T1, MA_2 T2");
  all.sql(
      "UPDATE vobiz.accounts SET is_active = false WHERE auth_id = 'MA_2'; UPDATE vobiz.accounts "
      "SET cash_credits = 5");
  EXPECT_EQ(all.value("SELECT string_agg(is_active::text, ' ' ORDER BY seen_from) FROM "
                      "vobiz.customer_terms WHERE account_id = 'MA_2'"),
            "true true false");
  for (auto const* balance : {"7", "7", "NULL", "7", "6"})
    all.sql("UPDATE vobiz.partners SET balance = " + std::string(balance));
  EXPECT_EQ(all.value("SELECT string_agg(balance::text, ' ' ORDER BY captured_at) FROM "
                      "vobiz.partner_balances WHERE captured_at > '2026-04-01'"),
            "7 6");
}

TEST(closed_day, leaves_to_other_checks_what_they_report) {
  books all;
  all.check();
  all.sql(
      "SELECT pg_temp.entry('x', 'MA_1', '2026-03-10 07:00Z', 0.65, 'cdr', 4); SELECT "
      "pg_temp.follow()");
  all.check();
  EXPECT_THAT(all.not_ok(), ElementsAre("double_charge break"));
}

TEST(closed_day, is_not_closed_while_a_break_is_open_nor_by_one_check) {
  books all;
  all.check("closed_day_drift");
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz.reconciliation_frozen"), "0");
  all.sql("UPDATE vobiz.transactions SET amount = 0.70 WHERE id = 'c3'");
  all.check();
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz.reconciliation_frozen"), "0");
}

TEST(closed_day, is_not_closed_when_the_day_is_read_again_while_it_is_judged) {
  books all;
  all.sql(
      "CREATE FUNCTION public.read_again() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE "
      "vobiz_sync.windows SET proven_at = now() WHERE (stream, day) = ('cdrs', '2026-03-10'); "
      "RETURN NEW; END $$;"
      "CREATE TRIGGER read_again BEFORE INSERT ON vobiz.reconciliation_results FOR EACH ROW"
      " WHEN (NEW.check_name = 'unrated') EXECUTE FUNCTION public.read_again()");
  all.check();
  EXPECT_THAT(all.not_ok(), IsEmpty());
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz.reconciliation_frozen"), "0");
  all.sql("DROP TRIGGER read_again ON vobiz.reconciliation_results");
  all.check();
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz.reconciliation_frozen WHERE account_id = '*'"),
            "1");
}

TEST(nights, are_known_from_their_runs) {
  books all;
  auto const load = [&](char const* today) {
    pqxx::work transaction(all.database.connection());
    return load_nights(transaction, all.how, "PA_1", *billing_day_from_text(today));
  };
  EXPECT_FALSE(load("2026-03-12").last_due);
  all.sql(
      "INSERT INTO vobiz.reconciliation_runs (partner_id, command, due_at, finished_at, first_day, "
      "last_day) VALUES "
      "('PA_1', 'nightly', '2026-03-08 21:00Z', now(), '2026-02-02', '2026-03-08'), "
      "('PA_1', 'nightly', '2026-03-10 21:00Z', now(), '2026-03-03', '2026-03-10'), "
      "('PA_1', 'nightly', '2026-03-11 21:00Z', NULL, '2026-03-04', '2026-03-11'), "
      "('PA_1', 'reconcile', NULL, now(), '2026-01-01', '2026-03-11'), "
      "('PA_2', 'nightly', '2026-03-13 21:00Z', now(), '2026-01-01', '2026-03-11')");
  auto const past = load("2026-03-12");
  EXPECT_EQ(core::to_text(*past.last_due), "2026-03-10T21:00:00Z");
  EXPECT_EQ(to_text(*past.last_long), "2026-03-09");
}

TEST(nights, try_again_what_could_not_be_judged_once_it_can) {
  books all;
  all.sql(
      "UPDATE vobiz_sync.windows SET state = 'open' WHERE day = '2026-03-10' AND stream = 'cdrs'");
  all.check("call_charge");
  auto const judgeable = [&] {
    pqxx::work transaction(all.database.connection());
    return load_nights(transaction, all.how, "PA_1", *billing_day_from_text("2026-03-12"))
        .judgeable;
  };
  EXPECT_THAT(judgeable(), IsEmpty());
  all.sql(
      "UPDATE vobiz_sync.windows SET state = 'proven' WHERE day = '2026-03-10' AND stream = "
      "'cdrs'");
  EXPECT_THAT(judgeable(), ElementsAre(*billing_day_from_text("2026-03-10")));
  all.check("call_charge");
  EXPECT_THAT(judgeable(), IsEmpty());
}

}  // namespace
}  // namespace vobiz::reconcile
