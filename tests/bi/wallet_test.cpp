#include "sink/store.hpp"

// Statements, invoices and wallets. Months count from the current one, since the closing balance of
// an unfinished month is unknown.
namespace vobiz::sink {
namespace {

class wallet : public ::testing::Test {
protected:
  wallet() {
    all.merge(
        "accounts",
        R"({"accounts":[{"auth_id":"MA_1","name":"Example Traders","cash_credits":"64","currency":"INR"}]})");
    all.database.query(
        "INSERT INTO vobiz_sync.windows (partner_id, stream, scope, day, state, proof, read_at)\n"
        "SELECT 'PA_EXAMPLE01', s, '*', d, 'proven', 'total', now() FROM unnest(ARRAY['cdrs', "
        "'transactions']) s,\n"
        "generate_series((" +
        month(-1) + " - 3)::timestamp, now(), interval '1 day') d");
    entry("e1", "credit", "100", "payment", month(0) + " + 1");
    entry("e2", "debit", "10.5", "cdr", month(0) + " + 2");
    entry("e3", "debit", "5", "did_rental", month(0) + " + 3");
    entry("e4", "debit", "99", "cdr", month(0) + " + 3", "failed");
    entry("e5", "credit", "0.5", "refund", month(0) + " + 4");
    entry("n1", "debit", "20", "cdr", month(1) + " + 1");
  }

  // A billing month as a date; 0 is two months ago.
  static std::string month(int n) {
    return "(date_trunc('month', vobiz.billing_day(now())) + interval '" + std::to_string(n - 2) +
           " month')::date";
  }

  static std::string start(std::string const& day) {
    return "vobiz.billing_day_start(" + day + ")";
  }

  void entry(std::string const& id, std::string const& type, std::string const& amount,
             std::string const& kind, std::string const& day,
             std::string const& status = "completed", std::string const& first_seen = {}) {
    auto const at = start(day) + " + interval '3 hours'";
    all.by_hand(
        "INSERT INTO vobiz.transactions (partner_id, id, account_id, type, amount, currency, "
        "reference_type, status,\n"
        "  created_at, window_day, first_seen_at) VALUES ('PA_EXAMPLE01', '" +
        id + "', 'MA_1', '" + type + "', " + amount + ", 'INR', '" + kind + "', '" + status +
        "', " + at + ", ((" + at + ") AT TIME ZONE 'UTC')::date, " +
        (first_seen.empty() ? at : first_seen) + ")");
  }

  void balance(std::string const& amount, std::string const& at) {
    all.database.query(
        "INSERT INTO vobiz.account_balances (partner_id, auth_id, currency, captured_at, "
        "cash_credits)\n"
        "VALUES ('PA_EXAMPLE01', 'MA_1', 'INR', " +
        at + ", " + amount + ")");
  }

  std::string of_statement(std::string const& columns, int n = 0) {
    return all.value("SELECT concat_ws(' ', " + columns +
                     ") FROM vobiz_bi.account_statement_monthly\n"
                     "WHERE account_id = 'MA_1' AND month = " +
                     month(n));
  }

  std::string balances(int n = 0) {
    return of_statement(
        "coalesce(trim_scale(opening_balance)::text, 'null'), "
        "coalesce(trim_scale(closing_balance)::text, 'null')",
        n);
  }

