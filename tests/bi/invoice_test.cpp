#include "vobiz/sink/invoice.hpp"

#include "sink/store.hpp"

// Kinds of lines, rounding, taxes and postings of an invoice, with expected values computed by
// hand.
namespace vobiz::sink {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct bill : public ::testing::Test {
  bill() {
    all.merge("accounts", R"({"accounts":[
      {"auth_id":"MA_1","name":"Example Traders","currency":"INR","cash_credits":"1","gstin":"29AAAAA0000A1Z5",
       "gst_status":"verified","tds_enabled":true,"tds_percentage":"2.00"},
      {"auth_id":"MA_2","name":"Example Travels","currency":"INR","cash_credits":"1","gstin":"","tds_enabled":false,
       "tds_percentage":null},
      {"auth_id":"MA_3","name":"Example Clinic","currency":"INR","cash_credits":"1"}]})");
  }

  void call(int n, int billsec, std::string const& cost, std::string const& streaming,
            std::string const& direction = "outbound") {
    all.by_hand(
        "INSERT INTO vobiz.cdrs (partner_id, account_id, uuid, start_time, window_day, billsec, "
        "duration, cost, streaming_cost, total_cost, currency, call_direction, context) VALUES "
        "('PA_EXAMPLE01', 'MA_1', '00000000-0000-4000-8000-00000000000" +
        std::to_string(n) + "', '2026-03-10 10:00Z', '2026-03-10', " + std::to_string(billsec) +
        ", 100, " + cost + ", " + streaming + ", " + cost + " + " + streaming + ", 'INR', '" +
        direction + "', 'voice_api')");
  }

  void entry(std::string const& id, std::string const& type, std::string const& amount,
             std::string const& kind, std::string const& account = "MA_1",
             std::string const& currency = "INR") {
    all.by_hand(
        "INSERT INTO vobiz.transactions (partner_id, id, account_id, type, amount, currency, "
        "reference_type, status, created_at, window_day) VALUES ('PA_EXAMPLE01', '" +
        id + "', '" + account + "', '" + type + "', " + amount + ", '" + currency + "', nullif('" +
        kind + "', ''), 'completed', '2026-03-10 11:00Z', '2026-03-10')");
  }

  std::string lines(std::string const& account = "MA_1") {
    return all.value(
        "SELECT string_agg(concat_ws(' ', line_kind, call_direction, product, reference_type, "
        "quantity_items, billable_minutes, trim_scale(amount), '@' || trim_scale(unit_amount)), "
        "E'\\n' "
        "ORDER BY line_kind, call_direction, reference_type) FROM "
        "vobiz_bi.invoice_lines_monthly WHERE account_id = '" +
        account + "' AND month = '2026-03-01'");
  }

  std::string of_invoice(std::string const& columns, std::string const& account = "MA_1") {
    return all.value("SELECT concat_ws(' ', " + columns +
                     ") FROM vobiz_bi.invoices_monthly WHERE account_id = '" + account + "'");
  }

  std::string freeze() {
    return all.value(
        "SELECT vobiz.freeze_period('PA_EXAMPLE01', '2026-03-01', 'me', 'why', 1, '{}')");
  }

  store all;
};

TEST_F(bill, has_calls_by_direction_streaming_and_fees_apart) {
  call(1, 90, "0.9", "0.3");
  call(2, 30, "0.3", "0");
  call(3, 60, "1.2", "0", "inbound");
  call(4, 0, "0.025", "0");
  call(5, 0, "0", "0");
  entry("a", "debit", "2.4", "cdr");
  entry("b", "debit", "0.3", "stream_cdr");
  entry("c", "debit", "0.025", "ncc");
  EXPECT_EQ(lines(),
            "non_connected outbound voice_api 1 0.025 @0.025\n"
            "rounding 0.005\n"
            "streaming outbound voice_api 0.3\n"
            "usage inbound voice_api 1 1.00 1.2 @1.2\n"
            "usage outbound voice_api 3 2.00 1.2 @0.6");
  EXPECT_EQ(of_invoice("trim_scale(rounding_amount), trim_scale(total_amount)"), "0.005 2.73");
}

