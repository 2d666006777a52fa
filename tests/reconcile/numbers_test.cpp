#include "spoilings.hpp"

// Numbers: their inventory and rentals.
namespace vobiz::reconcile {

std::vector<spoiling> spoilings_of_numbers() {
  return {
      {"rental_in_another_currency",
       "UPDATE vobiz.transactions SET currency = 'USD' WHERE id = 'did1'; SELECT pg_temp.follow(); "
       "UPDATE vobiz.account_balances SET cash_credits = cash_credits + 250 WHERE auth_id = "
       "'MA_1' AND captured_at > '2026-03-10'; UPDATE vobiz.dashboard_snapshots SET total_balance "
       "= total_balance + 250",
       {"number_rental other_currency +919876500001 0 250"}},
      {"unknown_caller",
       "UPDATE vobiz.cdrs SET caller_id_number = '919876500098' WHERE uuid = '" + uuid("3") + "'",
       {"number_inventory unknown_caller 919876500098 0 0.65"}},
      {"charged_twice",
       "SELECT pg_temp.entry('x', 'MA_1', '2026-03-10 02:06Z', 250, 'did_rental', NULL, 'DID "
       "rental +919876500001 (2026-03)')" +
           std::string(follow),
       {"number_rental charged_twice +919876500001 250 500"}},
      {"not_charged",
       "DELETE FROM vobiz.transactions WHERE id = 'did1'" + std::string(follow),
       {"number_rental not_charged +919876500001 250 0"}},
      {"other_fee",
       "UPDATE vobiz.transactions SET amount = 260 WHERE id = 'did1'" + std::string(follow),
       {"number_rental amount_differs +919876500001 250 260"}},
      {"after_release",
       "UPDATE vobiz.numbers SET account_id = NULL, changed_at = '2026-03-09' WHERE e164 = "
       "'+919876500001'",
       {"number_rental after_release +919876500001 0 250"}},
      {"setup_twice",
       "SELECT pg_temp.entry(k, 'MA_1', '2026-03-10 03:06Z', 100, 'did_purchase', NULL, 'DID "
       "purchase +919876500001') FROM "
       "unnest(ARRAY['x', 'y']) k" +
           std::string(follow),
       {"number_rental setup_twice +919876500001 100 200"}},
      {"setup_not_charged",
       "UPDATE vobiz.numbers SET purchased_at = '2026-03-10', assigned_at = '2026-03-10' WHERE "
       "e164 = '+919876500001'",
       {"number_rental setup_not_charged +919876500001 100 0"}},
      {"not_advanced",
       "UPDATE vobiz.numbers SET last_billing_date = '2026-02-10', next_billing_date = "
       "'2026-03-10' WHERE e164 = "
       "'+919876500001'",
       {"number_rental not_advanced +919876500001 250 -"}},
      {"rented_not_held",
       "SELECT pg_temp.entry('x', 'MA_1', '2026-03-10 03:06Z', 99, 'did_rental', NULL, 'DID rental "
       "+919876500099')" +
           std::string(follow),
       {"number_inventory rented_not_held 919876500099 0 99"}},
      {"never_rented",
       "INSERT INTO vobiz.numbers (partner_id, e164, account_id, monthly_fee, currency, "
       "assigned_at, changed_at) VALUES "
       "('PA_1', '+919876500003', 'MA_1', 250, 'INR', '2026-02-03 09:00Z', '2026-02-03')",
       {"number_inventory never_rented +919876500003 250 0"}},
      {"unknown_number",
       "UPDATE vobiz.cdrs SET destination_number = '919876500098' WHERE uuid = '" + uuid("51") +
           "'",
       {"number_inventory unknown_number 919876500098 0 0.65"}},
      {"closed_account",
       "INSERT INTO vobiz.accounts (partner_id, auth_id, currency, first_seen_at, removed_at) "
       "VALUES ('PA_1', 'MA_3', 'INR', "
       "'2026-01-01', '2026-03-10 09:00Z'); INSERT INTO vobiz.numbers (partner_id, e164, "
       "account_id, monthly_fee, currency, "
       "assigned_at, changed_at) VALUES ('PA_1', '+919876500003', 'MA_3', 250, 'INR', "
       "'2026-03-01', '2026-03-01')",
       {"number_inventory closed_account +919876500003 0 250"}},
  };
}

namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// As in the handed case 20.
TEST(number_inventory, takes_a_rental_given_back_without_its_number) {
  books all;
  all.sql(
      "SELECT pg_temp.entry('x', 'MA_1', '2026-03-10 06:01Z', 250, 'did_rental', NULL, 'Reversal "
      "of DID rental', 'credit')");
  all.check("number_inventory");
  EXPECT_THAT(all.not_ok(), IsEmpty());
  // A rental without its number may be that of any.
  all.sql(
      "SELECT pg_temp.entry('y', 'MA_1', '2026-03-10 06:02Z', 250, 'did_rental', NULL, 'DID "
      "rental')");
  all.check("number_inventory");
  EXPECT_THAT(all.not_ok(), ElementsAre("number_inventory inconclusive"));
}

}  // namespace

}  // namespace vobiz::reconcile
