#include "spoilings.hpp"

// Wallets of customers and of the partner.
namespace vobiz::reconcile {

std::vector<spoiling> spoilings_of_wallets() {
  return {
      {"wallet_jump",
       "UPDATE vobiz.account_balances SET cash_credits = cash_credits - 0.5 WHERE auth_id = 'MA_1' "
       "AND captured_at > "
       "'2026-03-10'; UPDATE vobiz.dashboard_snapshots SET total_balance = total_balance - 0.5",
       {"balance_roll balance_jump wallet 1241.375 1240.875"}},
      {"master_wallet_jumps",
       "UPDATE vobiz.partner_balances SET balance = balance - 100 WHERE captured_at > '2026-03-10'",
       {"master_roll master_jump wallet 10500 10400"}},
      {"transfer_to_another_customer",
       "UPDATE vobiz.transactions SET account_id = 'MA_2' WHERE id = 't1'" + std::string(follow),
       {"transfer_match wrong_customer t1 0 500"}},
      {"transfer_as_a_debit",
       "UPDATE vobiz.transactions SET type = 'debit' WHERE id = 't1'; UPDATE "
       "vobiz.partner_balances SET balance = balance + 1000 WHERE captured_at > '2026-03-10'" +
           std::string(follow),
       {"transfer_match wrong_sign t1 500 -500"}},
      {"transfer_of_another_day",
       "UPDATE vobiz.transactions SET reference = 'ptc:PA_1:MA_1:1771000000' WHERE id = 't1'",
       {"transfer_match wrong_time t1 500 500"}},
      {"transfer_of_another_partner",
       "UPDATE vobiz.transactions SET reference = replace(reference, 'PA_1', 'PA_2') WHERE id = "
       "'t1'",
       {"transfer_match wrong_partner t1 0 500"}},
      {"transfer_booked_twice",
       "INSERT INTO vobiz.transactions (partner_id, id, account_id, type, amount, currency, "
       "reference, reference_type, status, created_at, window_day) SELECT partner_id, 't2', "
       "account_id, type, amount, currency, reference, reference_type, status, created_at + "
       "interval '1 min', window_day FROM vobiz.transactions WHERE id = 't1'; UPDATE "
       "vobiz.partner_balances SET balance = balance - 500 WHERE captured_at > '2026-03-10'" +
           std::string(follow),
       {"transfer_match booked_twice t2 0 500"}},
      {"transfer_pending",
       "UPDATE vobiz.transactions SET status = 'pending' WHERE id = 't1'; UPDATE "
       "vobiz.partner_balances SET balance = balance + 500 WHERE captured_at > '2026-03-10'" +
           std::string(follow),
       {"transfer_match pending t1 500 0"}},
      {"top_up_booked_twice",
       "SELECT pg_temp.entry(k, 'MA_1', '2026-03-10 07:00Z', 50, 'payment', NULL, 'Recharge', "
       "'credit') FROM unnest(ARRAY['p1', 'p2']) k; UPDATE vobiz.transactions SET reference = "
       "'pay_77' WHERE id IN ('p1', 'p2')" +
           std::string(follow),
       {"manual_entries repeated_reference p2 0 50"}},
      {"refund_of_no_call",
       "SELECT pg_temp.entry('x', 'MA_1', '2026-03-10 07:00Z', 5, 'refund', 99, 'Refund', "
       "'credit')" +
           std::string(follow),
       {"manual_entries refund_without_charge x 0 5"}},
      {"adjustment_takes_money",
       "SELECT pg_temp.entry('x', 'MA_1', '2026-03-10 07:00Z', 5, 'manual_adjustment', NULL, "
       "'correction')" +
           std::string(follow),
       {"manual_entries needs_approval x 0 -5"}},
      {"adjustment_above_the_threshold",
       "SELECT pg_temp.entry('x', 'MA_1', '2026-03-10 07:00Z', 500.01, 'manual_adjustment', NULL, "
       "'goodwill', 'credit'), pg_temp.entry('y', 'MA_1', '2026-03-10 07:00Z', 500, "
       "'manual_adjustment', NULL, 'goodwill', 'credit')" +
           std::string(follow),
       {"manual_entries needs_approval x 0 500.01"}},
  };
}

namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(transfer_match, gives_a_pending_transfer_its_time) {
  books all;
  all.sql(
      "UPDATE vobiz.transactions SET status = 'pending' WHERE id = 't1'; UPDATE vobiz.settings "
      "SET transfer_settle = '100 years'");
  all.check("transfer_match");
  EXPECT_THAT(all.not_ok(), ElementsAre("transfer_match inconclusive"));
}

TEST(master_roll, does_not_judge_without_readings) {
  books all;
  all.sql("DELETE FROM vobiz_sync.runs WHERE stream = 'profile' AND started_at > '2026-03-10'");
  all.check("master_roll");
  EXPECT_THAT(all.not_ok(), ElementsAre("master_roll inconclusive"));
  all.sql("DELETE FROM vobiz.partner_balances");
  all.check("master_roll");
  EXPECT_THAT(all.not_ok(), ElementsAre("master_roll inconclusive"));
}

TEST(balance_roll,
     judges_a_wallet_that_moves_while_it_is_read_by_the_entries_that_it_can_have_seen) {
  books all;
  all.sql(
      "SELECT pg_temp.entry('x' || n, 'MA_1', '2026-03-10 18:20:20Z'::timestamptz + n * interval "
      "'1 "
      "s', 5, 'payment', NULL, '', 'credit') FROM generate_series(-40, 8) n");
  for (auto const* seen : {"0", "5", "10"}) {
    all.sql("UPDATE vobiz.account_balances SET cash_credits = cash_credits + " + std::string(seen) +
            " WHERE auth_id = 'MA_1' AND captured_at > '2026-03-10'");
    all.check("balance_roll");
    EXPECT_THAT(all.not_ok(), IsEmpty()) << seen;
  }
  all.sql(
      "UPDATE vobiz.account_balances SET cash_credits = cash_credits - 17 WHERE auth_id = 'MA_1' "
      "AND captured_at > '2026-03-10'");
  all.check("balance_roll");
  // The nearest that the entries explain.
  EXPECT_THAT(all.breaks(), ElementsAre("balance_roll balance_jump wallet 1241.375 1239.375"));
  EXPECT_THAT(all.not_ok(), ElementsAre("balance_roll break"));
  all.sql(
      "SELECT pg_temp.entry('y' || n, 'MA_1', '2026-03-10 18:20:20Z'::timestamptz + n * interval "
      "'1 "
      "ms', 5, 'payment', NULL, '', 'credit') FROM generate_series(1, 250) n");
  all.check("balance_roll");
  EXPECT_THAT(all.not_ok(), ElementsAre("balance_roll inconclusive"));
}

}  // namespace

}  // namespace vobiz::reconcile
