#include "vobiz/sink/customer_looks.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/test_database.hpp"

namespace vobiz::sink {
namespace {

// A customer whose days were compared so many minutes ago, and whose wallet has moved since.
class moved_customer : public ::testing::Test {
protected:
  void compared(int minutes_ago) {
    database.query(R"(
INSERT INTO vobiz.partners (partner_id, auth_id, name) VALUES ('PA_1', 'PA_1', 'Example');
INSERT INTO vobiz.accounts (partner_id, auth_id, name) VALUES ('PA_1', 'MA_A', 'A');
INSERT INTO vobiz_sync.spans (partner_id, stream, scope, first_day, last_day, agrees, stored, found, checked_at)
VALUES ('PA_1', 'transactions', 'MA_A', '2026-03-01', '2026-03-09', true, 0, 0, )" +
                   ago(minutes_ago) + ")");
  }

  void wallet_read(int minutes_ago, std::string const& balance) {
    database.query(
        "INSERT INTO vobiz.account_balances (partner_id, auth_id, captured_at, currency, "
        "cash_credits) "
        "VALUES ('PA_1', 'MA_A', " +
        ago(minutes_ago) + ", 'INR', " + balance + ")");
  }

  void looked(int minutes_ago, bool found) {
    pqxx::work transaction(database.connection());
    note_look(transaction, "PA_1", "transactions", "MA_A", std::chrono::minutes(minutes_ago),
              found);
    transaction.commit();
  }

  bool is_due() {
    upkeep_due how;
    how.lookback_from = *core::day_from_text("2026-03-07");
    how.span_to = *core::day_from_text("2026-03-09");
    pqxx::read_transaction transaction(database.connection());
    auto const due = load_customer_upkeep(transaction, "PA_1", "transactions", how);
    return std::ranges::any_of(due, &customer_upkeep::has_span);
  }

  testing::test_database database;

private:
  static std::string ago(int minutes) {
    return "now() - interval '" + std::to_string(minutes) + " minutes'";
  }
};

TEST_F(moved_customer, is_compared_after_a_quarter_of_an_hour_where_no_row_explains_the_move) {
  compared(20);
  wallet_read(60, "100");
  wallet_read(5, "90");
  looked(4, false);
  EXPECT_TRUE(is_due());
}

TEST_F(moved_customer, is_left_alone_for_a_quarter_of_an_hour) {
  compared(10);
  wallet_read(60, "100");
  wallet_read(5, "90");
  EXPECT_FALSE(is_due());
}

TEST_F(moved_customer, is_left_alone_for_an_hour_where_a_new_row_explains_the_move) {
  compared(20);
  wallet_read(60, "100");
  wallet_read(5, "90");
  looked(4, true);
  EXPECT_FALSE(is_due());
}

TEST_F(moved_customer, is_compared_after_an_hour_whatever_explains_the_move) {
  compared(61);
  wallet_read(90, "100");
  wallet_read(5, "90");
  looked(4, true);
  EXPECT_TRUE(is_due());
}

TEST_F(moved_customer, is_not_explained_by_rows_from_before_the_move) {
  compared(20);
  wallet_read(60, "100");
  looked(10, true);
  wallet_read(5, "90");
  EXPECT_TRUE(is_due());
}

TEST_F(moved_customer, is_compared_once_a_day_if_its_wallet_stands_still) {
  compared(24 * 60 + 1);
  wallet_read(3000, "100");
  EXPECT_TRUE(is_due());
}

}  // namespace
}  // namespace vobiz::sink