  store all;
};

TEST_F(wallet, is_rolled_back_from_the_next_reading_to_both_ends_of_the_month) {
  balance("64", start(month(1) + " + 10"));
  EXPECT_EQ(of_statement("credit, debit, call_debit, number_debit, other_debit, "
                         "debits_by_reference_type, credits_by_reference_type, is_proven"),
            "100.5 15.5 10.5 5 0.0 {\"cdr\": 10.5, \"did_rental\": 5} {\"refund\": 0.5, "
            "\"payment\": 100} t");
  EXPECT_EQ(balances(), "-1 84");
  EXPECT_EQ(of_statement("unexplained_amount"), "0.0");
}

TEST_F(wallet, is_rolled_forward_when_it_was_read_before_only) {
  balance("99", start(month(0) + " + 1") + " + interval '5 hours'");
  EXPECT_EQ(balances(), "-1 84");
  // The current month: the ledger so far.
  EXPECT_EQ(balances(2), "64 64");
  EXPECT_EQ(of_statement("is_proven", 2), "f");
}

TEST_F(wallet, that_moved_without_an_entry_shows) {
  balance("-1", start(month(0)));
  balance("60", start(month(1) + " + 10"));
  EXPECT_EQ(balances(), "-1 80");
  EXPECT_EQ(of_statement("unexplained_amount"), "-4.0");
}

TEST_F(wallet, is_not_known_where_the_ledger_is_not_proven) {
  balance("64", start(month(1) + " + 10"));
  auto const doubt = [&](std::string const& day) {
    all.database.query(
        "UPDATE vobiz_sync.windows SET state = 'mismatch', proof = NULL WHERE stream = "
        "'transactions' AND day = " +
        day);
  };
  doubt(month(0) + " + 10");
  EXPECT_EQ(balances(), "null 84");
  EXPECT_EQ(of_statement("unproven_windows, is_proven"), "1 f");
  doubt(month(1) + " + 5");
  EXPECT_EQ(balances(), "null null");
  // A balance after the next reading does not depend on that day.
  EXPECT_EQ(balances(2), "64 64");
}

TEST_F(wallet, is_not_known_before_any_reading_or_where_an_entry_states_no_currency) {
  EXPECT_EQ(balances(), "null null");
  balance("64", start(month(1) + " + 10"));
  all.by_hand("UPDATE vobiz.transactions SET currency = NULL WHERE id = 'n1'");
  EXPECT_EQ(balances(), "null null");
}

TEST_F(wallet, is_told_by_an_open_day_only_when_it_agreed_after_the_reading) {
  balance("64", "now() - interval '1 minute'");
  auto const open = [&](char const* read_at) {
    all.database.query(
        "UPDATE vobiz_sync.windows SET state = 'open', read_at = " + std::string(read_at) +
        " WHERE stream = 'transactions' AND day >= (now() AT TIME ZONE 'UTC')::date - 1");
  };
  open("now()");
  EXPECT_EQ(balances(), "-1 84");
  open("now() - interval '2 minutes'");
  EXPECT_EQ(balances(), "null null");
}

TEST_F(wallet, lists_what_came_or_changed_after_the_close) {
  auto const after_close = start(month(1)) + " + interval '7 hours'";
  auto const adjusted = [&] {
    return of_statement("trim_scale(adjustments_after_close), adjusted_entries");
  };
  EXPECT_EQ(adjusted(), "0 0");
  // Entries are in time until six hours after the close.
  entry("late", "debit", "3", "cdr", month(0) + " + 2", "completed", after_close);
  entry("in time", "debit", "4", "cdr", month(0) + " + 2", "completed",
        start(month(1)) + " + interval '5 hours'");
  EXPECT_EQ(adjusted(), "-3 1");
  // 10.5 -> 11 -> 12, and a failed debit of 99 that completed later.
  all.by_hand("UPDATE vobiz.transactions SET amount = 12 WHERE id = 'e2'");
  all.by_hand("UPDATE vobiz.transactions SET status = 'completed' WHERE id = 'e4'");
  all.database.query(
      "INSERT INTO vobiz.adjustments (partner_id, stream, account_id, row_key, column_name, "
      "old_value, new_value, seen_at) VALUES\n"
      "('PA_EXAMPLE01', 'transactions', 'MA_1', 'e2', 'amount', '9', '10.5', " +
      start(month(1)) +
      "),\n"
      "('PA_EXAMPLE01', 'transactions', 'MA_1', 'e2', 'amount', '10.5', '11', " +
      after_close +
      "),\n"
      "('PA_EXAMPLE01', 'transactions', 'MA_1', 'e2', 'amount', '11', '12', " +
      after_close +
      "),\n"
      "('PA_EXAMPLE01', 'transactions', 'MA_1', 'e4', 'status', 'failed', 'completed', " +
      after_close + ")");
  EXPECT_EQ(adjusted(), "-103.5 3");
}

TEST_F(wallet, of_a_backfilled_month_has_no_late_entries) {
  all.by_hand("UPDATE vobiz.transactions SET first_seen_at = now()");
  EXPECT_EQ(of_statement("adjusted_entries"), "0");
}

TEST_F(wallet, knows_calls_that_were_re_rated_after_the_close) {
  all.by_hand(
      "INSERT INTO vobiz.cdrs (partner_id, account_id, uuid, start_time, window_day, total_cost, "
      "currency) VALUES\n"
      "('PA_EXAMPLE01', 'MA_1', '" +
      uuid(1) + "', " + start(month(0) + " + 3") + ", " + month(0) + ", 7.5, 'INR')");
  all.database.query(
      "INSERT INTO vobiz.adjustments (partner_id, stream, account_id, row_key, column_name, "
      "old_value, new_value, difference, seen_at)\n"
      "SELECT 'PA_EXAMPLE01', 'cdrs', 'MA_1', '" +
      uuid(1) + "', c, '7', '7.5', 0.5, " + start(month(1)) +
      " + h * interval '1 hour' FROM unnest(ARRAY['cost', 'total_cost']) c, unnest(ARRAY[5, 7]) h");
  EXPECT_EQ(of_statement("usage_adjustments_after_close"), "0.5");
}

TEST_F(wallet, has_invoice_lines_that_add_up_to_what_the_ledger_moved) {
  all.by_hand(
      "INSERT INTO vobiz.cdrs (partner_id, account_id, uuid, start_time, window_day, billsec, "
      "total_cost, currency, call_direction, context)\n"
      "VALUES ('PA_EXAMPLE01', 'MA_1', '" +
      uuid(1) + "', " + start(month(0) + " + 3") + ", " + month(0) +
      ", 90, 10, 'INR', 'outbound', 'voice_api')");
  auto const lines =
      " FROM vobiz_bi.invoice_lines_monthly WHERE account_id = 'MA_1' AND month = " + month(0);
  EXPECT_EQ(all.value("SELECT string_agg(concat_ws(' ', line_kind, call_direction, product, "
                      "reference_type, quantity_items, billable_minutes, "
                      "trim_scale(amount), currency), E'\\n' ORDER BY line_kind)" +
                      lines),
            "ledger_difference 0.5 INR\nrefund refund 1 -0.5 INR\nrental did_rental 1 5 INR\n"
            "top_up payment 1 -100 INR\nusage outbound voice_api 1 1.50 10 INR");
  EXPECT_EQ(all.value("SELECT sum(amount) = 15.5 - 100.5" + lines), "t");
}

TEST_F(wallet, runs_dry_at_the_pace_of_seven_whole_days) {
  balance("14", "now() - interval '1 hour'");
  auto const runway =
      "SELECT concat_ws(' ', debit_7_days, average_daily_debit, coalesce(runway_days::text, "
      "'null'), "
      "runs_dry_on - vobiz.billing_day(now())) FROM vobiz_bi.wallet_runway WHERE account_id = "
      "'MA_1'";
  all.by_hand("DELETE FROM vobiz.transactions");
  EXPECT_EQ(all.value(runway), "0 0.00000 null");
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_bi.low_balance"), "0");
  // Today and the eighth day before do not count.
  for (auto const* day : {"0", "1", "7", "8"})
    entry("d" + std::string(day), "debit", "24.5", "cdr",
          "vobiz.billing_day(now()) - " + std::string(day));
  EXPECT_EQ(all.value(runway), "49.0 7.00000 2.0 2");
  EXPECT_EQ(all.value("SELECT account_name FROM vobiz_bi.low_balance"), "Example Traders");
  all.database.query("UPDATE vobiz.settings SET low_balance_days = 2");
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_bi.low_balance"), "0");
  EXPECT_EQ(all.value("SELECT concat_ws(' ', balance, runway_days, numbers_held) FROM "
                      "vobiz_bi.account_overview"),
            "14 2.0 0");
}

TEST_F(wallet, has_to_cover_the_rentals_that_fall_due) {
  balance("150", "now() - interval '1 hour'");
  all.merge(
      "numbers",
      R"({"items":[{"e164":"+919876500001","account_id":"MA_1","monthly_fee":"100","currency":"INR","status":"active"},
    {"e164":"+919876500002","account_id":"MA_1","monthly_fee":"100","currency":"INR","status":"active"},
    {"e164":"+919876500003","status":"available"}]})");
  all.database.query(
      "UPDATE vobiz.numbers SET assigned_at = now() - interval '10 days',\n"
      "  next_billing_date = vobiz.billing_day_start(vobiz.billing_day(now()) + right(e164, "
      "1)::int) + interval '1 hour'\n"
      "WHERE account_id IS NOT NULL");
  EXPECT_EQ(all.value("SELECT string_agg(concat_ws(' ', e164, days_until_renewal, monthly_fee, "
                      "fees_due_by_then, is_covered), E'\\n' ORDER BY e164) "
                      "FROM vobiz_bi.number_renewals"),
            "+919876500001 1 100 100 t\n+919876500002 2 100 200 f");
  EXPECT_EQ(all.value("SELECT string_agg(concat_ws(' ', e164, account_name, held_days), E'\\n' "
                      "ORDER BY e164) FROM vobiz_bi.number_inventory"),
            "+919876500001 Example Traders 10\n+919876500002 Example Traders 10\n+919876500003");
}

TEST_F(wallet, freshness_tells_of_each_stream_how_far_it_is_and_whether_it_differs) {
  all.database.query(
      "INSERT INTO vobiz_sync.streams (partner_id, stream, state, synced_through, "
      "last_success_at)\n"
      "VALUES ('PA_EXAMPLE01', 'cdrs', 'ok', (now() AT TIME ZONE 'UTC')::date - 2, now())");
  auto const shown =
      "SELECT concat_ws(' ', stream, state, behind_hours BETWEEN 24 AND 48, mismatch_windows, "
      "has_mismatch) "
      "FROM vobiz_bi.sync_freshness";
  EXPECT_EQ(all.value(shown), "cdrs ok t 0 f");
  all.database.query(
      "UPDATE vobiz_sync.windows SET state = 'mismatch' WHERE stream = 'cdrs' AND day = (now() AT "
      "TIME ZONE 'UTC')::date - 1");
  EXPECT_EQ(all.value(shown), "cdrs ok t 1 t");
}

}  // namespace
}  // namespace vobiz::sink
