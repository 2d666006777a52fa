#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "decode/sample.hpp"

namespace vobiz::decode {
namespace {

using testing::ElementsAre;
using testing::Optional;

streams::stream const& document() {
  static streams::stream const stream{
      .name = "document",
      .columns = {{.name = "id", .json = {"id"}, .nulls = streams::null_rule::required},
                  {.name = "total", .json = {"calls.total"}}},
  };
  return stream;
}

TEST(envelope, stands_beside_the_rows_or_in_pagination) {
  for (
      auto const* body :
      {R"({"page":2,"per_page":50,"total":1234,"samples":[]})",
       R"({"samples":[],"pagination":{"page":2,"per_page":50,"total":1234,"pages":25}})",
       R"({"data":[],"total":"1234","page":"2","size":50})",
       R"({"status":"ok","data":{"samples":[],"pagination":{"page":2,"per_page":50,"total":1234}}})"}) {
    auto const envelope = decode_sample(body).envelope;
    EXPECT_TRUE(envelope.has_rows_member) << body;
    EXPECT_EQ(envelope.listed, 0) << body;
    EXPECT_THAT(envelope.page, Optional(2)) << body;
    EXPECT_THAT(envelope.per_page, Optional(50)) << body;
    EXPECT_THAT(envelope.total, Optional(1234)) << body;
    EXPECT_FALSE(envelope.has_summary) << body;
  }
}

TEST(envelope, fills_nothing_in) {
  auto const envelope =
      decode_sample(R"({"samples":[{"key":"1"}],"page":"first","total":"many"})").envelope;
  EXPECT_EQ(envelope.page, std::nullopt);
  EXPECT_EQ(envelope.per_page, std::nullopt);
  EXPECT_EQ(envelope.total, std::nullopt);
  EXPECT_THAT(envelope.measures, ElementsAre(std::nullopt, std::nullopt));
}

TEST(envelope, without_a_row_array_an_answer_is_unusable) {
  for (auto const* body :
       {"{}", "[]", "7", R"({"error":{"code":401,"message":"no"}})", R"({"samples":{}})",
        R"({"other":[{"key":"1"}]})", R"({"data":{"other":[]}})", R"({"samples":null})",
        R"({"deep":{"samples":[{"key":"1"}]}})", R"([{"samples":[{"key":"1"}]}])"}) {
    auto const page = decode_sample(body);
    EXPECT_FALSE(page.envelope.has_rows_member) << body;
    EXPECT_EQ(page.rows.size(), 0) << body;
  }
}

TEST(envelope, null_or_an_empty_object_is_an_empty_array_when_the_total_agrees) {
  for (std::string const nothing : {"null", "{}"}) {
    auto const with = [&](std::string const& total) {
      return decode_sample(R"({"samples":)" + nothing + total + "}").envelope.has_rows_member;
    };
    EXPECT_TRUE(with(R"(,"total":0)"));
    EXPECT_TRUE(with(R"(,"pagination":{"total":"0"})"));
    EXPECT_FALSE(with(R"(,"total":3)"));
    EXPECT_FALSE(with(""));
  }
  EXPECT_FALSE(decode_sample(R"({"samples":{"key":"1"},"total":0})").envelope.has_rows_member);
}

TEST(envelope, a_total_that_is_no_count_is_an_error) {
  for (std::string const total : {"1e9999",
                                  "1e99999999999",
                                  "1.5",
                                  "-1",
                                  "9223372036854775808",
                                  "\"1e9999\"",
                                  "\"-3\"",
                                  "\" 1.5\"",
                                  "NaN",
                                  "\"NaN\"",
                                  "-Infinity",
                                  "\"Infinity\"",
                                  "\"-inf\"",
                                  "1e400",
                                  "-1e9999",
                                  "1e-9999",
                                  "0.1",
                                  "1e99999999999999999999",
                                  "\"1,5\"",
                                  "\"0x10\"",
                                  "\".5\"",
                                  "\"\u221e\"",
                                  "\"\\t7\""}) {
    std::vector<std::string> const places = {R"("total":)" + total,
                                             R"("pagination":{"total":)" + total + "}",
                                             R"("total":1,"pagination":{"total":)" + total + "}"};
    for (auto const& around : places) {
      auto const result = decoder(sample()).decode(R"({"samples":[{"key":"1"}],)" + around + "}");
      ASSERT_TRUE(result.has_error()) << around;
      EXPECT_THAT(result.error().message, testing::HasSubstr(" is not a number of rows")) << around;
    }
  }
  EXPECT_THAT(decode_sample(R"({"samples":[],"total":"3.00"})").envelope.total, Optional(3));
  EXPECT_EQ(decode_sample(R"({"samples":[],"total":{}})").envelope.total, std::nullopt);
}

TEST(envelope, rows_are_taken_from_the_best_name_wherever_it_stands) {
  for (auto const* body : {R"({"data":[{"key":"no"},{"new":1}],"samples":[{"key":"yes"}]})",
                           R"({"samples":[{"key":"yes"}],"data":[{"key":"no"},{"new":1}]})"}) {
    auto const page = decode_sample(body);
    ASSERT_EQ(page.rows.size(), 1) << body;
    EXPECT_EQ(cell(page, 0, "key"), "yes") << body;
    EXPECT_EQ(page.envelope.listed, 1) << body;
    EXPECT_TRUE(page.rejects.empty()) << body;
    EXPECT_TRUE(page.unknown.empty()) << body;
  }
}

TEST(envelope, measures_are_the_streams_in_its_order) {
  auto const envelope =
      decode_sample(
          R"({"summary":{"calls":2,"total_seconds":28,"total_cost":"0.21000"},"samples":[{"key":"1"}]})")
          .envelope;
  EXPECT_TRUE(envelope.has_summary);
  EXPECT_THAT(envelope.measures,
              ElementsAre(Optional(std::string("0.21000")), Optional(std::string("28"))));
  EXPECT_FALSE(envelope.degraded_summary());
}

TEST(envelope, a_measure_that_is_no_number_is_absent) {
  auto const envelope =
      decode_sample(R"({"summary":{"total_seconds":"28s","total_cost":null},"samples":[]})")
          .envelope;
  EXPECT_THAT(envelope.measures, ElementsAre(std::nullopt, std::nullopt));
}

TEST(envelope, a_zeroed_summary_beside_rows_is_degraded) {
  auto const with = [](std::string_view summary, std::string_view rows) {
    return decode_sample(R"({"samples":[)" + std::string(rows) + R"(],"summary":)" +
                         std::string(summary) + "}")
        .envelope.degraded_summary();
  };
  EXPECT_TRUE(with(R"({"calls":0,"total_cost":"0.00000","total_seconds":0})", R"({"key":"1"})"));
  EXPECT_TRUE(with(R"({"calls":0,"total_cost":"0.00000","total_seconds":0})", R"("reject")"));
  EXPECT_FALSE(with(R"({"calls":0,"total_cost":"0.00000","total_seconds":0})", ""));
  // A day of free calls: the sum is zero, the count is not.
  EXPECT_FALSE(with(R"({"calls":3,"total_cost":"0.00000","total_seconds":0})", R"({"key":"1"})"));
  EXPECT_FALSE(with("null", R"({"key":"1"})"));
}

TEST(envelope, a_document_is_its_own_row) {
  auto const page =
      decoder(document()).decode(R"({"id":"a","calls":{"total":3},"new":true})").value();
  ASSERT_EQ(page.rows.size(), 1);
  EXPECT_EQ(page.rows.at(0, 0), "a");
  EXPECT_EQ(page.rows.at(0, 1), "3");
  EXPECT_EQ(page.rows.at(0, 2), R"({"new":true})");
  EXPECT_TRUE(page.envelope.has_rows_member);
  EXPECT_EQ(page.envelope.listed, 1);
  EXPECT_EQ(page.envelope.total, std::nullopt);
}

TEST(envelope, a_document_of_nothing_known_or_an_error_is_unusable) {
  for (auto const* body :
       {"{}", "[]", "null", R"({"new":1})", R"({"id":"a","error":{"code":"X"}})"}) {
    auto const page = decoder(document()).decode(body).value();
    EXPECT_FALSE(page.envelope.has_rows_member) << body;
    EXPECT_EQ(page.rows.size() + page.rejects.size(), 0) << body;
  }
  auto const keyless = decoder(document()).decode(R"({"calls":{"total":3},"error":null})").value();
  EXPECT_TRUE(keyless.envelope.has_rows_member);
  ASSERT_EQ(keyless.rejects.size(), 1);
  EXPECT_EQ(keyless.rejects[0].reason, R"("id": is required but has no value)");
}

}  // namespace
}  // namespace vobiz::decode
