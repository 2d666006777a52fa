#include "books.hpp"

namespace vobiz::reconcile {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
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
       {"rollups usage 2026-03-10T04:00Z 5.85 6.5", "rollups hangups 2026-03-10T04:00Z 9 10"}},
      {"a_call_is_removed",
       "UPDATE vobiz.cdrs SET removed_at = now()" + one_call,
       {"rollups usage 2026-03-10T04:00Z 5.85 6.5", "rollups hangups 2026-03-10T04:00Z 9 10"}},
      {"a_call_costs_more",
       "UPDATE vobiz.cdrs SET total_cost = 0.8" + one_call,
       {"rollups usage 2026-03-10T04:00Z 6.65 6.5"}},
      {"a_call_moves",
       "UPDATE vobiz.cdrs SET start_time = '2026-03-10 05:10Z'" + one_call,
       {"rollups usage 2026-03-10T04:00Z 5.85 6.5", "rollups hangups 2026-03-10T04:00Z 9 10",
        "rollups usage 2026-03-10T05:00Z 2.125 1.475", "rollups hangups 2026-03-10T05:00Z 4 3"}},
      {"a_measure_differs_and_no_sum",
       "UPDATE vobiz.cdrs SET mos = 4.2" + one_call,
       {"rollups usage 2026-03-10T04:00Z 6.5 6.5"}},
      {"a_cause_differs",
       "UPDATE vobiz.cdrs SET hangup_cause = 'USER_BUSY'" + one_call,
       {"rollups hangups 2026-03-10T04:00Z 10 10"}},
      {"an_entry_is_gone",
       "DELETE FROM vobiz.transactions WHERE id = 'c3'",
       {"rollups ledger 2026-03-10T04:00Z 5.85 6.5"}},
      {"an_entry_fails",
       "UPDATE vobiz.transactions SET status = 'failed' WHERE id = 'c3'",
       {"rollups ledger 2026-03-10T04:00Z 6.5 6.5"}},
      {"sums_are_gone",
       "DELETE FROM vobiz.usage_buckets WHERE account_id = 'MA_2'",
       {"rollups usage 2026-03-10T06:45Z 3.9 0"}},
      {"sums_have_no_rows",
       "DELETE FROM vobiz.cdrs WHERE account_id = 'MA_2'",
       {"rollups usage 2026-03-10T06:45Z 0 3.9", "rollups hangups 2026-03-10T06:45Z 0 6"}},
  };
}

class changed_by_hand : public ::testing::TestWithParam<change> {
protected:
  changed_by_hand() {
    all.sql("SELECT vobiz_sync.rebuild_days('2026-01-01', '2026-12-31')");
    all.mends_rollups = false;
  }
  books all;
};

TEST_P(changed_by_hand, is_found_until_the_days_are_rebuilt) {
  EXPECT_THAT(all.check("rollups").errors, IsEmpty());
  EXPECT_THAT(all.not_ok(), IsEmpty());
  all.sql(GetParam().sql);
  EXPECT_THAT(all.check("rollups").errors, IsEmpty());
  EXPECT_THAT(all.breaks(), UnorderedElementsAreArray(GetParam().breaks));
  EXPECT_THAT(all.not_ok(), ElementsAre("rollups break"));
  all.sql("SELECT vobiz_sync.rebuild_days('2026-03-10', '2026-03-10')");
  EXPECT_THAT(all.check("rollups").errors, IsEmpty());
  EXPECT_THAT(all.not_ok(), IsEmpty());
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz.reconciliation_breaks WHERE state = 'open'"),
            "0");
}

INSTANTIATE_TEST_SUITE_P(, changed_by_hand, ::testing::ValuesIn(changes()),
                         [](auto const& one) { return one.param.name; });

// Of a busy day eight quarters of an hour are looked at, and a break stays until it is mended.
TEST(rollups, of_a_busy_day_are_a_sample_and_what_is_broken) {
  books all;
  all.sql(
      "SELECT pg_temp.call(1000 + n, 'MA_1', '2026-03-10 00:00Z'::timestamptz + n * interval '15 "
      "min', 60) FROM generate_series(0, 70) n");
  all.check("rollups");
  all.mends_rollups = false;
  auto const looked_at =
      "SELECT rows FROM vobiz.reconciliation_results ORDER BY run_id DESC LIMIT 1";
  EXPECT_LT(std::stoi(all.value(looked_at)), 71);
  EXPECT_GE(std::stoi(all.value(looked_at)), 8);
  all.sql("DELETE FROM vobiz.usage_buckets");
  all.check("rollups");
  auto const found = all.breaks();
  EXPECT_EQ(all.value("SELECT count(DISTINCT row_key) FROM vobiz.reconciliation_breaks"), "8");
  // Other quarters with a call would be chosen now.
  all.sql("DELETE FROM vobiz.cdrs WHERE start_time < '2026-03-10 12:00Z'");
  all.check("rollups");
  for (auto const& before : found) {
    if (before < "rollups usage 2026-03-10T12:00Z") continue;
    EXPECT_THAT(all.breaks(), ::testing::Contains(before));
  }
}

}  // namespace
}  // namespace vobiz::reconcile
