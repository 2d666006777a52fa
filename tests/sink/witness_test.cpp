#include "vobiz/sink/witness.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/test_database.hpp"

namespace vobiz::sink {
namespace {

core::utc_day day(char const* text) { return *core::day_from_text(text); }

// Two customers; the provider's dashboard counts three calls on each of five days.
void fill(testing::test_database& database) {
  database.query(R"(
INSERT INTO vobiz.partners (partner_id, auth_id, name) VALUES ('PA_1', 'PA_1', 'Example');
INSERT INTO vobiz.accounts (partner_id, auth_id, name) VALUES ('PA_1', 'MA_A', 'A'), ('PA_1', 'MA_B', 'B');
INSERT INTO vobiz.dashboard_snapshots (partner_id, captured_at, period_from)
VALUES ('PA_1', now(), '2026-03-01T00:00:00Z');
INSERT INTO vobiz.dashboard_daily (partner_id, day, total_calls, total_cost)
SELECT 'PA_1', '2026-03-01'::date + n, 3, 1.5 FROM generate_series(0, 4) n;
)");
}

void add_window(testing::test_database& database, std::string const& scope, std::string const& day,
                std::string const& state, int rows, std::string const& cost,
                bool set_aside = false) {
  database.query(
      "INSERT INTO vobiz_sync.windows (partner_id, stream, scope, day, state, rows, sums, "
      "set_aside) "
      "VALUES ('PA_1', 'cdrs', '" +
      scope + "', '" + day + "', '" + state + "', " + std::to_string(rows) +
      ", '{\"cost\": " + cost + "}', " + (set_aside ? "true" : "false") + ")");
}

witness_day judged(testing::test_database& database, char const* of) {
  pqxx::read_transaction transaction(database.connection());
  auto const facts = load_witness(transaction, *streams::find("cdrs"), "PA_1", day("2026-03-01"),
                                  day("2026-03-05"), day_basis::utc);
  auto const found = std::ranges::find(facts.days, day(of), &witness_day::day);
  return found == facts.days.end() ? witness_day{} : *found;
}

TEST(witness_facts, compare_a_day_whose_customers_are_all_proven) {
  testing::test_database database;
  fill(database);
  add_window(database, "MA_A", "2026-03-01", "proven", 2, "1");
  add_window(database, "MA_B", "2026-03-01", "proven", 1, "0.5");
  auto const one = judged(database, "2026-03-01");
  EXPECT_TRUE(one.is_current);
  EXPECT_TRUE(one.is_proven);
  EXPECT_TRUE(one.agrees);
  EXPECT_EQ(one.own_rows, 3);
}

TEST(witness_facts, do_not_take_a_day_as_read_while_a_customer_is_not) {
  testing::test_database database;
  fill(database);
  add_window(database, "MA_A", "2026-03-02", "proven", 3, "1.5");
  add_window(database, "MA_B", "2026-03-02", "open", 0, "0");
  EXPECT_FALSE(judged(database, "2026-03-02").is_proven);
}

TEST(witness_facts, do_not_take_a_day_as_read_that_only_waits_in_the_queue) {
  testing::test_database database;
  fill(database);
  add_window(database, "*", "2026-03-03", "pending", 0, "0");
  EXPECT_FALSE(judged(database, "2026-03-03").is_proven);
  // Nor one of which there is no window at all.
  EXPECT_FALSE(judged(database, "2026-03-04").is_proven);
}

TEST(witness_facts, do_not_wait_for_a_customer_who_is_set_aside) {
  testing::test_database database;
  fill(database);
  add_window(database, "MA_A", "2026-03-05", "proven", 2, "1");
  add_window(database, "MA_B", "2026-03-05", "forbidden", 0, "0", true);
  auto const one = judged(database, "2026-03-05");
  EXPECT_TRUE(one.is_proven);
  EXPECT_FALSE(one.agrees);
}

TEST(witness_facts, take_the_proof_of_the_list_of_all_customers) {
  testing::test_database database;
  fill(database);
  add_window(database, "*", "2026-03-01", "proven", 3, "1.5");
  add_window(database, "MA_A", "2026-03-01", "open", 1, "0.5");
  auto const one = judged(database, "2026-03-01");
  EXPECT_TRUE(one.is_proven);
  EXPECT_TRUE(one.agrees);
}

}  // namespace
}  // namespace vobiz::sink
