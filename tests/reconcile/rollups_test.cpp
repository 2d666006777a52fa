#include "books.hpp"

namespace vobiz::reconcile {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAreArray;

// Rows that are changed by hand, and sums that are not those of the rows.
struct change {
  std::string name;
  std::string sql;
  std::vector<std::string> breaks;
};

void PrintTo(change const& one, std::ostream* out) { *out << one.name; }

std::vector<change> changes() {
  std::string const one_call = " WHERE uuid = '00000000-0000-4000-8000-000000000003'";
  return {
      {"a_call_is_gone",
       "DELETE FROM vobiz.cdrs" + one_call,
       {"rollups usage usage 5.85 6.5", "rollups hangups hangups 9 10"}},
      {"a_call_is_removed",
       "UPDATE vobiz.cdrs SET removed_at = now()" + one_call,
       {"rollups usage usage 5.85 6.5", "rollups hangups hangups 9 10"}},
      {"a_call_costs_more",
       "UPDATE vobiz.cdrs SET total_cost = 0.8" + one_call,
       {"rollups usage usage 6.65 6.5"}},
      {"a_call_moves_to_an_empty_quarter",
       "UPDATE vobiz.cdrs SET start_time = '2026-03-10 05:40Z'" + one_call,
       {"rollups usage usage 6.5 6.5", "rollups hangups hangups 10 10"}},
      {"two_calls_swap_their_quarters",
       "UPDATE vobiz.cdrs SET start_time = '2026-03-10 06:53Z', account_id = 'MA_2'" + one_call +
           "; UPDATE vobiz.cdrs SET start_time = '2026-03-10 04:03Z', account_id = 'MA_1' WHERE "
           "uuid = '00000000-0000-4000-8000-000000000053'",
       {"rollups usage usage 6.5 6.5", "rollups usage usage 3.9 3.9",
        "rollups hangups hangups 10 10", "rollups hangups hangups 6 6"}},
      {"a_call_changes_customers",
       "UPDATE vobiz.cdrs SET account_id = 'MA_2'" + one_call,
       {"rollups usage usage 5.85 6.5", "rollups usage usage 0.65 0",
        "rollups hangups hangups 9 10", "rollups hangups hangups 1 0"}},
      {"a_measure_differs_and_no_sum_of_money",
       "UPDATE vobiz.cdrs SET mos = 4.2" + one_call,
       {"rollups usage usage 6.5 6.5"}},
      {"a_cause_differs",
       "UPDATE vobiz.cdrs SET hangup_cause = 'USER_BUSY'" + one_call,
       {"rollups hangups hangups 10 10"}},
      {"an_entry_is_gone",
       "DELETE FROM vobiz.transactions WHERE id = 'c3'",
       {"rollups ledger ledger 5.85 6.5"}},
      {"an_entry_fails",
       "UPDATE vobiz.transactions SET status = 'failed' WHERE id = 'c3'",
       {"rollups ledger ledger 6.5 6.5"}},
      {"an_entry_was_seen_later",
       "UPDATE vobiz.transactions SET first_seen_at = now() + interval '1 hour' WHERE id = 'c3'",
       {"rollups ledger ledger 6.5 6.5"}},
      {"an_entry_of_a_customer_that_has_no_sums",
       "SELECT pg_temp.entry('x', 'MA_9', '2026-03-10 04:00Z', 2, 'payment', NULL, '', 'credit')",
       {"rollups ledger ledger 2 0"}},
      {"sums_are_gone",
       "DELETE FROM vobiz.usage_buckets WHERE account_id = 'MA_2' AND bucket_start > '2026-03-10'",
       {"rollups usage usage 3.9 0"}},
      {"sums_have_no_rows",
       "DELETE FROM vobiz.cdrs WHERE account_id = 'MA_2' AND start_time > '2026-03-10'",
       {"rollups usage usage 0 3.9", "rollups hangups hangups 0 6"}},
  };
}

constexpr char const* differing = "SELECT vobiz_sync.rebuild_days('2026-03-09', '2026-03-11')";

class kept_rollups : public ::testing::Test {
protected:
  kept_rollups() {
    all.sql("SELECT vobiz_sync.rebuild_days('2026-01-01', '2026-12-31')");
    all.mends_rollups = false;
  }

  void store_marked_days() {
    while (all.value("SELECT vobiz_sync.store_marked_day('PA_1') IS NOT NULL") == "t") {
    }
  }

