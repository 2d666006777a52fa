#include "store.hpp"
#include "vobiz/sink/customers.hpp"
#include "vobiz/sink/rejects.hpp"
#include "vobiz/sink/windows.hpp"

// A full read without changes writes no tuple and no WAL (docs/architecture.md, "Merge").
namespace vobiz::sink {
namespace {

std::vector<std::string> two_thousand_calls() {
  std::vector<std::string> rows;
  for (int n = 0; n < 2'000; ++n) {
    rows.push_back(call(
        n,
        R"("cost":"0.45","billsec":60,"duration":70,"codec":"PCMA","updated_at":"2026-03-10T10:05:00Z")"));
  }
  return rows;
}

std::string body(std::vector<std::string> const& rows) {
  std::string result;
  for (auto const& row : rows) result += (result.empty() ? "{" : ",{") + row + "}";
  return "{\"data\":[" + result + "]}";
}

TEST(unchanged, rows_cost_no_tuple_and_no_wal) {
  store all;
  auto const rows = two_thousand_calls();
  all.calls(rows);
  auto const& stream = *streams::find("cdrs");
  auto const page = decode::decoder(stream).decode(body(rows)).value();
  window_key const key{all.partner, "cdrs", "*", day("2026-03-10")};
  {
    pqxx::work transaction(all.database.connection());
    ensure_windows(transaction, all.partner, "cdrs", "*", key.day, key.day, key.day);
    recount(transaction, stream, key);
    transaction.commit();
  }
  // WAL of autovacuum or a checkpoint must not be counted.
  all.database.query("ALTER TABLE vobiz_part.cdrs_default SET (autovacuum_enabled = false)");
  pqxx::nontransaction(all.database.connection()).exec("VACUUM (FREEZE, ANALYZE) vobiz.cdrs");

  pqxx::work transaction(all.database.connection());
  auto const lsn = [&] {
    return std::string(transaction.exec("SELECT pg_current_wal_insert_lsn()")[0][0].c_str());
  };
  auto const tuples = [&] {
    return std::string(
        transaction
            .exec("SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_xact_all_tables\n"
                  "WHERE schemaname LIKE 'vobiz%'")[0][0]
            .c_str());
  };
  auto const before = lsn();
  auto const tuples_before = tuples();
  auto const result = merge(transaction, stream, {all.partner, key.day}, page.rows);
  record_rejects(transaction, key, {});
  recount(transaction, stream, key);
  record_unknown_fields(transaction, all.partner, "cdrs", {});
  auto const written = std::string(
      transaction.exec("SELECT pg_wal_lsn_diff('" + lsn() + "', '" + before + "')")[0][0].c_str());
  EXPECT_EQ(counts(result), "0 0 2000");
  EXPECT_EQ(tuples(), tuples_before);
  // Locking or writing a row costs at least 60 bytes, so 2 000 rows would exceed this.
  EXPECT_LT(std::stoll(written), 8'192);
  EXPECT_EQ(std::string(transaction
                            .exec("SELECT count(*) FROM pg_locks WHERE locktype = 'tuple' AND pid "
                                  "= pg_backend_pid()")[0][0]
                            .c_str()),
            "0");
  // A transaction that wrote nothing has no number.
  EXPECT_TRUE(transaction.exec("SELECT pg_current_xact_id_if_assigned()")[0][0].is_null());
}

TEST(unchanged, accounts_and_wallets_cost_nothing_either) {
  store all;
  std::string list;
  for (int n = 0; n < 200; ++n) {
    list += (n ? "," : "") + std::string("{\"auth_id\":\"MA_") + std::to_string(n) +
            R"(","cash_credits":"10","currency":"INR","pricing_tier":{"id":"t1","name":"Gold"}})";
  }
  auto const text = "{\"accounts\":[" + list + "]}";
  all.merge("accounts", text);
  pqxx::work first(all.database.connection());
  EXPECT_EQ(record_wallets(first, all.partner), 200);
  first.commit();
  auto const& stream = *streams::find("accounts");
  auto page = decode::decoder(stream).decode(text).value();
  pqxx::work transaction(all.database.connection());
  std::vector<decode::reject> rejects;
  EXPECT_EQ(counts(merge_with_feeds(transaction, stream, {all.partner, std::nullopt}, page.rows,
                                    rejects)),
            "0 0 200");
  EXPECT_EQ(record_wallets(transaction, all.partner), 0);
  EXPECT_TRUE(transaction.exec("SELECT pg_current_xact_id_if_assigned()")[0][0].is_null());
}

}  // namespace
}  // namespace vobiz::sink
