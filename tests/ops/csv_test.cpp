#include "vobiz/ops/csv.hpp"

#include <gtest/gtest.h>

namespace vobiz::ops {

TEST(csv_line, leaves_plain_fields_as_they_are) {
  EXPECT_EQ(csv_line({"MA_1", "", "0.45000"}), "MA_1,,0.45000\r\n");
}

TEST(csv_line, quotes_a_field_that_would_break_the_record) {
  EXPECT_EQ(csv_line({"Example, Traders", "the \"old\" one", "two\nlines"}),
            "\"Example, Traders\",\"the \"\"old\"\" one\",\"two\nlines\"\r\n");
}

TEST(csv_line, holds_nothing_that_a_spreadsheet_computes) {
  struct {
    char const* field;
    char const* written;
  } const cases[] = {
      {"=1+1", "'=1+1"},
      {"=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"},
      {"@SUM(1+1)*cmd", "'@SUM(1+1)*cmd"},
      {"+1+1", "'+1+1"},
      {"-1+1", "'-1+1"},
      {"-2+3+cmd|' /C calc'!A0", "'-2+3+cmd|' /C calc'!A0"},
      {"\t=1", "\"'\t'=1\""},
      {"\r=1", "\"'\r'=1\""},
      {"=HYPERLINK(\"http://x\",\"y\")", "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\""},
      {"\uff1d1+1", "'\uff1d1+1"},
      // A program that splits at semicolons, or that knows no quotes, finds no formula either.
      {"a;=1+1", "\"a;'=1+1\""},
      {"a\n=1+1", "\"a\n'=1+1\""},
      {"-", "'-"},
      {"-1e5", "'-1e5"},
      {"--1", "'--1"},
      {"-.5", "'-.5"},
      {"-5.", "'-5."},
      // A telephone number stays the text that it is.
      {"+919876543210", "'+919876543210"},
      // Amounts stay numbers.
      {"-12.50", "-12.50"},
      {"-1", "-1"},
      {"-0.00000", "-0.00000"},
      {"12.50", "12.50"},
      // Elsewhere than at the start the characters mean nothing.
      {"a=b", "a=b"},
      {"MA_1-x", "MA_1-x"},
      {"ops@example.com", "ops@example.com"},
  };
  for (auto const& c : cases) {
    EXPECT_EQ(csv_line({c.field, "x"}), std::string(c.written) + ",x\r\n") << c.field;
  }
}

}  // namespace vobiz::ops
