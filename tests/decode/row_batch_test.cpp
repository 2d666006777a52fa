#include <gtest/gtest.h>

#include <stdexcept>

#include "vobiz/decode/page.hpp"

namespace vobiz::decode {
namespace {

TEST(row_batch, begins_each_row_with_nulls) {
  row_batch rows(2);
  EXPECT_EQ(rows.size(), 0);
  rows.add_row();
  rows.set(1, "b");
  rows.add_row();
  rows.set(0, "");
  EXPECT_EQ(rows.size(), 2);
  EXPECT_EQ(rows.at(0, 0), std::nullopt);
  EXPECT_EQ(rows.at(0, 1), "b");
  EXPECT_EQ(rows.at(1, 0), "");
  EXPECT_EQ(rows.at(1, 1), std::nullopt);
}

TEST(row_batch, takes_its_last_row_back) {
  row_batch rows(1);
  rows.add_row();
  rows.set(0, "stays");
  auto const bytes = rows.bytes();
  rows.add_row();
  rows.set(0, "goes");
  rows.take_back();
  EXPECT_EQ(rows.size(), 1);
  EXPECT_EQ(rows.bytes(), bytes);
  rows.add_row();
  rows.set(0, "next");
  EXPECT_EQ(rows.at(0, 0), "stays");
  EXPECT_EQ(rows.at(1, 0), "next");
}

TEST(row_batch, appends_another) {
  row_batch rows(2);
  rows.add_row();
  rows.set(0, "a");
  rows.mark_seen(0);
  row_batch more(2);
  more.add_row();
  more.set(1, "b");
  more.mark_seen(1);
  rows.append(more);
  EXPECT_EQ(rows.size(), 2);
  EXPECT_EQ(rows.at(0, 0), "a");
  EXPECT_EQ(rows.at(1, 0), std::nullopt);
  EXPECT_EQ(rows.at(1, 1), "b");
  EXPECT_TRUE(rows.seen(0));
  EXPECT_TRUE(rows.seen(1));
  EXPECT_FALSE(more.seen(0));
  EXPECT_THROW(rows.append(row_batch(3)), std::invalid_argument);
}

}  // namespace
}  // namespace vobiz::decode
