#include "sharing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace vobiz::schedule {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::string_view streams[] = {"a", "b", "c", "d", "e", "f", "g", "h"};

// The leases in the database, and each service's view of them.
struct table {
  std::vector<sink::lease_standing> leases;

  explicit table(std::vector<std::string> const& holders) {
    for (std::size_t n = 0; n < holders.size(); ++n) {
      leases.push_back(
          {{"PA_EXAMPLE01", streams[n]}, holders[n], std::nullopt, sink::lease_time, ""});
    }
  }

  share_plan plan_of(std::string const& self) const {
    auto seen = leases;
    for (auto& lease : seen) {
      if (lease.holder == self) lease.fence = 1;
    }
    return share_out(seen, self);
  }

  sink::lease_standing& at(sink::lease_key const& key) {
    return *std::ranges::find(leases, key, &sink::lease_standing::of);
  }

  // One step of a service. Returns whether it changed anything.
  bool turn_of(std::string const& self) {
    auto const plan = plan_of(self);
    bool changed = !plan.gifts.empty();
    for (auto const& gift : plan.gifts) {
      at(gift.lease.of).holder = gift.to;
      at(gift.lease.of).claimed_by.clear();
    }
    for (auto const& key : plan.claims) {
      changed = changed || at(key).claimed_by != self;
      at(key).claimed_by = self;
    }
    return changed;
  }

  std::map<std::string, int> counts() const {
    std::map<std::string, int> result;
    for (auto const& lease : leases) ++result[lease.holder];
    return result;
  }
};

std::vector<std::string_view> names(std::vector<sink::lease_key> const& keys) {
  std::vector<std::string_view> result;
  for (auto const& key : keys) result.push_back(key.stream);
  return result;
}

TEST(sharing, asks_the_richest_for_half_the_difference) {
  table const t({"one", "one", "one", "one", "one", "two", "two", "three"});
  EXPECT_THAT(names(t.plan_of("three").claims), ElementsAre("a", "b"));
  EXPECT_THAT(names(t.plan_of("four").claims), ElementsAre("a", "b"));
}

TEST(sharing, asks_for_nothing_that_would_not_even_out) {
  EXPECT_THAT(table({"one", "one", "two"}).plan_of("two").claims, IsEmpty());
  EXPECT_THAT(table({"one"}).plan_of("two").claims, IsEmpty());
  EXPECT_THAT(table({}).plan_of("two").claims, IsEmpty());
}

TEST(sharing, does_not_ask_for_what_another_has_asked_for) {
  table t({"one", "one", "one", "one"});
  t.leases[0].claimed_by = "three";
  EXPECT_THAT(names(t.plan_of("two").claims), ElementsAre("b", "c"));
  t.leases[3].claimed_by = "two";
  EXPECT_THAT(names(t.plan_of("two").claims), ElementsAre("d", "b"));
}

TEST(sharing, does_not_ask_the_dead) {
  table t({"one", "one", "one", "one"});
  for (auto& lease : t.leases) lease.left = std::chrono::milliseconds(0);
  EXPECT_THAT(t.plan_of("two").claims, IsEmpty());
}

TEST(sharing, gives_what_was_asked_for_until_it_is_even) {
  table t({"one", "one", "one", "one"});
  for (auto& lease : t.leases) lease.claimed_by = "two";
  auto const gifts = t.plan_of("one").gifts;
  ASSERT_EQ(gifts.size(), 2u);
  EXPECT_EQ(gifts[0].lease.of.stream, "a");
  EXPECT_EQ(gifts[0].lease.holder, "one");
  EXPECT_EQ(gifts[0].lease.fence, 1);
  EXPECT_EQ(gifts[0].to, "two");
}

TEST(sharing, keeps_its_last_stream) {
  table t({"one"});
  t.leases[0].claimed_by = "two";
  EXPECT_THAT(t.plan_of("one").gifts, IsEmpty());
}

TEST(sharing, gives_nothing_that_is_not_its_own) {
  table t({"one", "one", "one", "two"});
  t.leases[3].claimed_by = "three";
  EXPECT_THAT(t.plan_of("one").gifts, IsEmpty());
}

// From any start the services reach a stable state in which their numbers of leases differ by one
// at most.
TEST(sharing, comes_to_rest_even) {
  std::vector<std::string> const daemons = {"one", "two", "three", "four"};
  for (std::size_t count = 2; count <= daemons.size(); ++count) {
    for (int start = 0; start < 65536; start += 61) {
      std::vector<std::string> holders;
      for (int n = 0, rest = start; n < 8; ++n, rest /= 4)
        holders.push_back(daemons[rest % 4 % count]);
      table t(holders);
      int rounds = 0;
      for (bool changed = true; changed; ++rounds) {
        ASSERT_LT(rounds, 50) << "start " << start << " of " << count;
        changed = false;
        for (std::size_t n = 0; n < count; ++n) changed = t.turn_of(daemons[n]) || changed;
      }
      auto counts = t.counts();
      int least = 8;
      int most = 0;
      for (std::size_t n = 0; n < count; ++n) {
        least = std::min(least, counts[daemons[n]]);
        most = std::max(most, counts[daemons[n]]);
      }
      ASSERT_LE(most - least, 1) << "start " << start << " of " << count;
    }
  }
}

}  // namespace
}  // namespace vobiz::schedule
