#include "vobiz/sink/windows.hpp"

#include "store.hpp"
#include "vobiz/sink/queue.hpp"
#include "vobiz/sink/stand_ins.hpp"

namespace vobiz::sink {
namespace {

using state = window_state;

// Windows of the cdrs of one partner, each in its own transaction.
class windows : public ::testing::Test {
protected:
  template <class Act>
  auto in_transaction(Act act) {
    pqxx::work transaction(all.database.connection());
    if constexpr (std::is_void_v<decltype(act(transaction))>) {
      act(transaction);
      transaction.commit();
    } else {
      auto result = act(transaction);
      transaction.commit();
      return result;
    }
  }
  std::int64_t ensure(char const* first, char const* last, std::string const& scope = "*") {
    return ensure_from(first, first, last, scope);
  }
  std::int64_t ensure_from(char const* open_from, char const* first, char const* last,
                           std::string const& scope = "*") {
    return in_transaction([&](auto& t) {
      return ensure_windows(t, all.partner, "cdrs", scope, day(first), day(last), day(open_from));
    });
  }
  std::vector<window> load(char const* first, char const* last, std::string const& scope = "*") {
    return in_transaction(
        [&](auto& t) { return load_windows(t, cdrs, all.partner, scope, day(first), day(last)); });
  }
  window load(char const* at) { return load(at, at).at(0); }
  window_key key(char const* at, std::string const& scope = "*") const {
    return {all.partner, "cdrs", scope, day(at)};
  }
  figures count(char const* at, std::string const& scope = "*") {
    return in_transaction([&](auto& t) { return recount(t, cdrs, key(at, scope)); });
  }
  walk_comparison compare(std::vector<int> const& numbers, std::int64_t walked) {
    return in_transaction([&](auto& t) {
      auto const stored = recount(t, cdrs, key("2026-03-10"));
      return compare_walk(t, cdrs, key("2026-03-10"), stored, walked, walked_calls(numbers));
    });
  }
  void conclude_as(char const* at, conclusion const& outcome) {
    in_transaction([&](auto& t) { conclude(t, cdrs, key(at), outcome); });
  }
  static conclusion proven(std::int64_t total = 2) {
    conclusion c;
    c.state = state::proven;
    c.proven_by = proof::total_and_summary;
    c.api_total = total;
    c.api_sums = {"3.5", "60", "70"};
    c.requests = 2;
    return c;
  }
  static conclusion mismatch() {
    conclusion c;
    c.state = state::mismatch;
    c.api_total = 9;
    c.requests = 3;
    c.error = "not proven";
    return c;
  }

  store all;
  streams::stream const& cdrs = *streams::find("cdrs");
};

TEST_F(windows, are_made_where_they_are_missing) {
  EXPECT_EQ(ensure("2026-03-08", "2026-03-10"), 3);
  EXPECT_EQ(ensure("2026-03-07", "2026-03-11"), 2);
  EXPECT_EQ(ensure("2026-03-07", "2026-03-11"), 0);
  EXPECT_EQ(ensure("2026-03-10", "2026-03-10", "MA_1"), 1);
  auto const found = load("2026-03-08", "2026-03-10");
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].key.day, day("2026-03-10"));
  EXPECT_EQ(found[2].key.day, day("2026-03-08"));
  EXPECT_EQ(found[0].state, state::open);
  EXPECT_FALSE(found[0].read_before);
  EXPECT_EQ(found[0].api_total, std::nullopt);
  EXPECT_EQ(load("2026-03-01", "2026-03-31", "MA_1").size(), 1u);
}

TEST_F(windows, that_are_old_wait_in_the_backfill_queue) {
  EXPECT_EQ(ensure_from("2026-03-10", "2026-03-08", "2026-03-11"), 4);
  EXPECT_EQ(all.value("SELECT string_agg(state, ' ' ORDER BY day) FROM vobiz_sync.windows"),
            "pending pending open open");
}

