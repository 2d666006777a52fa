#include "schema_objects.hpp"

#include "checksums.hpp"
#include "named_failure.hpp"
#include "vobiz/sink/query.hpp"
#include "vobiz/sink/sql_text.hpp"

namespace vobiz::sink {

namespace {

object_kind kind_of(std::string_view text) {
  return text == to_text(object_kind::view) ? object_kind::view : object_kind::function;
}

std::string titled(object_kind kind, std::string const& name) {
  return std::string(to_text(kind)) + " \"" + name + "\"";
}

pqxx::result ask(pqxx::transaction_base& transaction, std::string const& sql,
                 std::string const& value) {
  arguments values;
  values.add(value);
  return execute(transaction, sql, values);
}

// The functions of a name, as the array literal of their oids.
std::string oids_of(pqxx::transaction_base& transaction, std::string const& function) {
  return ask(transaction, R"(
SELECT coalesce(array_agg(oid), '{}') FROM pg_proc
WHERE pronamespace::regnamespace || '.' || proname = $1)",
             function)[0][0]
      .c_str();
}

// Objects (class, id) and the views and functions that depend on them, theirs included.
constexpr char const* dependants_sql = R"(
WITH RECURSIVE found(class, id) AS (
  SELECT classid, objid FROM roots
  UNION
  SELECT CASE WHEN r.oid IS NULL THEN d.classid ELSE 'pg_class'::regclass END, coalesce(r.ev_class, d.objid)
  FROM found f JOIN pg_depend d ON (d.refclassid, d.refobjid, d.deptype) = (f.class, f.id, 'n')
  LEFT JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
  WHERE d.classid IN ('pg_rewrite'::regclass, 'pg_proc'::regclass)
)
SELECT 'view', c.relnamespace::regnamespace || '.' || c.relname, c.oid::regclass::text
FROM found JOIN pg_class c ON class = 'pg_class'::regclass AND id = c.oid
UNION ALL
SELECT 'function', p.pronamespace::regnamespace || '.' || p.proname, p.oid::regprocedure::text
FROM found JOIN pg_proc p ON class = 'pg_proc'::regclass AND id = p.oid)";

// What others than the owner may do with a view, its columns, or a function. PUBLIC's right to a
// function is its file's to say.
constexpr char const* grants_sql = R"(
SELECT format('GRANT %s ON %s TO %s%s', x.privilege_type, $1::text,
  CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE x.grantee::regrole::text END,
  CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' END)
FROM pg_class c CROSS JOIN aclexplode(c.relacl) x
WHERE c.relnamespace::regnamespace || '.' || c.relname = $1 AND x.grantee <> c.relowner
UNION ALL
SELECT format('GRANT %s (%I) ON %s TO %s%s', x.privilege_type, a.attname, $1::text,
  CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE x.grantee::regrole::text END,
  CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' END)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid CROSS JOIN aclexplode(a.attacl) x
WHERE c.relnamespace::regnamespace || '.' || c.relname = $1
UNION ALL
SELECT format('GRANT %s ON FUNCTION %s TO %s', x.privilege_type, $1::text, x.grantee::regrole)
FROM pg_proc p CROSS JOIN aclexplode(p.proacl) x
WHERE p.pronamespace::regnamespace || '.' || p.proname = $1 AND x.grantee NOT IN (0, p.proowner))";

// A replacement with other columns, arguments or types, which needs a drop.
bool is_no_replacement(pqxx::sql_error const& error) {
  auto const& state = error.sqlstate();
  return state == "42P13" || state == "42P16";
}

// Whether it failed for a column that is no longer there.
bool lacks_column(pqxx::sql_error const& error) { return error.sqlstate() == "42703"; }

// Runs it; what the condition accepts takes only this statement back.
template <class Condition>
bool try_statement(pqxx::dbtransaction& transaction, std::string const& sql,
                   Condition const& is_accepted) {
  pqxx::subtransaction inner(transaction, "vobiz_object");
  try {
    inner.exec(sql);
  } catch (pqxx::sql_error const& error) {
    if (!is_accepted(error)) throw;
    return false;
  }
  inner.commit();
  return true;
}

// A function's triggers stand in its file and are made with it.
void drop_triggers(pqxx::transaction_base& transaction, std::string const& function) {
  for (auto const& row : ask(transaction, R"(
SELECT format('DROP TRIGGER %I ON %s', t.tgname, t.tgrelid::regclass)
FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
WHERE p.pronamespace::regnamespace || '.' || p.proname = $1 AND t.tgparentid = 0 AND NOT t.tgisinternal)",
                             function)) {
    transaction.exec(row[0].c_str());
  }
}

}  // namespace

