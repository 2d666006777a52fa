#include "vobiz/sink/database.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <latch>

#include "support/run.hpp"
#include "support/test_database.hpp"
#include "vobiz/core/failure.hpp"

namespace vobiz::sink {
namespace {

namespace asio = boost::asio;
using ::testing::HasSubstr;

class workers : public ::testing::Test {
protected:
  config::database settings(int connections = 1) {
    auto result = base.settings();
    result.connections = connections;
    return result;
  }
  std::string stored() {
    return base.value(
        "SELECT coalesce(string_agg(field, ' ' ORDER BY field), '') FROM "
        "vobiz_sync.unknown_fields");
  }

  static void insert(pqxx::work& transaction, std::string const& field) {
    transaction.exec(
        "INSERT INTO vobiz_sync.unknown_fields (partner_id, stream, field) VALUES ('P', 's', '" +
        field + "')");
  }

  testing::test_database base;
  asio::io_context io;
};

TEST_F(workers, run_a_job_in_a_transaction_and_give_back_its_value) {
  database db(io.get_executor(), settings());
  auto const work = [&]() -> asio::awaitable<int> {
    auto job = [](pqxx::work& transaction) {
      insert(transaction, "a");
      return transaction.exec("SELECT 41 + 1")[0][0].as<int>();
    };
    auto const value = co_await db.run(job);
    co_return value;
  };
  EXPECT_EQ(support::run(io, work()), 42);
  EXPECT_EQ(stored(), "a");
}

TEST_F(workers, undo_a_job_that_throws_and_go_on_with_the_next) {
  database db(io.get_executor(), settings());
  auto const work = [&]() -> asio::awaitable<void> {
    auto ours = [](pqxx::work& transaction) {
      insert(transaction, "a");
      throw std::logic_error("ours");
    };
    std::string message;
    try {
      co_await db.run(ours);
    } catch (std::logic_error const& error) {
      message = error.what();
    }
    EXPECT_EQ(message, "ours");
    auto theirs = [](pqxx::work& transaction) {
      insert(transaction, "b");
      transaction.exec("SELECT 1/0");
    };
    try {
      co_await db.run(theirs);
    } catch (core::failure const& failure) {
      message = failure.what();
    }
    EXPECT_THAT(message, HasSubstr("division by zero"));
    auto good = [](pqxx::work& transaction) { insert(transaction, "c"); };
    co_await db.run(good);
  };
  support::run(io, work());
  EXPECT_EQ(stored(), "c");
}

TEST_F(workers, replace_a_connection_that_was_lost_in_the_middle) {
  database db(io.get_executor(), settings());
  auto const work = [&]() -> asio::awaitable<void> {
    int first = 0;
    auto cut = [&](pqxx::work& transaction) {
      first = transaction.exec("SELECT pg_backend_pid()")[0][0].as<int>();
      insert(transaction, "a");
      base.query("SELECT pg_terminate_backend(" + std::to_string(first) + ")");
      transaction.exec("SELECT 1");
    };
    bool failed = false;
    try {
      co_await db.run(cut);
    } catch (core::failure const& failure) {
      failed = true;
      EXPECT_EQ(failure.what_helps(), core::remedy::retry);
      EXPECT_THAT(failure.what(), HasSubstr("lost the connection to the database"));
    }
    EXPECT_TRUE(failed);
    int second = 0;
    auto next = [&](pqxx::work& transaction) {
      second = transaction.exec("SELECT pg_backend_pid()")[0][0].as<int>();
      insert(transaction, "b");
    };
    co_await db.run(next);
    EXPECT_NE(second, first);
  };
  support::run(io, work());
  EXPECT_EQ(stored(), "b");
}

TEST_F(workers, tell_a_database_that_is_not_there_and_try_again_each_time) {
  config::database nowhere;
  nowhere.dsn = core::secret("host=/nowhere dbname=x");
  database db(io.get_executor(), nowhere);
  auto const work = [&]() -> asio::awaitable<int> {
    int failures = 0;
    for (int n = 0; n < 2; ++n) {
      auto job = [](pqxx::work&) { ADD_FAILURE() << "no connection, no job"; };
      try {
        co_await db.run(job);
      } catch (core::failure const&) {
        ++failures;
      }
    }
    co_return failures;
  };
  EXPECT_EQ(support::run(io, work()), 2);
}

// The job refers to the coroutine's variables, so the coroutine always waits for it.
TEST_F(workers, finish_the_job_of_a_coroutine_that_is_cancelled) {
  database db(io.get_executor(), settings());
  std::latch started(1);
  std::latch may_go_on(1);
  std::atomic<bool> ended = false;
  bool continued = false;
  auto const work = [&]() -> asio::awaitable<void> {
    std::string local = "local";
    auto job = [&](pqxx::work& transaction) {
      started.count_down();
      may_go_on.wait();
      insert(transaction, local);
      ended = true;
    };
    co_await db.run(job);
    continued = true;
  };
  asio::cancellation_signal stop;
  bool over = false;
  asio::co_spawn(io, work(), asio::bind_cancellation_slot(stop.slot(), [&](std::exception_ptr) {
                   EXPECT_TRUE(ended);
                   over = true;
                 }));
  io.poll();
  started.wait();
  stop.emit(asio::cancellation_type::terminal);
  io.poll();
  EXPECT_FALSE(over);
  may_go_on.count_down();
  io.restart();
  io.run_for(std::chrono::minutes(1));
  EXPECT_TRUE(over);
  EXPECT_EQ(stored(), "local");
  static_cast<void>(continued);
}

TEST_F(workers, work_side_by_side_and_each_on_its_own_connection) {
  database db(io.get_executor(), settings(2));
  std::latch both(2);
  std::vector<int> backends(2);
  auto const work = [&](std::size_t n) -> asio::awaitable<void> {
    auto job = [&](pqxx::work& transaction) {
      backends[n] = transaction.exec("SELECT pg_backend_pid()")[0][0].as<int>();
      both.arrive_and_wait();  // would block forever if one worker ran both
    };
    co_await db.run(job);
  };
  int over = 0;
  for (std::size_t n = 0; n < 2; ++n) {
    asio::co_spawn(io, work(n), [&](std::exception_ptr error) {
      EXPECT_FALSE(error);
      ++over;
    });
  }
  io.run_for(std::chrono::minutes(1));
  EXPECT_EQ(over, 2);
  EXPECT_NE(backends[0], backends[1]);
}

TEST_F(workers, end_with_what_is_queued_done) {
  int over = 0;
  // Declared before the coroutines, which refer to it.
  auto const work = [&](database& db, std::string field) -> asio::awaitable<void> {
    auto job = [&](pqxx::work& transaction) { insert(transaction, field); };
    co_await db.run(job);
    ++over;
  };
  {
    database db(io.get_executor(), settings());
    for (auto const* field : {"a", "b", "c"}) {
      asio::co_spawn(io, work(db, field), [](std::exception_ptr) {});
    }
    io.poll();
  }
  io.restart();
  io.run_for(std::chrono::minutes(1));
  EXPECT_EQ(over, 3);
  EXPECT_EQ(stored(), "a b c");
}

}  // namespace
}  // namespace vobiz::sink
