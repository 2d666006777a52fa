#include "store.hpp"
#include "vobiz/sink/windows.hpp"

// The day and the partition of a stored row.
namespace vobiz::sink {
namespace {

std::string where_it_stands(store& all, int number) {
  return all.value(
      "SELECT string_agg(window_day || ' ' || to_char(start_time AT TIME ZONE 'UTC', 'MM-DD "
      "HH24:MI')\n"
      "  || ' ' || tableoid::regclass, '; ') FROM vobiz.cdrs WHERE uuid = '" +
      uuid(number) + "'");
}

TEST(days, a_row_listed_under_two_days_is_stored_once_and_keeps_its_day) {
  store all;
  all.calls({call(1, R"("cost":1)")}, "2026-03-10");
  auto const again = all.calls({call(1, R"("cost":1)")}, "2026-03-11");
  EXPECT_EQ(counts(again), "0 0 1");
  EXPECT_TRUE(again.left_days.empty());
  // A change of other fields does not move it either.
  auto const changed = all.calls({call(1, R"("cost":2)")}, "2026-03-11");
  EXPECT_EQ(counts(changed), "0 1 0");
  EXPECT_TRUE(changed.left_days.empty());
  EXPECT_EQ(all.value("SELECT window_day FROM vobiz.cdrs"), "2026-03-10");
}

TEST(days, a_corrected_start_moves_the_row_and_tells_the_day_it_left) {
  store all;
  all.calls({call(1)}, "2026-03-10");
  auto const moved = all.calls({call(1, {}, "2026-03-12T01:00:00Z")}, "2026-03-12");
  EXPECT_EQ(counts(moved), "0 1 0");
  EXPECT_THAT(moved.left_days, ::testing::ElementsAre(day("2026-03-10")));
  EXPECT_EQ(where_it_stands(all, 1), "2026-03-12 03-12 01:00 vobiz_part.cdrs_default");
}

TEST(days, a_corrected_start_crosses_months_and_leaves_one_row) {
  store all;
  all.make_partitions("2026-03-01", "2026-04-30");
  all.calls({call(1, {}, "2026-03-31T23:59:59.5Z"), call(2)}, "2026-03-31");
  EXPECT_EQ(where_it_stands(all, 1), "2026-03-31 03-31 23:59 vobiz_part.cdrs_2026_03");
  auto const moved = all.calls({call(1, R"("cost":3)", "2026-04-01T00:00:00Z")}, "2026-04-01");
  EXPECT_EQ(counts(moved), "0 1 0");
  EXPECT_EQ(where_it_stands(all, 1), "2026-04-01 04-01 00:00 vobiz_part.cdrs_2026_04");
  auto const back = all.calls({call(1, R"("cost":3)", "2026-03-31T10:00:00Z")}, "2026-03-31");
  EXPECT_THAT(back.left_days, ::testing::ElementsAre(day("2026-04-01")));
  EXPECT_EQ(where_it_stands(all, 1), "2026-03-31 03-31 10:00 vobiz_part.cdrs_2026_03");
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz.cdrs"), "2");
}

TEST(days, a_start_that_was_nonsense_is_corrected_in_place) {
  store all;
  all.make_partitions("2026-03-01", "2026-03-31");
  all.calls({call(1, {}, "1970-01-01T00:00:00Z")}, "2026-03-10");
  EXPECT_EQ(where_it_stands(all, 1), "2026-03-10 01-01 00:00 vobiz_part.cdrs_default");
  EXPECT_EQ(counts(all.calls({call(1, {}, "2026-03-10T10:00:00Z")}, "2026-03-10")), "0 1 0");
  EXPECT_EQ(where_it_stands(all, 1), "2026-03-10 03-10 10:00 vobiz_part.cdrs_2026_03");
}

TEST(days, the_same_uuid_of_another_account_is_another_call) {
  store all;
  all.calls({call(1)});
  EXPECT_EQ(
      counts(all.merge(
          "cdrs", "{\"data\":[{\"uuid\":\"" + uuid(1) +
                      "\",\"account_id\":\"MA_2\",\"start_time\":\"2026-03-10T10:00:00Z\"}]}")),
      "1 0 0");
}

TEST(days, a_removed_row_that_is_listed_again_comes_back) {
  store all;
  all.calls({call(1, R"("cost":1)")}, "2026-03-10");
  all.database.query("UPDATE vobiz.cdrs SET removed_at = now()");
  EXPECT_EQ(counts(all.calls({call(1, R"("cost":1)")}, "2026-03-11")), "0 1 0");
  // It belongs to the day where it reappeared; the old day has lost it.
  EXPECT_EQ(all.value("SELECT concat_ws(' ', window_day, removed_at) FROM vobiz.cdrs"),
            "2026-03-11");
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz.adjustments"), "0");
}

TEST(days, a_removed_row_that_comes_back_in_an_older_version_keeps_the_newer_values) {
  store all;
  auto const version = [](char const* cost, char const* updated) {
    return call(1, std::string("\"cost\":") + cost + ",\"updated_at\":\"" + updated + "\"");
  };
  all.calls({version("2", "2026-03-10T12:00:00Z")});
  all.database.query("UPDATE vobiz.cdrs SET removed_at = now()");
  EXPECT_EQ(counts(all.calls({version("9", "2026-03-10T11:00:00Z")})), "0 1 0");
  EXPECT_EQ(
      all.value(
          "SELECT concat_ws(' ', cost, updated_at AT TIME ZONE 'UTC', removed_at) FROM vobiz.cdrs"),
      "2 2026-03-10 12:00:00");
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz.adjustments"), "0");
  EXPECT_EQ(counts(all.calls({version("9", "2026-03-10T11:00:00Z")})), "0 0 1");
}

TEST(partitions, are_made_for_every_month_of_the_span_once) {
  store all;
  all.make_partitions("2025-12-31", "2026-02-01");
  all.make_partitions("2025-12-31", "2026-02-01");
  EXPECT_EQ(all.value("SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class\n"
                      "WHERE relnamespace = 'vobiz_part'::regnamespace AND relkind = 'r'"),
            "cdrs_2025_12 cdrs_2026_01 cdrs_2026_02 cdrs_default");
}

TEST(partitions, are_made_by_one_of_those_who_come_at_once) {
  store all;
  auto const making = [](pqxx::work& transaction) {
    ensure_partitions(transaction, day("2026-02-01"), day("2026-02-01"));
  };
  all.interleave(making, making);
}

TEST(partitions, made_late_take_their_rows_from_the_default_one) {
  store all;
  all.calls({call(1, R"("cost":1.5)", "2026-02-28T23:59:59.999999Z"),
             call(2, {}, "2026-03-01T00:00:00Z"), call(3, {}, "2026-03-31T23:59:59.999999Z"),
             call(4, {}, "2026-04-01T00:00:00Z")});
  all.make_partitions("2026-03-05", "2026-03-06");
  EXPECT_EQ(
      all.value(
          "SELECT string_agg(right(uuid::text, 1), '' ORDER BY uuid) FROM vobiz_part.cdrs_2026_03"),
      "23");
  EXPECT_EQ(
      all.value(
          "SELECT string_agg(right(uuid::text, 1), '' ORDER BY uuid) FROM vobiz_part.cdrs_default"),
      "14");
  EXPECT_EQ(all.value("SELECT cost FROM vobiz.cdrs WHERE uuid = '" + uuid(1) + "'"), "1.5");
  // They are found there.
  EXPECT_EQ(counts(all.calls(
                {call(2, {}, "2026-03-01T00:00:00Z"), call(3, {}, "2026-03-31T23:59:59.999999Z")})),
            "0 0 2");
}

}  // namespace
}  // namespace vobiz::sink