TEST_F(windows, of_a_global_endpoint_that_is_refused_make_room_for_those_of_the_customers) {
  all.database.query("INSERT INTO vobiz.accounts (partner_id, auth_id) VALUES ('" + all.partner +
                     "', 'MA_1')");
  ensure_from("2026-03-09", "2026-03-06", "2026-03-11");
  conclude_as("2026-03-07", mismatch());
  conclude_as("2026-03-08", proven());
  conclude_as("2026-03-10", mismatch());
  auto const shown = [&] {
    return all.value(
        "SELECT string_agg(concat_ws(' ', scope, right(day::text, 2), state, set_aside,\n"
        "  queued_at IS NOT NULL, last_error), '; ' ORDER BY scope, day) FROM vobiz_sync.windows");
  };
  in_transaction([&](auto& t) {
    enqueue(t, all.partner, "cdrs", "*", day("2026-03-08"), day("2026-03-08"));
    fall_back(t, key("2026-03-11"), day("2026-03-09"), "403");
    fall_back(t, key("2026-03-11"), day("2026-03-09"), "403");
  });
  // The queue stays as it is; what was never read of the newest days goes.
  EXPECT_EQ(shown(),
            "* 06 pending f f; * 07 pending f f 403; * 08 proven f t; * 10 forbidden t f 403; "
            "* 11 forbidden t f 403");

  // A day of the queue is read by customers when its turn comes.
  in_transaction([&](auto& t) {
    EXPECT_TRUE(expand_queued(t, key("2026-03-08"), "403"));
    EXPECT_TRUE(expand_queued(t, key("2026-03-07"), "403"));
  });
  EXPECT_EQ(shown(),
            "* 06 pending f f; * 07 forbidden t f 403; * 08 proven f f; * 10 forbidden t f 403; "
            "* 11 forbidden t f 403; MA_1 07 pending f f; MA_1 08 pending t t");

  // The global list answers: what no customer has proven is read through it.
  in_transaction([&](auto& t) { recall_global(t, all.partner, "cdrs", day("2026-03-09")); });
  EXPECT_EQ(shown(),
            "* 06 pending f f; * 07 pending f f 403; * 08 proven f f; * 10 open f f 403; "
            "* 11 open f f 403; MA_1 08 pending t t");
}

TEST_F(windows, days_of_an_array_literal) {
  EXPECT_TRUE(days_from_array("{}").empty());
  EXPECT_THAT(days_from_array("{2026-01-31}"), ::testing::ElementsAre(day("2026-01-31")));
  EXPECT_THAT(days_from_array("{2026-01-31,2026-02-01}"),
              ::testing::ElementsAre(day("2026-01-31"), day("2026-02-01")));
  // Days that somebody else has written cost themselves only.
  EXPECT_THAT(days_from_array("{31567-02-17,2026-01-31,infinity,\"0044-03-15 BC\",2026-02-01}"),
              ::testing::ElementsAre(day("2026-01-31"), day("2026-02-01")));
  EXPECT_TRUE(days_from_array("").empty());
  EXPECT_TRUE(days_from_array("{").empty());
}

TEST_F(windows, of_a_day_that_no_list_has_are_named) {
  for (auto const* odd : {"31567-02-17", "infinity", "0044-03-15 BC"}) {
    all.database.query(
        "INSERT INTO vobiz_sync.windows (partner_id, stream, scope, day, state, queued_at)\n"
        "VALUES ('PA_EXAMPLE01', 'cdrs', '*', '" +
        std::string(odd) + "', 'pending', now())");
    try {
      in_transaction([&](auto& t) { next_in_queue(t, *streams::find("cdrs"), all.partner, {}); });
      FAIL() << odd;
    } catch (core::failure const& failure) {
      EXPECT_EQ(failure.what_helps(), core::remedy::fix);
      EXPECT_EQ(failure.what(),
                "vobiz_sync.windows has a row of \"" + std::string(odd) + "\", a day of no list");
    }
    all.database.query("DELETE FROM vobiz_sync.windows");
  }
}

