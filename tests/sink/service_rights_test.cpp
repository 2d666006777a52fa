// What the service's login may do, and what it may not.
#include <set>

#include "altered_schema.hpp"
#include "store.hpp"
#include "vobiz/sink/login_rights.hpp"
#include "vobiz/sink/migrations.hpp"
#include "vobiz/sink/retention.hpp"

namespace vobiz::sink {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::unique_ptr<pqxx::connection> connect_as(std::string const& database,
                                             std::string const& login) {
  return connect(testing::settings_for(database, login));
}

// Whether the statement is refused for want of a right; what it did is taken back.
bool is_refused(pqxx::connection& by, std::string const& sql) {
  pqxx::work transaction(by);
  try {
    transaction.exec(sql);
  } catch (pqxx::insufficient_privilege const&) {
    return true;
  }
  return false;
}

// Each table and view with the rights of a role, as "name: rights".
constexpr char const* rights_sql = R"(
SELECT format('%s: %s', c.oid::regclass, coalesce(t.rights, '') || coalesce(a.rights, ''))
FROM pg_class c
LEFT JOIN LATERAL (
  SELECT string_agg(x.privilege_type, ' ' ORDER BY array_position(
    ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER'], x.privilege_type)) AS rights
  FROM aclexplode(c.relacl) x WHERE x.grantee = 'vobiz_writer'::regrole) t ON true
LEFT JOIN LATERAL (
  SELECT ' UPDATE(' || string_agg(a.attname, ' ' ORDER BY a.attnum) || ')' AS rights
  FROM pg_attribute a CROSS JOIN LATERAL aclexplode(a.attacl) x
  WHERE a.attrelid = c.oid AND x.grantee = 'vobiz_writer'::regrole AND x.privilege_type = 'UPDATE') a ON true
WHERE c.relnamespace::regnamespace::text LIKE 'vobiz%' AND c.relkind IN ('r', 'p')
ORDER BY 1)";

constexpr char const* wanted_rights = R"(
vobiz.account_balances: SELECT INSERT
vobiz.adjustments: SELECT INSERT
vobiz.alert_thresholds: SELECT
vobiz.alerts: SELECT INSERT UPDATE(value threshold usual last_seen_at ended_at)
vobiz.analytics_top_customers: SELECT INSERT UPDATE
vobiz.currencies: SELECT
vobiz.customer_terms: SELECT INSERT
vobiz.dashboard_daily: SELECT INSERT UPDATE
vobiz.dashboard_snapshots: SELECT INSERT
vobiz.hangup_buckets: SELECT INSERT UPDATE DELETE
vobiz.hangup_causes: SELECT
vobiz.issued_lines: SELECT INSERT
vobiz.issued_statements: SELECT INSERT
vobiz.ledger_buckets: SELECT INSERT UPDATE DELETE
vobiz.minor_units: SELECT INSERT UPDATE(unit seen_at)
vobiz.partner_balances: SELECT INSERT
vobiz.partner_credits: SELECT
vobiz.periods: SELECT INSERT UPDATE(state issue run_id frozen_at changed_at changed_by note history)
vobiz.premium_prefixes: SELECT
vobiz.price_lists: SELECT INSERT
vobiz.pricing_tiers: SELECT INSERT UPDATE
vobiz.reconciliation_breaks: SELECT INSERT UPDATE(expected actual difference tolerance reason state note accepted_by accepted_at healed_at last_seen_at last_run_id rule_version history minor_unit)
vobiz.reconciliation_frozen: SELECT INSERT
vobiz.reconciliation_results: SELECT INSERT
vobiz.reconciliation_runs: SELECT INSERT UPDATE(finished_at)
vobiz.settings: SELECT UPDATE(timezone settle)
vobiz.usage_buckets: SELECT INSERT UPDATE DELETE
vobiz.wholesale_rates: SELECT INSERT DELETE UPDATE(valid_to)
vobiz_part.cdrs_default: SELECT
vobiz_sync.concurrency_days: SELECT INSERT UPDATE DELETE
vobiz_sync.concurrency_hours: SELECT INSERT DELETE
vobiz_sync.customer_looks: SELECT INSERT UPDATE DELETE
vobiz_sync.hangup_days: SELECT INSERT UPDATE DELETE
vobiz_sync.latest_judgements: SELECT INSERT UPDATE
vobiz_sync.leases: SELECT INSERT UPDATE
vobiz_sync.ledger_days: SELECT INSERT UPDATE DELETE
vobiz_sync.masked_logins: SELECT
vobiz_sync.refusals: SELECT INSERT UPDATE DELETE
vobiz_sync.rejects: SELECT INSERT UPDATE(reason times_seen last_seen_at resolved_at)
vobiz_sync.repairs: SELECT INSERT UPDATE
vobiz_sync.retention: SELECT
vobiz_sync.rollup_marks: SELECT INSERT DELETE
vobiz_sync.runs: SELECT INSERT DELETE
vobiz_sync.schema_migrations: SELECT
vobiz_sync.schema_objects: SELECT
vobiz_sync.spans: SELECT INSERT UPDATE DELETE
vobiz_sync.stray_days: SELECT INSERT
vobiz_sync.streams: SELECT INSERT UPDATE
vobiz_sync.unknown_fields: SELECT INSERT
vobiz_sync.usage_days: SELECT INSERT UPDATE DELETE
vobiz_sync.usage_hours: SELECT INSERT UPDATE DELETE
vobiz_sync.windows: SELECT INSERT UPDATE DELETE
vobiz_sync.witness_days: SELECT INSERT UPDATE
vobiz_sync.witnesses: SELECT INSERT UPDATE
)";

TEST(service_rights, are_these) {
  store all;
  // Rows of a stream are stored and changed, never deleted; what has other rights is listed above.
  std::set<std::string> usual;
  for (auto const& stream : streams::all()) {
    usual.insert("vobiz." + std::string(stream.table) + ": SELECT INSERT UPDATE");
  }
  std::string found = "\n";
  std::size_t of_streams = 0;
  for (auto const& row : all.database.query(rights_sql)) {
    std::string const line = row[0].c_str();
    usual.contains(line) ? void(++of_streams) : void(found += line + "\n");
  }
  EXPECT_EQ(found, wanted_rights);
  EXPECT_GT(of_streams, 5u);
}

TEST(service_rights, take_nothing_from_history) {
  store all;
  all.calls({call(1)});
  auto const service = connect_as(all.database.name(), testing::service_login);
  for (std::string const table :
       {"vobiz.transactions", "vobiz.cdrs", "vobiz_part.cdrs_default", "vobiz.accounts",
        "vobiz.numbers", "vobiz.adjustments", "vobiz.account_balances", "vobiz.dashboard_snapshots",
        "vobiz.reconciliation_breaks", "vobiz.reconciliation_results",
        "vobiz.reconciliation_frozen", "vobiz.reconciliation_runs", "vobiz_sync.schema_migrations",
        "vobiz_sync.schema_objects", "vobiz_sync.retention", "vobiz_sync.masked_logins",
        "vobiz_sync.rejects"}) {
    EXPECT_TRUE(is_refused(*service, "DELETE FROM " + table)) << table;
    EXPECT_TRUE(is_refused(*service, "TRUNCATE " + table)) << table;
    EXPECT_TRUE(is_refused(*service, "DROP TABLE " + table)) << table;
    EXPECT_TRUE(is_refused(*service, "ALTER TABLE " + table + " DISABLE TRIGGER ALL")) << table;
  }
  for (auto const* sql :
       {"UPDATE vobiz.adjustments SET difference = 0",
        "UPDATE vobiz.account_balances SET cash_credits = 0",
        "UPDATE vobiz.reconciliation_results SET status = 'ok'",
        "UPDATE vobiz.reconciliation_frozen SET debits = 0",
        "UPDATE vobiz.reconciliation_runs SET started_at = now()",
        "UPDATE vobiz.reconciliation_breaks SET row_key = ''",
        "UPDATE vobiz_sync.schema_migrations SET checksum = ''",
        "UPDATE vobiz_sync.retention SET drop_after = now()",
        "UPDATE vobiz_sync.rejects SET payload = NULL",
        "INSERT INTO vobiz_sync.retention (month, rows, drop_after) VALUES ('2026-03-01', 0, "
        "now())",
        "INSERT INTO vobiz_sync.masked_logins VALUES ('a')", "SELECT vobiz_sync.set_rights()",
        "SELECT vobiz_sync.let_read_masked('a')", "CREATE TABLE vobiz.mine (a integer)",
        "CREATE VIEW vobiz_bi.mine AS SELECT 1", "CREATE TABLE vobiz_part.mine (a integer)",
        "SET ROLE vobiz_reader"})
    EXPECT_TRUE(is_refused(*service, sql)) << sql;
}

TEST(service_rights, let_the_history_of_a_break_only_grow) {
  store all;
  all.database.query(
      R"(INSERT INTO vobiz.reconciliation_breaks (partner_id, billing_day, check_name, kind, row_key,
  account_id, currency, last_run_id, rule_version, history)
VALUES ('PA_1', '2026-03-10', 'call_charge', 'no_debit', 'a', 'MA_1', 'INR', 1, 1, '[{"state": "open"}]'))");
  auto const service = connect_as(all.database.name(), testing::service_login);
  EXPECT_FALSE(is_refused(*service,
                          "UPDATE vobiz.reconciliation_breaks SET history = history || "
                          "'{\"state\": \"accepted\"}'"));
  EXPECT_FALSE(is_refused(*service, "UPDATE vobiz.reconciliation_breaks SET state = 'healed'"));
  for (auto const* other : {"'[]'", "'[{\"state\": \"healed\"}]'", "'{}'", "'null'",
                            "'[{\"state\": \"a\"}, {\"state\": \"open\"}]'", "history - 0"})
    EXPECT_TRUE(is_refused(
        *service, std::string("UPDATE vobiz.reconciliation_breaks SET history = ") + other))
        << other;
}

