#include "rig.hpp"

// Rows that contradict the API reference.
namespace vobiz::e2e {
namespace {

auto const day_of_rejects = 3;

std::string window(std::string const& columns, std::string const& stream = "cdrs") {
  return "SELECT " + columns + " FROM vobiz_sync.windows WHERE stream = '" + stream +
         "' AND day = '" + days_ago(day_of_rejects) + "'";
}

TEST(bad_rows, a_row_without_its_key_is_kept_as_a_reject_and_its_day_is_proven_by_count) {
  rig all;
  all.api.post(
      "/rows",
      {{"stream", "cdrs"},
       {"day", days_ago(day_of_rejects)},
       {"json",
        R"({"account_id":"MA_X","start_time":")" + days_ago(day_of_rejects) +
            R"(T12:00:00Z","cost":1.5,"auth_token":"CANARY_ROW","nested":{"api_key":"CANARY_ROW"}})"}});
  all.sync_ends_with(0, {"cdrs"});
  EXPECT_EQ(all.value("SELECT reason FROM vobiz_sync.rejects"),
            "\"uuid\": is required but has no value");
  EXPECT_EQ(
      all.value(
          "SELECT payload->>'cost' || ' ' || scope || ' ' || window_day FROM vobiz_sync.rejects"),
      "1.5 * " + days_ago(day_of_rejects));
  EXPECT_EQ(
      all.value("SELECT count(*) FROM vobiz_sync.rejects WHERE payload::text LIKE '%CANARY%'"),
      "0");
  EXPECT_EQ(all.value(window("state || ' ' || proof || ' ' || rejects")), "proven total 1");
  // The other rows of the page are stored, and other days are proven as usual.
  EXPECT_EQ(all.value(window("api_total - rows")), "1");
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_sync.windows WHERE proof = 'total+summary'"),
            "6");

  all.sync_ends_with(0, {"cdrs"});
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_sync.rejects"), "1");
}

TEST(bad_rows, a_number_that_cannot_be_read_is_named_and_the_corrected_row_takes_its_place) {
  rig all;
  auto const uuid =
      add_call(all.api, {{"day", days_ago(day_of_rejects)}, {"raw", {{"cost", "\"n/a\""}}}});
  all.sync_ends_with(0, {"cdrs"});
  EXPECT_EQ(all.value("SELECT reason FROM vobiz_sync.rejects"),
            "\"cost\": \"n/a\" is not a number");
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz.cdrs WHERE uuid = '" + uuid + "'"), "0");

  all.api.post("/calls/" + uuid, {{"billsec", 90}, {"raw", {{"cost", "0.75"}}}});
  all.sync_ends_with(0, {"cdrs"});
  EXPECT_EQ(all.value("SELECT cost FROM vobiz.cdrs WHERE uuid = '" + uuid + "'"), "0.75");
  EXPECT_EQ(all.value("SELECT resolved_at IS NOT NULL FROM vobiz_sync.rejects"), "t");
  EXPECT_EQ(all.value(window("proof || ' ' || rejects")), "total+summary 0");
}

TEST(bad_rows, an_unknown_field_is_kept_and_reported_once) {
  rig all;
  auto const uuid =
      add_call(all.api, {{"day", days_ago(2)}, {"fields", {{"carrier_tag", {{"tier", 3}}}}}});
  auto const first = all.sync({"cdrs"});
  EXPECT_EQ(first.code, 0) << first.err;
  EXPECT_THAT(first.err, HasSubstr("stream \"cdrs\": the API sends a field no column names: "
                                   "\"carrier_tag\": kept in extra"));
  EXPECT_EQ(all.value("SELECT extra FROM vobiz.cdrs WHERE uuid = '" + uuid + "'"),
            "{\"carrier_tag\": {\"tier\": 3}}");
  EXPECT_EQ(
      all.value(
          "SELECT string_agg(field, ' ') FROM vobiz_sync.unknown_fields WHERE stream = 'cdrs'"),
      "carrier_tag");
  add_call(all.api, {{"day", days_ago(2)}, {"fields", {{"carrier_tag", "two"}}}});
  EXPECT_THAT(all.sync({"cdrs"}).err, Not(HasSubstr("carrier_tag")));
}

TEST(bad_rows, texts_that_postgresql_cannot_hold_lose_only_what_it_cannot_hold) {
  rig all;
  auto const uuid = add_call(all.api, {{"day", days_ago(2)},
                                       {"raw",
                                        {{"caller_id_name", R"("a\u0000b")"},
                                         {"region", R"("x\ud800y")"},
                                         {"context", R"("NULL")"},
                                         {"terminated_to", R"("{\"q\\\\,'\t\n\ud83d\ude00}")"}}}});
  all.sync_ends_with(0, {"cdrs"});
  auto const row = all.database.query(
      "SELECT caller_id_name, region, context, terminated_to FROM vobiz.cdrs\n"
      "WHERE uuid = '" +
      uuid + "'");
  ASSERT_EQ(row.size(), 1u);
  EXPECT_STREQ(row[0][0].c_str(), "ab");
  EXPECT_STREQ(row[0][1].c_str(), "x\xef\xbf\xbdy");
  EXPECT_STREQ(row[0][2].c_str(), "NULL");
  EXPECT_STREQ(row[0][3].c_str(), "{\"q\\\\,'\t\n\xf0\x9f\x98\x80}");
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_sync.rejects"), "0");
}

TEST(bad_rows, a_bad_customer_or_number_does_not_hold_up_the_others) {
  rig all;
  all.api.post("/rows", {{"stream", "accounts"},
                         {"json", R"({"name":"Example Traders","auth_token":"CANARY_X"})"}});
  all.api.post("/rows", {{"stream", "numbers"},
                         {"json", R"({"e164":"+919876500001","monthly_fee":"many"})"}});
  all.sync_ends_with(0, {"accounts", "numbers"});
  EXPECT_EQ(all.value("SELECT string_agg(stream || ': ' || reason, '; ' ORDER BY stream) FROM "
                      "vobiz_sync.rejects"),
            "accounts: \"auth_id\": is required but has no value; numbers: \"monthly_fee\": "
            "\"many\" is not a number");
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz.accounts"), "5");
  EXPECT_GT(all.number("SELECT count(*) FROM vobiz.numbers"), 0);
}

}  // namespace
}  // namespace vobiz::e2e
