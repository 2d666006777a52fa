#include "vobiz/schedule/lease_keeper.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <optional>

#include "support/run.hpp"
#include "support/test_database.hpp"
#include "vobiz/core/failure.hpp"
#include "vobiz/sink/migrations.hpp"

namespace vobiz::schedule {
namespace {

namespace asio = boost::asio;
using ::testing::HasSubstr;
using manner = lease_keeper::manner;

sink::lease_key const cdrs{"PA_EXAMPLE01", "cdrs"};
sink::lease_key const numbers{"PA_EXAMPLE01", "numbers"};
sink::lease_key const profile{"PA_EXAMPLE01", "profile"};
sink::lease_key const accounts{"PA_EXAMPLE01", "accounts"};

// A running lease keeper, like one in another process.
class colleague {
public:
  colleague(asio::io_context& io, config::database const& where, manner how)
      : keeper(io.get_executor(), where, how), io_(io) {
    asio::co_spawn(io, keeper.keep(), [this](std::exception_ptr error) {
      ended_ = true;
      EXPECT_FALSE(error);
    });
  }
  ~colleague() { stop(); }

  void stop() {
    keeper.stop();
    run_until([this] { return ended_; });
  }

  void run_until(std::function<bool()> const& condition) {
    auto const limit = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (!condition()) {
      ASSERT_LT(std::chrono::steady_clock::now(), limit) << "timed out";
      if (io_.stopped()) io_.restart();
      io_.run_one_for(std::chrono::milliseconds(5));
    }
  }

  // Requests a turn, which is stored in `place` later.
  void ask(sink::lease_key const& key, std::optional<lease_keeper::turn>& place) {
    auto work = [](lease_keeper& of, sink::lease_key wanted,
                   std::optional<lease_keeper::turn>& into) -> asio::awaitable<void> {
      auto turn = co_await of.wait_for(wanted);
      into.emplace(std::move(turn));
    };
    asio::co_spawn(io_, work(keeper, key, place),
                   [](std::exception_ptr error) { EXPECT_FALSE(error); });
  }

  std::optional<lease_keeper::turn> turn(sink::lease_key const& key) {
    std::optional<lease_keeper::turn> result;
    ask(key, result);
    run_until([&] { return result.has_value(); });
    return result;
  }

  lease_keeper keeper;

private:
  asio::io_context& io_;
  bool ended_ = false;
};

class keeping : public ::testing::Test {
protected:
  std::string holder_of(sink::lease_key const& key) {
    return database_.value("SELECT holder FROM vobiz_sync.leases WHERE stream = '" +
                           std::string(key.stream) + "'");
  }

  // The message of an exception of take_all; empty if it took all.
  std::string refusal(colleague& who, std::vector<sink::lease_key> const& wanted) {
    try {
      support::run(io_, who.keeper.take_all(wanted));
    } catch (core::failure const& failure) {
      EXPECT_EQ(failure.kind(), core::failure_kind::lease_held);
      EXPECT_THAT(failure.hint(), HasSubstr("another vobiz-syncd"));
      return failure.what();
    }
    return {};
  }

