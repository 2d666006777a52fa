#include "vobiz/sink/leases.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>
#include <thread>

#include "support/test_database.hpp"
#include "vobiz/sink/connection.hpp"
#include "vobiz/sink/query.hpp"

namespace vobiz::sink {
namespace {

using ::testing::HasSubstr;

lease_key const cdrs{"PA_EXAMPLE01", "cdrs"};
lease_key const numbers{"PA_EXAMPLE01", "numbers"};

class leases : public ::testing::Test {
protected:
  std::vector<lease_standing> take(std::string const& holder,
                                   std::vector<lease_key> const& wanted) {
    pqxx::work transaction(database_.connection());
    auto result = take_leases(transaction, holder, wanted);
    transaction.commit();
    return result;
  }

  lease_standing take(std::string const& holder, lease_key const& wanted = cdrs) {
    return take(holder, std::vector{wanted})[0];
  }

  // Moves the expiry of every lease into the past, by the database's clock.
  void expire() {
    database_.query(
        "UPDATE vobiz_sync.leases SET expires_at = clock_timestamp() - interval '1 second'");
  }

  std::unique_ptr<pqxx::connection> connect_again() { return connect(database_.settings()); }

  void write_something(pqxx::transaction_base& transaction) {
    execute(transaction,
            "INSERT INTO vobiz_sync.unknown_fields VALUES ('PA_EXAMPLE01', 'cdrs', 'field') "
            "ON CONFLICT DO NOTHING");
  }

  std::string backends_waiting_for_a_lock() {
    return "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
           "AND wait_event_type = 'Lock'";
  }

