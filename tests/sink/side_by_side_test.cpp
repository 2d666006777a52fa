#include "store.hpp"
#include "vobiz/sink/cursor.hpp"
#include "vobiz/sink/queue.hpp"
#include "vobiz/sink/rejects.hpp"
#include "vobiz/sink/windows.hpp"

// Two windows of a stream, read in parallel over two connections.
namespace vobiz::sink {
namespace {

class side_by_side : public ::testing::Test {
protected:
  side_by_side() {
    pqxx::work transaction(all.database.connection());
    begin_cycle(transaction, all.partner, "cdrs", day("2026-03-01"));
    ensure_windows(transaction, all.partner, "cdrs", "*", day("2026-03-01"), day("2026-03-03"),
                   day("2026-03-01"));
    transaction.commit();
  }

  store::act concluding(char const* at, window_state state) {
    return [this, at, state](pqxx::work& transaction) {
      conclusion outcome;
      outcome.state = state;
      if (state == window_state::proven) outcome.proven_by = proof::total;
      conclude(transaction, cdrs, key(at), outcome);
      update_cursor(transaction, all.partner, "cdrs");
    };
  }
  window_key key(char const* at) const { return {all.partner, "cdrs", "*", day(at)}; }
  std::string cursor() { return all.value("SELECT synced_through FROM vobiz_sync.streams"); }

  store all;
  streams::stream const& cdrs = *streams::find("cdrs");
};

TEST_F(side_by_side, the_second_to_be_proven_finds_the_cursor_of_both) {
  all.interleave(concluding("2026-03-02", window_state::proven),
                 concluding("2026-03-01", window_state::proven));
  EXPECT_EQ(cursor(), "2026-03-02");
}

// With a snapshot from before the first commit, the second would move the cursor past an unproven
// day.
TEST_F(side_by_side, the_cursor_does_not_pass_a_day_that_loses_its_proof_meanwhile) {
  all.interleave(concluding("2026-03-02", window_state::proven),
                 concluding("2026-03-01", window_state::proven));
  all.interleave(concluding("2026-03-02", window_state::mismatch),
                 concluding("2026-03-03", window_state::proven));
  EXPECT_EQ(cursor(), "2026-03-01");
}

// A call leaves a day while that day is counted: either the count misses it, or the day loses its
// proof.
TEST_F(side_by_side, no_proof_counts_a_call_that_has_moved_to_another_day) {
  all.calls({call(1, {}, "2026-03-01T10:00:00Z")}, "2026-03-01");
  std::int64_t counted = -1;
  auto const moving = [this](pqxx::work& transaction) {
    auto page =
        decode::decoder(cdrs).decode(store::list_of({call(1, {}, "2026-03-03T10:00:00Z")})).value();
    auto const merged =
        merge(transaction, cdrs, {all.partner, day("2026-03-03"), false}, page.rows);
    reopen(transaction, cdrs, key("2026-03-03"), merged.left_days);
  };
  auto const proving = [&](pqxx::work& transaction) {
    lock_window(transaction, key("2026-03-01"));
    counted = recount(transaction, cdrs, key("2026-03-01")).rows;
    concluding("2026-03-01", window_state::proven)(transaction);
  };
  {
    SCOPED_TRACE("moved first");
    all.interleave(moving, proving);
    EXPECT_EQ(counted, 0);
  }
  all.database.query(
      "DELETE FROM vobiz.cdrs; UPDATE vobiz_sync.windows SET state = 'open', proof = NULL, rows = "
      "0");
  all.calls({call(1, {}, "2026-03-01T10:00:00Z")}, "2026-03-01");
  {
    SCOPED_TRACE("proven first");
    all.interleave(proving, moving);
    EXPECT_EQ(counted, 1);
    EXPECT_EQ(
        all.value("SELECT state || ' ' || rows FROM vobiz_sync.windows WHERE day = '2026-03-01'"),
        "open 0");
  }
}

// The lists of both days have the call, and neither reader sees what the other has not committed.
TEST_F(side_by_side, a_call_in_the_lists_of_two_days_is_stored_once) {
  for (bool const expect_new : {true, false}) {
    SCOPED_TRACE(expect_new);
    all.database.query("DELETE FROM vobiz.cdrs");
    merge_counts counts[2];
    auto const listing = [&](char const* at, merge_counts& into) {
      return [this, at, expect_new, &into](pqxx::work& transaction) {
        auto page = decode::decoder(cdrs)
                        .decode(store::list_of({call(1, {}, "2026-03-01T23:59:59.9Z")}))
                        .value();
        merge_target target{all.partner, day(at), false};
        target.expect_new = expect_new;
        into = merge(transaction, cdrs, target, page.rows).counts;
      };
    };
    all.interleave(listing("2026-03-01", counts[0]), listing("2026-03-02", counts[1]));
    EXPECT_EQ(counts[0].inserted, 1);
    EXPECT_EQ(counts[1].inserted, 0);
    EXPECT_EQ(all.value("SELECT count(*) FROM vobiz.cdrs"), "1");
  }
}

TEST_F(side_by_side, a_field_that_both_meet_first_is_noted_once) {
  std::vector<std::string> noted[2];
  auto const note = [this](std::vector<std::string>& into) {
    return [this, &into](pqxx::work& transaction) {
      into = record_unknown_fields(transaction, all.partner, "cdrs", {"surprise"});
    };
  };
  all.interleave(note(noted[0]), note(noted[1]));
  EXPECT_THAT(noted[0], ::testing::ElementsAre("surprise"));
  EXPECT_THAT(noted[1], ::testing::IsEmpty());
}

TEST_F(side_by_side, the_queue_gives_no_day_near_one_at_hand) {
  pqxx::work transaction(all.database.connection());
  enqueue(transaction, all.partner, "cdrs", "*", day("2026-03-01"), day("2026-03-03"));
  auto const next = [&](std::vector<core::utc_day> const& at_hand) {
    auto const found = next_in_queue(transaction, cdrs, all.partner, at_hand);
    return found ? core::to_text(found->key.day) : "";
  };
  EXPECT_EQ(next({}), "2026-03-03");
  EXPECT_EQ(next({day("2026-03-03")}), "2026-03-01");
  EXPECT_EQ(next({day("2026-03-04")}), "2026-03-02");
  EXPECT_EQ(next({day("2026-03-02")}), "");
  EXPECT_EQ(next({day("2026-03-03"), day("2026-03-01")}), "");
}

}  // namespace
}  // namespace vobiz::sink
