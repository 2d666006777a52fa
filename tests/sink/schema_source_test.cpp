#include "vobiz/sink/schema_source.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "vobiz/sink/column_lists.hpp"

namespace vobiz::sink {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> names_of(std::vector<schema_object> const& objects) {
  std::vector<std::string> names;
  for (auto const& object : objects) names.push_back(object.name);
  return names;
}

// What is wrong with these files.
std::string refusal_of(std::vector<schema_file> const& files) {
  try {
    read_schema(files);
  } catch (std::invalid_argument const& error) {
    return error.what();
  }
  return "nothing";
}

TEST(schema_source, puts_each_object_behind_what_it_mentions) {
  std::vector<schema_file> const files = {
      {"views/vobiz/a.sql", "CREATE OR REPLACE VIEW vobiz.a AS SELECT * FROM vobiz.c;"},
      {"functions/x/b.sql",
       "CREATE OR REPLACE FUNCTION vobiz.b() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;"},
      {"views/vobiz/c.sql", "CREATE OR REPLACE VIEW vobiz.c AS SELECT vobiz.b();"},
      {"0001_schemas.sql", "CREATE SCHEMA vobiz;"}};
  auto const source = read_schema(files);
  EXPECT_THAT(names_of(source.objects), ElementsAre("vobiz.b", "vobiz.c", "vobiz.a"));
  EXPECT_EQ(source.find("vobiz.b")->kind, object_kind::function);
  EXPECT_EQ(source.find("vobiz.c")->kind, object_kind::view);
}

TEST(schema_source, does_not_take_comments_and_strings_for_a_need) {
  std::vector<schema_file> const files = {
      {"views/vobiz/a.sql",
       "-- Isn't vobiz.b().\nCREATE OR REPLACE VIEW vobiz.a AS SELECT 'vobiz.b() isn''t';\n"},
      {"views/vobiz/b.sql", "CREATE OR REPLACE VIEW vobiz.b AS SELECT * FROM vobiz.a;"}};
  EXPECT_THAT(names_of(read_schema(files).objects), ElementsAre("vobiz.a", "vobiz.b"));
}

TEST(schema_source, names_the_objects_of_a_circle) {
  EXPECT_EQ(refusal_of({{"views/vobiz/a.sql", "CREATE OR REPLACE VIEW vobiz.a AS TABLE vobiz.b;"},
                        {"views/vobiz/b.sql", "CREATE OR REPLACE VIEW vobiz.b AS TABLE vobiz.c;"},
                        {"views/vobiz/c.sql", "CREATE OR REPLACE VIEW vobiz.c AS TABLE vobiz.b;"}}),
            "migrations/: \"vobiz.b\" needs \"vobiz.c\" needs \"vobiz.b\"");
}

TEST(schema_source, names_a_function_that_no_file_makes) {
  EXPECT_EQ(
      refusal_of({{"views/vobiz/a.sql", "CREATE OR REPLACE VIEW vobiz.a AS SELECT vobiz.f(1);"}}),
      "migrations/: \"vobiz.a\" calls \"vobiz.f\", which no file makes");
  EXPECT_EQ(refusal_of({{"0001_a.sql", "CREATE INDEX ON vobiz.t (vobiz.f(a));"}}),
            "migrations/: \"0001_a\" calls \"vobiz.f\", which no file makes");
}

TEST(schema_source, refuses_files_it_does_not_know) {
  EXPECT_THAT(refusal_of({{"mirror.sql", ""}}), HasSubstr("migrations/mirror.sql: is neither"));
  EXPECT_THAT(refusal_of({{"views/vobiz/a.sql", "CREATE VIEW vobiz.a AS SELECT 1;"}}),
              HasSubstr("migrations/views/vobiz/a.sql: has no \"CREATE OR REPLACE VIEW \""));
}

TEST(schema_source, gives_a_numbered_file_the_functions_it_calls_with_their_needs) {
  std::vector<schema_file> const files = {
      {"0002_b.sql", "CREATE TABLE vobiz.t (a int GENERATED ALWAYS AS (vobiz.z(1)) STORED);"},
      {"0001_a.sql", "-- replaces: 1-17 abc\nCREATE SCHEMA vobiz;"},
      {"functions/x/z.sql", "CREATE OR REPLACE FUNCTION vobiz.z(a int) AS $$ vobiz.y(a) $$;"},
      {"functions/x/y.sql", "CREATE OR REPLACE FUNCTION vobiz.y(a int) AS $$ a $$;"}};
  auto const source = read_schema(files);
  ASSERT_EQ(source.files.size(), 2u);
  EXPECT_EQ(source.files[0].name, "0001_a");
  EXPECT_EQ(source.files[0].number, 1);
  ASSERT_TRUE(source.files[0].replaces);
  EXPECT_EQ(source.files[0].replaces->first, 1);
  EXPECT_EQ(source.files[0].replaces->last, 17);
  EXPECT_EQ(source.files[0].replaces->digest, "abc");
  EXPECT_FALSE(source.files[1].replaces);
  EXPECT_THAT(source.files[1].calls, ElementsAre("vobiz.y", "vobiz.z"));
}

constexpr char const* lists_text =
    "# A comment.\n"
    "[counts]\n"
    "calls | bigint | sum | calls of the hour\n"
    "\n"
    "[measures]\n"
    "+ counts\n"
    "first | date | min | who's first\n"
    "[key]\n"
    "day, calls\n";

TEST(column_lists, stand_for_their_columns_in_a_pattern) {
  auto const lists = read_column_lists(lists_text);
  EXPECT_EQ(expand_column_lists("SELECT {{measures, @sum(b.@name)::@type AS @name}} FROM b", lists),
            "SELECT sum(b.calls)::bigint AS calls, min(b.first)::date AS first FROM b");
  EXPECT_EQ(expand_column_lists("{{measures; COMMENT ON COLUMN a.@name IS @comment}};", lists),
            "COMMENT ON COLUMN a.calls IS 'calls of the hour';\n"
            "COMMENT ON COLUMN a.first IS 'who''s first';");
  EXPECT_EQ(expand_column_lists("({{key}}) ({{key, t.@name @type}})", lists),
            "(day, calls) (t.day , t.calls bigint)");
}

TEST(column_lists, refuse_what_they_do_not_know) {
  auto const lists = read_column_lists(lists_text);
  for (auto const* text : {"{{nothing}}", "{{key, @nothing}}", "{{key"})
    EXPECT_THROW(expand_column_lists(text, lists), std::invalid_argument) << text;
  for (auto const* text : {"calls\n", "[a]\n+ b\n", "[a]\ncalls | bigint\n", "[a]\nb\n[a]\n"})
    EXPECT_THROW(read_column_lists(text), std::invalid_argument) << text;
}

}  // namespace
}  // namespace vobiz::sink
