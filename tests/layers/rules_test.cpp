#include "rules.hpp"

#include <gmock/gmock.h>

#include "source_text.hpp"

namespace vobiz::layers {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Each rule must find an example: a rule that finds nothing proves nothing.
TEST(rules, find_a_transaction_without_its_own_settings) {
  EXPECT_EQ(foreign_settings("  pqxx::work transaction(connection);\n  go(transaction);\n").size(),
            1u);
  EXPECT_EQ(foreign_settings("auto t = std::make_unique<pqxx::work>(open);\n  return t;\n").size(),
            1u);
  EXPECT_EQ(foreign_settings("pqxx::nontransaction t(*connection);\n}\n").size(), 1u);
  EXPECT_EQ(foreign_settings("  pqxx::work writing(connection);\n  set_own(writing);\n").size(),
            1u);
  EXPECT_TRUE(foreign_settings("  pqxx::work writing(connection);\n  set_own_to_write(writing);\n")
                  .empty());
  EXPECT_TRUE(foreign_settings("  pqxx::read_transaction t(connection);\n  set_own(t);\n").empty());
  EXPECT_TRUE(foreign_settings(
                  "auto t = std::make_unique<pqxx::work>(open);\n  set_own_to_write(*t, limits);\n")
                  .empty());
  EXPECT_TRUE(foreign_settings("  pqxx::work t(connection);\n  set_own(t);\n"
                               "  lock(t, \"'vobiz-syncd migrate'\");\n")
                  .empty());
  EXPECT_TRUE(foreign_settings("void run(pqxx::work& transaction);\n").empty());
}

TEST(wrong_includes, finds_what_is_above_in_the_flow) {
  EXPECT_THAT(
      wrong_includes("src/decode/page.cpp",
                     "#include \"vobiz/decode/page.hpp\"\n"
                     "#include \"vobiz/core/day.hpp\"\n"
                     "#include \"vobiz/sink/merge.hpp\"\n"),
      ElementsAre("line 3: decode includes \"vobiz/sink/merge.hpp\", which is not below it"));
  EXPECT_THAT(
      wrong_includes("include/vobiz/core/day.hpp", "#include <vobiz/async/sleep.hpp>\n"),
      ElementsAre("line 1: core includes \"vobiz/async/sleep.hpp\", which is not below it"));
}

TEST(wrong_includes, keeps_the_simulator_apart) {
  EXPECT_THAT(
      wrong_includes("simulator/api/body.cpp",
                     "#include \"vobiz/decode/page.hpp\"\n"
                     "#include \"vobiz/core/day.hpp\"\n"
                     "#include \"simulator/world/rows.hpp\"\n"),
      ElementsAre("line 1: simulator includes \"vobiz/decode/page.hpp\", which is not below it"));
  EXPECT_THAT(wrong_includes("src/app/run.cpp", "#include \"simulator/world/rows.hpp\"\n"),
              ElementsAre("line 1: the daemon includes the simulator"));
}

TEST(wrong_includes, wants_every_folder_to_have_a_place) {
  EXPECT_THAT(wrong_includes("src/misc/all.cpp", ""),
              ElementsAre("\"misc\" has no place in the flow"));
  EXPECT_THAT(wrong_includes("src/boost/asio.cpp", "#include <boost/asio/impl/src.hpp>\n"),
              IsEmpty());
}

TEST(wrong_includes, finds_a_way_around) {
  EXPECT_THAT(wrong_includes("src/app/run.cpp", "#include \"../sink/merge_sql.hpp\"\n"),
              ElementsAre("line 1: \"../sink/merge_sql.hpp\" leaves its folder"));
}

TEST(named_database_library, finds_sql_in_coroutines) {
  auto const job = "auto job =\n    [](pqxx::work& transaction) {};\n// pqxx::work\n";
  EXPECT_THAT(named_database_library("src/sync/cycle.cpp", job),
              ElementsAre("line 2: names libpqxx; is there a method of the store?"));
  EXPECT_EQ(named_database_library("include/vobiz/schedule/runner.hpp", job).size(), 1u);
  EXPECT_THAT(named_database_library("src/sink/store_cycle.cpp", job), IsEmpty());
}

TEST(awaited_temporaries, finds_lists_aggregates_and_lambdas) {
  EXPECT_EQ(awaited_temporaries("co_await f({a, b});").size(), 1u);
  EXPECT_EQ(awaited_temporaries("x = co_await f(a,\n  point{1, 2});").size(), 1u);
  EXPECT_EQ(
      awaited_temporaries("co_await co_spawn(ex, [x]() -> awaitable<void> { co_return; }, y);")
          .size(),
      1u);
  EXPECT_EQ(awaited_temporaries("if (co_await f(a, [&] { g(); })) { h(); }").size(), 1u);
  EXPECT_THAT(awaited_temporaries("\n\nco_await g(a, {});"),
              ElementsAre("line 3: a braced list or lambda in a co_await expression"));
}

TEST(awaited_temporaries, leaves_the_rest_alone) {
  EXPECT_THAT(awaited_temporaries("co_await f(requests[0], slots[n]);"), IsEmpty());
  EXPECT_THAT(awaited_temporaries("if (co_await f(x)) { g({1}); }"), IsEmpty());
  EXPECT_THAT(awaited_temporaries("// co_await f({a})\nauto s = \"co_await f({a})\";"), IsEmpty());
  EXPECT_THAT(awaited_temporaries("auto const [error, n] = co_await f(\"{\", 1'000);"), IsEmpty());
}

TEST(printed_system_errors, finds_what) {
  EXPECT_THAT(printed_system_errors(
                  "try {\n} catch (boost::system::system_error const& e) {\n  log(e.what());\n}"),
              ElementsAre("line 3: what() of a system_error; take its code's text"));
}

TEST(printed_system_errors, finds_what_that_may_be_one) {
  EXPECT_THAT(printed_system_errors("try { } catch (std::exception const& e) { log(e.what()); }"),
              ElementsAre("line 1: what() of what may be a system_error; catch that first"));
  // The handler belongs to another try.
  EXPECT_EQ(
      printed_system_errors("try { } catch (system_error const& e) { }\n"
                            "g();\ntry { } catch (std::exception const& e) { log(e.what()); }")
          .size(),
      1u);
}

TEST(printed_system_errors, leaves_the_rest_alone) {
  EXPECT_THAT(
      printed_system_errors("try { } catch (system_error const& e) { log(e.code().message()); }\n"
                            "catch (std::exception const& e) { log(e.what()); }"),
      IsEmpty());
  EXPECT_THAT(printed_system_errors("try { } catch (core::failure const& e) { log(e.what()); }"),
              IsEmpty());
}

TEST(named_streams, finds_names_and_tables_in_literals) {
  std::vector<std::string> const names = {"cdrs", "account_balances"};
  EXPECT_THAT(named_streams("\nif (stream.table == \"cdrs\") f();", names),
              ElementsAre("line 2: \"cdrs\" is a stream's name or table"));
  EXPECT_THAT(named_streams("auto sql = \"SELECT\\n\" R\"(\nFROM vobiz.cdrs c)\";", names),
              ElementsAre("line 2: vobiz.cdrs is a stream's name or table"));
  EXPECT_THAT(named_streams("f(\"w.stream = 'cdrs'\", \"vobiz_part.cdrs_default\");", names),
              ElementsAre("line 1: 'cdrs' is a stream's name or table",
                          "line 1: vobiz_part.cdrs_default is a stream's name or table"));
  EXPECT_EQ(named_streams("f(\"INSERT INTO vobiz.account_balances\");", names).size(), 1u);
}

TEST(named_streams, leaves_the_rest_alone) {
  std::vector<std::string> const names = {"cdrs", "account_balances"};
  EXPECT_THAT(named_streams("f(\"GET /cdrs\", \"vobiz.cdrs_of_day\"); // \"cdrs\"", names),
              IsEmpty());
  EXPECT_THAT(named_streams("int cdrs = x.cdrs;", names), IsEmpty());
}

TEST(long_file, counts_lines) {
  EXPECT_THAT(long_file(std::string(400, '\n')), IsEmpty());
  EXPECT_THAT(long_file(std::string(401, '\n')), ElementsAre("401 lines; is that one idea?"));
}

TEST(code_of, keeps_code_only) {
  EXPECT_EQ(code_of("a /* { */ b // (\nc"), "a         b     \nc");
  EXPECT_EQ(code_of("f(\"a\\\"{\", '{')"), "f(\"    \", ' ')");
  EXPECT_EQ(code_of("R\"x({\n\")x\" + {"), "R\"   \n   \" + {");
}

}  // namespace
}  // namespace vobiz::layers
