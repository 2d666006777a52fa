#include "substitute.hpp"

#include <gmock/gmock.h>

#include "findings.hpp"

namespace vobiz::config {
namespace {

using testing::lookup;

std::string filled(std::string_view text) {
  auto const result = substitute(text, lookup);
  EXPECT_TRUE(result.problems.empty()) << text;
  return result.text;
}

TEST(substitute, fills_in_variables) {
  EXPECT_EQ(filled("plain"), "plain");
  EXPECT_EQ(filled("${HOME_ID}"), "PA_HOME");
  EXPECT_EQ(filled("a${NUMBER}b${NUMBER}c"), "a3b3c");
  EXPECT_EQ(filled("${EMPTY}"), "");
  EXPECT_EQ(filled("${NOT_SET:-x y:-z}"), "x y:-z");
  EXPECT_EQ(filled("${NOT_SET:-}"), "");
  EXPECT_EQ(filled("${EMPTY:-used}"), "used");
  EXPECT_EQ(filled("${NUMBER:-unused}"), "3");
  EXPECT_EQ(filled("${NUMBER:?unused}"), "3");
}

TEST(substitute, keeps_doubled_dollars_single) {
  EXPECT_EQ(filled("pa$$word"), "pa$word");
  EXPECT_EQ(filled("$${TOKEN}"), "${TOKEN}");
  EXPECT_EQ(filled("$$$$"), "$$");
}

TEST(substitute, never_looks_into_what_a_variable_holds) {
  EXPECT_EQ(filled("${DOLLARS}"), "${TOKEN}");
  EXPECT_EQ(filled("${YAML}"), "{a: [1}");
}

TEST(substitute, knows_what_came_from_the_environment) {
  EXPECT_TRUE(substitute("${NUMBER}", lookup).used_environment);
  EXPECT_FALSE(substitute("plain", lookup).used_environment);
  EXPECT_FALSE(substitute("${NOT_SET:-default}", lookup).used_environment);
}

TEST(substitute, names_what_is_wrong) {
  struct bad {
    std::string text;
    std::string message;
    std::string hint;
  };
  std::string const spellings =
      "write ${NAME}, ${NAME:-default} or ${NAME:?message}; $$ is a dollar";
  for (auto const& [text, message, hint] : std::vector<bad>{
           {"${NOT_SET}", "environment variable \"NOT_SET\" is not set",
            "set it, or give a default: ${NOT_SET:-…}"},
           {"${NOT_SET:?ask the admin}",
            "environment variable \"NOT_SET\" is not set: ask the admin", ""},
           {"${EMPTY:?ask the admin}", "environment variable \"EMPTY\" is not set: ask the admin",
            ""},
           {"${EMPTY:?}", "environment variable \"EMPTY\" is not set",
            "set it, or give a default: ${EMPTY:-…}"},
           {"${}", "\"${\" without a variable's name", spellings},
           {"${1A}", "\"${\" without a variable's name", spellings},
           {"${A B}", "\"${\" without a variable's name", spellings},
           {"${NUMBER:x}", "\"${\" without a variable's name", spellings},
           {"${NUMBER", "\"${\" is never closed", spellings},
           {"pa$word", "a single \"$\" has no meaning", spellings},
           {"end$", "a single \"$\" has no meaning", spellings},
           {"${NOT_SET:-${NUMBER}}", "a variable in the default of \"NOT_SET\"",
            "a default is plain text"},
       }) {
    auto const result = substitute(text, lookup);
    ASSERT_EQ(result.problems.size(), 1u) << text;
    EXPECT_EQ(result.problems[0].message, message) << text;
    EXPECT_EQ(result.problems[0].hint, hint) << text;
  }
  EXPECT_EQ(substitute("${NO_A} ${NO_B}", lookup).problems.size(), 2u);
}

}  // namespace
}  // namespace vobiz::config
