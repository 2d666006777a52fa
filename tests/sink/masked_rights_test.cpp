// What masked logins can read, of whatever there is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "altered_schema.hpp"
#include "declared_columns.hpp"
#include "planted.hpp"
#include "vobiz/sink/connection.hpp"
#include "vobiz/sink/login_rights.hpp"
#include "vobiz/sink/migrations.hpp"

namespace vobiz::sink {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr char const* login = "test_masked";

class masked : public ::testing::Test {
protected:
  masked() {
    database.query(std::string("CREATE ROLE ") + login + " LOGIN");
    let();
  }
  ~masked() override {
    for (auto const* role : {login, "test_between"}) {
      if (database.value(std::string("SELECT count(*) FROM pg_roles WHERE rolname = '") + role +
                         "'") == "0")
        continue;
      database.query(std::string("DROP OWNED BY ") + role);
      database.query(std::string("DROP ROLE ") + role);
    }
  }
  void let(std::string const& role = login) {
    database.query("SELECT vobiz_sync.let_read_masked('" + role + "')");
  }
  std::vector<std::string> seen(std::string const& mark) {
    return sightings(database, login, mark);
  }
  // Why a role is refused; empty if it is not.
  std::string refusal(std::string const& role = login) {
    try {
      let(role);
    } catch (pqxx::sql_error const& error) {
      return error.what();
    }
    return {};
  }

