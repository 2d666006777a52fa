#include <gtest/gtest.h>

#include "decode/sample.hpp"

namespace vobiz::decode {
namespace {

std::string error_of(std::string_view body) {
  auto const result = decoder(sample()).decode(body);
  return result.has_error() ? result.error().message : "none";
}

TEST(body, what_is_not_json_is_told_with_its_place) {
  EXPECT_EQ(error_of("\r\n"), "an empty body");
  EXPECT_EQ(error_of("\n<html>502 Bad Gateway</html>"), "a page of HTML or XML, not JSON");
  EXPECT_EQ(error_of(R"({"samples":[{"key":"1"},)"),
            "not JSON at byte 24: incomplete JSON [boost.json:3]");
  EXPECT_EQ(error_of(R"({"samples":[]} {})"), "not JSON at byte 15: extra data [boost.json:2]");
  EXPECT_EQ(error_of("NaN"), "not JSON at byte 0: syntax error [boost.json:1]");
  EXPECT_EQ(error_of(R"({"samples":[<br>]})"), "not JSON at byte 12: syntax error [boost.json:1]");
}

TEST(body, an_error_can_be_thrown) {
  EXPECT_THROW(decoder(sample()).decode("").value(), std::runtime_error);
}

TEST(body, every_truncation_is_an_error_and_not_fewer_rows) {
  std::string const whole =
      R"({"samples":[{"key":"1","text":"a\u00e9\ud83d\ude00","numeric":-1.5e3,"boolean":true}],"total":1})";
  EXPECT_EQ(error_of(whole), "none");
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_NE(error_of(whole.substr(0, length)), "none") << length;
  }
}

TEST(body, is_utf8) {
  EXPECT_EQ(error_of("{\"samples\":[{\"key\":\"\xff\"}]}"), "not JSON at byte 20: not UTF-8");
  EXPECT_EQ(error_of("{\"samples\":[{\"key\":\"\xc0\x80\"}]}"), "not JSON at byte 20: not UTF-8");
  EXPECT_NE(error_of("{\"samples\":[{\"key\":\"\xed\xa0\x80\"}]}"), "none");
  EXPECT_EQ(decoded("text", "\"\xf0\x9f\x98\x80\""), "\xf0\x9f\x98\x80");
}

TEST(body, may_begin_with_a_byte_order_mark) {
  EXPECT_EQ(cell(decode_sample("\xef\xbb\xbf{\"samples\":[{\"key\":\"1\"}]}"), 0, "key"), "1");
  EXPECT_EQ(error_of("\xef\xbb\xbf"), "an empty body");
}

TEST(body, a_row_that_nests_deeper_than_30_levels_costs_itself_only) {
  auto const with = [](std::string const& value) {
    return decode_sample(R"({"samples":[{"key":"1"},{"key":"2","jsonb":)" + value +
                         R"(},{"key":"3"}],"total":3})");
  };
  auto const nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_EQ(decoded("jsonb", nested(29)), nested(29));
  for (auto const depth : {30u, 250u, 253u, 254u, 1'000'000u}) {
    auto const page = with(nested(depth));
    EXPECT_EQ(page.rows.size(), 2) << depth;
    EXPECT_EQ(page.envelope.listed, 3) << depth;
    EXPECT_EQ(page.envelope.total, 3) << depth;
    ASSERT_EQ(page.rejects.size(), 1) << depth;
    EXPECT_EQ(page.rejects[0].reason, "is nested deeper than 30 levels") << depth;
  }
  EXPECT_EQ(with(R"([[{"a":"]]]}"}]])").rows.size(), 3);
  EXPECT_NE(error_of(std::string(1'000'000, '[')), "none");
  EXPECT_NE(error_of(R"({"samples":[)" + std::string(1'000'000, '[')), "none");
}