TEST(service_rights, are_lent_by_functions_that_check_what_is_asked_of_them) {
  store all;
  auto const service = connect_as(all.database.name(), testing::service_login);
  pqxx::work transaction(*service);
  for (auto const* days : {"'0001-01-01', '2026-01-01'", "'2026-01-01', '9999-12-31'"}) {
    pqxx::subtransaction attempt(transaction);
    EXPECT_THROW(attempt.exec(std::string("SELECT vobiz_sync.ensure_cdr_partitions(") + days + ")"),
                 pqxx::sql_error)
        << days;
    attempt.abort();
  }
  // The last whole month cannot be announced, whatever is written where retention looks.
  transaction.exec(R"(
SELECT vobiz_sync.ensure_cdr_partitions((current_date - interval '3 months')::date, current_date))");
  transaction.exec(R"(
INSERT INTO vobiz_sync.streams (partner_id, stream, keep_from) VALUES ('PA_1', 'cdrs', current_date + 100))");
  EXPECT_EQ(transaction
                .exec(R"(
SELECT count(*) FROM vobiz_sync.retire_calls('PA_1') WHERE to_date(substr(partition, 6), 'YYYY_MM')
  + interval '1 month' > current_date - 28)")[0][0]
                .as<int>(),
            0);
  // Nor is anything of a partner who keeps all.
  transaction.exec("UPDATE vobiz_sync.streams SET keep_from = NULL");
  transaction.exec("SELECT vobiz_sync.retire_calls('PA_1')");
  EXPECT_EQ(transaction.exec("SELECT count(*) FROM vobiz_sync.retention")[0][0].as<int>(), 0);
}