  testing::test_database database_;
  asio::io_context io_{1};
};

TEST_F(keeping, gives_turns_under_the_lease_of_the_database) {
  colleague one(io_, database_.settings(), manner::service);
  auto const turn = one.turn(cdrs);
  EXPECT_EQ(turn->lease().of, cdrs);
  EXPECT_EQ(turn->lease().fence, 1);
  EXPECT_EQ(turn->lease().holder, holder_of(cdrs));
}

TEST_F(keeping, gives_a_turn_as_soon_as_another_lets_go) {
  colleague one(io_, database_.settings(), manner::service);
  one.turn(cdrs).reset();
  colleague two(io_, database_.settings(), manner::service);
  std::optional<lease_keeper::turn> turn;
  two.ask(cdrs, turn);
  one.stop();
  two.run_until([&] { return turn.has_value(); });
  EXPECT_EQ(turn->lease().fence, 2);
}

TEST_F(keeping, gives_no_further_turn_on_a_lease_that_was_lost) {
  colleague one(io_, database_.settings(), manner::service);
  auto turn = one.turn(cdrs);
  database_.query("UPDATE vobiz_sync.leases SET holder = 'the other', fence = fence + 1");
  turn->lost(sink::held_by_another(cdrs, "the other"));
  std::optional<lease_keeper::turn> next;
  one.ask(cdrs, next);
  auto const before = database_.value("SELECT clock_timestamp()");
  database_.query("UPDATE vobiz_sync.leases SET expires_at = clock_timestamp()");
  one.run_until([&] { return next.has_value(); });
  EXPECT_EQ(next->lease().fence, 3);
  EXPECT_EQ(database_.value("SELECT acquired_at > '" + before + "' FROM vobiz_sync.leases"), "t");
}

TEST_F(keeping, hands_over_what_was_claimed_but_no_stream_in_its_turn) {
  colleague one(io_, database_.settings(), manner::service);
  auto turn = one.turn(accounts);
  for (auto const& key : {cdrs, numbers, profile}) one.turn(key).reset();
  {
    pqxx::work transaction(database_.connection());
    sink::claim_leases(transaction, "two", {accounts, cdrs, numbers, profile});
    transaction.commit();
  }
  // Two of the four leases are released: the first is in use, the second is not.
  one.run_until([&] { return holder_of(cdrs) == "two"; });
  EXPECT_EQ(holder_of(accounts), turn->lease().holder);
  std::optional<lease_keeper::turn> next;
  one.ask(accounts, next);
  turn.reset();
  one.run_until([&] { return holder_of(accounts) == "two"; });
  EXPECT_FALSE(next.has_value());
  EXPECT_NE(holder_of(numbers), "two");
  EXPECT_NE(holder_of(profile), "two");
  // The next turn is granted when the lease returns.
  database_.query(
      "UPDATE vobiz_sync.leases SET expires_at = clock_timestamp() WHERE holder = 'two'");
  one.run_until([&] { return next.has_value(); });
  EXPECT_EQ(next->lease().fence, 3);
}

TEST_F(keeping, lets_a_command_take_all_or_none) {
  colleague one(io_, database_.settings(), manner::service);
  one.turn(cdrs).reset();
  {
    colleague command(io_, database_.settings(), manner::command);
    EXPECT_EQ(refusal(command, {numbers, cdrs}),
              "stream \"cdrs\" of partner \"PA_EXAMPLE01\": its lease is held by \"" +
                  holder_of(cdrs) + "\"");
    EXPECT_EQ(database_.value("SELECT count(*) FROM vobiz_sync.leases"), "1");
  }
  one.stop();
  colleague command(io_, database_.settings(), manner::command);
  EXPECT_EQ(refusal(command, {numbers, cdrs}), "");
  EXPECT_EQ(command.turn(cdrs)->lease().fence, 2);
  EXPECT_EQ(command.turn(numbers)->lease().fence, 1);
}

TEST_F(keeping, does_not_let_a_command_wait_for_what_it_lost) {
  colleague command(io_, database_.settings(), manner::command);
  ASSERT_EQ(refusal(command, {cdrs}), "");
  auto turn = command.turn(cdrs);
  database_.query("UPDATE vobiz_sync.leases SET holder = 'the other', fence = fence + 1");
  turn->lost(sink::held_by_another(cdrs, "the other"));
  auto again = [&]() -> asio::awaitable<void> {
    auto const next = co_await command.keeper.wait_for(cdrs);
  };
  EXPECT_THROW(support::run(io_, again()), core::failure);
}

TEST_F(keeping, gives_no_turn_beside_another_schema) {
  colleague service(io_, database_.settings(), manner::service);
  colleague command(io_, database_.settings(), manner::command);
  ASSERT_EQ(refusal(command, {numbers}), "");
  int told = 0;
  service.keeper.on_other_schema([&](core::failure const& why) {
    EXPECT_EQ(why.kind(), core::failure_kind::newer_schema);
    ++told;
  });
  auto turn = service.turn(cdrs);
  auto other = command.turn(numbers);
  database_.query("INSERT INTO vobiz_sync.schema_migrations VALUES (9999, 'later', 'x')");
  turn->lost(sink::other_schema(9999));
  turn.reset();
  other->lost(sink::other_schema(9999));
  EXPECT_EQ(told, 1);
  std::optional<lease_keeper::turn> next;
  service.ask(cdrs, next);
  auto again = [&]() -> asio::awaitable<void> {
    auto const never = co_await command.keeper.wait_for(numbers);
  };
  EXPECT_THROW(support::run(io_, again()), core::failure);
  EXPECT_FALSE(next.has_value());
  // The rounds that follow find the same, and tell nobody twice.
  database_.query("DELETE FROM vobiz_sync.schema_migrations WHERE version = 9999");
  service.run_until([&] { return next.has_value(); });
  EXPECT_EQ(told, 1);
}

TEST_F(keeping, frees_everything_when_it_ends) {
  {
    colleague one(io_, database_.settings(), manner::service);
    one.turn(cdrs).reset();
    one.turn(numbers).reset();
    EXPECT_EQ(database_.value(
                  "SELECT count(*) FROM vobiz_sync.leases WHERE expires_at > clock_timestamp()"),
              "2");
  }
  EXPECT_EQ(database_.value(
                "SELECT count(*) FROM vobiz_sync.leases WHERE expires_at > clock_timestamp()"),
            "0");
}

}  // namespace
}  // namespace vobiz::schedule
