#include "vobiz/sink/session_settings.hpp"

#include "vobiz/core/failure.hpp"

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
  auto const value = std::string(role[0][0].c_str());
  if (value != "replica") return;
  throw core::failure(core::failure_kind::failed, core::remedy::fix,
                      "session_replication_role is \"replica\": the triggers of the mirror would "
                      "not fire",
                      "ALTER ROLE … RESET session_replication_role for the daemon's role, or ALTER "
                      "DATABASE … RESET it");
}

}  // namespace vobiz::sink
