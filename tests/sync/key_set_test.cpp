#include "key_set.hpp"

#include <gtest/gtest.h>

#include <string>

namespace vobiz::sync {
namespace {

TEST(key_set, has_each_key_once) {
  key_set keys;
  for (auto const* key : {"b", "a", "", "b", "ab", "a"}) keys.insert(key);
  EXPECT_EQ(keys.size(), 4u);
  for (auto const* key : {"", "a", "ab", "b"}) EXPECT_TRUE(keys.contains(key)) << key;
  for (auto const* key : {"c", "ba", "aa"}) EXPECT_FALSE(keys.contains(key)) << key;
}

TEST(key_set, tells_whether_a_key_is_new) {
  key_set keys;
  EXPECT_TRUE(keys.insert("a"));
  EXPECT_FALSE(keys.insert("a"));
  EXPECT_TRUE(keys.insert("b"));
}

TEST(key_set, keeps_apart_parts_that_read_alike) {
  key_set keys;
  keys.insert(std::string("a\0bc\0", 5));
  EXPECT_FALSE(keys.contains(std::string("ab\0c\0", 5)));
}

TEST(key_set, begins_anew) {
  key_set keys;
  for (int n = 0; n < 10'000; ++n) keys.insert(std::to_string(n % 5'000));
  EXPECT_EQ(keys.size(), 5'000u);
  keys.clear();
  EXPECT_EQ(keys.size(), 0u);
  EXPECT_FALSE(keys.contains("1"));
  EXPECT_TRUE(keys.insert("1"));
}

}  // namespace
}  // namespace vobiz::sync
