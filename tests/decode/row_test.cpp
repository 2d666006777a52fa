#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/fmt/fmt.h>

#include "decode/sample.hpp"
#include "vobiz/core/input_bounds.hpp"

namespace vobiz::decode {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(row, the_first_name_that_holds_a_value_wins_whatever_the_order) {
  EXPECT_EQ(cell(decode_sample(R"({"samples":[{"old_key":"old","key":"new"}]})"), 0, "key"), "new");
  EXPECT_EQ(cell(decode_sample(R"({"samples":[{"key":"new","old_key":"old"}]})"), 0, "key"), "new");
  EXPECT_EQ(cell(decode_sample(R"({"samples":[{"key":null,"old_key":"old"}]})"), 0, "key"), "old");
  EXPECT_EQ(cell(decode_sample(R"({"samples":[{"old_key":"old","key":""}]})"), 0, "key"), "old");
}

TEST(row, a_member_can_fill_several_columns) {
  auto const page = decode_row(R"("created":"2026-01-31T00:00:00Z")");
  EXPECT_EQ(cell(page, 0, "created"), "2026-01-31T00:00:00Z");
  EXPECT_EQ(cell(page, 0, "timestamptz"), "2026-01-31T00:00:00Z");
}

TEST(row, dotted_names_look_inside_objects) {
  EXPECT_EQ(cell(decode_row(R"("calls":{"cost":"1.5"})"), 0, "cost"), "1.5");
  EXPECT_EQ(cell(decode_row(R"("totals":{"cost":2},"calls":{"cost":null})"), 0, "cost"), "2");
  EXPECT_EQ(cell(decode_row(R"("calls.cost":7)"), 0, "cost"), "NULL");
}

TEST(row, an_object_can_be_a_column_and_hold_others) {
  auto const page = decode_row(R"("tier":{"id":"t1","rate":"0.5","auth_token":"hidden"})");
  EXPECT_EQ(cell(page, 0, "tier"), R"({"id":"t1","rate":"0.5"})");
  EXPECT_EQ(cell(page, 0, "tier_id"), "t1");
  EXPECT_EQ(cell(page, 0, "extra"), "NULL");
  EXPECT_THAT(page.unknown, IsEmpty());
}

TEST(row, of_duplicate_members_the_last_counts) {
  EXPECT_EQ(cell(decode_row(R"("text":"a","text":"b")"), 0, "text"), "b");
  EXPECT_EQ(cell(decode_row(R"("text":"a","text":null)"), 0, "text"), "NULL");
  EXPECT_EQ(cell(decode_row(R"("calls":{"cost":1},"calls":{})"), 0, "cost"), "NULL");
  EXPECT_EQ(cell(decode_row(R"("calls":{"cost":1},"calls":null,"totals":{"cost":2})"), 0, "cost"),
            "2");
  EXPECT_EQ(cell(decode_sample(R"({"samples":[{"key":"a","old_key":"b","key":null}]})"), 0, "key"),
            "b");
}

TEST(row, a_value_too_long_for_an_index_rejects_its_row_alone) {
  auto const longest = std::string(streams::longest_indexed, 'x');
  auto const page = decode_sample(R"({"samples":[{"key":")" + longest + R"("},{"key":")" + longest +
                                  R"(x"},{"key":"k","text":")" + longest + R"(x"}]})");
  ASSERT_EQ(page.rows.size(), 2u);
  EXPECT_EQ(cell(page, 0, "key"), longest);
  EXPECT_EQ(cell(page, 1, "key"), "k");
  ASSERT_EQ(page.rejects.size(), 1u);
  EXPECT_EQ(page.rejects[0].reason,
            R"("key": 401 bytes are more than the 400 of a value that is looked up)");
}

TEST(row, a_key_that_held_u0000_rejects_its_row_since_it_would_become_another) {
  auto const page = decode_sample(R"({"samples":[{"key":"a\u0000"},{"key":"a"}]})");
  EXPECT_EQ(page.rows.size(), 1u);
  ASSERT_EQ(page.rejects.size(), 1u);
  EXPECT_EQ(page.rejects[0].reason, R"("key": "a" holds U+0000)");
}

TEST(row, a_name_too_long_for_an_index_rejects_its_row_alone) {
  std::string const name(streams::longest_indexed, 'x');
  auto const page = decode_sample(R"({"samples":[{"key":"1",")" + name + R"(":1},{"key":"2",")" +
                                  name + R"(x":2},{"key":"3","calls":{")" + name + R"(":3}}]})");
  ASSERT_EQ(page.rows.size(), 1u);
  EXPECT_EQ(cell(page, 0, "extra"), "{\"" + name + "\":1}");
  EXPECT_THAT(page.unknown, ElementsAre(name));
  ASSERT_EQ(page.rejects.size(), 2u);
  EXPECT_EQ(page.rejects[0].reason, "a member's name of 401 bytes is longer than 400");
  EXPECT_EQ(page.rejects[1].reason, "a member's name of 406 bytes is longer than 400");
}

TEST(row, of_names_without_end_a_page_tells_100_and_keeps_all) {
  std::string rows;
  for (auto n = 0; n < 150; ++n) {
    rows += fmt::format(R"({}{{"key":"{}","new {}":1}})", n == 0 ? "" : ",", n, n);
  }
  auto const page = decode_sample(R"({"samples":[)" + rows + "]}");
  EXPECT_EQ(page.unknown.size(), core::bounds::unknown_names);
  EXPECT_EQ(cell(page, 149, "extra"), R"({"new 149":1})");
}

