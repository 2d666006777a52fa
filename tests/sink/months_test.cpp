#include "store.hpp"
#include "vobiz/sink/rollups.hpp"
#include "vobiz/sink/walks.hpp"

// The cost of one day beside many stored months, and rows that started in a distant month.
namespace vobiz::sink {
namespace {

class months : public ::testing::Test {
protected:
  merge_result read(pqxx::work& transaction, std::vector<std::string> const& rows) {
    auto page = decode::decoder(cdrs).decode(store::list_of(rows)).value();
    auto result = merge(transaction, cdrs, {all.partner, key.day, false}, page.rows);
    roll_up(transaction, cdrs, result.touched);
    return result;
  }
  was_walked walked(int number) const { return walked_calls({number}); }
  std::int64_t remove_but(pqxx::work& transaction, int number) {
    auto const removed = mark_removed(transaction, cdrs, key, walked(number));
    roll_up(transaction, cdrs, removed.touched);
    return removed.rows;
  }
  std::string strays() {
    return all.value("SELECT string_agg(day::text, ' ' ORDER BY day) FROM vobiz_sync.stray_days");
  }

  store all;
  streams::stream const& cdrs = *streams::find("cdrs");
  window_key const key{all.partner, "cdrs", "*", day("2026-03-10")};
};

// Planning a statement locks its tables, so the transaction's locks show which months it uses.
std::string months_locked(pqxx::work& transaction) {
  return transaction
      .exec(
          "SELECT string_agg(DISTINCT relname, ' ' ORDER BY relname) FROM pg_locks JOIN pg_class c "
          "ON c.oid = relation\n"
          "WHERE pid = pg_backend_pid() AND relnamespace = 'vobiz_part'::regnamespace AND relkind "
          "= 'r'")[0][0]
      .c_str();
}

TEST_F(months, that_are_far_are_not_looked_at_for_a_day) {
  all.make_partitions("2021-01-01", "2027-12-31");
  all.calls({call(1), call(2)});
  pqxx::work transaction(all.database.connection());
  // One row is new, one changed, one vanished.
  EXPECT_EQ(counts(read(transaction, {call(1, "\"cost\":1"), call(3)})), "1 1 0");
  EXPECT_EQ(recount(transaction, cdrs, key).rows, 3);
  EXPECT_EQ(vanished(transaction, cdrs, key, walked(1)).size(), 2u);
  EXPECT_EQ(remove_but(transaction, 1), 2);
  EXPECT_TRUE(store_marked_day(transaction, all.partner));
  // 62 days around the calls and 32 around the day; the peaks need only the day itself.
  EXPECT_EQ(months_locked(transaction),
            "cdrs_2026_01 cdrs_2026_02 cdrs_2026_03 cdrs_2026_04 cdrs_2026_05 cdrs_default");
}

TEST_F(months, hold_a_days_call_that_started_in_another_year) {
  all.make_partitions("2024-01-01", "2026-03-31");
  all.calls({call(1), call(2, {}, "2024-07-01T10:00:00Z"), call(3, {}, "1970-01-01T00:00:00Z")});
  EXPECT_EQ(strays(), "2026-03-10");
  pqxx::work transaction(all.database.connection());
  EXPECT_EQ(recount(transaction, cdrs, key).rows, 3);
  EXPECT_EQ(count_stored(transaction, cdrs, key), 3);
  EXPECT_EQ(vanished(transaction, cdrs, key, walked(1)).size(), 2u);
  EXPECT_EQ(remove_but(transaction, 1), 2);
  EXPECT_EQ(recount(transaction, cdrs, key).rows, 1);
}

TEST_F(months, do_not_lose_a_call_whose_correction_takes_it_far_away) {
  all.make_partitions("2025-01-01", "2026-03-31");
  all.calls({call(1)});
  EXPECT_EQ(strays(), "");
  all.calls({call(1, {}, "2026-01-15T10:00:00Z")});
  EXPECT_EQ(strays(), "2026-03-10");
  pqxx::work transaction(all.database.connection());
  EXPECT_EQ(recount(transaction, cdrs, key).rows, 1);
}

TEST_F(months, are_near_up_to_31_days_from_the_day) {
  all.calls({call(1, {}, "2026-02-07T00:00:00Z"), call(2, {}, "2026-04-10T23:59:59.999999Z")});
  EXPECT_EQ(strays(), "");
  pqxx::work transaction(all.database.connection());
  EXPECT_EQ(recount(transaction, cdrs, key).rows, 2);
  transaction.commit();
  all.calls({call(3, {}, "2026-02-06T23:59:59.999999Z")}, "2026-03-10");
  all.calls({call(4, {}, "2026-04-12T00:00:00Z")}, "2026-03-11");
  EXPECT_EQ(strays(), "2026-03-10 2026-03-11");
}

}  // namespace
}  // namespace vobiz::sink
