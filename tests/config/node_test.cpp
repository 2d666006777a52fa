#include "node.hpp"

#include <gmock/gmock.h>

#include "findings.hpp"
#include "raw_text.hpp"

namespace vobiz::config {
namespace {

using ::testing::ElementsAre;
using testing::example;
using testing::lines_of;

TEST(node, keeps_the_text_and_the_line_of_everything) {
  std::vector<finding> findings;
  auto const tree = tree_of("a: 010\n# c\nb:\n  - yes\n  - {c: \"…\", d: 'x'}\nnone:\n", findings);
  EXPECT_TRUE(findings.empty());
  ASSERT_EQ(tree.form, node::kind::mapping);
  ASSERT_EQ(tree.entries.size(), 3u);
  EXPECT_EQ(tree.entries[0].value.text, "010");
  auto const& list = tree.entries[1];
  EXPECT_EQ(list.line, 3);
  ASSERT_EQ(list.value.items.size(), 2u);
  EXPECT_EQ(list.value.items[0].text, "yes");
  EXPECT_EQ(list.value.items[0].line, 4);
  ASSERT_EQ(list.value.items[1].entries.size(), 2u);
  EXPECT_EQ(list.value.items[1].entries[1].key, "d");
  EXPECT_EQ(list.value.items[1].entries[1].line, 5);
  EXPECT_EQ(tree.entries[2].value.form, node::kind::nothing);
  EXPECT_EQ(tree.entries[2].value.line, 6);
}

TEST(node, keeps_both_of_two_equal_keys) {
  std::vector<finding> findings;
  EXPECT_EQ(tree_of("a: 1\na: 2\n", findings).entries.size(), 2u);
}

TEST(node, takes_a_byte_order_mark_and_windows_line_ends) {
  std::vector<finding> findings;
  auto const tree = tree_of(
      "\xEF\xBB\xBF"
      "a: 1\r\nb: 'x'\r\n",
      findings);
  EXPECT_TRUE(findings.empty());
  ASSERT_EQ(tree.entries.size(), 2u);
  EXPECT_EQ(tree.entries[0].key, "a");
  EXPECT_EQ(tree.entries[1].value.text, "x");
  EXPECT_EQ(tree.entries[1].line, 2);
}

TEST(node, refuses_what_it_does_not_take) {
  for (auto const& [yaml, expected] : std::vector<example>{
           {"a: &x 1\nb: *x\n",
            {"1: anchors are not supported | remove the word that begins with \"&\"",
             "2: aliases are not supported | repeat the value in each place"}},
           {"a: {b: 1}\nc:\n  <<: {b: 2}\n",
            {"3: merge keys are not supported | repeat the keys in each place"}},
           {"a: !!str 5\n", {"1: tags are not supported | remove the word that begins with \"!\""}},
           {"a: !x {b: 1}\n",
            {"1: tags are not supported | remove the word that begins with \"!\""}},
           {"a: 1\n? [b]\n: 2\n", {"2: a key is not a name"}},
           {"a: 1\n---\nb: 2\n---\nc: 3\n",
            {"2: a second YAML document begins | remove the \"---\" line"}},
           {",a: 1\nb: 2\n", {"1: a comma outside of [ ] and { } | remove the comma"}},
           {"- a\n, b\n", {"2: a comma outside of [ ] and { } | remove the comma"}},
           {"a: 1\nb: 'x\nc: 2\n", {"2: a quote is never closed"}},
           {"…: 1\nb: 'it''s'\nc: \"a\\\"b\"\n", {}},
           {"a: 1\nb: \"x\x04y\"\n",
            {"2: a control character in the text | save the file as plain UTF-8"}},
           {std::string("a: 1\0", 5),
            {"1: a control character in the text | save the file as plain UTF-8"}},
       }) {
    std::vector<finding> findings;
    tree_of(yaml, findings);
    EXPECT_EQ(lines_of(findings), expected) << yaml;
  }
}

TEST(node, names_the_line_of_wrong_syntax_and_quotes_nothing) {
  for (auto const& [yaml, expected] : std::vector<example>{
           {"a: 1\nb: c: d\n", {"2: not YAML: illegal map value"}},
           {"a: 1\n\tb: 2\n", {"2: not YAML: illegal tab when looking for indentation"}},
           {"a: 1\n- x\n", {"2: not YAML: end of map not found"}},
           {"a: 1\nb: {c: ${TOKEN}}\n",
            {"2: not YAML: end of map flow not found | within { } a text with ${…} must be in "
             "quotes: "
             "\"${…}\""}},
           {"token: *CANARY\n",
            {"1: not YAML: the referenced anchor is not defined | put the text in quotes if it "
             "begins "
             "with \"*\""}},
           {"token: \"\\q\"\n", {"1: not YAML: unknown escape character"}},
           {"%YAML CANARY\n---\na: 1\n", {"1: not YAML: bad YAML version"}},
       }) {
    std::vector<finding> findings;
    EXPECT_EQ(tree_of(yaml, findings).form, node::kind::refused);
    EXPECT_EQ(lines_of(findings), expected) << yaml;
  }
}

TEST(node, survives_deep_nesting) {
  std::vector<finding> findings;
  EXPECT_EQ(tree_of(std::string(100'000, '['), findings).form, node::kind::refused);
  EXPECT_EQ(findings.size(), 1u);
}

TEST(raw_text, finds_lines) {
  EXPECT_EQ(line_at("a\nb\nc", 2), "b");
  EXPECT_EQ(line_at("a\nb\nc", 3), "c");
  EXPECT_EQ(line_at("a", 2), "");
  EXPECT_EQ(line_at("a", 0), "");
}

}  // namespace
}  // namespace vobiz::config
