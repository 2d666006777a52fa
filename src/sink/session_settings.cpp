#include "vobiz/sink/session_settings.hpp"

#include "schema_lock.hpp"
#include "vobiz/core/failure.hpp"
#include "vobiz/sink/migrations.hpp"

namespace vobiz::sink {

namespace {

constexpr session_setting settings[] = {
    // How long it may take. Workers have shorter limits. This comes first, as it counts already.
    {"statement_timeout", "0"},
    {"lock_timeout", "0"},
    {"idle_in_transaction_session_timeout", "0"},
    // How values are written and read.
    {"DateStyle", "ISO, YMD"},
    {"IntervalStyle", "postgres"},
    {"TimeZone", "UTC"},
    {"standard_conforming_strings", "on"},
    {"bytea_output", "hex"},
    {"extra_float_digits", "1"},
    {"array_nulls", "on"},
    {"quote_all_identifiers", "off"},
    // What a statement means and sees. A policy that hides rows is an error, not a smaller mirror.
    {"transform_null_equals", "off"},
    {"search_path", "pg_catalog, pg_temp"},
    {"row_security", "off"},
    // The planner. Compiling a plan takes seconds where many partitions make it long, and never
    // pays for these statements.
    {"jit", "off"},
    {"plan_cache_mode", "auto"},
    {"constraint_exclusion", "partition"},
    {"enable_bitmapscan", "on"},
    {"enable_hashagg", "on"},
    {"enable_hashjoin", "on"},
    {"enable_indexonlyscan", "on"},
    {"enable_indexscan", "on"},
    {"enable_material", "on"},
    {"enable_mergejoin", "on"},
    {"enable_nestloop", "on"},
    {"enable_partition_pruning", "on"},
    {"enable_seqscan", "on"},
    {"enable_sort", "on"},
};

void add_to(std::string& sql, session_setting const& setting) {
  sql.append("SET LOCAL ").append(setting.name).append(" = ");
  // The parts of a list are written by themselves.
  bool const list = setting.name == "search_path";
  sql.append(list ? "" : "'").append(setting.value).append(list ? "; " : "'; ");
}

void require_triggers(std::string_view replication_role) {
  if (replication_role != "replica") return;
  throw core::failure(core::failure_kind::failed, core::remedy::fix,
                      "session_replication_role is \"replica\": the triggers of the mirror would "
                      "not fire",
                      "ALTER ROLE … RESET session_replication_role for the daemon's role, or ALTER "
                      "DATABASE … RESET it");
}

// What to throw if a look at the schema's version fails; other errors go on as they are.
[[noreturn]] void rethrow_look(pqxx::sql_error const& error) {
  auto const& state = error.sqlstate();
  // The table, or its schema.
  if (state == "42P01" || state == "3F000") throw other_schema(0);
  if (state != "55P03") throw;
  throw core::failure(core::failure_kind::failed, core::remedy::retry,
                      "a migration of the database's schema is under way",
                      "pg_locks and pg_stat_activity show whose transaction it is");
}

}  // namespace

std::span<session_setting const> own_settings() { return settings; }

std::string settings_sql(std::span<session_setting const> more) {
  std::string sql;
  for (auto const& setting : settings) add_to(sql, setting);
  for (auto const& setting : more) add_to(sql, setting);
  sql += "SET TRANSACTION ISOLATION LEVEL READ COMMITTED, NOT DEFERRABLE; ";
  return sql;
}

void set_own(pqxx::transaction_base& transaction, std::span<session_setting const> more) {
  // Only a superuser may set this one, so it is only looked at.
  auto const role = transaction.exec(settings_sql(more) + "SHOW session_replication_role");
  require_triggers(role[0][0].c_str());
}

void set_own_to_write(pqxx::transaction_base& transaction, std::span<session_setting const> more) {
  // Each statement has its own snapshot, so the version is that of after the lock.
  auto const sql = settings_sql(more) + "SELECT " + share_schema +
                   "; SELECT current_setting('session_replication_role'), "
                   "coalesce(max(version), 0) FROM vobiz_sync.schema_migrations";
  pqxx::result looked;
  try {
    looked = transaction.exec(sql);
  } catch (pqxx::sql_error const& error) {
    rethrow_look(error);
  }
  require_triggers(looked[0][0].c_str());
  auto const version = looked[0][1].as<int>();
  if (version != newest_migration()) throw other_schema(version);
}

}  // namespace vobiz::sink
