#include <gtest/gtest.h>

#include "decode/sample.hpp"
#include "vobiz/core/input_bounds.hpp"

// What one body can make the decoder hold.
namespace vobiz::decode {
namespace {

namespace bounds = core::bounds;

std::string repeated(std::string const& text, std::size_t times) {
  std::string result;
  result.reserve(text.size() * times);
  for (std::size_t n = 0; n < times; ++n) result += text;
  return result;
}

std::string error_of(std::string_view body) {
  auto const result = decoder(sample()).decode(body);
  return result.has_error() ? result.error().message : "none";
}

TEST(bounds, of_rows_whatever_they_are) {
  for (std::string const row : {"1", "null", "{}", "[]", R"({"key":"1"})", R"("x")"}) {
    auto const many = repeated(row + ",", bounds::page_rows - 1) + row;
    auto const page = decode_sample(R"({"samples":[)" + many + "]}");
    EXPECT_EQ(page.envelope.listed, bounds::page_rows) << row;
    EXPECT_EQ(page.rows.size() + page.rejects.size(), bounds::page_rows) << row;
    EXPECT_EQ(error_of(R"({"samples":[)" + many + "," + row + "]}"),
              "an answer of more than 100000 rows")
        << row;
    EXPECT_EQ(error_of(R"({"data":{"samples":[)" + many + "," + row),  // never ends
              "an answer of more than 100000 rows")
        << row;
  }
}

TEST(bounds, of_rows_hold_for_each_of_several_lists) {
  auto const half = repeated("1,", bounds::page_rows / 2) + "1";
  EXPECT_EQ(error_of(R"({"data":[)" + half + R"(],"samples":[)" + half + R"(],"total":1})"),
            "none");
}

TEST(bounds, of_values_around_the_rows) {
  auto const values = [](std::size_t count) { return repeated("1,", count - 1) + "1"; };
  // The document and the array are values too.
  EXPECT_EQ(error_of(R"({"samples":[],"x":[)" + values(bounds::document_values - 3) + "]}"),
            "none");
  for (auto const& body : {R"({"x":[)" + values(bounds::document_values) + R"(],"samples":[]})",
                           "[" + values(bounds::document_values) + "]",
                           R"({"samples":[],)" + repeated(R"("a":{},)", bounds::document_values),
                           repeated("[[],", bounds::document_values)}) {
    auto const error = error_of(body);
    EXPECT_TRUE(error == "an answer of more than 1000000 values" ||
                error.starts_with("not JSON at byte "))
        << error;
  }
}

TEST(bounds, of_values_in_a_row_cost_that_row_only) {
  auto const with = [](std::string const& member) {
    return decode_sample(R"({"samples":[{"key":"1"},{"key":"2",)" + member +
                         R"(,"text":"last"},{"key":"3","integer":7}],"total":3})");
  };
  std::string const cases[] = {
      R"("jsonb":[)" + repeated("1,", bounds::row_values) + "1]",
      R"("jsonb":)" + repeated("[", 20) + repeated("[],", bounds::row_values) + "1" +
          repeated("]", 20),
      R"("jsonb":[)" + repeated(R"({"a":{"b":[1]}},)", bounds::row_values) + "{}]",
      repeated(R"("key":"x",)", bounds::row_values) + R"("key":"y")",
      repeated(R"("new":null,)", bounds::row_values) + R"("new":{"a":[{}]})",
      R"("calls":{)" + repeated(R"("cost":1,)", bounds::row_values) + R"("cost":2})",
  };
  for (auto const& member : cases) {
    auto const page = with(member);
    auto const about = member.substr(0, 40);
    EXPECT_EQ(page.envelope.listed, 3) << about;
    EXPECT_EQ(page.envelope.total, 3) << about;
    ASSERT_EQ(page.rows.size(), 2) << about;
    EXPECT_EQ(cell(page, 0, "key"), "1") << about;
    EXPECT_EQ(cell(page, 1, "key"), "3") << about;
    EXPECT_EQ(cell(page, 1, "integer"), "7") << about;
    ASSERT_EQ(page.rejects.size(), 1) << about;
    EXPECT_EQ(page.rejects[0].reason, "has more than 100000 values") << about;
    EXPECT_LT(page.rejects[0].payload.size(), 3 * bounds::reject) << about;
  }
  // As an element of the rows, too.
  auto const page = decode_sample(R"({"samples":[[)" + repeated("1,", bounds::row_values) +
                                  R"(1],{"key":"3"}],"total":2})");
  EXPECT_EQ(page.rows.size(), 1);
  ASSERT_EQ(page.rejects.size(), 1);
  EXPECT_EQ(page.rejects[0].reason, "has more than 100000 values");
}

TEST(bounds, as_many_values_as_a_row_may_have_are_kept) {
  // The row, its key and the array are values too.
  auto const array = "[" + repeated("1,", bounds::row_values - 4) + "1]";
  EXPECT_EQ(decoded("jsonb", array), array);
}

TEST(bounds, of_a_repair) {
  // A control character becomes six.
  auto const body = [](std::string const& text) {
    return R"({"samples":[{"key":"1","text":")" + text;
  };
  EXPECT_EQ(error_of(body(std::string(100'000, '\x01')) + R"("}]})").substr(0, 17),
            "not JSON at byte ");
  auto const readable = std::string(1'000, '\x01') + std::string(100'000, '\n');
  EXPECT_EQ(cell(decode_sample(body(readable) + R"("}]})"), 0, "text"), readable);
}

// Cleaning a quotation must not take a move of the rest for each of its characters.
TEST(bounds, of_the_time_for_a_quotation) {
  auto const text = repeated("\xc2\x80\x7f", 4 << 20);
  auto const page = decode_row(R"("integer":")" + text + R"(")");
  ASSERT_EQ(page.rejects.size(), 1);
  EXPECT_EQ(page.rejects[0].reason, R"("integer": ")" + repeated(R"(\u0080\x7f)", 7) + R"(\u0080)" +
                                        R"(... is not a number)");
}

TEST(bounds, a_long_number_is_one_value) {
  for (auto const& number : {std::string(1 << 20, '9'), "0." + std::string(1 << 20, '1'),
                             "1e" + std::string(1 << 20, '0') + "5"}) {
    auto const page = decode_sample(R"({"samples":[{"key":"1","numeric":)" + number +
                                    R"(},{"key":"2"}],"total":2})");
    EXPECT_EQ(page.envelope.listed, 2);
    EXPECT_GE(page.rows.size(), 1);
    for (auto const& reject : page.rejects) EXPECT_LT(reject.reason.size(), 200);
  }
}

}  // namespace
}  // namespace vobiz::decode
