#include "proof.hpp"

#include <gtest/gtest.h>

namespace vobiz::sync {
namespace {

using sink::proof;

// An envelope with a total and, if given, sums.
decode::envelope envelope_with(
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
      {"count and sums agree", envelope_with(2, sums{"1.5", "60"}), stored(2, {"1.5", "60"}), false,
       proof::total_and_summary},
      {"spelled otherwise", envelope_with(2, sums{"1.50000", "6e1"}), stored(2, {"1.5", "60"}),
       false, proof::total_and_summary},
      {"one row short", envelope_with(3, sums{"1.5", "60"}), stored(2, {"1.5", "60"}), true,
       std::nullopt},
      {"one row too many", envelope_with(1, sums{"1.5", "60"}), stored(2, {"1.5", "60"}), true,
       std::nullopt},
      {"a sum differs in its last digit", envelope_with(2, sums{"1.50001", "60"}),
       stored(2, {"1.5", "60"}), true, std::nullopt},
      {"the second sum differs", envelope_with(2, sums{"1.5", "61"}), stored(2, {"1.5", "60"}),
       true, std::nullopt},
      {"no summary", envelope_with(2), stored(2, {"1.5", "60"}), false, proof::total},
      {"a sum is absent", envelope_with(2, sums{"1.5", std::nullopt}), stored(2, {"1.5", "60"}),
       false, proof::total},
      {"zeroed beside rows", envelope_with(2, sums{"0", "0"}), stored(2, {"1.5", "60"}), false,
       proof::total},
      {"truly zero", envelope_with(0, sums{"0", "0"}, 0), stored(0, {"0", "0"}), false,
       proof::total_and_summary},
      {"zeroed for an empty page of stored rows", envelope_with(0, sums{"0", "0"}, 0),
       stored(2, {"1.5", "60"}), true, std::nullopt},
      {"rejects count, their amounts do not", envelope_with(3, sums{"9", "60"}),
       stored(2, {"1.5", "60"}, 1), false, proof::total},
      {"no total, not walked", envelope_with(std::nullopt, sums{"1.5", "60"}),
       stored(2, {"1.5", "60"}), false, std::nullopt},
      {"no total, walked", envelope_with(std::nullopt), stored(2, {"1.5", "60"}), true,
       proof::walk},
      {"no total, walked, the sums agree", envelope_with(std::nullopt, sums{"1.5", "60"}),
       stored(2, {"1.5", "60"}), true, proof::walk},
      {"no total, walked, a sum differs", envelope_with(std::nullopt, sums{"1.5", "61"}),
       stored(2, {"1.5", "60"}), true, std::nullopt},
      {"no total, walked, degraded sums", envelope_with(std::nullopt, sums{"0", "0"}),
       stored(2, {"1.5", "60"}), true, proof::walk},
      {"no total, walked to an empty page", envelope_with(std::nullopt, sums{"0", "0"}, 0),
       stored(2, {"1.5", "60"}), true, proof::walk},
      {"a list without sums", envelope_with(2), stored(2, {}), false, proof::total},
  };
  for (auto const& c : cases) {
    EXPECT_EQ(prove(c.envelope, c.figures, c.walked), c.expected) << c.name;
  }
}

sink::window window_with(std::optional<std::int64_t> total,
                         std::vector<std::optional<std::string>> sums) {
  sink::window w;
  w.api_total = total;
  w.api_sums = std::move(sums);
  return w;
}

TEST(says_the_same, compares_totals_and_sums_by_value) {
  using sums = std::vector<std::optional<std::string>>;
  auto const before = window_with(2, {"1.5", "60"});
  EXPECT_TRUE(says_the_same(before, envelope_with(2, sums{"1.50", "60"})));
  EXPECT_FALSE(says_the_same(before, envelope_with(3, sums{"1.5", "60"})));
  EXPECT_FALSE(says_the_same(before, envelope_with(2, sums{"1.6", "60"})));
  EXPECT_FALSE(says_the_same(before, envelope_with(std::nullopt)));
  // Absent or degraded sums are no change.
  EXPECT_TRUE(says_the_same(before, envelope_with(2)));
  EXPECT_TRUE(says_the_same(before, envelope_with(2, sums{"0", "0"})));
  // Sums that were absent before need a read.
  EXPECT_FALSE(says_the_same(window_with(2, {std::nullopt, std::nullopt}),
                             envelope_with(2, sums{"1.5", "60"})));
}

}  // namespace
}  // namespace vobiz::sync
