#include "store.hpp"
#include "vobiz/sink/windows.hpp"

namespace vobiz::sink {
namespace {

using ::testing::ElementsAre;

// Merges into a day that was empty at the start of the read.
merge_result fill(store& all, std::string_view name, std::string const& rows) {
  auto const& stream = *streams::find(name);
  auto page = decode::decoder(stream).decode("{\"data\":[" + rows + "]}").value();
  pqxx::work transaction(all.database.connection());
  merge_target target;
  target.partner = all.partner;
  target.day = day("2026-03-10");
  target.expect_new = true;
  auto const result = merge(transaction, stream, target, page.rows);
  roll_up(transaction, stream, result.touched);
  transaction.commit();
  return result;
}

std::string billed(int number, std::string const& cost, std::string const& more = {}) {
  return "{" +
         call(number, "\"billsec\":10,\"duration\":12,\"total_cost\":\"" + cost + "\"" + more) +
         "}";
}

TEST(new_rows, are_stored_and_added_up) {
  store all;
  auto const result = fill(all, "cdrs", billed(1, "0.50000") + "," + billed(2, "1.25000"));
  EXPECT_EQ(counts(result), "2 0 0");
  EXPECT_THAT(result.change.sums, ElementsAre("1.75000", "20", "24"));
  EXPECT_EQ(
      all.value(
          "SELECT count(*) || ' ' || sum(total_cost) || ' ' || min(window_day) FROM vobiz.cdrs"),
      "2 1.75000 2026-03-10");
  // The same transaction makes the rollups.
  EXPECT_EQ(all.value("SELECT sum(attempts) || ' ' || sum(total_cost) FROM vobiz.usage_buckets"),
            "2 1.75000");
}

TEST(new_rows, are_compared_where_one_is_stored_under_another_start) {
  store all;
  all.calls({call(1, "\"billsec\":10", "2026-02-20T10:00:00Z")}, "2026-02-20");
  auto const result = fill(all, "cdrs", billed(1, "0.50000") + "," + billed(2, "1.25000"));
  EXPECT_EQ(counts(result), "1 1 0");
  EXPECT_EQ(result.change.rows, 2);
  EXPECT_THAT(result.change.sums, ElementsAre("1.75000", "20", "24"));
  EXPECT_THAT(result.left_days, ElementsAre(day("2026-02-20")));
  EXPECT_EQ(all.value("SELECT count(*) || ' ' || min(start_time::date) FROM vobiz.cdrs"),
            "2 2026-03-10");
}

TEST(new_rows, are_compared_where_one_waits_in_the_default_partition) {
  store all;
  all.calls({call(1, "\"billsec\":10", "1999-01-01T00:00:00Z")}, "2026-03-10");
  EXPECT_EQ(counts(fill(all, "cdrs", billed(1, "0.50000"))), "0 1 0");
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz.cdrs"), "1");
}

TEST(new_rows, repeated_in_a_batch_count_once_and_the_newest_stays) {
  store all;
  auto const old = billed(1, "0.50000", ",\"updated_at\":\"2026-03-10T11:00:00Z\"");
  auto const newer = billed(1, "0.40000", ",\"updated_at\":\"2026-03-10T12:00:00Z\"");
  auto const result = fill(all, "cdrs", newer + "," + old);
  EXPECT_EQ(counts(result), "1 0 0");
  EXPECT_THAT(result.change.sums, ElementsAre("0.40000", "10", "12"));
  EXPECT_EQ(all.value("SELECT total_cost FROM vobiz.cdrs"), "0.40000");
}

TEST(new_rows, keep_unknown_members_and_awkward_texts) {
  store all;
  fill(all, "cdrs",
       billed(1, "0", R"(,"surprise":{"a":[1]},"caller_id_name":"a \"b\" {c},\\d\n")"));
  EXPECT_EQ(all.value("SELECT extra FROM vobiz.cdrs"), "{\"surprise\": {\"a\": [1]}}");
  EXPECT_EQ(all.value("SELECT caller_id_name FROM vobiz.cdrs"), "a \"b\" {c},\\d\n");
}

TEST(new_rows, of_the_ledger_are_added_up_by_sign) {
  store all;
  std::string const row = R"(,"account_id":"MA_1","created_at":"2026-03-10T10:00:00Z","amount":)";
  auto const result = fill(all, "transactions",
                           R"({"id":"a","type":"debit")" + row +
                               R"("2.50"},{"id":"b","type":"credit")" + row + R"("10"})");
  EXPECT_EQ(counts(result), "2 0 0");
  EXPECT_THAT(result.change.sums, ElementsAre("2.50", "10"));
}

TEST(new_rows, are_added_to_what_their_window_says) {
  store all;
  auto const& stream = *streams::find("cdrs");
  pqxx::work transaction(all.database.connection());
  ensure_windows(transaction, all.partner, "cdrs", "*", day("2026-03-10"), day("2026-03-10"),
                 day("2026-03-10"));
  window_key const key{all.partner, "cdrs", "*", day("2026-03-10")};
  add_to_window(transaction, stream, key, {2, {"1.75", "20", "24"}});
  auto const after = add_to_window(transaction, stream, key, {1, {"0.25", "1", "2"}});
  EXPECT_EQ(after.rows, 3);
  EXPECT_THAT(after.sums, ElementsAre("2.00", "21", "26"));
  EXPECT_EQ(recount(transaction, stream, key).rows, 0);
}

// The golden files show by which columns; without such an index each look-up reads a whole one.
TEST(new_rows, are_looked_up_by_what_the_primary_key_begins_with) {
  store all;
  for (auto const& stream : streams::all()) {
    if (stream.form != streams::shape::day_windows) continue;
    auto const key = all.database.value(
        "SELECT string_agg(a.attname, ' ' ORDER BY k.place) FROM pg_index i "
        "CROSS JOIN unnest(i.indkey) WITH ORDINALITY AS k(attnum, place) "
        "JOIN pg_attribute a ON (a.attrelid, a.attnum) = (i.indrelid, k.attnum) "
        "WHERE i.indisprimary AND i.indrelid = 'vobiz." +
        std::string(stream.table) + "'::regclass");
    std::string looked_up(streams::selective_key(stream));
    if (!stream.partition) {
      looked_up.clear();
      for (auto const name : stream.key)
        looked_up += (looked_up.empty() ? "" : " ") + std::string(name);
    }
    EXPECT_THAT(key + " ", ::testing::StartsWith(looked_up + " ")) << stream.name;
  }
}

}  // namespace
}  // namespace vobiz::sink
