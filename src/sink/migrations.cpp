#include "vobiz/sink/migrations.hpp"

#include <map>

#include "embedded_migrations.hpp"
#include "vobiz/core/failure.hpp"
#include "vobiz/sink/connection.hpp"
#include "vobiz/sink/statement.hpp"

namespace vobiz::sink {

namespace {

using core::failure;
using core::failure_kind;
using core::remedy;

std::string checksum(pqxx::transaction_base& transaction, std::string_view sql) {
  arguments values;
  values.add(sql);
  return execute(transaction, "SELECT encode(sha256(convert_to($1, 'UTF8')), 'hex')", values)[0][0]
      .c_str();
}

std::map<int, std::string> applied(pqxx::transaction_base& transaction) {
  std::map<int, std::string> result;
  if (execute(transaction, "SELECT to_regclass('vobiz_sync.schema_migrations') IS NULL")[0][0]
          .as<bool>()) {
    return result;
  }
  for (auto const& row :
       execute(transaction, "SELECT version, checksum FROM vobiz_sync.schema_migrations")) {
    result.emplace(row[0].as<int>(), row[1].c_str());
  }
  return result;
}

migration_status compare(pqxx::transaction_base& transaction) {
  migration_status status;
  auto const there = applied(transaction);
  if (!there.empty()) status.applied = there.rbegin()->first;
  for (auto const& migration : embedded_migrations()) {
    status.known = migration.number;
    auto const found = there.find(migration.number);
    if (found == there.end()) {
      status.missing.emplace_back(migration.name);
    } else if (found->second != checksum(transaction, migration.sql)) {
      throw failure(failure_kind::failed, remedy::fix,
                    "migration \"" + std::string(migration.name) +
                        "\" was applied to this database with another text",
                    "this binary and the database come from different builds; install the one that "
                    "made the schema");
    }
  }
  if (status.applied > status.known) {
    throw failure(failure_kind::failed, remedy::fix,
                  "the database has schema version " + std::to_string(status.applied) +
                      ", this binary knows up to " + std::to_string(status.known),
                  "a newer vobiz-syncd has migrated it: install that version");
  }
  return status;
}

}  // namespace

int newest_migration() { return embedded_migrations().back().number; }

migration_status check_migrations(pqxx::connection& connection) try {
  pqxx::read_transaction transaction(connection);
  return compare(transaction);
} catch (pqxx::failure const&) {
  rethrow_as_failure(std::current_exception());
}

std::vector<std::string> migrate(pqxx::connection& connection) {
  std::vector<std::string> done;
  for (auto const& migration : embedded_migrations()) {
    try {
      pqxx::work transaction(connection);
      // The lock is the transaction's, so it holds behind PgBouncer too; the number is this
      // program's own.
      execute(transaction,
              "SELECT pg_advisory_xact_lock(hashtextextended('vobiz-syncd migrate', 0))");
      if (compare(transaction).applied >= migration.number) continue;
      transaction.exec(std::string(migration.sql));
      arguments values;
      values.add(std::int64_t(migration.number))
          .add(migration.name)
          .add(checksum(transaction, migration.sql));
      execute(transaction,
              "INSERT INTO vobiz_sync.schema_migrations (version, name, checksum) "
              "VALUES ($1::integer, $2, $3)",
              values);
      transaction.commit();
      done.emplace_back(migration.name);
    } catch (pqxx::failure const&) {
      try {
        rethrow_as_failure(std::current_exception());
      } catch (failure const& error) {
        throw failure(error.kind(), error.what_helps(),
                      "migration \"" + std::string(migration.name) + "\" fails: " + error.what(),
                      error.hint());
      }
    }
  }
  return done;
}

}  // namespace vobiz::sink
