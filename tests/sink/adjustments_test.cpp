#include "store.hpp"

namespace vobiz::sink {
namespace {

std::string adjustments(store& all) {
  return all.value(
      "SELECT string_agg(concat_ws(' ', column_name, old_value, '->', new_value, difference, "
      "currency), '; '\n"
      "  ORDER BY column_name) FROM vobiz.adjustments");
}

TEST(adjustments, are_made_for_every_billing_column_and_no_other) {
  store all;
  all.calls({call(
      1,
      R"("cost":1,"streaming_cost":0,"total_cost":1,"billsec":60,"duration":70,"codec":"a","currency":"INR")")});
  EXPECT_EQ(adjustments(all), "");  // a new row is no adjustment
  all.calls({call(
      1,
      R"("cost":1.25,"streaming_cost":0.5,"total_cost":1.75,"billsec":61,"duration":71,"codec":"b","currency":"INR")")});
  EXPECT_EQ(adjustments(all),
            "billsec 60 -> 61 1 INR; cost 1 -> 1.25 0.25 INR; streaming_cost 0 -> 0.5 0.5 INR; "
            "total_cost 1 -> 1.75 0.75 INR");
  EXPECT_EQ(
      all.value(
          "SELECT DISTINCT concat_ws(' ', partner_id, stream, account_id, row_key, window_day)\n"
          "FROM vobiz.adjustments"),
      "PA_EXAMPLE01 cdrs MA_1 " + uuid(1) + " 2026-03-10");
}

TEST(adjustments, are_not_made_for_plain_changes_or_equal_amounts) {
  store all;
  all.calls({call(1, R"("cost":"1.50","codec":"a")")});
  all.calls({call(1, R"("cost":1.5,"codec":"b")")});
  EXPECT_EQ(all.value("SELECT codec FROM vobiz.cdrs"), "b");
  EXPECT_EQ(adjustments(all), "");
}

TEST(adjustments, tell_of_amounts_that_appear_and_vanish) {
  store all;
  all.calls({call(1, R"("cost":null)")});
  all.calls({call(1, R"("cost":2)")});
  all.calls({call(1, R"("cost":null)")});
  EXPECT_EQ(
      all.value("SELECT string_agg(coalesce(old_value, '-') || ' ' || coalesce(new_value, '-') || "
                "' ' ||\n"
                "  coalesce(difference::text, '-'), '; ' ORDER BY id) FROM vobiz.adjustments"),
      "- 2 -; 2 - -");
}

TEST(adjustments, of_the_ledger_and_the_numbers) {
  store all;
  auto const entry = [](char const* amount, char const* status) {
    return std::string(
               R"({"transactions":[{"id":"txn_1","account_id":"MA_1","type":"debit","amount":")") +
           amount + R"(","status":")" + status +
           R"(","currency":"INR","created_at":"2026-03-10T10:00:00Z"}]})";
  };
  all.merge("transactions", entry("5.00", "pending"));
  all.merge("transactions", entry("5.00", "completed"));
  all.merge("transactions", entry("4.75", "completed"));
  EXPECT_EQ(all.value("SELECT string_agg(concat_ws(' ', row_key, column_name, old_value, "
                      "new_value, difference), '; '\n"
                      "  ORDER BY id) FROM vobiz.adjustments"),
            "txn_1 status pending completed; txn_1 amount 5.00 4.75 -0.25");
  all.merge(
      "numbers",
      R"({"items":[{"e164":"+919876500001","account_id":"MA_1","monthly_fee":300,"region":"a"}]})");
  all.merge(
      "numbers",
      R"({"items":[{"e164":"+919876500001","account_id":"MA_2","monthly_fee":350,"region":"b"}]})");
  EXPECT_EQ(
      all.value(
          "SELECT string_agg(concat_ws(' ', row_key, account_id, column_name, difference), '; ')\n"
          "FROM vobiz.adjustments WHERE stream = 'numbers'"),
      "+919876500001 MA_2 monthly_fee 50");
}

}  // namespace
}  // namespace vobiz::sink
