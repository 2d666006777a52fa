#include "books.hpp"

namespace vobiz::reconcile {
namespace {

using ::testing::IsEmpty;

// Rows that are changed by hand, and sums that are not those of the rows.
struct change {
  std::string name;
  std::string sql;
  std::string mended;  // whose sums are made again
};

void PrintTo(change const& one, std::ostream* out) { *out << one.name; }

std::vector<change> changes() {
  std::string const one_call = " WHERE uuid = '00000000-0000-4000-8000-000000000003'";
  std::string const one = "1 customer were made again from their rows: MA_1";
  std::string const two = "2 customers were made again from their rows: MA_1, MA_2";
  std::string const second = "1 customer were made again from their rows: MA_2";
  return {
      {"a_call_is_gone", "DELETE FROM vobiz.cdrs" + one_call, one},
      {"a_call_is_removed", "UPDATE vobiz.cdrs SET removed_at = now()" + one_call, one},
      {"a_call_costs_more", "UPDATE vobiz.cdrs SET total_cost = 0.8" + one_call, one},
      {"a_call_moves_to_an_empty_quarter",
       "UPDATE vobiz.cdrs SET start_time = '2026-03-10 05:40Z'" + one_call, one},
      {"two_calls_swap_their_quarters",
       "UPDATE vobiz.cdrs SET start_time = '2026-03-10 06:53Z', account_id = 'MA_2'" + one_call +
           "; UPDATE vobiz.cdrs SET start_time = '2026-03-10 04:03Z', account_id = 'MA_1' WHERE "
           "uuid = '00000000-0000-4000-8000-000000000053'",
       two},
      {"a_call_changes_customers", "UPDATE vobiz.cdrs SET account_id = 'MA_2'" + one_call, two},
      {"a_measure_differs_and_no_sum_of_money", "UPDATE vobiz.cdrs SET mos = 4.2" + one_call, one},
      {"a_cause_differs", "UPDATE vobiz.cdrs SET hangup_cause = 'USER_BUSY'" + one_call, one},
      {"an_entry_is_gone", "DELETE FROM vobiz.transactions WHERE id = 'c3'", one},
      {"an_entry_fails", "UPDATE vobiz.transactions SET status = 'failed' WHERE id = 'c3'", one},
      {"an_entry_was_seen_later",
       "UPDATE vobiz.transactions SET first_seen_at = now() + interval '1 hour' WHERE id = 'c3'",
       one},
      {"an_entry_of_a_customer_that_has_no_sums",
       "SELECT pg_temp.entry('x', 'MA_9', '2026-03-10 04:00Z', 2, 'payment', NULL, '', 'credit')",
       "1 customer were made again from their rows: MA_9"},
      {"sums_are_gone",
       "DELETE FROM vobiz.usage_buckets WHERE account_id = 'MA_2' AND bucket_start > '2026-03-10'",
       second},
      {"sums_have_no_rows",
       "DELETE FROM vobiz.cdrs WHERE account_id = 'MA_2' AND start_time > '2026-03-10'", second},
      {"many_customers_have_an_entry_more",
       "SELECT pg_temp.entry('x' || n, 'MA_' || n, '2026-03-10 04:00Z', 2, 'payment', NULL, '', "
       "'credit') FROM generate_series(1, 4) n",
       "4 customers were made again from their rows: MA_1, MA_2, MA_3 and others"},
  };
}

constexpr char const* differing = "SELECT vobiz_sync.rebuild_days('2026-03-09', '2026-03-11')";

class kept_rollups : public ::testing::Test {
protected:
  // What the check says of the day: no difference is a break, as all are mended.
  std::string mended(char const* day = "2026-03-10") {
    EXPECT_THAT(all.check("rollups", day).errors, IsEmpty());
    EXPECT_THAT(all.not_ok(), IsEmpty());
    EXPECT_THAT(all.breaks(), IsEmpty());
    return all.value("SELECT reason FROM vobiz.reconciliation_results WHERE run_id = " +
                     std::to_string(all.run_id));
  }

  void store_marked_days() {
    while (all.value("SELECT vobiz_sync.store_marked_day('PA_1') IS NOT NULL") == "t") {
    }
  }

  books all;
};

class changed_by_hand : public kept_rollups, public ::testing::WithParamInterface<change> {};

TEST_P(changed_by_hand, is_found_and_mended_by_a_reconciliation) {
  EXPECT_EQ(mended(), "");
  all.sql(GetParam().sql);
  EXPECT_EQ(mended(), "sums of " + GetParam().mended);
  EXPECT_EQ(mended(), "");
  EXPECT_EQ(all.value(differing), "0");
}

INSTANTIATE_TEST_SUITE_P(, changed_by_hand, ::testing::ValuesIn(changes()),
                         [](auto const& one) { return one.param.name; });

TEST_F(kept_rollups, of_a_row_that_was_moved_to_another_day_are_mended_with_each_day) {
  all.sql(
      "UPDATE vobiz.cdrs SET start_time = start_time + interval '1 day' WHERE uuid = "
      "'00000000-0000-4000-8000-000000000003'; UPDATE vobiz.transactions SET created_at = "
      "created_at + interval '1 day' WHERE id = 'c3'");
  std::string const one = "sums of 1 customer were made again from their rows: MA_1";
  EXPECT_EQ(mended("2026-03-11"), one);
  EXPECT_EQ(mended("2026-03-11"), "");
  EXPECT_EQ(mended("2026-03-10"), one);
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
  auto const after = all.value(shown);
  EXPECT_NE(after, before);
  all.sql(differing);
  EXPECT_EQ(all.value(shown), after);
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
  EXPECT_EQ(all.value(versions), before);
  EXPECT_EQ(all.value("SELECT rows FROM vobiz.reconciliation_results WHERE check_name = 'rollups'"),
            all.value("SELECT (SELECT count(*) FROM vobiz.cdrs WHERE vobiz.billing_day(start_time) "
                      "= '2026-03-10') + (SELECT count(*) FROM vobiz.transactions WHERE "
                      "vobiz.billing_day(created_at) = '2026-03-10')"));
}

}  // namespace
}  // namespace vobiz::reconcile
