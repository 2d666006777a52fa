#include "rig.hpp"
#include "support/pgbouncer.hpp"

// Whatever role or database have set, a mirror has the same rows, windows and sums.
namespace vobiz::e2e {
namespace {

using settings = std::vector<std::string>;

std::vector<settings> const hostile{
    {"DateStyle = 'German, DMY'", "IntervalStyle = 'sql_standard'"},
    {"DateStyle = 'SQL, DMY'"},
    {"DateStyle = 'Postgres, MDY'"},
    {"TimeZone = 'Asia/Kolkata'"},
    {"TimeZone = 'Pacific/Kiritimati'"},
    {"standard_conforming_strings = off", "backslash_quote = on", "bytea_output = 'escape'"},
    {"extra_float_digits = -15", "array_nulls = off", "transform_null_equals = on"},
    {"quote_all_identifiers = on", "row_security = on", "search_path = ''"},
    {"search_path = 'vobiz_bi, vobiz_sync, vobiz'"},
    {"default_transaction_isolation = 'serializable'"},
    {"default_transaction_isolation = 'repeatable read'", "default_transaction_deferrable = on"},
    {"statement_timeout = '50ms'", "lock_timeout = '1ms'",
     "idle_in_transaction_session_timeout = '500ms'"},
    {"enable_seqscan = off", "enable_nestloop = off", "enable_hashjoin = off",
     "enable_mergejoin = off", "enable_indexscan = off", "plan_cache_mode = force_generic_plan"},
    {"client_encoding = 'LATIN1'", "synchronous_commit = off", "work_mem = '64kB'"},
};

std::string figures(vobiz::testing::test_database& database) {
  return database
      .query(R"(
SELECT concat_ws(E'\n',
  (SELECT string_agg(concat_ws('|', stream, scope, day, state, api_total, rows, proof), ' '
                     ORDER BY stream, scope, day) FROM vobiz_sync.windows),
  (SELECT md5(string_agg(concat_ws('|', uuid, account_id, start_time, answer_time, total_cost, extra), ' '
                         ORDER BY uuid)) FROM vobiz.cdrs),
  (SELECT md5(string_agg(concat_ws('|', id, account_id, amount, created_at, extra), ' ' ORDER BY id))
   FROM vobiz.transactions),
  (SELECT md5(string_agg(concat_ws('|', auth_id, name, cash_credits, created_at), ' ' ORDER BY auth_id))
   FROM vobiz.accounts),
  (SELECT string_agg(concat_ws('|', day, account_id, attempts, cost), ' ' ORDER BY day, account_id)
   FROM (SELECT day, account_id, sum(attempts) AS attempts, trim_scale(sum(cost)) AS cost
         FROM vobiz.usage_days GROUP BY 1, 2) of_account),
  (SELECT count(*) FROM vobiz_sync.rejects)))")[0][0]
      .c_str();
}

struct mirror {
  explicit mirror(rig& of) : all(of) {}

  // The figures of a new database with these settings, after two cycles.
  std::string made_with(settings const& set, std::string const& whose) {
    auto const owner = whose.empty() ? "DATABASE " + database.name()
                                     : "ROLE " + whose + " IN DATABASE " + database.name();
    for (auto const& one : set) alter(owner, "SET " + one);
    all.configure([this](auto& s) { s.dsn = dsn.empty() ? "dbname=" + database.name() : dsn; });
    for (int cycle = 0; cycle < 2; ++cycle) {
      auto const ended = all.sync();
      EXPECT_EQ(ended.code, 0) << ended.err;
    }
    alter(owner, "RESET ALL");
    database.disconnect();
    return figures(database);
  }

  void alter(std::string const& owner, std::string const& what) {
    pqxx::nontransaction change(database.connection());
    change.exec("ALTER " + owner + " " + what);
  }

  rig& all;
  vobiz::testing::test_database database;
  std::string dsn;  // of another way to the database
};

std::string text_of(settings const& set) {
  std::string result;
  for (auto const& one : set) result += one + "; ";
  return result;
}

TEST(session_settings, change_nothing_in_a_mirror) {
  rig all;
  auto const plain = mirror(all).made_with({}, {});
  EXPECT_THAT(plain, HasSubstr("|proven|"));
  for (auto const& set : hostile) {
    EXPECT_EQ(mirror(all).made_with(set, {}), plain) << text_of(set);
  }
}

TEST(session_settings, of_the_role_change_nothing_either) {
  rig all;
  auto const plain = mirror(all).made_with({}, {});
  settings every;
  for (auto const& set : hostile) every.insert(every.end(), set.begin(), set.end());
  EXPECT_EQ(mirror(all).made_with(every, all.value("SELECT current_user")), plain);
}

// A server's connection of PgBouncer begins with the role's settings, and serves many sessions.
TEST(session_settings, change_nothing_behind_pgbouncer) {
  rig all;
  auto const plain = mirror(all).made_with({}, {});
  support::pgbouncer const bouncer;
  for (auto const* style : {"German", "SQL, DMY"}) {
    mirror one(all);
    one.dsn = bouncer.dsn_of(one.database.name());
    EXPECT_EQ(one.made_with(
                  {"DateStyle = '" + std::string(style) + "'",
                   "default_transaction_isolation = 'serializable'", "statement_timeout = '50ms'"},
                  {}),
              plain)
        << style;
  }
}

}  // namespace
}  // namespace vobiz::e2e
