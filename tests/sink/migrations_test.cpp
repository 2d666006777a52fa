#include "vobiz/sink/migrations.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "support/test_database.hpp"
#include "vobiz/sink/connection.hpp"

namespace vobiz::sink {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Changes with every row that migrate writes again.
constexpr char const* stamps_sql =
    "SELECT string_agg(xmin::text, ' ') FROM vobiz_sync.schema_objects";

// A database that nobody has migrated.
class migrations : public ::testing::Test {
protected:
  migrations()
      : name(testing::create_empty_database()), connection(connect(testing::settings_for(name))) {}
  ~migrations() override {
    connection.reset();
    testing::drop_database(name);
  }
  void execute(std::string const& sql) {
    pqxx::work transaction(*connection);
    transaction.exec(sql);
    transaction.commit();
  }
  std::string value(std::string const& sql) {
    pqxx::work transaction(*connection);
    return transaction.exec(sql)[0][0].c_str();
  }
  // What it throws.
  template <class Act>
  static core::failure thrown_by(Act act) {
    try {
      act();
    } catch (core::failure const& failure) {
      return failure;
    }
    ADD_FAILURE() << "nothing was thrown";
    return {core::failure_kind::failed, core::remedy::fix, ""};
  }

  std::string name;
  std::unique_ptr<pqxx::connection> connection;
};

TEST_F(migrations, bring_an_empty_database_to_the_newest_and_then_rest) {
  auto const before = check_migrations(*connection);
  EXPECT_EQ(before.applied, 0);
  auto const& source = own_schema();
  EXPECT_EQ(before.changes.size(), source.files.size() + source.objects.size());
  EXPECT_EQ(migrate(*connection), before.changes);
  auto const after = check_migrations(*connection);
  EXPECT_EQ(after.applied, after.known);
  EXPECT_THAT(after.changes, IsEmpty());
  auto const stamps = value(stamps_sql);
  EXPECT_THAT(migrate(*connection), IsEmpty());
  EXPECT_EQ(value(stamps_sql), stamps);
  EXPECT_EQ(value("SELECT count(*) FROM vobiz_sync.schema_migrations"),
            std::to_string(source.files.size()));
  EXPECT_EQ(value("SELECT count(*) FROM vobiz_sync.schema_objects"),
            std::to_string(source.objects.size()));
}

TEST_F(migrations, only_looking_changes_nothing) {
  check_migrations(*connection);
  EXPECT_EQ(value("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'vobiz%'"), "0");
}

TEST_F(migrations, that_were_applied_with_another_text_are_refused) {
  migrate(*connection);
  execute("UPDATE vobiz_sync.schema_migrations SET checksum = 'other' WHERE version = 19");
  for (auto const& act : {std::function<void()>([&] { check_migrations(*connection); }),
                          std::function<void()>([&] { migrate(*connection); })}) {
    auto const failure = thrown_by(act);
    EXPECT_THAT(
        failure.what(),
        HasSubstr("migration \"0019_accounts\" was applied to this database with another text"));
    EXPECT_EQ(failure.what_helps(), core::remedy::fix);
    EXPECT_FALSE(failure.hint().empty());
  }
}

TEST_F(migrations, of_a_newer_program_are_refused) {
  migrate(*connection);
  execute(
      "INSERT INTO vobiz_sync.schema_migrations (version, name, checksum) VALUES (9999, "
      "'9999_future', 'x')");
  auto const failure = thrown_by([&] { migrate(*connection); });
  EXPECT_THAT(failure.what(),
              HasSubstr("the database has schema version 9999, this binary knows up to "));
  EXPECT_THAT(failure.hint(), HasSubstr("install that version"));
}

TEST_F(migrations, one_that_fails_leaves_nothing_behind_and_is_named) {
  // In the way of the last of the schemas.
  execute("CREATE SCHEMA vobiz_part");
  auto const failure = thrown_by([&] { migrate(*connection); });
  EXPECT_THAT(failure.what(),
              HasSubstr("migration \"0018_schemas\" fails: the database answers: "));
  EXPECT_THAT(failure.what(), HasSubstr("\"vobiz_part\" already exists"));
  EXPECT_EQ(value("SELECT count(*) FROM pg_namespace WHERE nspname IN ('vobiz', 'vobiz_sync')"),
            "0");
  execute("DROP SCHEMA vobiz_part");
  EXPECT_FALSE(migrate(*connection).empty());
}

TEST_F(migrations, of_two_daemons_at_once_are_applied_once) {
  auto const start = [this] {
    return std::async(std::launch::async, [this] {
      auto const own = connect(testing::settings_for(name));
      return migrate(*own).size();
    });
  };
  auto one = start();
  auto two = start();
  auto const all = own_schema().files.size() + own_schema().objects.size();
  EXPECT_EQ(one.get() + two.get(), all);
}

}  // namespace
}  // namespace vobiz::sink