// As in the handed case 20, and what else a ledger has.
TEST_F(bill, knows_a_credit_note_from_a_top_up) {
  entry("a", "credit", "100", "credit_note");
  entry("b", "credit", "250", "did_rental");
  entry("c", "debit", "300", "payment");
  entry("d", "debit", "400", "balance_transfer");
  entry("e", "credit", "40", "balance_transfer");
  entry("f", "credit", "1000", "payment");
  entry("g", "debit", "500", "did_rental");
  entry("h", "debit", "60", "did_purchase");
  entry("i", "debit", "7", "recording");
  entry("j", "credit", "1", "recording");
  entry("k", "credit", "5", "manual_adjustment");
  entry("l", "debit", "6", "manual_adjustment");
  entry("m", "credit", "2", "refund");
  EXPECT_EQ(lines(),
            "adjustment manual_adjustment 1 6 @6\n"
            "chargeback payment 1 300 @300\n"
            "credit_note credit_note 1 -100 @-100\n"
            "goodwill manual_adjustment 1 -5 @-5\n"
            "refund recording 1 -1 @-1\n"
            "refund refund 1 -2 @-2\n"
            "rental did_rental 1 500 @500\n"
            "rental_refund did_rental 1 -250 @-250\n"
            "service recording 1 7 @7\n"
            "setup did_purchase 1 60 @60\n"
            "top_up payment 1 -1000 @-1000\n"
            "transfer balance_transfer 2 360 @180");
  // What moves money is not part of the total.
  EXPECT_EQ(of_invoice("trim_scale(charges_amount), trim_scale(credits_amount), "
                       "trim_scale(total_amount), trim_scale(payments_amount)"),
            "573 -358 215 -340");
}

TEST_F(bill, takes_an_unnamed_entry_by_its_type) {
  entry("a", "credit", "1", "");
  entry("b", "payment", "2", "");
  entry("c", "did_rental", "4", "");
  entry("d", "debit", "8", "");
  entry("e", "refund", "16", "");
  EXPECT_EQ(lines(), "other 1 8 @8\nrefund 1 -16 @-16\nrental 1 4 @4\ntop_up 2 -3 @-1.5");
}

TEST_F(bill, is_rounded_to_the_decimals_of_its_currency) {
  entry("a", "debit", "10.00499", "recording");
  entry("b", "debit", "10.6", "recording", "MA_1", "JPY");
  entry("c", "debit", "5", "recording", "MA_2");
  all.database.query("INSERT INTO vobiz.currencies (currency, invoice_decimals) VALUES ('JPY', 0)");
  auto const totals = [this] {
    return all.value(
        "SELECT string_agg(concat_ws(' ', account_id, currency, trim_scale(rounding_amount), "
        "trim_scale(total_amount)), ', ' ORDER BY account_id, currency) FROM "
        "vobiz_bi.invoices_monthly");
  };
  EXPECT_EQ(totals(), "MA_1 INR -0.00499 10, MA_1 JPY 0.4 11, MA_2 INR 0 5");
  // As issued, whatever the setting is later.
  EXPECT_EQ(freeze(), "1");
  all.database.query("UPDATE vobiz.currencies SET invoice_decimals = 3 WHERE currency = 'INR'");
  EXPECT_EQ(totals(), "MA_1 INR -0.00499 10, MA_1 JPY 0.4 11, MA_2 INR 0 5");
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_bi.period_notes"), "0");
}

