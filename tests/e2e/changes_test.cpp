#include <algorithm>

#include "rig.hpp"

// Changes at the provider after the first read.
namespace vobiz::e2e {
namespace {

std::string uuid_of_some_call(rig& all, std::string const& more = "total_cost > 0") {
  return all.value("SELECT uuid FROM vobiz.cdrs WHERE window_day = '" + days_ago(3) + "' AND " +
                   more + " ORDER BY uuid LIMIT 1");
}

TEST(changes, a_re_rated_call_is_corrected_and_leaves_an_adjustment) {
  rig all;
  all.sync_ends_with(0);
  auto const uuid = uuid_of_some_call(all);
  auto const before = all.value("SELECT total_cost FROM vobiz.cdrs WHERE uuid = '" + uuid + "'");
  all.api.post("/calls/" + uuid, {{"cost", "7.25"}, {"streaming_cost", "0"}});
  all.sync_ends_with(0);
  expect_the_truth(all);
  EXPECT_EQ(all.value("SELECT trim_scale(total_cost) FROM vobiz.cdrs WHERE uuid = '" + uuid + "'"),
            "7.25");
  EXPECT_EQ(all.value("SELECT old_value || ' ' || trim_scale(new_value::numeric) || ' ' || "
                      "currency FROM vobiz.adjustments\n"
                      "WHERE stream = 'cdrs' AND column_name = 'total_cost' AND row_key = '" +
                      uuid + "'"),
            before + " 7.25 INR");
  EXPECT_EQ(all.value("SELECT difference = 7.25 - " + before +
                      " FROM vobiz.adjustments\n"
                      "WHERE column_name = 'total_cost' AND row_key = '" +
                      uuid + "'"),
            "t");
}

TEST(changes, a_call_moved_to_another_day_is_stored_once) {
  rig all;
  all.sync_ends_with(0);
  auto const uuid = uuid_of_some_call(all);
  all.api.post("/calls/" + uuid, {{"start_time", days_ago(2) + "T08:00:00Z"}});
  all.sync_ends_with(0);
  expect_the_truth(all);
  EXPECT_EQ(all.value("SELECT string_agg(window_day::text, ' ') FROM vobiz.cdrs WHERE uuid = '" +
                      uuid + "'"),
            days_ago(2));
  EXPECT_EQ(
      all.value("SELECT count(*) FROM vobiz_sync.windows WHERE stream = 'cdrs' AND proof IS NULL"),
      "0");
}

// The row moves to another monthly partition.
TEST(changes, a_call_moved_across_months_is_stored_once) {
  rig all({"--days", "40", "--calls-per-day", "10"});
  all.configure([](auto& s) { s.days = 40; });
  all.sync_ends_with(0);
  auto const today_of_month = all.value("SELECT extract(day FROM now() AT TIME ZONE 'UTC')::int");
  // One day of last month, one of this month; both are probed.
  auto const back = std::stoi(today_of_month);
  auto const uuid = all.value("SELECT uuid FROM vobiz.cdrs WHERE window_day = '" + days_ago(back) +
                              "' ORDER BY uuid LIMIT 1");
  all.api.post("/calls/" + uuid, {{"start_time", days_ago(back - 1) + "T00:30:00Z"}});
  all.sync_ends_with(0);
  expect_the_truth(all);
  EXPECT_EQ(
      all.value("SELECT string_agg(tableoid::regclass::text, ' ') FROM vobiz.cdrs WHERE uuid = '" +
                uuid + "'"),
      all.value("SELECT 'vobiz_part.cdrs_' || to_char(now() AT TIME ZONE 'UTC', 'YYYY_MM')"));
}

TEST(changes, few_vanished_calls_are_marked_and_come_back) {
  rig all;
  all.sync_ends_with(0);
  auto const uuid = uuid_of_some_call(all);
  all.api.post("/calls/" + uuid + "/hide", boost::json::object());
  all.sync_ends_with(0);
  expect_the_truth(all);
  EXPECT_EQ(all.value("SELECT removed_at IS NOT NULL FROM vobiz.cdrs WHERE uuid = '" + uuid + "'"),
            "t");
  EXPECT_EQ(all.value("SELECT sum(removed) FROM vobiz_sync.runs"), "1");

  all.api.post("/calls/" + uuid + "/show", boost::json::object());
  all.sync_ends_with(0);
  expect_the_truth(all);
  EXPECT_EQ(all.value("SELECT removed_at IS NULL FROM vobiz.cdrs WHERE uuid = '" + uuid + "'"),
            "t");
}

// An unexpected empty list must not delete rows at once.
TEST(changes, a_large_shrink_is_doubted_until_a_later_read_agrees) {
  rig all;
  all.sync_ends_with(0);
  auto const day = days_ago(3);
  auto const of_day = " FROM vobiz_sync.windows WHERE stream = 'cdrs' AND day = '" + day + "'";
  auto const stored = all.value("SELECT rows" + of_day);
  auto const change_all = [&](char const* verb) {
    for (auto const& row :
         all.database.query("SELECT uuid FROM vobiz.cdrs WHERE window_day = '" + day + "'")) {
      all.api.post("/calls/" + std::string(row[0].c_str()) + verb, boost::json::object());
    }
  };
  change_all("/hide");
  all.sync_ends_with(1, {"cdrs"});
  all.sync_ends_with(1, {"cdrs"});  // a read directly afterwards is not late enough
  EXPECT_EQ(all.value("SELECT state" + of_day), "mismatch");
  EXPECT_EQ(all.value("SELECT last_error" + of_day),
            stored + " of " + stored +
                " stored rows are no longer listed; they stay until another full "
                "read, at least 10 minutes later, misses the same ones");
  EXPECT_EQ(
      all.value("SELECT count(*) FROM vobiz.cdrs WHERE removed_at IS NULL AND window_day = '" +
                day + "'"),
      stored);

  // Ten minutes later: the start of the doubt is moved back.
  all.database.query(
      "UPDATE vobiz_sync.windows SET doubted_at = doubted_at - interval '11 minutes'\n"
      "WHERE doubted_at IS NOT NULL");
  all.sync_ends_with(0, {"cdrs"});
  EXPECT_EQ(stored_calls(all.database), true_calls(all.api));
  EXPECT_EQ(all.value("SELECT state || ' ' || (doubted_total IS NULL)" + of_day), "proven true");

  change_all("/show");
  all.sync_ends_with(0, {"cdrs"});
  EXPECT_EQ(stored_calls(all.database), true_calls(all.api));
}

TEST(changes, a_customer_who_leaves_is_marked_and_one_who_returns_is_not) {
  rig all;
  all.sync_ends_with(0);
  auto const id = account(all, 2);
  auto const removed =
      "SELECT removed_at IS NOT NULL FROM vobiz.accounts WHERE auth_id = '" + id + "'";
  all.api.post("/accounts/" + id + "/leave", boost::json::object());
  all.sync_ends_with(0, {"accounts"});
  EXPECT_EQ(all.value(removed), "t");
  all.api.post("/accounts/" + id + "/return", boost::json::object());
  all.sync_ends_with(0, {"accounts"});
  EXPECT_EQ(all.value(removed), "f");
}

TEST(changes, a_number_follows_its_customer_and_leaves_and_returns) {
  rig all;
  all.sync_ends_with(0);
  auto const e164 =
      all.value("SELECT e164 FROM vobiz.numbers WHERE account_id IS NOT NULL ORDER BY 1 LIMIT 1");
  auto const path = "/numbers/%2B" + e164.substr(1);
  auto const other = all.value(
      "SELECT auth_id FROM vobiz.accounts WHERE auth_id <>\n"
      "  (SELECT account_id FROM vobiz.numbers WHERE e164 = '" +
      e164 + "') LIMIT 1");
  auto const row = " FROM vobiz.numbers WHERE e164 = '" + e164 + "'";
  all.api.post(path + "/assign", {{"account", other}});
  all.sync_ends_with(0, {"numbers"});
  EXPECT_EQ(all.value("SELECT account_id" + row), other);
  all.api.post(path + "/leave", boost::json::object());
  all.sync_ends_with(0, {"numbers"});
  EXPECT_EQ(all.value("SELECT removed_at IS NOT NULL" + row), "t");
  all.api.post(path + "/return", boost::json::object());
  all.sync_ends_with(0, {"numbers"});
  EXPECT_EQ(all.value("SELECT removed_at IS NULL" + row), "t");
}

TEST(changes, a_wallet_that_moves_adds_one_row_to_its_history) {
  rig all;
  all.sync_ends_with(0);
  auto const id = account(all, 1);
  auto const history = "SELECT count(*) FROM vobiz.account_balances WHERE auth_id = '" + id + "'";
  EXPECT_EQ(all.value(history), "1");
  all.api.post("/transactions", {{"account", id}, {"amount", "12.5"}, {"credit", true}});
  all.sync_ends_with(0);
  EXPECT_EQ(all.value(history), "2");
  all.sync_ends_with(0);
  EXPECT_EQ(all.value(history), "2");
  expect_the_truth(all);
}

// The list grows during the read. Rows shift between pages, and none may be lost.
TEST(changes, rows_that_arrive_while_a_day_is_read_are_not_missed) {
  rig all({"--calls-per-day", "400"});
  for (int k = 2; k <= 4; ++k) {
    all.api.post(
        "/between_requests",
        {{"k", k},
         {"path", "/cdrs"},
         {"do", {{"path", "/_control/calls"}, {"body", {{"n", 7}, {"day", days_ago(2)}}}}}});
  }
  all.sync_ends_with(0);
  all.sync_ends_with(0);
  expect_the_truth(all);
}

TEST(changes, a_late_call_of_a_proven_day_is_found_by_its_probe) {
  rig all;
  all.sync_ends_with(0);
  auto const uuid = add_call(all.api, {{"day", days_ago(4)}});
  all.sync_ends_with(0);
  expect_the_truth(all);
  EXPECT_EQ(all.value("SELECT window_day FROM vobiz.cdrs WHERE uuid = '" + uuid + "'"),
            days_ago(4));
}

}  // namespace
}  // namespace vobiz::e2e
