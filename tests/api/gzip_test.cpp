#include "gzip.hpp"

#include <gtest/gtest.h>

#include "support/gzip.hpp"

namespace vobiz::api {
namespace {

using support::gzipped;

std::string varied(std::size_t size) {
  std::string result;
  for (std::size_t at = 0; result.size() < size; ++at) result += std::to_string(at * at) + ',';
  return result;
}

TEST(gzip, unpacks_what_was_packed) {
  for (auto const& text :
       {std::string(), std::string("{}"), varied(300'000), std::string(65536, 'x')}) {
    auto const got = gunzip(gzipped(text), 1 << 20);
    ASSERT_TRUE(got) << got.error().message;
    EXPECT_EQ(*got, text);
  }
}

TEST(gzip, reads_several_members_as_one) {
  auto const got = gunzip(gzipped("[1,") + gzipped("2]"), 100);
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(*got, "[1,2]");
}

TEST(gzip, notices_every_truncation) {
  auto const packed = gzipped(varied(2'000));
  for (std::size_t size = 0; size < packed.size(); ++size) {
    auto const got = gunzip(std::string_view(packed).substr(0, size), 1 << 20);
    ASSERT_FALSE(got) << size;
    EXPECT_EQ(got.error().message, "gzip cut short after " + std::to_string(size) + " bytes");
    EXPECT_FALSE(got.error().too_large);
  }
}

TEST(gzip, refuses_what_is_something_else) {
  EXPECT_EQ(gunzip("{\"data\":[]}", 100).error().message, "not gzip: incorrect header check");
  auto damaged = gzipped(varied(2'000));
  damaged[damaged.size() - 8] ^= 1;
  EXPECT_EQ(gunzip(damaged, 1 << 20).error().message, "not gzip: incorrect data check");
}

TEST(gzip, ignores_what_stands_behind_the_last_member) {
  using namespace std::string_literals;
  for (auto const& behind : {"garbage"s, "\0"s, std::string(100'000, '\0'), "\r\n"s, "\x1f\x8c"s}) {
    auto const got = gunzip(gzipped("[1,") + gzipped("2]") + behind, 100);
    ASSERT_TRUE(got) << got.error().message;
    EXPECT_EQ(*got, "[1,2]");
  }
}

TEST(gzip, notices_a_further_member_that_is_cut_short_or_damaged) {
  auto const second = gzipped(varied(2'000));
  for (std::size_t size = 1; size < second.size(); ++size) {
    EXPECT_FALSE(gunzip(gzipped("[1,") + second.substr(0, size), 1 << 20)) << size;
  }
  EXPECT_FALSE(gunzip(gzipped("x") + "\x1f\x8bgarbage", 100));
}

TEST(gzip, stops_at_the_limit) {
  std::string const megabyte(1 << 20, ' ');
  EXPECT_TRUE(gunzip(gzipped(megabyte), 1 << 20));
  auto const got = gunzip(gzipped(megabyte), (1 << 20) - 1);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().message, "unpacks to more than 1048575 bytes");
  EXPECT_TRUE(got.error().too_large);
}

}  // namespace
}  // namespace vobiz::api
