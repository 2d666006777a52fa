#include "vobiz/sink/query.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace vobiz::sink {
namespace {

using ::testing::ElementsAre;
using ::testing::StrEq;

TEST(arguments, hold_texts_as_they_are) {
  arguments values;
  values.add("it's \"\\ \n").add("").add_null();
  EXPECT_STREQ(values.pointers()[0], "it's \"\\ \n");
  EXPECT_STREQ(values.pointers()[1], "");
  EXPECT_EQ(values.pointers()[2], nullptr);
}

TEST(arguments, refuse_what_would_be_cut_off) {
  arguments values;
  EXPECT_THROW(values.add(std::string_view("a\0b", 3)), std::invalid_argument);
  EXPECT_TRUE(values.pointers().empty());
}

TEST(query, numbers_its_values_in_the_order_of_the_text) {
  query sql("SELECT :day::date, :partner WHERE day = :day AND n < :most_rows2");
  sql.set("partner", "PA_1").set("most_rows2", std::int64_t(7)).set("unused", "x");
  sql.set("day", std::optional<core::utc_day>());
  auto const bound = sql.bind();
  EXPECT_EQ(bound.sql, "SELECT $1::date, $2 WHERE day = $1 AND n < $3");
  ASSERT_EQ(bound.values.size(), 3u);
  EXPECT_EQ(bound.values[0], nullptr);
  EXPECT_STREQ(bound.values[1], "PA_1");
  EXPECT_STREQ(bound.values[2], "7");
}

TEST(query, sees_no_value_in_quotes_comments_and_casts) {
  query sql("SELECT '12:mm ''x:y', \"a:b\", a::text -- of :day\n, :a_1, ARRAY[1:2] : ");
  sql.set("a_1", "x");
  EXPECT_EQ(sql.bind().sql,
            "SELECT '12:mm ''x:y', \"a:b\", a::text -- of :day\n, $1, ARRAY[1:2] : ");
  EXPECT_THAT(sql.bind().values, ElementsAre(StrEq("x")));
}

TEST(query, puts_parts_in_their_places) {
  query sql("SELECT {what} FROM t WHERE {what} > :least AND '{}' <> ''");
  sql.with("what", "a + :b").set("least", "1").set("b", "2");
  EXPECT_EQ(sql.text(), "SELECT a + :b FROM t WHERE a + :b > :least AND '{}' <> ''");
  EXPECT_EQ(sql.bind().sql, "SELECT a + $1 FROM t WHERE a + $1 > $2 AND '{}' <> ''");
}

TEST(query, refuses_a_name_without_a_value_and_a_part_without_a_place) {
  EXPECT_THROW(query("SELECT :a").bind(), std::logic_error);
  EXPECT_THROW(query("SELECT 1").with("a", "b"), std::logic_error);
  EXPECT_THROW(query(":a").set("a", std::string("a\0b", 3)), std::invalid_argument);
}

}  // namespace
}  // namespace vobiz::sink