  testing::test_database database_;
};

std::string message_of(pqxx::transaction_base& transaction, lease const& ours) {
  try {
    hold(transaction, ours);
  } catch (core::failure const& failure) {
    EXPECT_EQ(failure.kind(), core::failure_kind::lease_held);
    EXPECT_EQ(failure.what_helps(), core::remedy::retry);
    return failure.what();
  }
  return {};
}

TEST_F(leases, are_taken_when_nobody_has_them) {
  auto const got = take("one", {cdrs, numbers});
  ASSERT_EQ(got.size(), 2u);
  EXPECT_EQ(got[0].of, cdrs);
  EXPECT_EQ(got[1].of, numbers);
  for (auto const& standing : got) {
    EXPECT_EQ(standing.holder, "one");
    EXPECT_EQ(standing.fence, 1);
    EXPECT_EQ(standing.left, lease_time);
  }
}

TEST_F(leases, are_left_to_a_holder_that_lives) {
  take("one");
  auto const second = take("two");
  EXPECT_EQ(second.holder, "one");
  EXPECT_FALSE(second.fence);
  EXPECT_GT(second.left.count(), 0);
  EXPECT_LE(second.left, lease_time);
}

TEST_F(leases, are_renewed_under_the_same_fence_even_when_they_had_run_out) {
  take("one");
  expire();
  EXPECT_EQ(take("one").fence, 1);
  EXPECT_EQ(database_.value("SELECT expires_at > clock_timestamp() FROM vobiz_sync.leases"), "t");
  EXPECT_FALSE(take("two").fence);
}

TEST_F(leases, change_hands_with_a_greater_fence_when_they_ran_out) {
  take("one");
  expire();
  EXPECT_EQ(take("two").fence, 2);
  auto const back = take("one");
  EXPECT_FALSE(back.fence);
  EXPECT_EQ(back.holder, "two");
  expire();
  EXPECT_EQ(take("one").fence, 3);
}

TEST_F(leases, are_free_at_once_when_released) {
  take("one", {cdrs, numbers});
  pqxx::work transaction(database_.connection());
  release_leases(transaction, "one");
  transaction.commit();
  auto const got = take("two", {cdrs, numbers});
  EXPECT_EQ(got[0].fence, 2);
  EXPECT_EQ(got[1].fence, 2);
}

TEST_F(leases, are_skipped_while_another_takes_them) {
  take("one");
  expire();
  auto const other = connect_again();
  pqxx::work taking(*other);
  ASSERT_EQ(take_leases(taking, "two", {cdrs})[0].fence, 2);
  EXPECT_FALSE(take("three").fence);
  taking.commit();
  EXPECT_EQ(take("three").holder, "two");
}

TEST_F(leases, go_to_one_of_those_who_race_for_them) {
  constexpr int racers = 8;
  take("nobody", {cdrs, numbers});
  expire();
  std::vector<int> won(racers);
  std::vector<std::thread> threads;
  for (int i = 0; i < racers; ++i) {
    threads.emplace_back([&, i] {
      auto const connection = connect_again();
      pqxx::work transaction(*connection);
      for (auto const& standing :
           take_leases(transaction, "racer " + std::to_string(i), {cdrs, numbers})) {
        if (standing.fence) ++won[i];
      }
      transaction.commit();
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(std::accumulate(won.begin(), won.end(), 0), 2);
  EXPECT_EQ(database_.value("SELECT max(fence) FROM vobiz_sync.leases"), "2");
}

TEST_F(leases, are_made_by_one_of_those_who_come_first) {
  auto const other = connect_again();
  pqxx::work making(*other);
  ASSERT_EQ(take_leases(making, "one", {cdrs})[0].fence, 1);
  std::thread second([&] {
    auto const connection = connect_again();
    pqxx::work transaction(*connection);
    EXPECT_FALSE(take_leases(transaction, "two", {cdrs})[0].fence);
  });
  while (database_.value(backends_waiting_for_a_lock()) != "1") std::this_thread::yield();
  making.commit();
  second.join();
}

TEST_F(leases, let_their_holder_commit) {
  auto const standing = take("one");
  pqxx::work transaction(database_.connection());
  write_something(transaction);
  EXPECT_EQ(message_of(transaction, {cdrs, "one", *standing.fence}), "");
  transaction.commit();
}

TEST_F(leases, refuse_the_commit_of_one_who_lost_them) {
  take("one");
  expire();
  take("two");
  pqxx::work transaction(database_.connection());
  write_something(transaction);
  EXPECT_EQ(message_of(transaction, {cdrs, "one", 1}),
            "stream \"cdrs\" of partner \"PA_EXAMPLE01\": its lease is held by \"two\"");
}

TEST_F(leases, refuse_the_commit_of_one_who_lost_them_and_got_them_again) {
  take("one");
  expire();
  take("two");
  expire();
  take("one");
  pqxx::work transaction(database_.connection());
  write_something(transaction);
  EXPECT_THAT(message_of(transaction, {cdrs, "one", 1}), HasSubstr("\"cdrs\""));
  EXPECT_EQ(message_of(transaction, {cdrs, "one", 3}), "");
}

TEST_F(leases, refuse_a_commit_when_there_is_none) {
  pqxx::work transaction(database_.connection());
  write_something(transaction);
  EXPECT_NE(message_of(transaction, {cdrs, "one", 1}), "");
}

TEST_F(leases, ask_nothing_of_a_transaction_that_wrote_nothing) {
  take("one");
  pqxx::work transaction(database_.connection());
  execute(transaction, "SELECT count(*) FROM vobiz_sync.windows");
  EXPECT_EQ(message_of(transaction, {cdrs, "somebody else", 7}), "");
  // Without a transaction number there is no WAL record and no row lock.
  EXPECT_TRUE(execute(transaction, "SELECT pg_current_xact_id_if_assigned()")[0][0].is_null());
}

TEST_F(leases, cannot_be_taken_before_a_commit_that_holds_them_ends) {
  auto const standing = take("one");
  expire();
  auto const other = connect_again();
  {
    pqxx::work committing(*other);
    write_something(committing);
    hold(committing, {cdrs, "one", *standing.fence});
    EXPECT_FALSE(take("two").fence);
    committing.commit();
  }
  EXPECT_EQ(take("two").fence, 2);
}

TEST_F(leases, are_renewed_while_a_commit_holds_them) {
  auto const standing = take("one");
  auto const other = connect_again();
  pqxx::work committing(*other);
  write_something(committing);
  hold(committing, {cdrs, "one", *standing.fence});
  // If the two blocked each other, it would wait forever.
  database_.query("SET statement_timeout = '30s'");
  EXPECT_EQ(take("one").fence, 1);
  committing.commit();
}

TEST_F(leases, wait_for_who_is_taking_them_before_a_commit) {
  take("one");
  expire();
  auto const other = connect_again();
  pqxx::work taking(*other);
  ASSERT_EQ(take_leases(taking, "two", {cdrs})[0].fence, 2);
  std::string message;
  std::thread late([&] {
    auto const connection = connect_again();
    pqxx::work transaction(*connection);
    write_something(transaction);
    message = message_of(transaction, {cdrs, "one", 1});
  });
  while (database_.value(backends_waiting_for_a_lock()) != "1") std::this_thread::yield();
  taking.commit();
  late.join();
  EXPECT_THAT(message, HasSubstr("\"two\""));
}

TEST_F(leases, carry_a_claim_until_it_lapses) {
  take("one");
  auto const claim = [&](std::string const& who) {
    pqxx::work transaction(database_.connection());
    claim_leases(transaction, who, {cdrs});
    transaction.commit();
  };
  EXPECT_EQ(take("one").claimed_by, "");
  claim("two");
  EXPECT_EQ(take("one").claimed_by, "two");
  claim("three");
  EXPECT_EQ(take("one").claimed_by, "two");
  database_.query("UPDATE vobiz_sync.leases SET claimed_until = clock_timestamp()");
  EXPECT_EQ(take("one").claimed_by, "");
  claim("three");
  EXPECT_EQ(take("one").claimed_by, "three");
}

TEST_F(leases, are_handed_over_with_a_greater_fence_and_without_the_claim) {
  auto const standing = take("one");
  pqxx::work transaction(database_.connection());
  claim_leases(transaction, "two", {cdrs});
  hand_over(transaction, {cdrs, "one", *standing.fence}, "two");
  transaction.commit();
  auto const got = take("two");
  EXPECT_EQ(got.fence, 2);
  EXPECT_EQ(got.claimed_by, "");
  EXPECT_EQ(take("one").holder, "two");
}

TEST_F(leases, are_not_handed_over_by_one_who_lost_them) {
  take("one");
  expire();
  take("two");
  pqxx::work transaction(database_.connection());
  hand_over(transaction, {cdrs, "one", 1}, "three");
  transaction.commit();
  EXPECT_EQ(take("one").holder, "two");
}

TEST(holder, is_another_each_time) { EXPECT_NE(make_holder(), make_holder()); }

}  // namespace
}  // namespace vobiz::sink
