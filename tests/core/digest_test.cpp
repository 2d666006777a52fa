#include "vobiz/core/digest.hpp"

#include <gtest/gtest.h>

namespace vobiz::core {
namespace {

// `uuidgen --sha1 --namespace 00000000-0000-0000-0000-000000000000 --name ''` and `--name abc`
TEST(digest, is_a_version_5_uuid) {
  digest const empty{{0xe1, 0x29, 0xf2, 0x7c, 0x51, 0x03, 0x5c, 0x5c, 0x84, 0x4b, 0xcd, 0xf0, 0xa1,
                      0x5e, 0x16, 0x0d}};
  EXPECT_EQ(digest_of(""), empty);
  EXPECT_NE(digest_of("abc"), digest_of("abd"));
}

TEST(set_digest, is_the_same_in_any_order_and_differs_by_every_member) {
  set_digest one;
  one.add(digest_of("a"));
  one.add(digest_of("b"));
  set_digest other;
  other.add(digest_of("b"));
  other.add(digest_of("a"));
  EXPECT_EQ(one.text(), other.text());
  EXPECT_EQ(one.text().substr(0, 2), "2:");
  EXPECT_EQ(one.text().size(), 34u);
  other.add(digest_of("c"));
  EXPECT_NE(one.text(), other.text());
  EXPECT_EQ(set_digest().text(), "0:00000000000000000000000000000000");
}

}  // namespace
}  // namespace vobiz::core
