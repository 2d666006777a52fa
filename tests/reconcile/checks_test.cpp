#include "spoilings.hpp"

namespace vobiz::reconcile {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAreArray;

std::vector<spoiling> all_spoilings() {
  std::vector<spoiling> all;
  for (auto const& list :
       {spoilings_of_charges(), spoilings_of_prices(), spoilings_of_wallets(),
        spoilings_of_records(), spoilings_of_figures(), spoilings_of_numbers()}) {
    all.insert(all.end(), list.begin(), list.end());
  }
  return all;
}

class spoiled : public ::testing::TestWithParam<spoiling> {};

TEST_P(spoiled, is_found_by_exactly_the_check_meant_for_it) {
  books all;
  all.sql(GetParam().sql);
  EXPECT_THAT(all.check().errors, IsEmpty());
  EXPECT_THAT(all.breaks(), UnorderedElementsAreArray(GetParam().breaks));
  auto const name = GetParam().breaks.front().substr(0, GetParam().breaks.front().find(' '));
  EXPECT_THAT(all.not_ok(), ElementsAre(name + " break"));
}

INSTANTIATE_TEST_SUITE_P(, spoiled, ::testing::ValuesIn(all_spoilings()),
                         [](auto const& one) { return one.param.name; });

}  // namespace
}  // namespace vobiz::reconcile
