#include <algorithm>
#include <map>
#include <set>

#include "store.hpp"
#include "vobiz/sink/column_lists.hpp"
#include "vobiz/sink/connection.hpp"
#include "vobiz/sink/cursor.hpp"
#include "vobiz/sink/customers.hpp"
#include "vobiz/sink/journal.hpp"
#include "vobiz/sink/migrations.hpp"
#include "vobiz/sink/rejects.hpp"
#include "vobiz/sink/sql_text.hpp"
#include "vobiz/sink/windows.hpp"

namespace vobiz::sink {
namespace {

char const* type_of(streams::column_type type) {
  using enum streams::column_type;
  switch (type) {
    case text:
      return "text";
    case integer:
      return "integer";
    case bigint:
      return "bigint";
    case numeric:
      return "numeric";
    case boolean:
      return "boolean";
    case timestamptz:
      return "timestamp with time zone";
    case date:
      return "date";
    case uuid:
      return "uuid";
    case jsonb:
      return "jsonb";
  }
  return "";
}

void expect_table(store& all, streams::stream const& stream) {
  SCOPED_TRACE(std::string(stream.table));
  std::map<std::string, std::string> types;
  for (auto const& row :
       all.database.query("SELECT column_name, data_type FROM information_schema.columns\n"
                          "WHERE table_schema = 'vobiz' AND table_name = '" +
                          std::string(stream.table) + "'")) {
    types.emplace(row[0].c_str(), row[1].c_str());
  }
  for (auto const& column : stream.columns) {
    if (column.staged_only) continue;
    EXPECT_EQ(types[std::string(column.name)], type_of(column.type)) << column.name;
  }
  for (auto const* own : {"partner_id", "extra", "first_seen_at", "changed_at"})
    EXPECT_EQ(types.count(own), 1u) << own;
  if (!stream.path.empty() || !stream.account_path.empty()) {
    EXPECT_EQ(types.count("removed_at"), streams::can_vanish(stream.form) ? 1u : 0u);
  }
  for (auto const& key : stream.key) EXPECT_EQ(types.count(std::string(key)), 1u) << key;
  EXPECT_EQ(types.count("auth_token"), 0u);
  for (auto const& feed : stream.feeds) expect_table(all, feed.rows);
}

TEST(schema, has_every_column_of_every_stream_with_its_type) {
  store all;
  for (auto const& stream : streams::all()) {
    expect_table(all, stream);
    // Its sums are in vobiz_sync.windows under its name (sums, api_sums).
    for (auto const& measure : stream.measures) {
      EXPECT_NO_THROW(all.value("SELECT " + std::string(measure.sql) + " FROM vobiz." +
                                std::string(stream.table)))
          << measure.name;
    }
  }
}

// A longer value would be refused with the whole batch it came in.
TEST(schema, has_no_index_over_a_text_of_any_length) {
  store all;
  std::vector<streams::stream const*> every;
  for (auto const& stream : streams::all()) {
    every.push_back(&stream);
    for (auto const& feed : stream.feeds) every.push_back(&feed.rows);
  }
  for (auto const* const one : every) {
    auto const& stream = *one;
    std::set<std::string> in_an_index;
    // The history of wallets has its currency in its key, and takes it from these.
    for (auto const* const table : {"accounts", "partners", "pricing_tiers"}) {
      if (stream.table == table) in_an_index.insert("currency");
    }
    std::string tables = "'" + std::string(stream.table) + "'";
    if (stream.name == "cdrs") tables += ", 'usage_buckets', 'hangup_buckets'";
    if (stream.name == "transactions") tables += ", 'ledger_buckets'";
    for (auto const& row : all.database.query(R"(
SELECT DISTINCT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
WHERE a.atttypid = 'text'::regtype AND i.indrelid IN
  (SELECT oid FROM pg_class WHERE relnamespace = 'vobiz'::regnamespace AND relname IN ()" +
                                              tables + "))")) {
      in_an_index.insert(row[0].c_str());
    }
    for (auto const& column : stream.columns) {
      if (column.type != streams::column_type::text) continue;
      EXPECT_EQ(column.indexed, in_an_index.contains(std::string(column.name)))
          << stream.name << '.' << column.name;
    }
  }
}

// The lists serve functions and views; what is stored is made by numbered files, whose text stays.
TEST(schema, stores_the_columns_of_the_lists) {
  store all;
  auto const files = embedded_schema();
  auto const lists =
      read_column_lists(std::ranges::find(files, "column_lists.txt", &schema_file::path)->text);
  struct pair {
    char const* table;
    char const* list;
  };
  for (auto const& [table, list] : {pair{"vobiz.usage_buckets", "call_measures"},
                                    pair{"vobiz_sync.usage_days", "call_measures"},
                                    pair{"vobiz.hangup_buckets", "hangup_measures"},
                                    pair{"vobiz_sync.hangup_days", "hangup_measures"},
                                    pair{"vobiz.ledger_buckets", "ledger_measures"},
                                    pair{"vobiz_sync.ledger_days", "ledger_measures"},
                                    pair{"vobiz_sync.usage_hours", "hour_measures"}}) {
    std::vector<std::string> listed;
    for (auto const& column : lists.at(list))
      listed.push_back(column.name + " " + column.type + " " + column.comment);
    std::vector<std::string> stored;
    for (auto const& row : all.database.query(
             "SELECT attname, replace(format_type(atttypid, NULL), 'timestamp with time zone', "
             "'timestamptz'),\n"
             "  col_description(attrelid, attnum) FROM pg_attribute\n"
             "WHERE attrelid = '" +
             std::string(table) +
             "'::regclass AND attnum > 0 AND attnum >\n"
             "  (SELECT max(k) FROM pg_index, unnest(indkey) k WHERE indrelid = attrelid AND "
             "indisprimary)\n"
             "  AND attname <> 'hour' ORDER BY attnum")) {
      stored.push_back(std::string(row[0].c_str()) + " " + row[1].c_str() + " " + row[2].c_str());
    }
    EXPECT_EQ(stored, listed) << table;
  }
}

TEST(schema, explains_every_table_and_column) {
  store all;
  EXPECT_EQ(
      all.value(
          "SELECT string_agg(c.oid::regclass::text, ' ') FROM pg_class c\n"
          "WHERE relnamespace IN ('vobiz'::regnamespace, 'vobiz_sync'::regnamespace, "
          "'vobiz_bi'::regnamespace)\n"
          "  AND relkind IN ('r', 'p', 'v', 'm') AND obj_description(c.oid, 'pg_class') IS NULL"),
      "");
  EXPECT_EQ(
      all.value("SELECT string_agg(c.oid::regclass || '.' || attname, ' ') FROM pg_class c\n"
                "JOIN pg_attribute a ON attrelid = c.oid AND attnum > 0 AND NOT attisdropped\n"
                "WHERE relnamespace IN ('vobiz'::regnamespace, 'vobiz_sync'::regnamespace)\n"
                "  AND relkind IN ('r', 'p', 'v', 'm') AND col_description(c.oid, attnum) IS NULL"),
      "");
}

// The rollups and stray days of rows are kept by the transaction that changes them, which a COPY of
// millions of rows and Citus can do without.
TEST(schema, has_no_statement_trigger_on_the_large_tables) {
  store all;
  all.make_partitions("2026-03-01", "2026-03-31");
  auto const triggered = all.value(
      "SELECT string_agg(DISTINCT t.tgrelid::regclass::text, ' ') FROM pg_trigger t\n"
      "WHERE NOT t.tgisinternal AND t.tgtype & 1 = 0");
  // That the search finds any.
  EXPECT_THAT(triggered, ::testing::HasSubstr("vobiz_sync.schema_migrations"));
  for (auto const* table :
       {"vobiz.cdrs", "vobiz_part.", "vobiz.transactions", "_buckets", "_days"}) {
    EXPECT_THAT(triggered, ::testing::Not(::testing::HasSubstr(table)));
  }
}

// docs/scaling.md: Citus wants the column it distributes by in every unique key, TimescaleDB and
// partitions the time.
TEST(schema, lets_the_large_tables_be_distributed_and_cut_by_time) {
  store all;
  struct large {
    char const* table;
    char const* time;
  };
  for (auto const& [table, time] :
       {large{"vobiz.cdrs", "start_time"}, large{"vobiz.transactions", ""},
        large{"vobiz.usage_buckets", "bucket_start"}, large{"vobiz.hangup_buckets", "bucket_start"},
        large{"vobiz.ledger_buckets", "bucket_start"}, large{"vobiz_sync.usage_days", "day"},
        large{"vobiz_sync.hangup_days", "day"}, large{"vobiz_sync.ledger_days", "day"}}) {
    for (std::string const column : {"account_id", time}) {
      if (column.empty()) continue;
      EXPECT_EQ(
          all.value("SELECT count(*) || ' ' || count(a.attname) FROM pg_index x LEFT JOIN "
                    "pg_attribute a\n"
                    "ON a.attrelid = x.indrelid AND a.attnum = ANY (x.indkey) AND a.attname = '" +
                    column + "'\nWHERE x.indisunique AND x.indrelid = '" + table + "'::regclass"),
          "1 1")
          << table << " " << column;
    }
  }
}

// Roles of this cluster that log in, one that writes and one that reads.
void make_users(store& all) {
  all.database.query(R"(DO $$ BEGIN
    PERFORM pg_advisory_xact_lock(4711);
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'test_writer') THEN
      CREATE ROLE test_writer LOGIN IN ROLE vobiz_writer;
      CREATE ROLE test_reader LOGIN IN ROLE vobiz_reader;
    END IF; END $$)");
}

std::unique_ptr<pqxx::connection> connect_as(store& all, char const* user) {
  auto settings = all.database.settings();
  settings.dsn = core::secret(std::string(settings.dsn.reveal()) + " user=" + user);
  return connect(settings);
}

TEST(roles, a_reader_reads_everything_and_changes_nothing) {
  store all;
  make_users(all);
  all.calls({call(1)});
  auto const reader = connect_as(all, "test_reader");
  for (auto const& row :
       all.database.query("SELECT oid::regclass::text, relnamespace::regnamespace::text FROM "
                          "pg_class WHERE relkind IN ('r', 'p', 'v', 'm')\n"
                          "AND relnamespace::regnamespace::text LIKE 'vobiz%'")) {
    std::string const table = row[0].c_str();
    bool const partition = std::string(row[1].c_str()) == "vobiz_part";
    for (auto const* right : {"SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE"}) {
      pqxx::work transaction(*reader);
      auto const granted = transaction
                               .exec(
                                   "SELECT has_table_privilege((SELECT oid FROM pg_class WHERE "
                                   "oid::regclass::text = " +
                                   literal(table) + "), '" + right + "')")[0][0]
                               .as<bool>();
      EXPECT_EQ(granted, !partition && std::string(right) == "SELECT") << right << " " << table;
    }
  }
  pqxx::work transaction(*reader);
  EXPECT_EQ(transaction.exec("SELECT count(*) FROM vobiz.cdrs")[0][0].as<int>(), 1);
  EXPECT_FALSE(
      transaction.exec("SELECT has_schema_privilege('vobiz_part', 'USAGE')")[0][0].as<bool>());
  EXPECT_FALSE(transaction
                   .exec("SELECT has_function_privilege('vobiz_sync.ensure_cdr_partitions(date, "
                         "date)', 'EXECUTE')")[0][0]
                   .as<bool>());
  EXPECT_THROW(transaction.exec("CREATE TABLE vobiz.mine (a int)"), pqxx::sql_error);
}

TEST(roles, a_writer_does_all_that_the_daemon_does_and_owns_nothing) {
  store all;
  make_users(all);
  auto const writer = connect_as(all, "test_writer");
  EXPECT_TRUE(check_migrations(*writer).changes.empty());
  pqxx::work transaction(*writer);
  begin_cycle(transaction, all.partner, "cdrs", day("2026-03-01"));
  ensure_partitions(transaction, day("2026-02-01"), day("2026-03-31"));
  auto const& cdrs = *streams::find("cdrs");
  window_key const key{all.partner, "cdrs", "*", day("2026-03-10")};
  ensure_windows(transaction, all.partner, "cdrs", "*", key.day, key.day, key.day);
  auto const merge_as_writer = [&](std::string_view name, std::string const& body) {
    auto const& stream = *streams::find(name);
    auto page = decode::decoder(stream).decode(body).value();
    std::vector<decode::reject> inner;
    auto result = merge_with_feeds(
        transaction, stream,
        {all.partner, stream.day_column.empty() ? std::nullopt : std::optional(key.day)}, page.rows,
        inner);
    roll_up(transaction, stream, result.touched);
    return result;
  };
  merge_as_writer("cdrs", "{\"data\":[{" + call(1, R"("cost":1)") + "}]}");
  EXPECT_EQ(counts(merge_as_writer("cdrs", "{\"data\":[{" + call(1, R"("cost":2)") + "}]}")),
            "0 1 0");
  merge_as_writer(
      "accounts",
      R"({"accounts":[{"auth_id":"MA_1","cash_credits":1,"pricing_tier":{"id":"t"}}]})");
  merge_as_writer("analytics", R"({"calls":{"total_calls":1}})");
  merge_as_writer("dashboard", R"({"total_balance":1,"time_series":[{"date":"2026-03-10"}]})");
  merge_as_writer("balances", R"({"auth_id":"MA_1","balance":1})");
  merge_as_writer("transactions",
                  R"({"transactions":[{"id":"1","account_id":"MA_1","type":"debit","amount":1}]})");
  merge_as_writer("numbers", R"({"items":[{"e164":"+1"}]})");
  merge_as_writer("profile", R"({"auth_id":"PA_EXAMPLE01"})");
  record_wallets(transaction, all.partner);
  record_rejects(transaction, key, {{"bad", "{}"}});
  resolve_rejects(transaction, key, {});
  record_unknown_fields(transaction, all.partner, "cdrs", {"a"});
  recount(transaction, cdrs, key);
  auto const removed = mark_removed(transaction, cdrs, key, walked_calls({}));
  EXPECT_EQ(removed.rows, 1);
  roll_up(transaction, cdrs, removed.touched);
  conclude(transaction, cdrs, key, {});
  update_cursor(transaction, all.partner, "cdrs");
  run_report report;
  report.partner = all.partner;
  report.stream = "cdrs";
  report.command = "run";
  write_run(transaction, report);
  end_cycle(transaction, report, std::nullopt);
  transaction.commit();
  EXPECT_EQ(
      all.value("SELECT count(*) FROM pg_class JOIN pg_roles r ON r.oid = relowner\n"
                "WHERE rolname = 'test_writer' AND relnamespace::regnamespace::text LIKE 'vobiz%'"),
      "0");
  pqxx::work after(*writer);
  EXPECT_THROW(after.exec("DROP TABLE vobiz.cdrs"), pqxx::sql_error);
}

}  // namespace
}  // namespace vobiz::sink
