#include "vobiz/sink/repairs.hpp"

#include "store.hpp"

// What a look for rows that others mention looks through, and what it remembers.
namespace vobiz::sink {
namespace {

class repairs : public ::testing::Test {
protected:
  repairs() {
    for (auto const* name : {"cdrs", "accounts"}) {
      all.database.query("INSERT INTO vobiz_sync.streams (partner_id, stream) VALUES ('" +
                         all.partner + "', '" + name + "')");
    }
    prove("2026-03-10");
  }

  void prove(std::string const& day) {
    all.database.query(
        "INSERT INTO vobiz_sync.windows (partner_id, stream, scope, day, state, proof, proven_at)\n"
        "VALUES ('" +
        all.partner + "', 'cdrs', '*', '" + day + "', 'proven', 'total', now())");
  }

  // A ledger entry that charges for a call.
  void charge(int number, std::string const& at = "2026-03-10",
              std::string const& account = "MA_1") {
    all.merge("transactions",
              R"({"transactions":[{"id":"t)" + std::to_string(number) + R"(","account_id":")" +
                  account + R"(","type":"debit","amount":1,"reference":"cdr:)" + uuid(number) +
                  R"(","created_at":")" + at + R"(T10:00:00Z"}]})",
              at.c_str());
  }

  // The keys a look finds to ask for, without the zeros of a uuid.
  std::string look(std::string_view name = "cdrs", char const* since = "2026-01-01",
                   std::int64_t most = 50, bool anyway = true) {
    auto const& stream = *streams::find(name);
    pqxx::work transaction(all.database.connection());
    auto const begun = begin_repair(transaction, all.partner, name, day(since), anyway);
    if (!begun) return "none begun";
    looked_at_all = !begun->changed_from;
    note_missing_rows(transaction, stream, all.partner, *begun);
    std::string keys;
    for (auto const& row : missing_rows(transaction, stream, all.partner, most)) {
      auto const key = name == "cdrs" ? row.key.substr(row.key.find_last_of('0') + 1) : row.key;
      keys += (keys.empty() ? "" : " ") + key;
    }
    transaction.commit();
    return keys;
  }

  // As if what is stored had been stored two days ago.
  void age() {
    for (auto const* table : {"vobiz.transactions", "vobiz.cdrs", "vobiz.numbers"}) {
      all.database.query("UPDATE " + std::string(table) +
                         " SET changed_at = changed_at - interval '2 days'");
    }
    all.database.query("UPDATE vobiz_sync.windows SET proven_at = proven_at - interval '2 days'");
  }
  void forget() { all.database.query("DELETE FROM vobiz_sync.repairs"); }

  store all;
  bool looked_at_all = false;
};

TEST_F(repairs, the_first_look_is_at_all_and_the_next_at_what_has_changed) {
  charge(1);
  charge(2);
  all.calls({call(2)});
  age();
  EXPECT_EQ(look(), "1");
  EXPECT_TRUE(looked_at_all);
  forget();
  EXPECT_EQ(look(), "");
  EXPECT_FALSE(looked_at_all);
  charge(3);
  EXPECT_EQ(look(), "3");
  EXPECT_EQ(look("cdrs", "2026-01-01", 50, false), "none begun");
}

TEST_F(repairs, a_day_that_has_become_known_is_looked_through) {
  charge(1, "2026-03-11");
  age();
  EXPECT_EQ(look(), "");
  prove("2026-03-11");
  EXPECT_EQ(look(), "1");
}

TEST_F(repairs, earlier_days_that_count_now_are_looked_through) {
  charge(1);
  age();
  EXPECT_EQ(look("cdrs", "2026-03-11"), "");
  EXPECT_EQ(look("cdrs", "2026-03-10"), "1");
  EXPECT_TRUE(looked_at_all);
}

TEST_F(repairs, what_is_missing_is_remembered_until_it_is_stored_or_given_up) {
  for (auto const n : {1, 2, 3}) charge(n);
  age();
  EXPECT_EQ(look("cdrs", "2026-01-01", 2), "1 2");
  // Nothing has changed since, and the third is still to be asked for.
  EXPECT_EQ(look(), "1 2 3");
  all.calls({call(1)});
  EXPECT_EQ(look(), "2 3");
  EXPECT_EQ(all.value("SELECT state FROM vobiz_sync.repairs WHERE key = '" + uuid(1) + "'"),
            "stored");
  for (auto tries = 1; tries <= 5; ++tries) {
    pqxx::work transaction(all.database.connection());
    record_repair(transaction, all.partner, "cdr", {uuid(2), "MA_1"}, "404");
    transaction.commit();
    EXPECT_EQ(look(), "3") << tries;
    all.database.query("UPDATE vobiz_sync.repairs SET last_tried_at = now() - interval '40 hours'");
    EXPECT_EQ(look(), tries < 5 ? "3 2" : "3") << tries;
  }
  EXPECT_EQ(all.value("SELECT attempts FROM vobiz_sync.repairs WHERE key = '" + uuid(2) + "'"),
            "5");
}

TEST_F(repairs, customers_are_looked_for_in_all_tables_that_mention_them) {
  all.merge("accounts", R"({"accounts":[{"auth_id":"MA_1"}]})");
  charge(1);
  charge(2, "2026-03-10", "MA_LEDGER");
  all.calls({call(3), call(4, "\"account_id\":\"MA_CALLS\"")});
  all.merge("numbers", R"({"items":[{"e164":"+910000000001","account_id":"MA_NUMBER"}]})");
  age();
  EXPECT_EQ(look("accounts"), "MA_CALLS MA_LEDGER MA_NUMBER");
  forget();
  EXPECT_EQ(look("accounts"), "");
  all.calls({call(5, "\"account_id\":\"MA_NEW\"")});
  EXPECT_EQ(look("accounts"), "MA_NEW");
  all.merge("accounts", R"({"accounts":[{"auth_id":"MA_NEW"}]})");
  EXPECT_EQ(look("accounts"), "");
}

}  // namespace
}  // namespace vobiz::sink
