#include "key_set.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace vobiz::sync {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> texts(key_set const& keys) { return {keys.begin(), keys.end()}; }

TEST(key_set, has_each_key_once_and_in_order) {
  key_set keys;
  for (auto const* key : {"b", "a", "", "b", "ab", "a"}) keys.insert(key);
  EXPECT_EQ(keys.size(), 4u);
  EXPECT_THAT(texts(keys), ElementsAre("", "a", "ab", "b"));
}

TEST(key_set, keeps_texts_that_are_gone) {
  key_set keys;
  for (int n = 0; n < 10'000; ++n) keys.insert(std::to_string(n % 5'000) + std::string(50, 'x'));
  EXPECT_EQ(keys.size(), 5'000u);
  EXPECT_EQ(*keys.begin(), "0" + std::string(50, 'x'));
}

TEST(key_set, begins_anew) {
  key_set keys;
  keys.insert("a");
  keys.clear();
  EXPECT_THAT(texts(keys), IsEmpty());
  keys.insert("b");
  EXPECT_THAT(texts(keys), ElementsAre("b"));
}

}  // namespace
}  // namespace vobiz::sync
