#include <atomic>
#include <future>
#include <map>
#include <regex>
#include <thread>

#include "fault_stage.hpp"

// Each fault of the provider and its result: one case per row of fault_cases.cpp.
namespace vobiz::e2e {
namespace {

// A cycle with a fault mostly waits, so several cases run in parallel, each on its own stage.
class fault_matrix : public ::testing::TestWithParam<fault_case> {
protected:
  static void SetUpTestSuite() {
    for (auto const& one : fault_cases()) {
      if (asked_for(one)) played[one.name];
    }
    for (int n = 0; n < 6; ++n) stages.emplace_back(play_all);
  }

  static void TearDownTestSuite() {
    for (auto& stage : stages) stage.join();
  }

  // Whether the test filter selects the case.
  static bool asked_for(fault_case const& one) {
    auto const& suite = *::testing::UnitTest::GetInstance()->current_test_suite();
    auto const at = static_cast<int>(&one - fault_cases().data());
    return suite.GetTestInfo(at)->should_run();
  }

  static void play_all() {
    std::optional<fault_stage> stage;
    for (auto at = next++; at < fault_cases().size(); at = next++) {
      auto const& one = fault_cases()[at];
      auto const result = played.find(one.name);
      if (result == played.end()) continue;
      try {
        if (!stage) stage.emplace();
        result->second.set_value(stage->play(one));
      } catch (...) {
        result->second.set_exception(std::current_exception());
        stage.reset();
      }
    }
  }

  static inline std::map<std::string, std::promise<fault_report>> played;
  static inline std::vector<std::thread> stages;
  static inline std::atomic<std::size_t> next{0};
};

// Whether the text contains the expected text.
bool says(std::string const& text, std::string const& what) {
  static std::regex const special(R"([.^$|()\[\]{}*+?\\])");
  auto pattern = std::regex_replace(what, special, R"(\$&)");
  pattern = std::regex_replace(pattern, std::regex("#"), "[0-9]+");
  return std::regex_search(text, std::regex(pattern));
}

TEST_P(fault_matrix, ends_as_its_row_says_and_heals) {
  auto const& row = GetParam();
  auto const seen = played.at(row.name).get_future().get();
  SCOPED_TRACE(seen.troubled.err + seen.troubled.out);
  EXPECT_EQ(seen.ended.code, row.ends.code);
  EXPECT_EQ(seen.ended.asked, row.ends.asked);
  EXPECT_EQ(seen.ended.retries, row.ends.retries);
  EXPECT_EQ(seen.ended.window, row.ends.window);
  EXPECT_EQ(seen.ended.stream, row.ends.stream);

  bool const gave_up = row.ends.retries >= 4;
  EXPECT_TRUE(says(seen.troubled.err, row.says)) << row.says;
  EXPECT_EQ(says(seen.troubled.err, row.says + ": attempt 2 of 5 in "), gave_up);
  if (row.ends.code != 0 && row.stop_at.empty()) {
    auto const last = row.says + (gave_up ? ", after 5 attempts" : "");
    EXPECT_TRUE(says(seen.error, last)) << seen.error;
    EXPECT_TRUE(says(seen.troubled.out, "acme cdrs: ")) << "the end does not tell why";
  } else {
    EXPECT_EQ(seen.error, "");
  }
  EXPECT_FALSE(says(seen.troubled.err + seen.troubled.out, "CANARY")) << "a secret is told";
  EXPECT_EQ(seen.passed, "");
  EXPECT_EQ(seen.other_days, seen.true_other_days);

  EXPECT_EQ(seen.healthy.code, 0) << seen.healthy.err << seen.healthy.out;
  EXPECT_EQ(seen.unproven, "");
  EXPECT_EQ(seen.doubled, "");
  EXPECT_EQ(seen.stored, seen.truth);
}

std::string test_name(::testing::TestParamInfo<fault_case> const& info) {
  std::string result;
  for (char const c : info.param.name) {
    if (std::isalnum(static_cast<unsigned char>(c))) {
      result += c;
    } else if (!result.ends_with('_')) {
      result += '_';
    }
  }
  return result;
}

INSTANTIATE_TEST_SUITE_P(provider, fault_matrix, ::testing::ValuesIn(fault_cases()), test_name);

}  // namespace
}  // namespace vobiz::e2e
