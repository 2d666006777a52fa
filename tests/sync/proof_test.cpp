#include "proof.hpp"

#include <gtest/gtest.h>

namespace vobiz::sync {
namespace {

using sink::proof;

// An envelope with a total and, where given, sums.
decode::envelope reported(
    std::optional<std::int64_t> total,
    std::optional<std::vector<std::optional<std::string>>> sums = std::nullopt,
    std::size_t listed = 1) {
  decode::envelope result;
  result.total = total;
  result.listed = listed;
  result.has_rows_member = true;
  if (sums) {
    result.has_summary = true;
    result.measures = *sums;
    result.zeroed_summary = true;
    for (auto const& sum : *sums) result.zeroed_summary = result.zeroed_summary && sum == "0";
  }
  return result;
}

sink::figures stored(std::int64_t rows, std::vector<std::string> sums, std::int64_t rejects = 0) {
  return {rows, rejects, std::move(sums)};
}

struct proof_case {
  char const* name;
  decode::envelope envelope;
  sink::figures figures;
  bool walked;
  std::optional<proof> expected;
};

TEST(prove, follows_its_rules) {
  using sums = std::vector<std::optional<std::string>>;
  std::vector<proof_case> const cases = {
      {"count and sums agree", reported(2, sums{"1.5", "60"}), stored(2, {"1.5", "60"}), false,
       proof::total_and_summary},
      {"spelled otherwise", reported(2, sums{"1.50000", "6e1"}), stored(2, {"1.5", "60"}), false,
       proof::total_and_summary},
      {"one row short", reported(3, sums{"1.5", "60"}), stored(2, {"1.5", "60"}), true,
       std::nullopt},
      {"one row too many", reported(1, sums{"1.5", "60"}), stored(2, {"1.5", "60"}), true,
       std::nullopt},
      {"a sum differs in its last digit", reported(2, sums{"1.50001", "60"}),
       stored(2, {"1.5", "60"}), true, std::nullopt},
      {"the second sum differs", reported(2, sums{"1.5", "61"}), stored(2, {"1.5", "60"}), true,
       std::nullopt},
      {"no summary", reported(2), stored(2, {"1.5", "60"}), false, proof::total},
      {"a sum is absent", reported(2, sums{"1.5", std::nullopt}), stored(2, {"1.5", "60"}), false,
       proof::total},
      {"zeroed beside rows", reported(2, sums{"0", "0"}), stored(2, {"1.5", "60"}), false,
       proof::total},
      {"truly zero", reported(0, sums{"0", "0"}, 0), stored(0, {"0", "0"}), false,
       proof::total_and_summary},
      {"zeroed for an empty page of stored rows", reported(0, sums{"0", "0"}, 0),
       stored(2, {"1.5", "60"}), true, std::nullopt},
      {"rejects count, their amounts do not", reported(3, sums{"9", "60"}),
       stored(2, {"1.5", "60"}, 1), false, proof::total},
      {"no total, not walked", reported(std::nullopt, sums{"1.5", "60"}), stored(2, {"1.5", "60"}),
       false, std::nullopt},
      {"no total, walked", reported(std::nullopt), stored(2, {"1.5", "60"}), true, proof::walk},
      {"no total, walked, the sums agree", reported(std::nullopt, sums{"1.5", "60"}),
       stored(2, {"1.5", "60"}), true, proof::walk},
      {"no total, walked, a sum differs", reported(std::nullopt, sums{"1.5", "61"}),
       stored(2, {"1.5", "60"}), true, std::nullopt},
      {"no total, walked, degraded sums", reported(std::nullopt, sums{"0", "0"}),
       stored(2, {"1.5", "60"}), true, proof::walk},
      {"no total, walked to an empty page", reported(std::nullopt, sums{"0", "0"}, 0),
       stored(2, {"1.5", "60"}), true, proof::walk},
      {"a list without sums", reported(2), stored(2, {}), false, proof::total},
  };
  for (auto const& c : cases) {
    EXPECT_EQ(prove(c.envelope, c.figures, c.walked), c.expected) << c.name;
  }
}

sink::window window_that_said(std::optional<std::int64_t> total,
                              std::vector<std::optional<std::string>> sums) {
  sink::window w;
  w.api_total = total;
  w.api_sums = std::move(sums);
  return w;
}

TEST(says_the_same, compares_totals_and_sums_by_value) {
  using sums = std::vector<std::optional<std::string>>;
  auto const before = window_that_said(2, {"1.5", "60"});
  EXPECT_TRUE(says_the_same(before, reported(2, sums{"1.50", "60"})));
  EXPECT_FALSE(says_the_same(before, reported(3, sums{"1.5", "60"})));
  EXPECT_FALSE(says_the_same(before, reported(2, sums{"1.6", "60"})));
  EXPECT_FALSE(says_the_same(before, reported(std::nullopt)));
  // No sums, or degraded ones, say nothing new.
  EXPECT_TRUE(says_the_same(before, reported(2)));
  EXPECT_TRUE(says_the_same(before, reported(2, sums{"0", "0"})));
  // Sums where there were none are worth a look.
  EXPECT_FALSE(says_the_same(window_that_said(2, {std::nullopt, std::nullopt}),
                             reported(2, sums{"1.5", "60"})));
}

TEST(believe_vanished, small_shrinks_at_once_and_large_ones_after_a_second_look) {
  using std::chrono::minutes;
  using std::chrono::seconds;
  sink::window const fresh;
  EXPECT_TRUE(believe_vanished(5, 5, 0, fresh));  // five at most, however few there are
  EXPECT_FALSE(believe_vanished(6, 6, 0, fresh));
  EXPECT_TRUE(believe_vanished(6, 120, 114, fresh));  // five in a hundred
  EXPECT_FALSE(believe_vanished(6, 119, 113, fresh));
  EXPECT_TRUE(believe_vanished(5'000, 100'000, 95'000, fresh));
  EXPECT_FALSE(believe_vanished(5'001, 100'000, 94'999, fresh));

  sink::window doubted;
  doubted.doubted_total = 10;
  doubted.doubted_for = minutes(10);
  EXPECT_TRUE(believe_vanished(90, 100, 10, doubted));
  EXPECT_FALSE(believe_vanished(89, 100, 11, doubted));  // another total than the one doubted
  doubted.doubted_for = minutes(10) - seconds(1);
  EXPECT_FALSE(believe_vanished(90, 100, 10, doubted));
}

}  // namespace
}  // namespace vobiz::sync