TEST_F(windows, recount_adds_up_what_is_listed) {
  ensure("2026-03-10", "2026-03-11");
  all.calls({call(1, R"("total_cost":"1.25","billsec":60,"duration":70)"),
             call(2, R"("total_cost":2.25)"), call(3, R"("total_cost":9)")},
            "2026-03-10");
  all.calls({call(4, R"("total_cost":5)", "2026-03-11T10:00:00Z")}, "2026-03-11");
  all.database.query("UPDATE vobiz.cdrs SET removed_at = now() WHERE uuid = '" + uuid(3) + "'");
  auto const figures = count("2026-03-10");
  EXPECT_EQ(figures.rows, 2);
  EXPECT_EQ(figures.rejects, 0);
  EXPECT_EQ(figures.sums, (std::vector<std::string>{"3.50", "60", "70"}));
  EXPECT_EQ(load("2026-03-10").stored.rows, 2);
  EXPECT_EQ(all.value("SELECT concat_ws(' ', rows, cost, seconds, duration) FROM "
                      "vobiz_sync.windows WHERE day = '2026-03-10'"),
            "2 3.50 60 70");
  // An empty day has sums as well: zero, not NULL.
  EXPECT_EQ(count("2026-03-09").sums, (std::vector<std::string>{"0", "0", "0"}));
}

TEST_F(windows, recount_of_a_customer_sees_only_theirs) {
  ensure("2026-03-10", "2026-03-10", "MA_1");
  all.calls({call(1)});
  all.merge("cdrs", "{\"data\":[{\"uuid\":\"" + uuid(2) +
                        "\",\"account_id\":\"MA_2\",\"start_time\":\"2026-03-10T10:00:00Z\"}]}");
  EXPECT_EQ(count("2026-03-10", "MA_1").rows, 1);
  EXPECT_EQ(count("2026-03-10").rows, 2);
}

TEST_F(windows, recount_writes_only_what_differs) {
  ensure("2026-03-10", "2026-03-10");
  all.calls({call(1, R"("total_cost":1)")});
  count("2026-03-10");
  auto const row = "SELECT xmin::text || ctid::text FROM vobiz_sync.windows";
  auto const before = all.value(row);
  count("2026-03-10");
  EXPECT_EQ(all.value(row), before);
}

TEST_F(windows, conclude_keeps_what_the_api_said) {
  ensure("2026-03-10", "2026-03-10");
  conclude_as("2026-03-10", proven());
  auto const w = load("2026-03-10");
  EXPECT_EQ(w.state, state::proven);
  EXPECT_EQ(w.api_total, 2);
  EXPECT_EQ(w.api_sums, (std::vector<std::optional<std::string>>{"3.5", "60", "70"}));
  EXPECT_TRUE(w.read_before);
  EXPECT_EQ(all.value("SELECT concat_ws(' ', state, proof, api_total, requests, attempts, "
                      "walked_at) FROM vobiz_sync.windows"),
            "proven total+summary 2 2 0");
}

TEST_F(windows, conclude_makes_a_window_that_is_not_there) {
  conclude_as("2026-03-10", proven());
  EXPECT_EQ(load("2026-03-10").state, state::proven);
}

TEST_F(windows, a_proof_keeps_its_time_until_it_breaks) {
  conclude_as("2026-03-10", proven());
  auto const proven_at = "SELECT proven_at FROM vobiz_sync.windows";
  auto const first = all.value(proven_at);
  conclude_as("2026-03-10", proven());
  EXPECT_EQ(all.value(proven_at), first);
  conclude_as("2026-03-10", mismatch());
  EXPECT_EQ(all.value(proven_at), "");
  conclude_as("2026-03-10", proven());
  EXPECT_GT(all.value(proven_at), first);
}

TEST_F(windows, attempts_count_the_reads_since_the_last_proof) {
  auto const tried =
      "SELECT concat_ws(' ', attempts, requests, last_error) FROM vobiz_sync.windows";
  conclude_as("2026-03-10", mismatch());
  EXPECT_EQ(all.value(tried), "1 3 not proven");
  conclude_as("2026-03-10", mismatch());
  EXPECT_EQ(all.value(tried), "2 6 not proven");
  conclude_as("2026-03-10", proven());
  EXPECT_EQ(all.value(tried), "0 8");
}