// A database of a role that does not log in, as README.md makes it.
class two_logins : public ::testing::Test {
protected:
  two_logins() : name(testing::create_empty_database()) {
    testing::test_database roles;  // makes the roles of the cluster
    admin = connect(testing::settings_for(name));
    execute("CREATE ROLE test_owner NOLOGIN");
    execute("ALTER DATABASE " + name + " OWNER TO test_owner");
  }
  ~two_logins() override {
    admin.reset();
    testing::drop_database(name);
    auto const last = connect(testing::settings_for("postgres"));
    for (auto const* role : {"test_owner", "test_single"})
      pqxx::nontransaction(*last).exec(std::string("DROP ROLE IF EXISTS ") + role);
  }
  void execute(std::string const& sql) {
    pqxx::work transaction(*admin);
    transaction.exec(sql);
    transaction.commit();
  }
  std::string value(std::string const& sql) {
    pqxx::work transaction(*admin);
    return transaction.exec(sql)[0][0].c_str();
  }
  std::string owners() {
    return value(
        "SELECT string_agg(DISTINCT relowner::regrole::text, ' ') FROM pg_class WHERE "
        "relnamespace::regnamespace::text LIKE 'vobiz%'");
  }

  std::string name;
  std::unique_ptr<pqxx::connection> admin;
};