TEST(row, of_megabytes_is_a_reject_of_which_the_beginning_is_kept) {
  std::string const text(17 << 20, 'x');
  auto const page = decode_sample(R"({"samples":[{"key":"1","text":")" + text +
                                  R"("},{"key":"2"},{"key":"1","text":")" + text + R"(y"}]})");
  EXPECT_EQ(page.rows.size(), 1u);
  ASSERT_EQ(page.rejects.size(), 2u);
  EXPECT_EQ(page.rejects[0].reason, "17825793 bytes are more than the 16777216 of a row");
  EXPECT_THAT(page.rejects[0].payload, testing::StartsWith(R"({"bytes":17825813,"hash":")"));
  EXPECT_LT(page.rejects[0].payload.size(), 80'000u);
  // They begin alike, and still are two rejects.
  EXPECT_NE(page.rejects[0].payload, page.rejects[1].payload);
}

TEST(row, what_no_column_names_goes_to_extra_and_is_told_once) {
  auto const page = decode_sample(R"({"samples":[
    {"key":"1", "new": {"b": [1, null]}, "calls": {"cost": 1, "mood": "fine"}},
    {"key":"2", "new": "x\u0000y", "empty": null},
    {"key":"3"}]})");
  EXPECT_EQ(cell(page, 0, "extra"), R"({"new":{"b":[1,null]},"calls.mood":"fine"})");
  EXPECT_EQ(cell(page, 1, "extra"), R"({"new":"xy","empty":null})");
  EXPECT_EQ(cell(page, 2, "extra"), "NULL");
  EXPECT_EQ(cell(page, 0, "cost"), "1");
  EXPECT_THAT(page.unknown, ElementsAre("new", "calls.mood", "empty"));
}

TEST(row, a_value_where_an_object_was_expected_is_kept) {
  auto const page = decode_row(R"("calls":5,"totals":null)");
  EXPECT_EQ(cell(page, 0, "extra"), R"({"calls":5})");
  EXPECT_THAT(page.unknown, ElementsAre("calls"));
}

TEST(row, secrets_are_nowhere) {
  auto const page = decode_sample(R"({"samples":[
    {"key":"1", "auth_token":"hidden", "pin":"hidden", "deep":[{"apiKey":"hidden","pin":"hidden"}],
     "calls":{"refresh_token":"hidden"}, "jsonb":{"a":{"password":"hidden"}}, "text":{"secret":"hidden"}},
    {"key":null, "Auth-Token":"hidden", "deep":{"x_secret":"hidden","y":1}},
    [{"auth_token":"hidden"}]]})");
  EXPECT_EQ(cell(page, 0, "extra"), R"({"deep":[{}]})");
  EXPECT_EQ(cell(page, 0, "jsonb"), R"({"a":{}})");
  EXPECT_EQ(cell(page, 0, "text"), "{}");
  ASSERT_EQ(page.rejects.size(), 2);
  EXPECT_EQ(page.rejects[0].payload, R"({"key":null,"deep":{"y":1}})");
  EXPECT_EQ(page.rejects[1].reason, "[{}] is not an object");
  EXPECT_EQ(page.rejects[1].payload, "[{}]");
  EXPECT_THAT(page.unknown, ElementsAre("deep"));
}

TEST(row, a_column_that_names_a_secret_is_an_error_of_the_program) {
  streams::stream const careless{.name = "careless",
                                 .columns = {{.name = "t", .json = {"login.auth_token"}}}};
  EXPECT_THROW(decoder{careless}, std::invalid_argument);
}

TEST(row, a_bad_row_is_rejected_and_the_others_stay) {
  auto const page = decode_sample(R"({"samples":[
    {"key":"1","numeric":1},
    {"key":"2","text":"before","numeric":"n/a","new":1e131072},
    "three",
    {"text":"four"},
    {"key":"5","new":[1e131072]},
    {"key":"6","numeric":6}]})");
  ASSERT_EQ(page.rows.size(), 2);
  EXPECT_EQ(cell(page, 0, "key"), "1");
  EXPECT_EQ(cell(page, 1, "key"), "6");
  EXPECT_EQ(cell(page, 1, "text"), "NULL");
  EXPECT_EQ(cell(page, 1, "numeric"), "6");
  EXPECT_EQ(page.envelope.listed, 6);
  ASSERT_EQ(page.rejects.size(), 4);
  EXPECT_EQ(page.rejects[0].reason, R"("numeric": "n/a" is not a number)");
  EXPECT_EQ(page.rejects[0].payload,
            R"({"key":"2","text":"before","numeric":"n/a","new":"1e131072"})");
  EXPECT_EQ(page.rejects[1].reason, R"("three" is not an object)");
  EXPECT_EQ(page.rejects[1].payload, R"("three")");
  EXPECT_EQ(page.rejects[2].reason, R"("key": is required but has no value)");
  EXPECT_EQ(
      page.rejects[3].reason,
      R"("new": ["1e131072"] holds a number of more than 100 digits before or after its point)");
}

TEST(row, a_reason_names_the_member_that_was_read) {
  EXPECT_EQ(decode_row(R"("totals":{"cost":"x"})").rejects.at(0).reason,
            R"("totals.cost": "x" is not a number)");
}

TEST(row, a_column_is_seen_when_any_row_carries_it) {
  auto const page =
      decode_sample(R"({"samples":[{"key":"1","text":null},{"key":"2","calls":{"cost":""}}]})");
  auto const seen = [&](std::string_view name) {
    return page.rows.seen(column_of(sample(), name));
  };
  EXPECT_TRUE(seen("key"));
  EXPECT_TRUE(seen("text"));
  EXPECT_TRUE(seen("cost"));
  EXPECT_FALSE(seen("numeric"));
  EXPECT_FALSE(seen("extra"));
}

}  // namespace
}  // namespace vobiz::decode