  books all;
};

class changed_by_hand : public kept_rollups, public ::testing::WithParamInterface<change> {};

TEST_P(changed_by_hand, is_found_and_mended_by_a_reconciliation) {
  EXPECT_THAT(all.check("rollups").errors, IsEmpty());
  EXPECT_THAT(all.not_ok(), IsEmpty());
  all.sql(GetParam().sql);
  EXPECT_THAT(all.check("rollups").errors, IsEmpty());
  EXPECT_THAT(all.breaks(), UnorderedElementsAreArray(GetParam().breaks));
  EXPECT_THAT(all.not_ok(), ElementsAre("rollups break"));
  EXPECT_THAT(all.check("rollups").errors, IsEmpty());
  EXPECT_THAT(all.not_ok(), IsEmpty());
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz.reconciliation_breaks WHERE state = 'open'"),
            "0");
  EXPECT_EQ(all.value(differing), "0");
}

INSTANTIATE_TEST_SUITE_P(, changed_by_hand, ::testing::ValuesIn(changes()),
                         [](auto const& one) { return one.param.name; });

TEST_F(kept_rollups, of_a_row_that_was_moved_to_another_day_are_mended_with_each_day) {
  all.sql(
      "UPDATE vobiz.cdrs SET start_time = start_time + interval '1 day' WHERE uuid = "
      "'00000000-0000-4000-8000-000000000003'; UPDATE vobiz.transactions SET created_at = "
      "created_at + interval '1 day' WHERE id = 'c3'");
  all.check("rollups", "2026-03-11");
  EXPECT_THAT(all.breaks(), UnorderedElementsAreArray({"rollups usage usage 0.65 0",
                                                       "rollups hangups hangups 1 0",
                                                       "rollups ledger ledger 0.65 0"}));
  all.check("rollups", "2026-03-10");
  EXPECT_THAT(all.breaks(), UnorderedElementsAreArray({"rollups usage usage 5.85 6.5",
                                                       "rollups hangups hangups 9 10",
                                                       "rollups ledger ledger 5.85 6.5"}));
  EXPECT_EQ(all.value(differing), "0");
}

// What is derived from the sums follows: no view shows a stored day that is not that of the rows.
TEST_F(kept_rollups, that_are_mended_reach_the_views) {
  store_marked_days();
  auto const shown =
      "SELECT string_agg(concat_ws(' ', account_id, attempts, (SELECT sum(amount) FROM "
      "vobiz.ledger_days l WHERE (l.account_id, l.day) = (u.account_id, u.day)), (SELECT "
      "peak_calls FROM vobiz.concurrency_days c WHERE (c.account_id, c.day) = (u.account_id, "
      "u.day))), ', ' ORDER BY account_id) FROM vobiz.usage_days u WHERE day = '2026-03-10' AND "
      "account_id = 'MA_2'";
  auto const before = all.value(shown);
  all.sql(
      "SELECT pg_temp.call(n, 'MA_2', '2026-03-10 06:02Z', 60, 'inbound') FROM "
      "generate_series(90, 94) n; SELECT pg_temp.entry('x', 'MA_2', '2026-03-10 06:30Z', 7, "
      "'payment', NULL, '', 'credit')");
  EXPECT_EQ(all.value(shown), before);
  all.check();
  auto const mended = all.value(shown);
  EXPECT_NE(mended, before);
  all.sql(differing);
  EXPECT_EQ(all.value(shown), mended);
}

TEST_F(kept_rollups, of_a_clean_day_are_not_written) {
  store_marked_days();
  auto const versions =
      "SELECT string_agg(concat(t, xmin, ctid), ' ' ORDER BY t, ctid) FROM (SELECT 'u' AS t, xmin, "
      "ctid FROM vobiz.usage_buckets UNION ALL SELECT 'h', xmin, ctid FROM vobiz.hangup_buckets "
      "UNION ALL SELECT 'l', xmin, ctid FROM vobiz.ledger_buckets UNION ALL SELECT 'm', xmin, ctid "
      "FROM vobiz_sync.rollup_marks) v";
  auto const before = all.value(versions);
  all.check();
  EXPECT_THAT(all.not_ok(), Not(Contains("rollups break")));
  EXPECT_EQ(all.value(versions), before);
  EXPECT_EQ(all.value("SELECT rows FROM vobiz.reconciliation_results WHERE check_name = 'rollups'"),
            all.value("SELECT (SELECT count(*) FROM vobiz.cdrs WHERE vobiz.billing_day(start_time) "
                      "= '2026-03-10') + (SELECT count(*) FROM vobiz.transactions WHERE "
                      "vobiz.billing_day(created_at) = '2026-03-10')"));
}

}  // namespace
}  // namespace vobiz::reconcile
