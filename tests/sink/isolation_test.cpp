#include "store.hpp"
#include "vobiz/sink/rejects.hpp"

// Rows that the decoder accepts and the database refuses: here a schema that somebody has changed.
namespace vobiz::sink {
namespace {

class isolation : public ::testing::Test {
protected:
  merge_result merge(std::vector<std::string> const& calls, bool expect_new = false) {
    auto page = decode::decoder(cdrs).decode(store::list_of(calls)).value();
    pqxx::work transaction(all.database.connection());
    merge_target target{all.partner, day("2026-03-10")};
    target.expect_new = expect_new;
    auto const result = merge_with_feeds(transaction, cdrs, target, page.rows, page.rejects);
    rejects = page.rejects;
    window_key const key{all.partner, "cdrs", "*", day("2026-03-10")};
    record_rejects(transaction, key, rejects);
    transaction.commit();
    return result;
  }

  store all;
  streams::stream const& cdrs = *streams::find("cdrs");
  std::vector<decode::reject> rejects;
};

TEST_F(isolation, a_refused_row_becomes_a_reject_and_the_others_are_merged) {
  all.database.query("ALTER TABLE vobiz.cdrs ADD CHECK (billsec < 1000)");
  for (auto const expect_new : {true, false}) {
    std::vector<std::string> calls;
    for (auto n = 1; n <= 50; ++n) calls.push_back(call(n, "\"billsec\":60,\"total_cost\":0.5"));
    calls[6] = call(7, "\"billsec\":5000,\"codec\":\"it's \\\"x\\\"\",\"new\":[1]");
    calls[33] = call(34, "\"billsec\":1000");
    auto const result = merge(calls, expect_new);
    EXPECT_EQ(counts(result), expect_new ? "48 0 0" : "0 0 48");
    EXPECT_EQ(result.refused, (std::vector<std::size_t>{6, 33}));
    EXPECT_EQ(result.change.rows, expect_new ? 48 : 0);
    EXPECT_EQ(result.change.sums[0], expect_new ? "24.0" : "0");
    ASSERT_EQ(rejects.size(), 2u);
    EXPECT_EQ(rejects[0].reason,
              "the database refuses the row: a value that a check forbids [SQLSTATE 23514]");
  }
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz.cdrs"), "48");
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_sync.rejects"), "2");
  EXPECT_EQ(all.value("SELECT payload->>'uuid' || ' ' || (payload->>'codec') || ' ' || "
                      "(payload->'extra')::text\n"
                      "FROM vobiz_sync.rejects WHERE payload->>'billsec' = '5000'"),
            uuid(7) + " it's \"x\" {\"new\": [1]}");
}

TEST_F(isolation, an_index_that_holds_no_value_of_that_length_refuses_one_row) {
  all.database.query("CREATE INDEX ON vobiz.cdrs (codec)");
  std::string noise;
  for (auto n = 0; n < 1000; ++n) noise += std::to_string(n * 7919 % 100003);
  EXPECT_EQ(counts(merge({call(1), call(2, "\"codec\":\"" + noise + "\""), call(3)})), "2 0 0");
  ASSERT_EQ(rejects.size(), 1u);
  EXPECT_EQ(rejects[0].reason,
            "the database refuses the row: a value beyond a limit of PostgreSQL [SQLSTATE 54000]");
}

TEST_F(isolation, a_refused_version_leaves_the_stored_one) {
  merge({call(1, "\"billsec\":60")});
  all.database.query("ALTER TABLE vobiz.cdrs ADD CHECK (billsec < 1000)");
  EXPECT_EQ(counts(merge({call(1, "\"billsec\":1060"), call(2)})), "1 0 0");
  EXPECT_EQ(all.value("SELECT billsec FROM vobiz.cdrs WHERE uuid = '" + uuid(1) + "'"), "60");
}

TEST_F(isolation, what_refuses_most_rows_is_no_fault_of_the_rows) {
  all.database.query("ALTER TABLE vobiz.cdrs ADD CHECK (codec IS NULL)");
  std::vector<std::string> calls;
  for (auto n = 1; n <= 50; ++n) calls.push_back(call(n, "\"codec\":\"PCMU\""));
  EXPECT_THROW(merge(calls), pqxx::sql_error);
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_sync.rejects"), "0");
}

TEST_F(isolation, a_failure_of_the_database_is_none_of_a_row) {
  all.database.query("ALTER TABLE vobiz.cdrs RENAME COLUMN codec TO other");
  EXPECT_THROW(merge({call(1, "\"codec\":\"PCMU\""), call(2)}), pqxx::sql_error);
}

TEST_F(isolation, a_row_that_another_transaction_stores_meanwhile_is_merged) {
  auto const rows = decode::decoder(cdrs).decode(store::list_of({call(1), call(2)})).value().rows;
  merge_target const target{all.partner, day("2026-03-10")};
  std::vector<decode::reject> none;
  all.interleave([&](pqxx::work& t) { merge_isolated(t, cdrs, target, rows, none); },
                 [&](pqxx::work& t) {
                   EXPECT_EQ(counts(merge_isolated(t, cdrs, target, rows, none)), "0 0 2");
                 });
  EXPECT_TRUE(none.empty());
}

TEST_F(isolation, a_payload_that_jsonb_refuses_is_kept_as_a_text) {
  pqxx::work transaction(all.database.connection());
  window_key const key{all.partner, "cdrs", "*", day("2026-03-10")};
  EXPECT_EQ(record_rejects(transaction, key,
                           {{"one", "{\"a\":\"\\u0000\"}"},
                            {"two", "{\"a\":1}"},
                            {"three", "{\"a\":1e999999}"},
                            {"four", "{"}}),
            4);
  transaction.commit();
  EXPECT_EQ(all.value("SELECT payload #>> '{}' FROM vobiz_sync.rejects WHERE reason = 'one'"),
            "{\"a\":\"\\u0000\"}");
}

TEST_F(isolation, names_of_unknown_fields_are_told_up_to_a_thousand) {
  std::vector<std::string> names{std::string(4096, 'x')};
  for (auto n = 0; n < 1500; ++n) names.push_back("field " + std::to_string(n));
  pqxx::work transaction(all.database.connection());
  EXPECT_EQ(record_unknown_fields(transaction, all.partner, "cdrs", names).size(), 1000u);
  EXPECT_EQ(record_unknown_fields(transaction, all.partner, "cdrs", {"another"}).size(), 0u);
  EXPECT_EQ(record_unknown_fields(transaction, all.partner, "numbers", {"another"}).size(), 1u);
}

}  // namespace
}  // namespace vobiz::sink