TEST_F(bill, has_the_taxes_that_the_accounts_tell) {
  entry("a", "debit", "100.10", "recording");
  entry("b", "debit", "100", "recording", "MA_2");
  entry("c", "debit", "100", "recording", "MA_3");
  auto const columns =
      "coalesce(gstin, '-'), coalesce(gst_status, '-'), coalesce(trim_scale(tds_percent)::text, "
      "'-'), coalesce(tds_amount::text, '-')";
  EXPECT_EQ(of_invoice(columns), "29AAAAA0000A1Z5 verified 2 2.00");
  EXPECT_EQ(of_invoice(columns, "MA_2"), "- - 0 0.00");
  EXPECT_EQ(of_invoice(columns, "MA_3"), "- - - -");
  EXPECT_EQ(freeze(), "1");
  all.database.query(
      "UPDATE vobiz.accounts SET tds_percentage = 10, gstin = 'other'; UPDATE vobiz.currencies SET "
      "invoice_decimals = 3");
  EXPECT_EQ(of_invoice(columns), "29AAAAA0000A1Z5 verified 2 2.00");
  EXPECT_EQ(of_invoice("issue, issued_at IS NOT NULL"), "1 t");
}

TEST_F(bill, shows_a_late_payment_as_what_it_is_and_a_late_call_as_a_note) {
  entry("a", "debit", "100.004", "recording");
  EXPECT_EQ(freeze(), "1");
  entry("b", "credit", "50", "payment");
  entry("c", "debit", "2.503", "recording");
  EXPECT_EQ(all.value("SELECT string_agg(concat_ws(' ', line_kind, reference_type, "
                      "trim_scale(amount)), E'\\n' ORDER BY line_kind) FROM "
                      "vobiz_bi.invoice_lines_monthly WHERE month = '2026-04-01'"),
            "debit_note recording 2.503\nrounding -0.003\ntop_up payment -50");
}

TEST_F(bill, is_posted_by_the_codes_of_the_settings_and_balances) {
  call(1, 60, "1.2", "0");
  entry("a", "debit", "1.2", "cdr");
  entry("b", "credit", "100", "payment");
  entry("c", "credit", "0.2", "refund");
  auto const postings = [this] {
    return all.value(
        "SELECT string_agg(concat_ws(' ', account_code, trim_scale(debit), trim_scale(credit)), "
        "', ' ORDER BY account_code) FROM vobiz_bi.journal_monthly");
  };
  EXPECT_EQ(postings(), "1010 100 0, 2100 1.2 100.2, 4010 0 1.2, 4910 0.2 0");
  all.database.query(
      "UPDATE vobiz.account_codes SET account_code = '8400' WHERE line_kind = 'usage'; DELETE FROM "
      "vobiz.account_codes WHERE line_kind = 'refund'");
  EXPECT_EQ(postings(), "1010 100 0, 2100 1.2 100.2, 4290 0.2 0, 8400 0 1.2");
  auto const connection = connect(all.database.settings());
  auto const read = read_postings(*connection, "PA_EXAMPLE01", "2026-03-01");
  ASSERT_EQ(read.size(), 4);
  EXPECT_EQ(read[0].account_code + " " + read[0].debit, "1010 100");
  EXPECT_FALSE(read[0].is_issued);
  EXPECT_THAT(read_postings(*connection, "PA_OTHER", "2026-03-01"), IsEmpty());
}

TEST_F(bill, has_an_annex_that_says_when_calls_have_changed_since) {
  call(1, 60, "1.2", "0.1");
  call(2, 0, "0.025", "0");
  auto const connection = connect(all.database.settings());
  auto before = read_annex(*connection, "MA_1", "2026-03-01");
  ASSERT_EQ(before.calls.size(), 2);
  EXPECT_EQ(before.calls[0].start_time, "2026-03-10 15:30:00");
  EXPECT_EQ(before.calls[0].total_cost, "1.3");
  EXPECT_THAT(before.differences, IsEmpty());
  EXPECT_EQ(freeze(), "1");
  EXPECT_THAT(read_annex(*connection, "MA_1", "2026-03-01").differences, IsEmpty());
  call(3, 60, "5", "0");
  auto const after = read_annex(*connection, "MA_1", "2026-03-01");
  EXPECT_THAT(after.differences, ElementsAre("INR: calls 6.325, invoice 1.325"));
  EXPECT_THAT(read_annex(*connection, "MA_2", "2026-03-01").calls, IsEmpty());
}

}  // namespace
}  // namespace vobiz::sink
