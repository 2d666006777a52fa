#include "vobiz/ops/table.hpp"

#include <gtest/gtest.h>

#include "vobiz/ops/status.hpp"

namespace vobiz::ops {
namespace {

TEST(table, is_as_wide_as_its_widest_cells) {
  table t({{"name"}, {"rows", align::right}, {"note"}});
  t.add({"cdrs", "7", "ok"});
  t.add({"transactions", "12345", ""});
  EXPECT_EQ(t.text(),
            "name           rows  note\n"
            "cdrs              7  ok\n"
            "transactions  12345\n");
}

TEST(table, counts_characters_not_bytes) {
  table t({{"name"}, {"n", align::right}});
  t.add({"J\xc3\xbcrgen", "1"});
  t.add({"Example", "2"});
  EXPECT_EQ(t.text(), "name     n\nJ\xc3\xbcrgen   1\nExample  2\n");
}

TEST(table, shows_what_would_move_the_cursor) {
  table t({{"name"}, {"no\x1bte"}});
  t.add({"evil\nname\x1b[2J", "\xe2\x80\xaex"});
  EXPECT_EQ(t.text(),
            "name               no\\x1bte\n"
            "evil\\nname\\x1b[2J  \\u202ex\n");
}

TEST(table, without_rows_is_its_heading) { EXPECT_EQ(table({{"a"}, {"b"}}).text(), "a  b\n"); }

TEST(human_duration, tells_the_two_largest_units) {
  EXPECT_EQ(human_duration(0), "0s");
  EXPECT_EQ(human_duration(59), "59s");
  EXPECT_EQ(human_duration(60), "1m");
  EXPECT_EQ(human_duration(90), "1m 30s");
  EXPECT_EQ(human_duration(3'600), "1h");
  EXPECT_EQ(human_duration(3'601), "1h");
  EXPECT_EQ(human_duration(7'380), "2h 3m");
  EXPECT_EQ(human_duration(86'400), "1d");
  EXPECT_EQ(human_duration(93'784), "1d 2h");
}

}  // namespace
}  // namespace vobiz::ops
