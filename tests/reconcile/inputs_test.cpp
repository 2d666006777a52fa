#include "books.hpp"

namespace vobiz::reconcile {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

// The stored result of a check that could not run.
std::string only_result(books& all) {
  return all.value(
      "SELECT string_agg(status || ' ' || account_id || ' ' || rows || ': ' || reason, '|') "
      "FROM vobiz.reconciliation_results WHERE run_id = " +
      std::to_string(all.run_id));
}

// Each input of each check: none may be incomplete.
TEST(inputs, of_every_check_keep_it_from_running_while_they_are_incomplete) {
  for (auto const& check : all_checks()) {
    for (auto const* input : check.inputs) {
      SCOPED_TRACE(check.name + " " + std::string(input->name));
      books all;
      std::string const name(input->name);
      if (input->day_column.empty()) {
        all.sql(
            "UPDATE vobiz_sync.streams SET last_success_at = '2026-03-10 18:00Z' WHERE stream = '" +
            name + "'");
        all.check(check.name.c_str());
        EXPECT_EQ(only_result(all),
                  "not_run * 0: " + name + " have not been read since the day ended");
      } else {
        // The billing day starts in the UTC day before.
        all.sql(
            "UPDATE vobiz_sync.windows SET state = 'mismatch', last_error = '3 rows short' WHERE "
            "day = '2026-03-09' "
            "AND stream = '" +
            name + "'");
        all.check(check.name.c_str());
        EXPECT_EQ(only_result(all),
                  "not_run * 0: 2026-03-09 of " + name + " is mismatch: 3 rows short");
        all.sql("DELETE FROM vobiz_sync.windows WHERE day = '2026-03-09' AND stream = '" + name +
                "'");
        all.check(check.name.c_str());
        EXPECT_EQ(only_result(all), "not_run * 0: 2026-03-09 of " + name + " was never read");
      }
    }
  }
}

TEST(inputs, may_be_proven_customer_by_customer) {
  books all;
  all.sql(
      "UPDATE vobiz_sync.windows SET state = 'forbidden' WHERE stream = 'cdrs' AND day = "
      "'2026-03-10';"
      "INSERT INTO vobiz_sync.windows (partner_id, stream, scope, day, state, proven_at) VALUES "
      "('PA_1', 'cdrs', 'MA_1', '2026-03-10', 'proven', '2026-03-12')");
  all.check("cdr_arithmetic");
  EXPECT_EQ(only_result(all), "not_run * 0: 2026-03-10 of cdrs is not proven for customer MA_2");
  all.sql(
      "INSERT INTO vobiz_sync.windows (partner_id, stream, scope, day, state, proven_at) VALUES "
      "('PA_1', 'cdrs', 'MA_2', '2026-03-10', 'mismatch', NULL)");
  all.check("cdr_arithmetic");
  EXPECT_EQ(only_result(all), "not_run * 0: 2026-03-10 of cdrs is not proven for customer MA_2");
  all.sql(
      "UPDATE vobiz_sync.windows SET state = 'proven', proven_at = '2026-03-13' WHERE scope = "
      "'MA_2'");
  all.check("cdr_arithmetic");
  EXPECT_THAT(all.not_ok(), IsEmpty());
  EXPECT_EQ(all.value("SELECT DISTINCT (proven_oldest AT TIME ZONE 'UTC') || ' ' || (proven_newest "
                      "AT TIME ZONE 'UTC') FROM "
                      "vobiz.reconciliation_results WHERE status = 'ok'"),
            "2026-03-10 06:00:00 2026-03-13 00:00:00");
}

TEST(inputs, that_retention_has_dropped_cannot_be_judged_any_more) {
  books all;
  all.sql(
      "INSERT INTO vobiz_sync.retention (month, rows, drop_after, dropped_at) VALUES "
      "('2026-02-01', 9, now(), now())");
  all.check("call_charge");
  EXPECT_THAT(all.not_ok(), IsEmpty());
  all.sql(
      "INSERT INTO vobiz_sync.retention (month, rows, drop_after, dropped_at) VALUES "
      "('2026-03-01', 9, now(), now())");
  all.check("call_charge");
  EXPECT_EQ(only_result(all), "not_run * 0: the calls of this day have been dropped by retention");
}

TEST(inputs, wait_until_the_day_has_settled) {
  books all;
  auto const today = day_at(all.how.timezone, std::chrono::system_clock::now());
  auto const yesterday = to_text(today - std::chrono::days(1));
  all.how.settle = std::chrono::hours(48);
  all.check("call_charge", yesterday.c_str());
  EXPECT_THAT(only_result(all), HasSubstr("not_run * 0: the day is judged from "));
  // The check's own wait is longer than `settle`, which is zero here.
  all.how.settle = std::chrono::seconds(0);
  all.check("unrated", yesterday.c_str());
  EXPECT_THAT(only_result(all), HasSubstr("not_run * 0: the day is judged from "));
}

TEST(inputs, a_check_that_the_database_refuses_is_named_and_keeps_no_other_from_running) {
  books all;
  all.sql("ALTER TABLE vobiz.dashboard_snapshots DROP COLUMN accounts_total CASCADE");
  auto const errors = all.check().errors;
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_THAT(errors.front(), HasSubstr("check \"snapshot_totals\" of 2026-03-10 fails: "));
  EXPECT_THAT(all.not_ok(), ::testing::ElementsAre("snapshot_totals not_run"));
}

// Three checks share one classification of calls in one transaction; the other checks have their
// own transactions.
TEST(inputs, calls_are_judged_for_all_checks_that_ask_and_for_each_when_one_of_them_is_refused) {
  books all;
  auto const moments = [&all](std::string const& of) {
    return all.value(
        "SELECT count(DISTINCT judged_at) FROM vobiz.reconciliation_results WHERE run_id = " +
        std::to_string(all.run_id) + " AND check_name IN (" + of + ")");
  };
  all.check();
  EXPECT_EQ(moments("'call_charge', 'double_charge', 'usage_day'"), "1");
  EXPECT_EQ(moments("'call_charge', 'balance_roll'"), "2");
  all.sql(
      "CREATE FUNCTION public.no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not this "
      "one'; END $$;"
      "CREATE TRIGGER no BEFORE INSERT ON vobiz.reconciliation_results FOR EACH ROW"
      " WHEN (NEW.check_name = 'double_charge' AND NEW.status <> 'not_run') EXECUTE FUNCTION "
      "public.no()");
  auto const errors = all.check().errors;
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_THAT(errors.front(), HasSubstr("check \"double_charge\" of 2026-03-10 fails: "));
  EXPECT_THAT(all.not_ok(), ::testing::ElementsAre("double_charge not_run"));
  EXPECT_EQ(moments("'call_charge', 'double_charge', 'usage_day'"), "3");
}

}  // namespace
}  // namespace vobiz::reconcile