TEST(body, a_word_that_is_no_value_costs_its_row_only) {
  for (std::string const word :
       {"NaN",       "-NaN",  "nan",  "Infinity",      "-Infinity", "inf", "1.#QNAN",
        "undefined", "None",  "True", "007",           "+1",        ".5",  "5.",
        "1e",        "1_000", "0x1F", "1e99999999999", "-",         "--1"}) {
    auto const page = decode_sample(R"({"samples":[{"key":"1"},{"key":"2","integer":)" + word +
                                    R"(},{"key":"3","numeric": 1e2 }],"total":3})");
    EXPECT_EQ(page.envelope.total, 3) << word;
    EXPECT_EQ(page.envelope.listed, 3) << word;
    // What is a number but for JSON's grammar is one.
    auto const is_number = word == "007" || word == "+1";
    EXPECT_EQ(page.rows.size(), is_number ? 3 : 2) << word;
    if (is_number) continue;
    ASSERT_EQ(page.rejects.size(), 1) << word;
    EXPECT_EQ(page.rejects[0].reason, R"("integer": ")" + word + R"(" is not a number)");
  }
  auto const page = decode_sample(R"({"samples":[NaN,{"key":"2","text":NaN}]})");
  ASSERT_EQ(page.rejects.size(), 1);
  EXPECT_EQ(page.rejects[0].reason, R"("NaN" is not an object)");
  EXPECT_EQ(cell(page, 0, "text"), "NaN");
}

TEST(body, control_characters_and_false_escapes_in_a_text_stay_what_they_are) {
  EXPECT_EQ(decoded("text", "\"a\nb\tc\x01\""), "a\nb\tc\x01");
  EXPECT_EQ(decoded("text", R"("it\'s \x41 \u12")"), R"(it\'s \x41 \u12)");
  EXPECT_EQ(decoded("text", std::string("\"a\0b\"", 5)), "ab");
}

TEST(body, a_lone_surrogate_becomes_ufffd) {
  EXPECT_EQ(decoded("text", R"("a\ud83db")"), "a\ufffdb");
  EXPECT_EQ(decoded("text", R"("\ud83d")"), "\ufffd");
  EXPECT_EQ(decoded("text", R"("\uDE00\n")"), "\ufffd\n");
  EXPECT_EQ(decoded("text", R"("\ud83d\u0041")"), "\ufffdA");
  EXPECT_EQ(decoded("text", R"("\ud83d\ud83d\ude00")"), "\ufffd\xf0\x9f\x98\x80");
  EXPECT_EQ(decoded("text", R"("\\ud83d \ud83d")"), "\\ud83d \ufffd");
  EXPECT_EQ(decoded("jsonb", R"({"\ud83d":"\ude00"})"), "{\"\ufffd\":\"\ufffd\"}");
}

TEST(body, a_repair_leaves_everything_else_alone) {
  auto const page = decode_sample(
      R"({"samples":[{"key":"1","text":"\ud800","numeric":-1.50e2,"new":"\"1e99999999999\""},)"
      R"({"key":"2","numeric":1e99999999999}],"total":2})");
  ASSERT_EQ(page.rows.size(), 1);
  EXPECT_EQ(page.envelope.listed, 2);
  EXPECT_EQ(page.envelope.total, 2);
  EXPECT_EQ(cell(page, 0, "numeric"), "-1.50e2");
  EXPECT_EQ(cell(page, 0, "extra"), R"({"new":"\"1e99999999999\""})");
  ASSERT_EQ(page.rejects.size(), 1);
  EXPECT_EQ(page.rejects[0].payload, R"({"key":"2","numeric":"1e99999999999"})");
  EXPECT_NE(error_of(R"({"samples":["\ud800)"), "none");
  EXPECT_NE(error_of(R"({"samples":["\ud800\u12)"), "none");
  EXPECT_NE(error_of(R"({"samples":["\ud800\)"), "none");
}

TEST(body, long_and_escaped_strings_stay_whole) {
  std::string written;
  std::string meant;
  for (int i = 0; i < 5'000; ++i) {
    written += R"(plain \u00e9\\)";
    meant += "plain é\\";
  }
  auto const page = decode_sample(R"({"samples":[{"\u006bey":"1","text":")" + written +
                                  R"("},{"key":"2","text":"b\t"}]})");
  EXPECT_EQ(cell(page, 0, "key"), "1");
  EXPECT_EQ(cell(page, 0, "text"), meant);
  EXPECT_EQ(cell(page, 1, "text"), "b\t");
}

TEST(body, a_decoder_keeps_nothing_between_answers) {
  decoder const samples(sample());
  EXPECT_EQ(samples.decode(R"({"samples":[{"key":"1","new":1}]})").value().unknown.size(), 1);
  EXPECT_TRUE(samples.decode(R"({"samples":[{"key")").has_error());
  auto const page = samples.decode(R"({"samples":[{"key":"2"}]})").value();
  EXPECT_EQ(page.rows.size(), 1);
  EXPECT_TRUE(page.unknown.empty());
  EXPECT_EQ(cell(page, 0, "key"), "2");
}

}  // namespace
}  // namespace vobiz::decode
