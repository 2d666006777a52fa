#include <gtest/gtest.h>

#include "decode/sample.hpp"

namespace vobiz::decode {
namespace {

struct example {
  std::string_view value;
  std::string_view result;  // the cell, or the reason after `"column": `
};

void check(std::string_view column, std::initializer_list<example> examples) {
  for (auto const& [value, result] : examples) {
    auto const got = decoded(column, value);
    auto const prefix = "\"" + std::string(column) + "\": ";
    EXPECT_EQ(got.starts_with(prefix) ? got.substr(prefix.size()) : got, result)
        << column << " " << value;
  }
}

TEST(cell, null_and_the_empty_string_are_null_for_every_type) {
  for (auto const* column : {"text", "integer", "bigint", "numeric", "boolean", "timestamptz",
                             "date", "uuid", "jsonb"}) {
    check(column, {{"null", "NULL"}, {R"("")", "NULL"}});
  }
}

TEST(cell, text_is_the_decoded_string_or_the_value_as_written) {
  check("text", {{R"("a \"b\" \u00e9\n\\ \/")", "a \"b\" é\n\\ /"},
                 {"\" \"", " "},
                 {"1.50", "1.50"},
                 {"true", "true"},
                 {R"({ "a" : [ 1, "x\ty" , null ] })", R"({"a":[1,"x\ty",null]})"},
                 {"[ ]", "[]"}});
}

TEST(cell, text_loses_only_u0000) {
  check("text", {{R"("a\u0000b\u0000")", "ab"}, {R"("\u0000")", "NULL"}, {R"("\u0001")", "\x01"}});
}

TEST(cell, numeric_keeps_the_text_of_the_wire) {
  check("numeric",
        {{"0.45", "0.45"},
         {R"("1300.00000")", "1300.00000"},
         {R"(" 12.5 ")", "12.5"},
         {"-0", "-0"},
         {"1e99", "1e99"},
         {"1E+2", "1E+2"},
         {"12345678901234567", "12345678901234567"},
         {"18446744073709551616", "18446744073709551616"},
         {"-9223372036854775809", "-9223372036854775809"},
         {"0.1000000000000000055511151231257827", "0.1000000000000000055511151231257827"},
         {"123456789012345678901234567890.5e-3", "123456789012345678901234567890.5e-3"}});
}

TEST(cell, numeric_refuses_what_is_no_number) {
  check("numeric", {{R"("n/a")", R"("n/a" is not a number)"},
                    {R"("1,5")", R"("1,5" is not a number)"},
                    {R"(" ")", R"(" " is not a number)"},
                    {R"("NaN")", R"("NaN" is not a number)"},
                    {"true", "true is not a number"},
                    {"{}", "{} is not a number"},
                    {"[1]", "[1] is not a number"},
                    {"1e100", "1e100 has more than 100 digits before or after its point"},
                    {"1e9999", "1e9999 has more than 100 digits before or after its point"},
                    {"1e131071", "1e131071 has more than 100 digits before or after its point"}});
}

TEST(cell, a_number_beyond_the_parser_costs_its_row_only) {
  check("numeric", {{"1e99999999999", R"("1e99999999999" is not a number)"},
                    {"-1.5E-99999999999", R"("-1.5E-99999999999" is not a number)"}});
  check("text", {{"1e99999999999", "1e99999999999"}, {R"("1e99999999999")", "1e99999999999"}});
}

TEST(cell, whole_numbers_are_exact_however_written) {
  for (auto const* column : {"integer", "bigint"}) {
    check(column, {{"300", "300"},
                   {R"("300")", "300"},
                   {"300.0", "300"},
                   {R"("300.00000")", "300"},
                   {"3e2", "300"},
                   {"30000e-2", "300"},
                   {R"(" 300 ")", "300"},
                   {R"("007")", "7"},
                   {"-0", "0"},
                   {"-12", "-12"},
                   {"0.5", "0.5 is not a whole number"},
                   {R"("299.99999")", R"("299.99999" is not a whole number)"},
                   {R"("28s")", R"("28s" is not a number)"},
                   {"true", "true is not a number"}});
  }
  check("integer", {{"2147483647", "2147483647"},
                    {"-2147483648", "-2147483648"},
                    {"2147483648", "2147483648 is out of range for integer"},
                    {"1e99", "1e99 is out of range for integer"}});
  check("bigint", {{"9223372036854775807", "9223372036854775807"},
                   {"-9223372036854775808", "-9223372036854775808"},
                   {"9223372036854775808", "9223372036854775808 is out of range for bigint"},
                   {"18446744073709551616", "18446744073709551616 is out of range for bigint"}});
}

TEST(cell, boolean) {
  check("boolean", {{"true", "true"},
                    {"false", "false"},
                    {R"("true")", "true"},
                    {R"("false")", "false"},
                    {"1", "true"},
                    {R"("0")", "false"},
                    {"2", "2 is neither true nor false"},
                    {R"("yes")", R"("yes" is neither true nor false)"},
                    {"[]", "[] is neither true nor false"}});
}

TEST(cell, uuid_is_lower_case) {
  check("uuid",
        {{R"("0B8F2F6A-0000-4000-8000-00000000000f")", "0b8f2f6a-0000-4000-8000-00000000000f"},
         {R"("0b8f2f6a000040008000000000000001")",
          R"("0b8f2f6a000040008000000000000001" is not a UUID)"},
         {R"("0b8f2f6a-0000-4000-8000-00000000000g")",
          R"("0b8f2f6a-0000-4000-8000-00000000000g" is not a UUID)"},
         {R"("0b8f2f6a00000-4000-8000-00000000000")",
          R"("0b8f2f6a00000-4000-8000-00000000000" is not a UUID)"},
         {"7", "7 is not a UUID"}});
}

TEST(cell, times_are_utc_and_equal_instants_equal_texts) {
  check("timestamptz", {{R"("2026-01-31T10:15:00Z")", "2026-01-31T10:15:00Z"},
                        {R"("2026-01-31 10:15:00+00")", "2026-01-31T10:15:00Z"},
                        {R"("2026-01-31t10:15:00.000z")", "2026-01-31T10:15:00Z"},
                        {R"("2026-01-31T15:45:00.5+05:30")", "2026-01-31T10:15:00.5Z"},
                        {R"("2026-01-31T15:45:00.500000+0530")", "2026-01-31T10:15:00.5Z"},
                        {R"("2026-01-31T02:00:00.123456-08")", "2026-01-31T10:00:00.123456Z"},
                        {R"("2026-01-31T10:15:00.12345600000Z")", "2026-01-31T10:15:00.123456Z"},
                        {R"("2026-01-31T10:15:00.123456789Z")", "2026-01-31T10:15:00.123456Z"},
                        {R"("2026-12-31T23:59:59.999999999Z")", "2026-12-31T23:59:59.999999Z"},
                        {R"("2026-01-31T10:15:00,5Z")", "2026-01-31T10:15:00.5Z"},
                        {R"("2026-01-31 10:15:00 UTC")", "2026-01-31T10:15:00Z"},
                        {R"("2026-01-31 15:45:00 +0530")", "2026-01-31T10:15:00Z"},
                        {R"("2026-03-01T05:29:59+05:30")", "2026-02-28T23:59:59Z"},
                        {R"("2024-02-28T23:30:00-01:00")", "2024-02-29T00:30:00Z"},
                        {R"("2026-12-31T23:59:59-15:59")", "2027-01-01T15:58:59Z"},
                        {R"("0001-01-01T00:00:00Z")", "0001-01-01T00:00:00Z"},
                        {R"("9999-12-31T23:59:59.999999Z")", "9999-12-31T23:59:59.999999Z"}});
}

TEST(cell, a_bare_date_is_its_utc_midnight) {
  check("timestamptz", {{R"("2026-01-31")", "2026-01-31T00:00:00Z"},
                        {R"("2026-02-29")", R"("2026-02-29" is not a time that exists)"}});
}

TEST(cell, a_time_without_an_offset_is_utc_and_the_page_says_so) {
  check("timestamptz", {{R"("2026-01-31T10:15:00")", "2026-01-31T10:15:00Z"},
                        {R"("2026-01-31 10:15:00.5")", "2026-01-31T10:15:00.5Z"}});
  EXPECT_EQ(decode_row(R"("created":"2026-01-31T10:15:00")").assumed_utc, "created");
  for (auto const* members : {R"("created":"2026-01-31T10:15:00Z")", R"("created":"2026-01-31")",
                              R"("text":"2026-01-31T10:15:00")"}) {
    EXPECT_EQ(decode_row(members).assumed_utc, "") << members;
  }
}

TEST(cell, what_decides_a_day_lies_in_the_years_1970_to_2200) {
  auto const problem = [](std::string const& time) {
    return "\"" + time + "\" is outside the years 1970 to 2200";
  };
  check("dated", {{R"("1970-01-01T00:00:00Z")", "1970-01-01T00:00:00Z"},
                  {R"("2200-12-31T23:59:59Z")", "2200-12-31T23:59:59Z"},
                  {R"("1970-01-01T00:00:00+01:00")", problem("1970-01-01T00:00:00+01:00")},
                  {R"("2200-12-31T23:59:59-01:00")", problem("2200-12-31T23:59:59-01:00")},
                  {R"("0001-01-01T00:00:00Z")", problem("0001-01-01T00:00:00Z")},
                  {R"("9999-12-31T23:59:59Z")", problem("9999-12-31T23:59:59Z")}});
}

TEST(cell, times_are_never_guessed_or_rounded) {
  constexpr auto no_time = [](std::string_view text) {
    return std::string(text) + " is not an ISO 8601 time";
  };
  for (std::string_view const text :
       {R"("yesterday")", R"("2026-01-31T10:15Z")", R"("2026-01-31T10:15:00.Z")",
        R"("2026-01-31T10:15:00 IST")", R"("2026-01-31T10:15:00+16:00")",
        R"("2026-01-31T10:15:00+05:60")", R"("2026-01-31T10:15:00+5")",
        R"("2026-01-31T10:15:00Zx")", R"("2026/01/31T10:15:00Z")", R"("2026-1-31T10:15:00Z")",
        R"("2026-01-31X10:15:00Z")", R"("10:15:00Z")", "1769854500", "true"}) {
    check("timestamptz", {{text, no_time(text)}});
  }
  check(
      "timestamptz",
      {{R"("2026-02-30T10:15:00Z")", R"("2026-02-30T10:15:00Z" is not a time that exists)"},
       {R"("2026-01-31T24:00:00Z")", R"("2026-01-31T24:00:00Z" is not a time that exists)"},
       {R"("2026-01-31T23:60:00Z")", R"("2026-01-31T23:60:00Z" is not a time that exists)"},
       {R"("2026-01-31T23:59:60Z")", R"("2026-01-31T23:59:60Z" is not a time that exists)"},
       {R"("0000-12-31T00:00:00Z")", R"("0000-12-31T00:00:00Z" is outside the years 0001 to 9999)"},
       {R"("0001-01-01T00:00:00+01:00")",
        R"("0001-01-01T00:00:00+01:00" is outside the years 0001 to 9999)"},
       {R"("9999-12-31T23:59:59-01")",
        R"("9999-12-31T23:59:59-01" is outside the years 0001 to 9999)"}});
}

TEST(cell, date) {
  check("date",
        {{R"("2024-02-29")", "2024-02-29"},
         {R"("2026-02-29")", R"("2026-02-29" is not a date (YYYY-MM-DD))"},
         {R"("0000-01-01")", R"("0000-01-01" is not a date (YYYY-MM-DD))"},
         {R"("2026-01-31T00:00:00Z")", R"("2026-01-31T00:00:00Z" is not a date (YYYY-MM-DD))"},
         {"20260131", "20260131 is not a date (YYYY-MM-DD)"}});
}

TEST(cell, jsonb_is_the_value_itself) {
  check(
      "jsonb",
      {{R"({ "a": [1.50, 1e99, true, null, "x\u0000\n\u001f\u2028"] })",
        "{\"a\":[1.50,1e99,true,null,\"x\\n\\u001f\u2028\"]}"},
       {R"("text")", R"("text")"},
       {"0.1000000000000000055511151231257827", "0.1000000000000000055511151231257827"},
       {R"({"a":[1e131072]})",
        R"({"a":["1e131072"]} holds a number of more than 100 digits before or after its point)"}});
}

TEST(cell, a_quotation_is_short_printable_and_whole_characters) {
  std::string const many(100, 'x');
  check("numeric", {{"\"" + many + "\"", "\"" + many.substr(0, 76) + "... is not a number"}});
  std::string accents;
  for (int i = 0; i < 50; ++i) accents += "é";
  auto const got = decoded("numeric", "\"" + accents + "\"");
  EXPECT_EQ(got, "\"numeric\": \"" + accents.substr(0, 76) + "... is not a number");
  check("numeric", {{R"("\u001b[2J\u007f\u0085")", R"("\u001b[2J\x7f\u0085" is not a number)"}});
}

}  // namespace
}  // namespace vobiz::decode
