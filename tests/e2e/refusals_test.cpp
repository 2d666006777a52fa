#include "rig.hpp"

// Fatal errors: one message with the object and the remedy, and the exit code.
namespace vobiz::e2e {
namespace {

TEST(refusals, an_unknown_key_is_named_with_its_line_and_the_nearest_one) {
  rig all;
  all.configure([](auto& s) { s.more = "reconsile: {at: \"02:30\"}\n"; });
  auto const ended = all.sync();
  EXPECT_EQ(ended.code, 78);
  EXPECT_THAT(ended.err, HasSubstr("unknown key \"reconsile\""));
  EXPECT_THAT(ended.err, HasSubstr("did you mean \"reconcile\"?"));
  EXPECT_THAT(ended.err, HasSubstr(all.syncd.file().string() + ":"));
}

TEST(refusals, a_missing_configuration_file_is_named) {
  rig all;
  auto const ended = support::run_program(
      {VOBIZ_BINARY_DIR "/vobiz-syncd", "-c", "/nowhere/v.yaml", "sync"}, all.syncd.folder());
  EXPECT_EQ(ended.code, 78);
  EXPECT_THAT(ended.err, HasSubstr("\"/nowhere/v.yaml\""));
}

TEST(refusals, a_wrong_token_ends_with_77_after_the_first_stream) {
  rig all;
  all.configure([](auto& s) { s.token = "CANARY_WRONG"; });
  auto const ended = all.sync();
  EXPECT_EQ(ended.code, 77) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("profile: GET /me: 401"));
  EXPECT_THAT(ended.out + ended.err, Not(HasSubstr("CANARY_WRONG")));
  EXPECT_EQ(all.value("SELECT state FROM vobiz_sync.streams"), "unauthorized");
  EXPECT_EQ(all.api.requests("by_status", "401"), 1);
}

TEST(refusals, a_database_that_is_not_there_ends_with_1) {
  rig all;
  all.configure([](auto& s) { s.dsn = "host=/nowhere dbname=vobiz"; });
  auto const ended = all.sync();
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.err, HasSubstr("vobiz-syncd: cannot reach the database: "));
  EXPECT_THAT(ended.err, HasSubstr("/nowhere"));
}

TEST(refusals, a_database_of_another_name_ends_with_77) {
  rig all;
  all.configure([](auto& s) { s.dsn = support::dsn_of("no_such_database"); });
  auto const ended = all.sync();
  EXPECT_EQ(ended.code, 77);
  EXPECT_THAT(ended.err, HasSubstr("the database refuses us: "));
  EXPECT_THAT(ended.err, HasSubstr("\"no_such_database\" does not exist"));
  EXPECT_THAT(ended.err, HasSubstr("hint: check database.dsn and database.password_file"));
}

TEST(refusals, a_wrong_database_password_ends_with_77_and_is_not_quoted) {
  rig all;
  // scripts/with-postgres.sh requires a password for this role only.
  all.database.query(
      "DO $$ BEGIN CREATE ROLE vobiz_test_password LOGIN PASSWORD 'right';\n"
      "EXCEPTION WHEN duplicate_object THEN NULL; END $$");
  auto const name = all.database.name();
  all.configure([&](auto& s) {
    s.dsn = support::dsn_of(name, "user=vobiz_test_password password=CANARY_DB");
  });
  auto const ended = all.sync();
  EXPECT_EQ(ended.code, 77) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("the database refuses us: "));
  EXPECT_THAT(ended.err,
              HasSubstr("password authentication failed for user \"vobiz_test_password\""));
  EXPECT_THAT(ended.err, Not(HasSubstr("CANARY_DB")));
}

TEST(refusals, a_database_without_the_schema_says_how_to_get_it) {
  rig all;
  auto const empty = vobiz::testing::create_empty_database();
  all.configure([&](auto& s) { s.dsn = support::dsn_of(empty); });
  for (std::vector<std::string> const& words :
       std::vector<std::vector<std::string>>{{"sync"}, {"reconcile"}, {"status"}}) {
    auto const ended = all.syncd.run(words);
    EXPECT_EQ(ended.code, 1) << words.front();
    EXPECT_THAT(ended.err,
                HasSubstr("vobiz-syncd: the database has schema version 0, this binary needs "));
    EXPECT_THAT(ended.err, HasSubstr("hint: run: vobiz-syncd migrate"));
  }
  EXPECT_EQ(all.syncd.run({"migrate"}).code, 0);
  EXPECT_EQ(all.sync({"profile"}).code, 0);
  vobiz::testing::drop_database(empty);
}

}  // namespace
}  // namespace vobiz::e2e
