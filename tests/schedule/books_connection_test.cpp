#include "vobiz/schedule/books_connection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <set>

#include "support/process.hpp"
#include "support/test_database.hpp"

namespace vobiz::schedule {
namespace {

namespace asio = boost::asio;

class books : public ::testing::Test {
protected:
  // A partner's work: says over which connection it runs, and how many there are meanwhile.
  asio::awaitable<void> work() {
    auto here = co_await connection_.enter();
    auto job = [](pqxx::work& transaction) {
      auto const row = transaction.exec(
          "SELECT pg_backend_pid(), count(*) FROM pg_stat_activity\n"
          "WHERE datname = current_database() AND application_name = 'vobiz-syncd'")[0];
      return std::pair(row[0].as<int>(), row[1].as<int>());
    };
    auto const [backend, connections] = co_await here.db().run(job);
    backends_.insert(backend);
    most_ = std::max(most_, connections);
    ++done_;
  }
  std::string open() {
    return database_.value(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()\n"
        "AND pid <> pg_backend_pid() AND backend_type = 'client backend'");
  }

  testing::test_database database_;
  asio::io_context io_;
  books_connection connection_{io_.get_executor(), database_.settings()};
  std::set<int> backends_;
  int most_ = 0;
  int done_ = 0;
};

TEST_F(books, of_many_partners_use_one_connection_and_leave_none) {
  EXPECT_EQ(open(), "0");
  for (int n = 0; n < 130; ++n) {
    asio::co_spawn(io_, work(), [](std::exception_ptr error) { EXPECT_FALSE(error); });
  }
  io_.run();
  EXPECT_EQ(done_, 130);
  EXPECT_EQ(backends_.size(), 1u);
  EXPECT_LE(most_, 2);  // this test's own may be among them
  EXPECT_TRUE(support::wait_until([&] { return open() == "0"; }));
}

TEST_F(books, opens_a_new_connection_when_it_is_needed_again) {
  for (int n = 1; n <= 2; ++n) {
    asio::co_spawn(io_, work(), [](std::exception_ptr error) { EXPECT_FALSE(error); });
    io_.restart();
    io_.run();
    EXPECT_EQ(done_, n);
    EXPECT_TRUE(support::wait_until([&] { return open() == "0"; }));
  }
  EXPECT_EQ(backends_.size(), 2u);
}

}  // namespace
}  // namespace vobiz::schedule
