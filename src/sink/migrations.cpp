#include "vobiz/sink/migrations.hpp"

#include <algorithm>
#include <map>

#include "checksums.hpp"
#include "named_failure.hpp"
#include "schema_lock.hpp"
#include "schema_objects.hpp"
#include "vobiz/sink/connection.hpp"
#include "vobiz/sink/query.hpp"
#include "vobiz/sink/session_settings.hpp"

namespace vobiz::sink {

namespace {

using core::failure;
using core::failure_kind;
using core::remedy;

using applied_checksums = std::map<int, std::string>;  // checksums by version

applied_checksums applied(pqxx::transaction_base& transaction) {
  applied_checksums result;
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

struct numbered_plan {
  int known = 0;
  int applied = 0;
  std::map<int, std::string> checksums;        // of all files
  std::vector<numbered_file const*> adopted;   // the database has what they make
  std::vector<numbered_file const*> to_apply;  // in order
};

// The history that the first files replace, if the database has any of it.
replaced_history const* old_history(schema_source const& source, applied_checksums const& there) {
  for (auto const& file : source.files) {
    if (!file.replaces) continue;
    auto const first = there.lower_bound(file.replaces->first);
    if (first != there.end() && first->first <= file.replaces->last) return &*file.replaces;
  }
  return nullptr;
}

void require_whole(pqxx::transaction_base& transaction, replaced_history const& old,
                   applied_checksums const& there) {
  std::string joined;
  for (auto const& [version, checksum] : there) joined += (joined.empty() ? "" : " ") + checksum;
  if (there.rbegin()->first == old.last && checksums(transaction, {joined})[0] == old.digest)
    return;
  throw failure(failure_kind::older_schema, remedy::fix,
                "the database has schema version " + std::to_string(there.rbegin()->first) +
                    " of before the first release, this binary upgrades from " +
                    std::to_string(old.last) + " only",
                "run migrate of the last build that knows version " + std::to_string(old.last) +
                    " first, or fill an empty database");
}

numbered_plan plan(pqxx::transaction_base& transaction, schema_source const& source) {
  numbered_plan result;
  auto const there = applied(transaction);
  if (!there.empty()) result.applied = there.rbegin()->first;
  if (!source.files.empty()) result.known = source.files.back().number;
  if (result.applied > result.known) throw other_schema(result.applied, result.known);
  auto const* old = old_history(source, there);
  if (old != nullptr) require_whole(transaction, *old, there);
  std::vector<std::string> texts;
  for (auto const& file : source.files) texts.push_back(file.text);
  auto const sums = checksums(transaction, texts);
  for (std::size_t n = 0; n < sums.size(); ++n) {
    auto const& file = source.files[n];
    result.checksums[file.number] = sums[n];
    auto const found = there.find(file.number);
    if (found == there.end()) {
      (old != nullptr && file.replaces ? result.adopted : result.to_apply).push_back(&file);
    } else if (found->second != sums[n]) {
      throw failure(
          failure_kind::newer_schema, remedy::fix,
          "migration \"" + file.name + "\" was applied to this database with another text",
          "this binary and the database come from different builds; install the one that "
          "made the schema");
    }
  }
  return result;
}

std::vector<schema_change> changes_of(numbered_plan const& files, schema_objects const& objects) {
  std::vector<schema_change> result;
  for (auto const* file : files.adopted) result.push_back({schema_action::adopt, file->name});
  for (auto const* file : files.to_apply) result.push_back({schema_action::apply, file->name});
  auto const others = objects.changes();
  result.insert(result.end(), others.begin(), others.end());
  return result;
}

void write_down(pqxx::transaction_base& transaction, numbered_plan const& files,
                numbered_file const& file) {
  arguments values;
  values.add(std::int64_t(file.number)).add(file.name).add(files.checksums.at(file.number));
  execute(transaction,
          "INSERT INTO vobiz_sync.schema_migrations (version, name, checksum) "
          "VALUES ($1::integer, $2, $3)",
          values);
}

void adopt(pqxx::transaction_base& transaction, numbered_plan const& files) {
  if (files.adopted.empty()) return;
  auto const& old = *files.adopted.front()->replaces;
  arguments values;
  values.add(std::int64_t(old.first)).add(std::int64_t(old.last));
  execute(transaction,
          "DELETE FROM vobiz_sync.schema_migrations WHERE version BETWEEN $1::integer AND "
          "$2::integer",
          values);
  for (auto const* file : files.adopted) write_down(transaction, files, *file);
}

// Everything of the schema belongs to one role, whoever runs migrate: to its owner, or to the
// database's while there is none. So a superuser can run it for an owner that does not log in.
void act_as_owner(pqxx::transaction_base& transaction) {
  auto const owner = execute(transaction, R"(
SELECT r.rolname, current_user, quote_ident(r.rolname), pg_has_role(r.oid, 'MEMBER'), r.is_made,
  has_database_privilege(current_database(), 'CREATE')
FROM (
  SELECT r.oid, r.rolname, n.nspowner IS NOT NULL AS is_made
  FROM pg_database d LEFT JOIN pg_namespace n ON n.nspname = 'vobiz_sync'
  JOIN pg_roles r ON r.oid = coalesce(n.nspowner, d.datdba)
  WHERE d.datname = current_database()) r)")[0];
  std::string const name = owner[0].c_str();
  std::string const login = owner[1].c_str();
  if (name == login) return;
  if (owner[3].as<bool>()) {
    transaction.exec("SET LOCAL ROLE " + std::string(owner[2].c_str()));
    return;
  }
  // Who may create schemas can make the first one, and owns it then.
  if (!owner[4].as<bool>() && owner[5].as<bool>()) return;
  throw failure(failure_kind::refused, remedy::fix,
                std::string("the ") + (owner[4].as<bool>() ? "schema" : "database") +
                    " belongs to \"" + name + "\", and \"" + login + "\" may not act for it",
                "run migrate as that role, a member of it or a superuser: sudo -u postgres "
                "vobiz-syncd migrate");
}

}  // namespace

int newest_migration() { return own_schema().files.back().number; }

failure other_schema(int applied, int known) {
  auto const has = "the database has schema version " + std::to_string(applied);
  if (applied > known) {
    return {failure_kind::newer_schema, remedy::fix,
            has + ", this binary knows up to " + std::to_string(known),
            "a newer vobiz-syncd has migrated it: install that version; a schema never goes back"};
  }
  return {failure_kind::older_schema, remedy::fix,
          has + ", this binary needs " + std::to_string(known), "run: vobiz-syncd migrate"};
}

migration_status check_migrations(pqxx::connection& connection, schema_source const& source) try {
  pqxx::read_transaction transaction(connection);
  set_own(transaction);
  auto const files = plan(transaction, source);
  return {files.known, files.applied, changes_of(files, schema_objects(transaction, source))};
} catch (pqxx::failure const&) {
  rethrow_as_failure(std::current_exception());
}

std::vector<schema_change> migrate(pqxx::connection& connection, schema_source const& source) try {
  pqxx::work transaction(connection);
  set_own(transaction);
  // The lock is the transaction's, so it holds behind PgBouncer too; the number is this program's
  // own.
  execute(transaction, "SELECT pg_advisory_xact_lock(hashtextextended('vobiz-syncd migrate', 0))");
  auto const files = plan(transaction, source);
  schema_objects objects(transaction, source);
  auto const changes = changes_of(files, objects);
  if (changes.empty()) return changes;
  // Before the first change, so that no writer waits for us with a lock that we need.
  execute(transaction, std::string("SELECT ") + change_schema);
  act_as_owner(transaction);
  adopt(transaction, files);
  for (auto const* file : files.to_apply) {
    objects.apply(file->calls);
    do_for("migration \"" + file->name + "\"", [&] {
      transaction.exec(file->text);
      write_down(transaction, files, *file);
    });
  }
  objects.finish();
  do_for("the rights of the roles", [&] { transaction.exec("SELECT vobiz_sync.set_rights()"); });
  transaction.commit();
  return changes;
} catch (pqxx::failure const&) {
  rethrow_as_failure(std::current_exception());
}

}  // namespace vobiz::sink
