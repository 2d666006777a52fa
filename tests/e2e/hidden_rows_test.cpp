#include "rig.hpp"

// Rows that no day's list contains, or that two contain (docs/architecture.md, "Span check" and
// "Repair").
namespace vobiz::e2e {
namespace {

std::string call(std::string const& uuid, std::string const& what) {
  return "SELECT " + what + " FROM vobiz.cdrs WHERE uuid = '" + uuid + "'";
}

// Two more days in the schedule: all daily work is due again.
void expect_that_the_next_days_find_nothing(rig& all) {
  for (int day = 0; day < 2; ++day) {
    all.database.query(
        "UPDATE vobiz_sync.windows SET read_at = read_at - interval '1 day',\n"
        "  walked_at = walked_at - interval '1 day';\n"
        "UPDATE vobiz_sync.spans SET checked_at = checked_at - interval '1 day';\n"
        "UPDATE vobiz_sync.streams SET repaired_at = repaired_at - interval '1 day'");
    auto const last = all.value("SELECT max(id) FROM vobiz_sync.runs");
    all.sync_ends_with(0, {"transactions", "cdrs"});
    EXPECT_EQ(
        all.value("SELECT sum(inserted + updated + removed) FROM vobiz_sync.runs WHERE id > " +
                  last),
        "0");
    EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_sync.spans WHERE NOT agrees"), "0");
    EXPECT_EQ(
        all.value(
            "SELECT count(*) FROM vobiz_sync.windows WHERE proof IS NULL OR queued_at IS NOT NULL"),
        "0");
  }
}

TEST(hidden_rows, a_charged_call_that_no_list_holds_is_asked_for_by_its_uuid) {
  rig all;
  auto const uuid = add_call(all.api, {{"day", days_ago(3)}, {"cost", "3.21"}});
  all.api.post("/calls/" + uuid + "/hide", boost::json::object());
  all.sync_ends_with(0);
  EXPECT_EQ(all.value(call(uuid, "found_by || ' ' || window_day || ' ' || trim_scale(cost)")),
            "id " + days_ago(3) + " 3.21");
  EXPECT_EQ(all.value("SELECT state FROM vobiz_sync.repairs WHERE key = '" + uuid + "'"), "stored");
  expect_that_the_next_days_find_nothing(all);

  // Listed again, it is a call like any other.
  all.api.post("/calls/" + uuid + "/show", boost::json::object());
  all.sync_ends_with(0);
  EXPECT_EQ(all.value(call(uuid, "count(*) || ' ' || bool_and(found_by IS NULL)")), "1 true");
  expect_the_truth(all);
}

TEST(hidden_rows, a_call_that_the_api_does_not_know_is_not_asked_for_again_and_again) {
  rig all;
  auto const uuid = add_call(all.api, {{"day", days_ago(3)}, {"cost", "3.21"}});
  all.api.remove("/calls/" + uuid);
  all.sync_ends_with(0);
  auto const path = "/accounts/{id}/cdrs/{uuid}";
  EXPECT_EQ(all.api.requests("by_path", path), 1);
  auto const record =
      "SELECT state || ' ' || attempts FROM vobiz_sync.repairs WHERE key = '" + uuid + "'";
  EXPECT_EQ(all.value(record), "missing 1");
  EXPECT_THAT(all.value("SELECT last_error FROM vobiz_sync.repairs WHERE key = '" + uuid + "'"),
              HasSubstr("404"));
  all.sync_ends_with(0);
  EXPECT_EQ(all.api.requests("by_path", path), 1);

  // Later attempts have growing pauses, and end.
  for (int tries = 2; tries <= 5; ++tries) {
    all.database.query(
        "UPDATE vobiz_sync.repairs SET last_tried_at = last_tried_at - interval '2 days'");
    all.sync_ends_with(0, {"cdrs"});
    EXPECT_EQ(all.api.requests("by_path", path), tries);
  }
  all.database.query(
      "UPDATE vobiz_sync.repairs SET last_tried_at = last_tried_at - interval '900 days'");
  all.sync_ends_with(0, {"cdrs"});
  EXPECT_EQ(all.api.requests("by_path", path), 5);
  EXPECT_EQ(all.value(record), "missing 5");
}

TEST(hidden_rows, a_ledger_row_between_two_days_is_found_by_a_span_and_stays) {
  rig all;
  auto const day = days_ago(4);
  all.api.post("/transactions", {{"at", day + "T23:59:59.806790Z"}, {"amount", "17.00001"}});
  all.sync_ends_with(0);
  EXPECT_EQ(all.value("SELECT window_day || ' ' || trim_scale(amount) FROM vobiz.transactions "
                      "WHERE found_by = 'span'"),
            day + " 17.00001");
  EXPECT_EQ(stored_entries(all.database), true_entries(all.api));
  EXPECT_EQ(
      all.value("SELECT bool_and(agrees) FROM vobiz_sync.spans WHERE stream = 'transactions'"),
      "t");
  expect_that_the_next_days_find_nothing(all);
  EXPECT_EQ(
      all.value(
          "SELECT count(*) FROM vobiz.transactions WHERE found_by = 'span' AND removed_at IS NULL"),
      "1");
}

TEST(hidden_rows, a_ledger_row_that_only_spans_list_and_that_vanishes_is_marked) {
  rig all;
  all.api.post("/transactions",
               {{"at", days_ago(4) + "T23:59:59.806790Z"}, {"amount", "17.00001"}});
  all.sync_ends_with(0);
  auto const found = std::string(" FROM vobiz.transactions WHERE found_by = 'span'");
  all.api.remove("/transactions/" + all.value("SELECT id" + found));
  all.database.query("UPDATE vobiz_sync.spans SET checked_at = checked_at - interval '1 day'");
  all.sync_ends_with(0, {"transactions"});
  EXPECT_EQ(all.value("SELECT count(*)" + found + " AND removed_at IS NOT NULL"), "1");
  EXPECT_EQ(stored_entries(all.database), true_entries(all.api));
  expect_that_the_next_days_find_nothing(all);
}

TEST(hidden_rows, several_of_them_are_all_found) {
  rig all({"--days", "20"});
  all.configure([](auto& s) { s.days = 20; });
  for (int const back : {2, 3, 9, 15}) {
    all.api.post("/transactions",
                 {{"at", days_ago(back) + "T23:59:59.5Z"}, {"amount", std::to_string(back)}});
  }
  all.sync_ends_with(0);
  // Spans that end on the last closed day miss the row at its end; a day later it is found.
  EXPECT_GE(all.number("SELECT count(*) FROM vobiz.transactions WHERE found_by = 'span'"), 3);
  EXPECT_EQ(all.value("SELECT string_agg(trim_scale(amount)::text, ' ' ORDER BY amount) FROM "
                      "vobiz.transactions\n"
                      "WHERE found_by = 'span' AND window_day < '" +
                      days_ago(2) + "'"),
            "3 9 15");
  expect_that_the_next_days_find_nothing(all);
}

// The end of one day and the start of the next list the same call.
TEST(hidden_rows, a_call_listed_under_two_days_is_stored_once_and_both_are_proven) {
  rig all;
  auto const json =
      R"({"id":77,"uuid":"0e0e0e0e-0000-4000-8000-000000000077","account_id":")" + account(all, 1) +
      R"(","call_direction":"inbound","caller_id_number":"919876500001","start_time":")" +
      days_ago(1) + R"(T23:59:59.9Z","created_at":")" + days_ago(0) +
      R"(T00:00:01Z","updated_at":")" + days_ago(0) +
      R"(T00:00:01Z","cost":2.5,"total_cost":2.5,"billsec":40,"duration":50,"currency":"INR"})";
  for (auto const& at : {days_ago(1) + "T23:59:59.9Z", days_ago(0) + "T00:00:00Z"}) {
    all.api.post("/rows", {{"stream", "cdrs"},
                           {"json", json},
                           {"at", at},
                           {"cost", "2.5"},
                           {"total_cost", "2.5"},
                           {"billsec", 40},
                           {"duration", 50}});
  }
  std::string first;
  for (int n = 0; n < 3; ++n) {
    all.sync_ends_with(0, {"cdrs"});
    auto const row = all.value(
        call("0e0e0e0e-0000-4000-8000-000000000077",
             "string_agg(window_day || ' ' || changed_at || ' ' || (removed_at IS NULL), ';')"));
    if (n == 0) first = row;
    EXPECT_EQ(row, first);
    EXPECT_EQ(
        all.value(
            "SELECT count(*) FROM vobiz_sync.windows WHERE proof IS DISTINCT FROM 'total+summary'"),
        "0");
  }
  EXPECT_THAT(first, HasSubstr(" true"));
  EXPECT_EQ(first.find(';'), std::string::npos);
}

