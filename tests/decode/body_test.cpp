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
  EXPECT_EQ(error_of(R"({"samples":[NaN]})"), "not JSON at byte 12: syntax error [boost.json:1]");
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

TEST(body, nests_32_deep_at_most) {
  auto const nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  // The document, the array and the row are three more levels.
  EXPECT_EQ(decoded("jsonb", nested(29)), nested(29));
  EXPECT_NE(error_of(R"({"samples":[{"key":"1","jsonb":)" + nested(30) + "}]}"), "none");
  EXPECT_NE(error_of(std::string(1'000'000, '[')), "none");
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