TEST_F(windows, a_doubt_keeps_the_time_it_began_while_the_same_rows_are_missed) {
  auto doubt = mismatch();
  doubt.doubted_keys = "4:a";
  conclude_as("2026-03-10", doubt);
  all.database.query(
      "UPDATE vobiz_sync.windows SET doubted_at = doubted_at - interval '700 seconds'");
  conclude_as("2026-03-10", doubt);
  EXPECT_EQ(load("2026-03-10").doubted_keys, "4:a");
  EXPECT_GE(load("2026-03-10").doubted_for.value().count(), 700);
  doubt.doubted_keys = "4:b";
  conclude_as("2026-03-10", doubt);
  EXPECT_LT(load("2026-03-10").doubted_for.value().count(), 700);
  conclude_as("2026-03-10", proven());
  EXPECT_EQ(load("2026-03-10").doubted_keys, std::nullopt);
  EXPECT_EQ(load("2026-03-10").doubted_for, std::nullopt);
}

TEST_F(windows, reopen_takes_the_proof_of_days_that_lost_a_row) {
  ensure("2026-03-08", "2026-03-10");
  conclude_as("2026-03-10", proven());
  conclude_as("2026-03-09", mismatch());
  in_transaction([&](auto& t) {
    reopen(t, cdrs, key("2026-03-01"), {day("2026-03-10"), day("2026-03-09")});
  });
  EXPECT_EQ(all.value("SELECT string_agg(concat_ws(' ', day, state, proof, proven_at), '; ' ORDER "
                      "BY day) FROM vobiz_sync.windows"),
            "2026-03-08 open; 2026-03-09 mismatch; 2026-03-10 open");
}

TEST_F(windows, vanished_rows_are_counted_and_marked_within_their_window_only) {
  all.calls({call(1), call(2), call(3)}, "2026-03-10");
  all.calls({call(4, {}, "2026-03-11T10:00:00Z")}, "2026-03-11");
  auto const walked = walked_calls({1, 3});
  auto const gone = [&] {
    return in_transaction(
        [&](auto& t) { return vanished(t, cdrs, key("2026-03-10"), walked).size(); });
  };
  EXPECT_EQ(gone(), 1u);
  EXPECT_EQ(in_transaction(
                [&](auto& t) { return mark_removed(t, cdrs, key("2026-03-10"), walked).rows; }),
            1);
  EXPECT_EQ(
      all.value("SELECT string_agg(uuid::text, ' ') FROM vobiz.cdrs WHERE removed_at IS NOT NULL"),
      uuid(2));
  EXPECT_EQ(gone(), 0u);
  EXPECT_EQ(in_transaction(
                [&](auto& t) { return mark_removed(t, cdrs, key("2026-03-10"), walked).rows; }),
            0);
}

// A proof of 10 March may count call 1, which its list has, too.
TEST_F(windows, removed_rows_near_midnight_name_the_neighbour_whose_proof_may_count_them) {
  all.calls({call(1, {}, "2026-03-10T23:40:00Z"), call(2, {}, "2026-03-11T10:00:00Z")},
            "2026-03-11");
  auto const beside = [&](std::vector<int> const& walked) {
    return in_transaction([&](auto& t) {
      mark_removed(t, cdrs, key("2026-03-11"), walked_calls(walked));
      return neighbours_of_removed(t, cdrs, key("2026-03-11"));
    });
  };
  EXPECT_THAT(beside({1}), ::testing::IsEmpty());
  EXPECT_THAT(beside({}), ::testing::ElementsAre(day("2026-03-10")));
  // Only what the same transaction has removed.
  EXPECT_THAT(beside({}), ::testing::IsEmpty());
}

TEST_F(windows, an_empty_walk_means_that_all_have_vanished) {
  all.calls({call(1), call(2)});
  auto const all_gone = compare({}, 0);
  EXPECT_EQ(all_gone.here, 0);
  EXPECT_EQ(all_gone.vanished, 2);
  EXPECT_EQ(all_gone.walked.rows, 0);
}