schema_objects::schema_objects(pqxx::dbtransaction& transaction, schema_source const& source)
    : transaction_(transaction), source_(source) {
  std::vector<std::string> texts;
  for (auto const& object : source.objects) texts.push_back(object.text);
  auto const sums = checksums(transaction, texts);
  for (std::size_t n = 0; n < sums.size(); ++n) wanted_[source.objects[n].name] = sums[n];
  read_known();
  for (auto const& object : source.objects) {
    auto const known = known_.find(object.name);
    if (known == known_.end() || !known->second.exists || known->second.kind != object.kind ||
        known->second.checksum != wanted_[object.name])
      pending_.insert(object.name);
  }
}

void schema_objects::read_known() {
  auto const has_table =
      execute(transaction_, "SELECT to_regclass('vobiz_sync.schema_objects') IS NOT NULL");
  if (has_table[0][0].as<bool>()) {
    for (auto const& row :
         execute(transaction_, "SELECT name, kind, checksum FROM vobiz_sync.schema_objects")) {
      known_[row[0].c_str()] = {kind_of(row[1].c_str()), row[2].c_str()};
    }
  }
  for (auto const& row : execute(transaction_, R"(
SELECT n.nspname || '.' || c.relname, 'view' FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname IN ('vobiz', 'vobiz_sync', 'vobiz_bi') AND c.relkind = 'v'
UNION
SELECT n.nspname || '.' || p.proname, 'function' FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname IN ('vobiz', 'vobiz_sync', 'vobiz_bi'))")) {
    auto& known = known_[row[0].c_str()];
    known.kind = kind_of(row[1].c_str());
    known.exists = true;
  }
}

std::vector<schema_change> schema_objects::changes() const {
  std::vector<schema_change> result;
  for (auto const& object : source_.objects) {
    if (!pending_.contains(object.name)) continue;
    auto const known = known_.find(object.name);
    bool const exists = known != known_.end() && known->second.exists;
    result.push_back(
        {exists ? schema_action::change : schema_action::make, titled(object.kind, object.name)});
  }
  for (auto const& [name, known] : known_) {
    if (!known.checksum.empty() && !wanted_.contains(name))
      result.push_back({schema_action::drop, titled(known.kind, name)});
  }
  return result;
}

void schema_objects::apply(std::vector<std::string> const& names) {
  for (auto const& name : names) {
    if (pending_.erase(name) == 0) continue;
    auto const& object = *source_.find(name);
    do_for(titled(object.kind, name), [&] { create(object); });
  }
}

void schema_objects::create(schema_object const& object) {
  auto const known = known_.find(object.name);
  if (known != known_.end() && known->second.exists && known->second.kind != object.kind)
    drop(known->second.kind, object.name);
  std::string before;
  if (object.kind == object_kind::function) {
    before = oids_of(transaction_, object.name);
    drop_triggers(transaction_, object.name);
  }
  if (!try_statement(transaction_, object.text, is_no_replacement)) {
    drop(object.kind, object.name);
    transaction_.exec(object.text);
  }
  if (object.kind == object_kind::function) drop_other_signatures(object.name, before);
  for (auto const& grant : grants_[object.name]) try_statement(transaction_, grant, lacks_column);
  done_.insert(object.name);
}

