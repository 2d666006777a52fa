#include "vobiz/sink/cursor.hpp"

#include <random>
#include <set>

#include "store.hpp"
#include "vobiz/sink/queue.hpp"
#include "vobiz/sink/stand_ins.hpp"
#include "vobiz/sink/window_transaction.hpp"

namespace vobiz::sink {
namespace {

using std::chrono::days;

class cursor : public ::testing::Test {
protected:
  cursor() {
    all.database.query("INSERT INTO vobiz.accounts (partner_id, auth_id) VALUES ('" + all.partner +
                       "', 'MA_1'), ('" + all.partner + "', 'MA_2'), ('" + all.partner +
                       "', 'MA_3')");
    begin("2026-03-01");
  }

  template <class Act>
  void in_transaction(Act act) {
    pqxx::work transaction(all.database.connection());
    act(transaction);
    transaction.commit();
  }
  void begin(char const* start) {
    in_transaction([&](auto& t) { begin_cycle(t, all.partner, "cdrs", day(start)); });
  }
  window_key key(core::utc_day at, std::string const& scope = "*") const {
    return {all.partner, "cdrs", scope, at};
  }
  void ensure(std::string const& scope, core::utc_day first, core::utc_day last) {
    in_transaction([&](auto& t) {
      if (ensure_windows(t, all.partner, "cdrs", scope, first, last, first) > 0) {
        update_cursor(t, all.partner, "cdrs");
      }
    });
  }
  void conclude_as(window_key const& at, window_state state) {
    conclusion outcome;
    outcome.state = state;
    if (state == window_state::proven) outcome.proven_by = proof::total;
    in_transaction([&](auto& t) {
      window_transaction window(t, cdrs, at);
      window.conclude(outcome);
      window.finish();
    });
  }
  std::string stored() {
    return all.value("SELECT synced_through FROM vobiz_sync.streams WHERE stream = 'cdrs'");
  }

  // The same from all windows, day by day.
  std::string expected() {
    return all.value(R"(
WITH RECURSIVE good AS (
  SELECT day FROM vobiz_sync.windows WHERE stream = 'cdrs' GROUP BY day
  HAVING bool_or(state = 'proven') AND bool_and(state = 'proven' OR set_aside)),
run(day) AS (
  SELECT start_date FROM vobiz_sync.streams JOIN good ON day = start_date WHERE stream = 'cdrs'
  UNION ALL SELECT day + 1 FROM run WHERE day + 1 IN (SELECT day FROM good))
SELECT max(day) FROM run)");
  }

  store all;
  streams::stream const& cdrs = *streams::find("cdrs");
};

TEST_F(cursor, is_what_all_windows_say_after_each_of_many_changes) {
  auto const first = day("2026-03-01");
  auto const last = day("2026-03-08");
  std::vector<std::string> const scopes = {"*", "*", "*", "MA_1", "MA_2", "MA_3"};
  std::mt19937 random(14);
  auto const pick = [&](int below) { return static_cast<int>(random() % below); };
  ensure("*", first, last);
  std::set<std::string> seen;
  for (int step = 0; step < 600; ++step) {
    auto const at = first + days(pick(8));
    auto const& scope = scopes[pick(6)];
    auto const what = pick(20);
    if (what < 12) {
      conclude_as(key(at, scope), pick(6) == 0 ? window_state::mismatch : window_state::proven);
    } else if (what == 12) {
      auto const one = key(first, scope);
      in_transaction([&](auto& t) {
        window_transaction window(t, cdrs, one);
        window.reopen({at});
        window.finish();
      });
    } else if (what == 13) {
      ensure("MA_" + std::to_string(1 + pick(3)), first + days(4), last);
    } else if (what == 14) {
      in_transaction([&](auto& t) { record_failed_read(t, key(at, scope), "500", pick(2) == 0); });
    } else if (what == 15) {
      in_transaction([&](auto& t) {
        fall_back(t, key(last), first + days(4), "403");
        update_cursor(t, all.partner, "cdrs");
      });
    } else if (what == 16) {
      in_transaction([&](auto& t) {
        enqueue(t, all.partner, "cdrs", "*", at, at);
        expand_queued(t, key(at), "403");
        update_cursor(t, all.partner, "cdrs");
      });
    } else if (what == 17) {
      in_transaction([&](auto& t) {
        recall_global(t, all.partner, "cdrs", first + days(4));
        update_cursor(t, all.partner, "cdrs");
      });
    } else if (what == 18) {
      in_transaction([&](auto& t) {
        if (drop_stand_ins(t, all.partner, "cdrs") > 0) update_cursor(t, all.partner, "cdrs");
      });
    } else {
      all.database.query(
          "UPDATE vobiz.accounts SET removed_at = CASE WHEN removed_at IS NULL THEN "
          "now() END WHERE auth_id = 'MA_3'");
      in_transaction([&](auto& t) {
        give_up_customer(t, key(at, "MA_3"), "404");
        recall_customers(t, all.partner, "cdrs");
        update_cursor(t, all.partner, "cdrs");
      });
    }
    if (pick(10) == 0) begin(pick(2) == 0 ? "2026-03-01" : "2026-03-03");
    ASSERT_EQ(stored(), expected()) << "step " << step << ", operation " << what;
    seen.insert(stored());
  }
  EXPECT_GE(seen.size(), 5u);  // it has moved
}

// Who changes no proof waits for nobody.
TEST_F(cursor, is_left_alone_by_a_read_that_changes_no_proof) {
  auto const at = day("2026-03-01");
  conclude_as(key(at), window_state::proven);
  auto const other = connect(all.database.settings());
  pqxx::work holding(*other);
  holding.exec("SELECT pg_advisory_xact_lock(hashtextextended('vobiz cursor " + all.partner +
               " cdrs', 0))");
  all.database.query("SET lock_timeout = '5s'");
  conclude_as(key(at), window_state::proven);
  conclude_as(key(day("2026-03-02")), window_state::open);
  EXPECT_ANY_THROW(conclude_as(key(day("2026-03-02")), window_state::proven));
}

TEST_F(cursor, passes_the_refused_windows_of_a_customer_who_left) {
  auto const at = day("2026-03-01");
  for (auto const* scope : {"MA_1", "MA_2"}) ensure(scope, at, at);
  conclude_as(key(at, "MA_1"), window_state::proven);
  EXPECT_EQ(stored(), "");
  auto const refuse = [&] {
    in_transaction([&](auto& t) {
      if (give_up_customer(t, key(at, "MA_2"), "404") > 0) update_cursor(t, all.partner, "cdrs");
    });
  };
  refuse();
  EXPECT_EQ(stored(), "") << "present customers count";
  all.database.query("UPDATE vobiz.accounts SET removed_at = now() WHERE auth_id = 'MA_2'");
  refuse();
  EXPECT_EQ(stored(), "2026-03-01");
  all.database.query("UPDATE vobiz.accounts SET removed_at = NULL");
  in_transaction([&](auto& t) {
    EXPECT_EQ(recall_customers(t, all.partner, "cdrs"), 1);
    update_cursor(t, all.partner, "cdrs");
  });
  EXPECT_EQ(stored(), "");
}

}  // namespace
}  // namespace vobiz::sink