TEST_F(two_logins, a_superuser_migrates_for_the_owner) {
  migrate(*admin);
  EXPECT_EQ(owners(), "test_owner");
  auto const service = connect_as(name, testing::service_login);
  EXPECT_THAT(check_migrations(*service).changes, IsEmpty());
  EXPECT_THAT(needless_rights(*service), IsEmpty());
  auto const of_admin = needless_rights(*admin);
  ASSERT_THAT(of_admin, SizeIs(1));
  EXPECT_THAT(of_admin[0].what, HasSubstr("is a superuser: it may delete"));
  // An upgrade: of the same owner, and the service may not do it.
  altered_schema later;
  later.with("9000_example.sql", "CREATE TABLE vobiz.example_table (a integer);");
  auto const source = later.read();
  try {
    migrate(*service, source);
    FAIL() << "the service changed the schema";
  } catch (core::failure const& failure) {
    EXPECT_EQ(failure.kind(), core::failure_kind::refused);
    EXPECT_THAT(failure.what(),
                HasSubstr("the schema belongs to \"test_owner\", and \"vobiz_test_service\" may "
                          "not act for it"));
    EXPECT_THAT(failure.hint(), HasSubstr("sudo -u postgres vobiz-syncd migrate"));
  }
  migrate(*admin, source);
  EXPECT_EQ(owners(), "test_owner");
  EXPECT_EQ(value("SELECT has_table_privilege('vobiz_writer', 'vobiz.example_table', 'SELECT') "
                  "AND has_table_privilege('vobiz_reader', 'vobiz.example_table', 'SELECT') AND "
                  "NOT has_table_privilege('vobiz_writer', 'vobiz.example_table', 'INSERT')"),
            "t");
}

TEST_F(two_logins, an_empty_database_of_another_is_refused) {
  auto const service = connect_as(name, testing::service_login);
  try {
    migrate(*service);
    FAIL() << "the service made a schema";
  } catch (core::failure const& failure) {
    EXPECT_THAT(failure.what(), HasSubstr("the database belongs to \"test_owner\""));
  }
}

// docs/security.md, "Two logins".
TEST_F(two_logins, one_login_becomes_two) {
  execute("CREATE ROLE test_single LOGIN IN ROLE vobiz_writer");
  execute("ALTER DATABASE " + name + " OWNER TO test_single");
  auto const single = connect_as(name, "test_single");
  migrate(*single);
  EXPECT_EQ(owners(), "test_single");
  EXPECT_FALSE(is_refused(*single, "DELETE FROM vobiz.adjustments"));
  auto const before = needless_rights(*single);
  ASSERT_THAT(before, SizeIs(1));
  EXPECT_THAT(before[0].what, HasSubstr("the login \"test_single\" owns the schema"));
  execute("REASSIGN OWNED BY test_single TO test_owner");
  execute("DROP OWNED BY test_single");
  EXPECT_EQ(owners(), "test_owner");
  EXPECT_THAT(needless_rights(*single), IsEmpty());
  EXPECT_TRUE(is_refused(*single, "DELETE FROM vobiz.adjustments"));
  EXPECT_FALSE(is_refused(*single, "SELECT * FROM vobiz.adjustments"));
  EXPECT_FALSE(
      is_refused(*single, "INSERT INTO vobiz_sync.streams (partner_id, stream) VALUES ('a', 'b')"));
  // The next upgrade.
  altered_schema later;
  later.with("9000_example.sql", "CREATE TABLE vobiz.example_table (a integer);");
  migrate(*admin, later.read());
  EXPECT_EQ(owners(), "test_owner");
  EXPECT_FALSE(is_refused(*single, "SELECT * FROM vobiz.example_table"));
}

}  // namespace
}  // namespace vobiz::sink