void schema_objects::drop(object_kind kind, std::string const& name) {
  bool const is_view = kind == object_kind::view;
  auto const roots =
      is_view
          ? R"(WITH roots AS (SELECT 'pg_class'::regclass::oid AS classid, oid AS objid FROM pg_class
  WHERE relnamespace::regnamespace || '.' || relname = $1 AND relkind = 'v'))"
          : R"(WITH roots AS (SELECT 'pg_proc'::regclass::oid AS classid, oid AS objid FROM pg_proc
  WHERE pronamespace::regnamespace || '.' || proname = $1))";
  drop_found(
      ask(transaction_, std::string(roots) + " SELECT * FROM (" + dependants_sql + ") found", name),
      name);
}

// Arguments of other types make another function of the name; the one before goes.
void schema_objects::drop_other_signatures(std::string const& name, std::string const& before) {
  auto const now = oids_of(transaction_, name);
  if (now == before || before == "{}") return;
  drop_found(
      ask(transaction_,
          "WITH roots AS (SELECT 'pg_proc'::regclass::oid AS classid, unnest($1::oid[]) AS objid)"
          " SELECT * FROM (" +
              std::string(dependants_sql) + ") found",
          before),
      name);
}

// Views and functions of this program alone: where somebody else's depend on them, the database
// refuses and names these.
void schema_objects::drop_found(pqxx::result const& found, std::string const& name) {
  std::string views;
  std::string functions;
  for (auto const& row : found) {
    std::string const dropped = row[1].c_str();
    if (!wanted_.contains(dropped) && !known_[dropped].exists) continue;
    for (auto const& grant : ask(transaction_, grants_sql, dropped))
      grants_[dropped].emplace_back(grant[0].c_str());
    auto& list = kind_of(row[0].c_str()) == object_kind::view ? views : functions;
    if (kind_of(row[0].c_str()) == object_kind::function) drop_triggers(transaction_, dropped);
    list += (list.empty() ? "" : ", ") + std::string(row[2].c_str());
    if (dropped != name && wanted_.contains(dropped)) pending_.insert(dropped);
  }
  if (!views.empty()) transaction_.exec("DROP VIEW " + views);
  if (!functions.empty()) transaction_.exec("DROP FUNCTION " + functions);
}

void schema_objects::finish() {
  std::vector<std::string> order;
  for (auto const& object : source_.objects) order.push_back(object.name);
  // A drop on the way can make more of them pending.
  while (!pending_.empty()) apply(order);
  for (auto const& [name, known] : known_) {
    if (known.checksum.empty() || wanted_.contains(name)) continue;
    do_for(titled(known.kind, name), [&] { drop(known.kind, name); });
  }
  write_down();
}

void schema_objects::write_down() {
  for (auto const& object : source_.objects) {
    if (!done_.contains(object.name)) continue;
    arguments values;
    values.add(to_text(object.kind)).add(object.name).add(wanted_[object.name]);
    execute(transaction_,
            "INSERT INTO vobiz_sync.schema_objects (kind, name, checksum) VALUES ($1, $2, $3)\n"
            "ON CONFLICT (kind, name) DO UPDATE SET checksum = excluded.checksum, applied_at = "
            "now()",
            values);
  }
  array_literal kinds;
  array_literal names;
  for (auto const& object : source_.objects) {
    kinds.add(to_text(object.kind));
    names.add(object.name);
  }
  arguments values;
  values.add_text(kinds.take()).add_text(names.take());
  execute(transaction_,
          "DELETE FROM vobiz_sync.schema_objects WHERE (kind, name) NOT IN\n"
          "  (SELECT * FROM unnest($1::text[], $2::text[]))",
          values);
}

}  // namespace vobiz::sink