TEST(hidden_rows, an_older_version_never_overwrites_a_newer_one) {
  rig all;
  auto const uuid = add_call(all.api, {{"day", days_ago(2)}, {"cost", "1.25"}});
  all.sync_ends_with(0);
  all.api.post("/calls/" + uuid, {{"cost", "0.5"}, {"updated_at", days_ago(5) + "T00:00:00Z"}});
  all.sync_ends_with(1, {"cdrs"});
  EXPECT_EQ(all.value(call(uuid, "trim_scale(cost)")), "1.25");
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz.adjustments"), "0");
  // The API's sums contain the older version: this is reported as a mismatch.
  EXPECT_EQ(all.value("SELECT state FROM vobiz_sync.windows WHERE stream = 'cdrs' AND day = '" +
                      days_ago(2) + "'"),
            "mismatch");
  all.api.post("/calls/" + uuid, {{"cost", "0.5"}});
  all.sync_ends_with(0, {"cdrs"});
  EXPECT_EQ(all.value(call(uuid, "trim_scale(cost)")), "0.5");
  expect_the_truth(all);
}

TEST(hidden_rows, a_customer_that_rows_mention_and_the_list_lacks_is_asked_for_by_id) {
  rig all;
  auto const known = account(all, 3);
  auto const gone = account(all, 4);
  all.api.post("/accounts/" + known + "/leave", {{"reachable", true}});
  all.api.post("/accounts/" + gone + "/leave", boost::json::object());
  all.sync_ends_with(0);
  all.sync_ends_with(0);
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz.accounts WHERE auth_id = '" + known + "'"), "1");
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz.accounts WHERE auth_id = '" + gone + "'"), "0");
  EXPECT_EQ(all.value("SELECT string_agg(state, ' ' ORDER BY state) FROM vobiz_sync.repairs WHERE "
                      "kind = 'account'"),
            "missing stored");
  auto const asked = all.api.requests("by_path", "/accounts/{id}");
  EXPECT_EQ(asked, 2);
  all.sync_ends_with(0);
  all.sync_ends_with(0);
  EXPECT_EQ(all.api.requests("by_path", "/accounts/{id}"), asked);
}

}  // namespace
}  // namespace vobiz::e2e