TEST_F(windows, tell_which_rows_have_vanished_and_not_how_many) {
  all.calls({call(1), call(2), call(3)});
  EXPECT_NE(compare({1}, 1).vanished_keys, compare({2}, 1).vanished_keys);
  EXPECT_EQ(compare({1}, 1).vanished_keys, compare({1}, 1).vanished_keys);
  EXPECT_EQ(compare({1, 2, 3}, 3).vanished_keys, "");
}

TEST_F(windows, a_customers_walk_says_nothing_of_the_others) {
  all.merge("numbers",
            R"({"items":[{"e164":"+1","account_id":"MA_1"},{"e164":"+2","account_id":"MA_2"}]})");
  auto const& numbers = *streams::find("numbers");
  window_key const of_one{all.partner, "numbers", "MA_1", day("2026-03-10")};
  EXPECT_EQ(in_transaction([&](auto& t) {
              return mark_removed(t, numbers, of_one, [](std::string_view) { return false; }).rows;
            }),
            1);
  EXPECT_EQ(
      all.value("SELECT string_agg(e164, ' ') FROM vobiz.numbers WHERE removed_at IS NOT NULL"),
      "+1");
}

// A row at a boundary is stored under one day, but both days list it.
TEST_F(windows, a_walk_counts_rows_of_the_neighbouring_day_near_midnight_only) {
  struct {
    char const* start;
    char const* more;
    bool counts;
  } const table[] = {
      {"2026-03-09T23:59:59Z", "", true},
      {"2026-03-09T23:00:01Z", "", true},
      {"2026-03-09T22:59:59Z", "", false},
      {"2026-03-09T12:00:00Z", "", false},
      {"2026-03-09T20:00:00Z", R"("end_time":"2026-03-10T04:00:00Z")", true},  // on both sides
      {"2026-03-09T20:00:00Z", R"("end_time":"2026-03-09T23:30:00Z")", true},
      {"2026-03-09T20:00:00Z", R"("end_time":"2026-03-09T21:30:00Z")", false},
      {"2026-03-10T00:30:00Z", "", true},   // stands under the day before
      {"2026-03-10T12:00:00Z", "", false},  // so does this one
  };
  for (auto const& row : table) {
    SCOPED_TRACE(row.start + std::string(" ") + row.more);
    all.database.query("TRUNCATE vobiz.cdrs");
    std::string const more = *row.more == '\0' ? "" : std::string(",") + row.more;
    all.calls({call(1, R"("total_cost":1)" + more, row.start)}, "2026-03-09");
    all.calls({call(2, R"("total_cost":"2.5")"), call(3, R"("total_cost":4)")}, "2026-03-10");
    auto const found = compare({1, 2}, 2);
    EXPECT_EQ(found.here, 1);
    EXPECT_EQ(found.vanished, 1);
    EXPECT_EQ(found.shared, row.counts ? 1 : 0);
    EXPECT_EQ(found.walked.rows, row.counts ? 2 : 1);
    EXPECT_EQ(found.walked.sums[0], row.counts ? "3.5" : "2.5");
  }
}

TEST_F(windows, the_ledger_adds_up_by_sign) {
  auto const& ledger = *streams::find("transactions");
  all.merge("transactions", R"({"transactions":[
    {"id":"1","account_id":"MA_1","type":"debit","amount":"1.5"},{"id":"2","account_id":"MA_1","type":"did_rental","amount":300},
    {"id":"3","account_id":"MA_1","type":"credit","amount":"1000"},{"id":"4","account_id":"MA_1","type":"refund","amount":"0.5"}]})");
  auto const found = in_transaction([&](auto& t) {
    return recount(t, ledger, window_key{all.partner, "transactions", "*", day("2026-03-10")});
  });
  EXPECT_EQ(found.sums, (std::vector<std::string>{"301.5", "1000.5"}));
}

}  // namespace
}  // namespace vobiz::sink
