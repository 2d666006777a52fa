#include "retention_store.hpp"

namespace vobiz::sink {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_F(retention, announces_first_and_drops_a_day_later_the_oldest_month_first) {
  EXPECT_THAT(step(), ElementsAre("announced cdrs_2026_01 2", "announced cdrs_2026_02 1"));
  EXPECT_EQ(all.value("SELECT bool_and(drop_after = announced_at + interval '1 day') FROM "
                      "vobiz_sync.retention"),
            "t");
  EXPECT_THAT(step(), IsEmpty());
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz.cdrs"), "4");
  EXPECT_EQ(all.value("SELECT vobiz_sync.calls_kept_from() IS NULL"), "t");
  a_day_passes();
  EXPECT_THAT(step(), ElementsAre("dropped cdrs_2026_01 2"));
  EXPECT_THAT(step(), ElementsAre("dropped cdrs_2026_02 1"));
  EXPECT_THAT(step(), IsEmpty());
  EXPECT_EQ(partitions(), "cdrs_2026_03");
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz.cdrs"), "1");
  EXPECT_EQ(
      all.value(
          "SELECT string_agg(month || ' ' || rows, ', ' ORDER BY month) FROM vobiz_sync.retention\n"
          "WHERE dropped_at IS NOT NULL"),
      "2026-01-01 2, 2026-02-01 1");
  EXPECT_EQ(all.value("SELECT vobiz_sync.calls_kept_from() = '2026-03-01 00:00+00'"), "t");
  // The proofs of the days stay known.
  EXPECT_EQ(
      all.value("SELECT count(*) FROM vobiz_sync.windows WHERE state = 'proven' AND rows = 1"),
      "90");
}

TEST_F(retention, leaves_a_month_alone_while_a_day_of_it_is_not_proven_and_queues_that_day) {
  step();
  all.database.query(
      "UPDATE vobiz_sync.windows SET state = 'mismatch', read_at = now() - interval '25 hours' "
      "WHERE day = '2026-01-07'");
  a_day_passes();
  EXPECT_THAT(
      step(),
      ElementsAre(
          "held cdrs_2026_01 2: 1 of its windows are not proven, the oldest of 2026-01-07"));
  // The next month waits, too, and no message is repeated.
  EXPECT_THAT(step(), IsEmpty());
  EXPECT_EQ(
      all.value(
          "SELECT string_agg(day::text, ' ') FROM vobiz_sync.windows WHERE queued_at IS NOT NULL"),
      "2026-01-07");
  // A failed read is repeated a day later at the earliest.
  all.database.query(
      "UPDATE vobiz_sync.windows SET queued_at = NULL, read_at = now() WHERE day = '2026-01-07'");
  step();
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_sync.windows WHERE queued_at IS NOT NULL"), "0");
  all.database.query("UPDATE vobiz_sync.windows SET state = 'proven' WHERE day = '2026-01-07'");
  EXPECT_THAT(step(), IsEmpty());
  EXPECT_THAT(step(), ElementsAre("dropped cdrs_2026_01 2"));
}

TEST_F(retention, takes_a_refused_day_for_proven_only_when_the_other_endpoint_proved_it) {
  all.database.query("UPDATE vobiz_sync.windows SET state = 'forbidden' WHERE day = '2026-01-07'");
  EXPECT_THAT(
      step(),
      ElementsAre(
          "announced cdrs_2026_01 2: 1 of its windows are not proven, the oldest of 2026-01-07",
          "announced cdrs_2026_02 1"));
  all.database.query(
      "INSERT INTO vobiz_sync.windows (partner_id, stream, scope, day, state)\n"
      "VALUES ('PA_EXAMPLE01', 'cdrs', 'MA_1', '2026-01-07', 'proven')");
  step();
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_sync.retention WHERE held_by IS NULL"), "2");
}

TEST_F(retention, leaves_a_month_alone_that_another_partner_keeps) {
  windows("PA_EXAMPLE02", "2026-02-01", "2026-02-28");
  keep({}, "PA_EXAMPLE02");
  step();
  a_day_passes();
  EXPECT_THAT(step(), ElementsAre("dropped cdrs_2026_01 2"));
  EXPECT_THAT(step(), IsEmpty());
  EXPECT_EQ(all.value("SELECT held_by FROM vobiz_sync.retention WHERE month = '2026-02-01'"),
            "partner \"PA_EXAMPLE02\" keeps its calls of the month");
  keep("2026-03-01", "PA_EXAMPLE02");
  step();
  EXPECT_THAT(step(), ElementsAre("dropped cdrs_2026_02 1"));
}

TEST_F(retention, leaves_a_month_alone_while_one_of_its_calls_is_listed_on_a_day_still_read) {
  // Days before 2 March are no longer read; the list of 1 March contained this call.
  all.calls({call(++number, {}, "2026-02-28T23:59:00Z")}, "2026-03-01");
  all.calls({call(++number, {}, "2026-02-28T23:59:00Z")}, "2026-03-02");
  store_sums();
  EXPECT_THAT(
      step(),
      ElementsAre(
          "announced cdrs_2026_01 2",
          "announced cdrs_2026_02 3: a call of it is listed on 2026-03-02, which is still read"));
  keep("2026-04-01");
  EXPECT_THAT(step(), ElementsAre("announced cdrs_2026_03 1"));
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_sync.retention WHERE held_by IS NULL"), "3");
}

TEST_F(retention, leaves_a_month_alone_with_an_open_break_in_it) {
  all.database.query(
      "INSERT INTO vobiz.reconciliation_breaks (partner_id, billing_day, check_name, kind, "
      "row_key, account_id,\n"
      "  currency, state, last_run_id, rule_version)\n"
      "VALUES ('PA_EXAMPLE01', '2026-01-20', 'call_charge', 'no_debit', 'x', 'MA_1', 'INR', "
      "'open', 1, 1)");
  EXPECT_THAT(step(),
              ElementsAre("announced cdrs_2026_01 2: reconciliation has 1 open breaks in it",
                          "announced cdrs_2026_02 1"));
  all.database.query("UPDATE vobiz.reconciliation_breaks SET state = 'accepted'");
  a_day_passes();
  step();
  EXPECT_THAT(step(), ElementsAre("dropped cdrs_2026_01 2"));
}

TEST_F(retention, keeps_the_sums_of_dropped_months_through_a_rebuild) {
  auto const before = sums();
  EXPECT_THAT(before, ::testing::StartsWith("4 4 4 "));
  step();
  a_day_passes();
  step();
  step();
  ASSERT_EQ(all.value("SELECT count(*) FROM vobiz.cdrs"), "1");
  EXPECT_EQ(sums(), before);
  all.value("SELECT vobiz_sync.rebuild_rollups('Asia/Kolkata')");
  EXPECT_EQ(sums(), before);
  // Another zone builds its days from the same 15 minutes.
  all.value("SELECT vobiz_sync.rebuild_rollups('UTC')");
  EXPECT_EQ(sums(), before);
}

TEST_F(retention, leaves_a_month_alone_until_the_sums_of_its_days_are_stored) {
  all.calls({call(++number, {}, "2026-01-20T10:00:00Z")}, "2026-01-20");
  EXPECT_THAT(step(),
              ElementsAre("announced cdrs_2026_01 3: sums of its days are still to be stored",
                          "announced cdrs_2026_02 1"));
}

TEST_F(retention, takes_its_announcement_back_when_it_is_lengthened) {
  step();
  keep("2026-02-01");
  step();
  EXPECT_EQ(all.value("SELECT string_agg(month::text, ' ') FROM vobiz_sync.retention"),
            "2026-01-01");
  keep({});
  step();
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_sync.retention"), "0");
}

TEST_F(retention, stores_no_call_of_a_dropped_month_and_announces_one_that_was_read_again) {
  step();
  a_day_passes();
  step();
  step();
  EXPECT_EQ(counts(all.calls({call(++number, {}, "2026-02-03T10:00:00Z")}, "2026-03-05")), "0 0 1");
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz.cdrs"), "1");
  // Retention was disabled, and the month is to be read again.
  in_transaction([](auto& t) { ensure_partitions(t, day("2026-02-01"), day("2026-02-28")); });
  EXPECT_EQ(counts(all.calls({call(++number, {}, "2026-02-03T10:00:00Z")}, "2026-02-03")), "1 0 0");
  store_sums();
  EXPECT_THAT(step(), ElementsAre("announced cdrs_2026_02 1"));
  EXPECT_THAT(step(), IsEmpty());
}

TEST_F(retention, needs_no_more_rights_than_the_daemon_has) {
  step();
  a_day_passes();
  in_transaction([](auto& t) {
    t.exec("SET LOCAL ROLE vobiz_writer");
    EXPECT_EQ(retire_calls(t, "PA_EXAMPLE01").size(), 1u);
  });
  pqxx::work refused(all.database.connection());
  refused.exec("SET LOCAL ROLE vobiz_reader");
  EXPECT_THROW(retire_calls(refused, "PA_EXAMPLE01"), pqxx::sql_error);
}

TEST(runs, are_forgotten_after_ninety_days_but_for_the_last_hundred_of_each_stream) {
  store all;
  auto const add = [&](char const* stream, int runs, char const* age) {
    all.database.query(
        "INSERT INTO vobiz_sync.runs (partner_id, stream, command, started_at, finished_at, "
        "outcome)\n"
        "SELECT 'PA_EXAMPLE01', '" +
        std::string(stream) + "', 'run', now() - interval '" + age +
        "', now(), 'ok' FROM generate_series(1, " + std::to_string(runs) + ")");
  };
  auto const prune = [&](char const* stream) {
    pqxx::work transaction(all.database.connection());
    prune_runs(transaction, "PA_EXAMPLE01", stream);
    transaction.commit();
    return all.value("SELECT count(*) FROM vobiz_sync.runs WHERE stream = '" + std::string(stream) +
                     "'");
  };
  add("cdrs", 350, "91 days");
  add("cdrs", 30, "89 days");
  add("accounts", 80, "400 days");
  // At most 200 per call.
  EXPECT_EQ(prune("cdrs"), "180");
  EXPECT_EQ(prune("cdrs"), "100");
  EXPECT_EQ(prune("cdrs"), "100");
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_sync.runs WHERE stream = 'cdrs' AND started_at > "
                      "now() - interval '90 days'"),
            "30");
  EXPECT_EQ(prune("accounts"), "80");
}

}  // namespace
}  // namespace vobiz::sink