  testing::test_database database;
};

struct value {
  std::string personal;
  std::string mark;
};

class masked_values : public masked, public ::testing::WithParamInterface<value> {};

TEST_P(masked_values, are_seen_nowhere) {
  plant(database, GetParam().personal);
  EXPECT_THAT(seen(GetParam().mark), IsEmpty());
  // That they are there: whoever may see numbers finds them in most tables and views.
  EXPECT_GT(sightings(database, testing::service_login, GetParam().mark).size(), 50u);
}

INSTANTIATE_TEST_SUITE_P(all, masked_values,
                         ::testing::Values(value{"+919876512345", "9876512345"},
                                           value{"919876512345", "9876512345"},
                                           value{"asha.private@example.com", "asha.private"},
                                           value{"Asha Private", "Private"},
                                           value{"called 91 98765 12345 twice", "98765 12345"}));

TEST_F(masked, a_new_table_and_a_new_view_are_closed_until_a_rule_opens_them) {
  database.query(
      "CREATE TABLE vobiz.example (partner_id text, extra jsonb, note text, amount numeric)");
  database.query("CREATE VIEW vobiz_bi.example AS SELECT caller_id_name AS who FROM vobiz.cdrs");
  database.query("SELECT vobiz_sync.set_rights()");
  plant(database, "+919876512345");
  EXPECT_THAT(seen("9876512345"), IsEmpty());
  EXPECT_THAT(seen("PA_1"), Contains("vobiz.example.partner_id"));
  // The look finds what somebody opens.
  database.query(std::string("GRANT SELECT (extra) ON vobiz.example TO ") + login);
  EXPECT_THAT(seen("9876512345"), ::testing::ElementsAre("vobiz.example.extra"));
  database.query("GRANT SELECT (note) ON vobiz.example TO PUBLIC");
  EXPECT_THAT(seen("9876512345"), SizeIs(2));
  // A name that views give to masked numbers, over one that is not.
  database.query(
      "CREATE VIEW vobiz_bi.other AS SELECT caller_id_number AS caller_number FROM vobiz.cdrs");
  database.query("SELECT vobiz_sync.set_rights()");
  EXPECT_THAT(seen("9876512345"), Contains("vobiz_bi.other.caller_number"));
}

// Its declaration and its table: no list in SQL has to name it.
TEST_F(masked, follows_the_declaration_of_a_new_stream) {
  streams::stream example;
  example.table = "example";
  example.columns = {{.name = "id", .json = {"id"}},
                     {.name = "city", .json = {"city"}},
                     {.name = "who", .json = {"who"}, .personal = true},
                     {.name = "plan", .type = streams::column_type::jsonb, .json = {"plan"}}};
  std::vector<streams::stream> all(streams::all().begin(), streams::all().end());
  all.push_back(example);
  altered_schema later;
  later.with("functions/rights/declared_columns.sql", declared_columns_text(all));
  later.with("9000_example.sql",
             "CREATE TABLE vobiz.example (partner_id text, id text, city text, who text, plan "
             "jsonb, extra jsonb, found_at timestamptz);");
  migrate(database.connection(), later.read());
  auto const open = [&](char const* role, char const* right) {
    return database.value(
        "SELECT string_agg(attname, ' ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = "
        "'vobiz.example'::regclass AND attnum > 0 AND has_column_privilege('" +
        std::string(role) + "', attrelid, attnum, '" + right + "')");
  };
  EXPECT_EQ(open(login, "SELECT"), "partner_id id city found_at");
  auto const* const all_columns = "partner_id id city who plan extra found_at";
  for (auto const* right : {"SELECT", "INSERT", "UPDATE"})
    EXPECT_EQ(open("vobiz_writer", right), all_columns) << right;
  EXPECT_EQ(open("vobiz_reader", "SELECT"), all_columns);
  EXPECT_EQ(database.value("SELECT has_table_privilege('vobiz_writer', 'vobiz.example', 'DELETE')"),
            "f");
}

TEST_F(masked, reads_every_view_of_people_as_a_whole) {
  auto const connection = connect(testing::settings_for(database.name(), login));
  pqxx::work transaction(*connection);
  auto const views =
      transaction.exec("SELECT viewname FROM pg_views WHERE schemaname = 'vobiz_bi'");
  EXPECT_GT(views.size(), 15u);
  for (auto const& view : views)
    EXPECT_NO_THROW(transaction.exec("SELECT * FROM vobiz_bi." + std::string(view[0].c_str())))
        << view[0].c_str();
}

TEST_F(masked, what_an_older_version_opened_is_taken_back) {
  database.query(std::string("GRANT SELECT ON vobiz.pricing_tiers TO ") + login);
  database.query(std::string("GRANT SELECT (row_key) ON vobiz.adjustments TO ") + login);
  database.query("SELECT vobiz_sync.set_rights()");
  EXPECT_EQ(database.value("SELECT count(*) FROM vobiz_sync.personal_columns() p WHERE "
                           "has_column_privilege('test_masked', p.relation, p.column_name, "
                           "'SELECT')"),
            "0");
}

TEST_F(masked, is_refused_to_who_sees_numbers_in_another_way) {
  struct refused {
    char const* grant;
    char const* revoke;
    char const* why;
  };
  for (auto const& [grant, revoke, why] :
       {refused{"GRANT vobiz_reader TO test_masked", "REVOKE vobiz_reader FROM test_masked",
                "it is a member of \"vobiz_reader\", which sees numbers"},
        refused{"CREATE ROLE test_between IN ROLE vobiz_writer; GRANT test_between TO test_masked",
                "REVOKE test_between FROM test_masked", "it is a member of \"vobiz_writer\""},
        refused{"ALTER ROLE test_masked NOINHERIT; GRANT vobiz_reader TO test_masked",
                "REVOKE vobiz_reader FROM test_masked; ALTER ROLE test_masked INHERIT",
                "it is a member of \"vobiz_reader\""},
        refused{"GRANT pg_monitor TO test_masked", "REVOKE pg_monitor FROM test_masked",
                "it is a member of \"pg_monitor\""},
        refused{"ALTER ROLE test_masked SUPERUSER", "ALTER ROLE test_masked NOSUPERUSER",
                "it is a superuser"},
        refused{"ALTER ROLE test_masked CREATEROLE", "ALTER ROLE test_masked NOCREATEROLE",
                "it may create roles"},
        refused{"ALTER ROLE test_masked REPLICATION", "ALTER ROLE test_masked NOREPLICATION",
                "it may copy the whole server"},
        refused{"GRANT SELECT ON vobiz.cdrs TO PUBLIC", "REVOKE SELECT ON vobiz.cdrs FROM PUBLIC",
                "or everybody was"}}) {
    database.query(grant);
    EXPECT_THAT(refusal(),
                HasSubstr(std::string("role \"test_masked\" cannot be a masked login: ")));
    EXPECT_THAT(refusal(), HasSubstr(why)) << grant;
    // Somebody may give it later: check-config --connect says so, as the service's login.
    auto const service = connect(testing::settings_for(database.name(), testing::service_login));
    auto const found = needless_rights(*service);
    ASSERT_THAT(found, SizeIs(1)) << grant;
    EXPECT_THAT(found[0].what, HasSubstr("the masked login \"test_masked\" sees numbers: "));
    EXPECT_THAT(found[0].what, HasSubstr(why));
    database.query(revoke);
    EXPECT_EQ(refusal(), "") << revoke;
    EXPECT_THAT(needless_rights(*service), IsEmpty());
  }
  EXPECT_THAT(refusal("no_such_role"), HasSubstr("no_such_role"));
}

TEST_F(masked, is_refused_to_an_owner) {
  database.query("CREATE ROLE test_between");
  database.query("ALTER TABLE vobiz.numbers OWNER TO test_between");
  EXPECT_THAT(refusal("test_between"), HasSubstr("it owns \"vobiz.numbers\""));
  database.query("ALTER TABLE vobiz.numbers OWNER TO " + database.value("SELECT current_user"));
}

}  // namespace
}  // namespace vobiz::sink
