#include <boost/json/parse.hpp>
#include <set>
#include <sstream>

#include "rig.hpp"

// The command `close`: a billing month from draft to frozen to a note in the next one.
namespace vobiz::e2e {
namespace {

using ::testing::ContainsRegex;
using ::testing::StartsWith;

struct closing : public ::testing::Test {
  closing() {
    all.configure([](auto& s) { s.days = 100; });
    all.sync_ends_with(0);
    last = month_back(1);
    customer = account(all, 1);
  }

  std::string month_back(int n) {
    return all.value("SELECT to_char(vobiz.billing_day(now()) - interval '" + std::to_string(n) +
                     " month', 'YYYY-MM')");
  }

  ending close(std::vector<std::string> more = {}) {
    std::vector<std::string> words = {"close", "--month", last};
    words.insert(words.end(), more.begin(), more.end());
    return all.syncd.run(words);
  }

  void freeze() {
    auto const frozen = close({"--approve", "--accept-unjudged", "--note", "books agreed"});
    ASSERT_EQ(frozen.code, 0) << frozen.out << frozen.err;
    ASSERT_THAT(frozen.out, HasSubstr(" and frozen, issue "));
  }

  boost::json::object statement_of(std::string const& month) {
    auto const ended =
        all.syncd.run({"statement", "--account", customer, "--month", month, "--json"});
    auto const parsed = boost::json::parse(ended.out);
    return parsed.at("statements").at(0).as_object();
  }

  // What the commands print, but for the lines that tell of changes since the close.
  std::vector<std::string> print(std::vector<std::vector<std::string>> const& commands,
                                 std::vector<std::string> const& more = {}) {
    std::vector<std::string> printed;
    for (auto words : commands) {
      words.insert(words.end(), more.begin(), more.end());
      auto const ended = all.syncd.run(words);
      EXPECT_EQ(ended.code, 0) << ended.err;
      std::istringstream lines(ended.out);
      std::string kept;
      for (std::string line; std::getline(lines, line);) {
        if (line.find("adjustments_after_close") == std::string::npos) kept += line + "\n";
      }
      printed.push_back(kept);
    }
    return printed;
  }

  // A day in the middle of the month that is closed, whatever the zone.
  std::string a_day() {
    return all.value(
        "SELECT (date_trunc('month', vobiz.billing_day(now())) - interval '3 days')::date");
  }

  // A call and its charge, which come when the month is frozen.
  void add_late_call() {
    add_call(all.api, {{"account", customer}, {"day", a_day()}, {"cost", "7.25"}});
    for (auto const* stream : {"cdrs", "transactions"}) {
      auto const ended = all.syncd.run({"backfill", stream, "--from", a_day(), "--to", a_day()});
      ASSERT_EQ(ended.code, 0) << ended.out << ended.err;
    }
  }

  // Long enough for each number to have been charged before the month.
  rig all{{"--days", "100", "--calls-per-day", "10"}};
  std::string last;
  std::string customer;
};

TEST_F(closing, is_a_draft_until_somebody_approves_it) {
  auto const draft = close();
  // Wallets were not read before the mirror began.
  EXPECT_EQ(draft.code, 4) << draft.out << draft.err;
  EXPECT_THAT(draft.out, HasSubstr("\n  open breaks              0\n"));
  EXPECT_THAT(draft.out, HasSubstr("\n  not judged               balance_roll, "));
  EXPECT_THAT(draft.out, HasSubstr("\nverdict: "));
  EXPECT_THAT(draft.out, HasSubstr(last + " is a draft with "));
  EXPECT_EQ(all.value("SELECT state FROM vobiz_bi.periods WHERE month = '" + last + "-01'"),
            "draft");

  auto const refused = close({"--approve", "--note", "looks good"});
  EXPECT_EQ(refused.code, 4) << refused.out;
  EXPECT_THAT(refused.out, HasSubstr(" is not approved: "));
  EXPECT_THAT(refused.out, HasSubstr("--accept-unjudged"));
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz.issued_statements"), "0");

  freeze();
  EXPECT_EQ(all.value("SELECT state || ' ' || issue FROM vobiz_bi.periods WHERE month = '" + last +
                      "-01'"),
            "frozen 1");
  EXPECT_EQ(all.value("SELECT string_agg(e ->> 'state', ' ') FROM vobiz.periods, "
                      "jsonb_array_elements(history) e"),
            "draft draft approved frozen");
  auto const again = close({"--approve", "--accept-unjudged", "--note", "once more"});
  EXPECT_EQ(again.code, 1);
  EXPECT_THAT(again.out, HasSubstr(last + " is frozen since "));
  // To look at it is no fault.
  EXPECT_EQ(close().code, 0);
}

TEST_F(closing, keeps_what_was_issued_and_makes_a_note_of_what_comes_later) {
  auto const before = statement_of(last);
  freeze();
  auto const issued = statement_of(last);
  EXPECT_EQ(issued.at("state").as_string(), "issued");
  EXPECT_EQ(issued.at("closing_balance"), before.at("closing_balance"));
  EXPECT_EQ(issued.at("lines"), before.at("lines"));
  auto const next_before = statement_of(month_back(0));
  std::vector<std::string> const annex = {"invoice", "--account", customer,
                                          "--month", last,        "--calls"};
  EXPECT_EQ(all.syncd.run(annex).code, 0);
  auto const invoice =
      all.syncd.run({"invoice", "--account", customer, "--month", last, "--json"}).out;

  add_late_call();
  EXPECT_EQ(all.syncd.run({"invoice", "--account", customer, "--month", last, "--json"}).out,
            invoice);
  auto const calls = all.syncd.run(annex);
  EXPECT_EQ(calls.code, 4);
  EXPECT_THAT(calls.out, HasSubstr(",7.25\r\n"));
  EXPECT_THAT(calls.err, HasSubstr("hint: calls have come or changed since"));
  auto const after = statement_of(last);
  EXPECT_EQ(after.at("opening_balance"), issued.at("opening_balance"));
  EXPECT_EQ(after.at("debit"), issued.at("debit"));
  EXPECT_EQ(after.at("closing_balance"), issued.at("closing_balance"));
  EXPECT_EQ(after.at("lines"), issued.at("lines"));

  auto const next = statement_of(month_back(0));
  EXPECT_EQ(next.at("opening_balance"), next_before.at("opening_balance"));
  EXPECT_EQ(next.at("opening_balance"), issued.at("closing_balance"));
  EXPECT_EQ(next.at("notes_amount").as_string(), "7.25");
  EXPECT_EQ(
      all.value("SELECT round(" + std::string(next_before.at("closing_balance").as_string()) +
                " - 7.25 - " + std::string(next.at("closing_balance").as_string()) + ", 9) = 0"),
      "t");
  EXPECT_EQ(
      all.value(
          "SELECT string_agg(note_kind || ' ' || line_kind || ' ' || trim_scale(amount), ', ') "
          "FROM vobiz_bi.period_notes WHERE of_month = '" +
          last + "-01'"),
      "debit_note usage 7.25");
  EXPECT_EQ(all.value("SELECT string_agg(DISTINCT stream, ' ' ORDER BY stream) FROM "
                      "vobiz_bi.period_note_rows WHERE account_id = '" +
                      customer + "'"),
            "cdrs transactions");
  auto const seen = close();
  EXPECT_EQ(seen.code, 0);
  EXPECT_THAT(seen.out, HasSubstr("\n  changed since frozen     1 of 7.25 INR\n"));
  // The lines of all months add up to the statements', frozen or not.
  EXPECT_EQ(all.value(R"(
SELECT count(*) FROM vobiz_bi.account_statement_monthly s
LEFT JOIN (SELECT month, account_id, currency, sum(amount) AS amount FROM vobiz_bi.invoice_lines_monthly
  WHERE line_kind <> 'rounding' GROUP BY 1, 2, 3) l USING (month, account_id, currency)
WHERE coalesce(l.amount, 0) <> s.debit - s.credit + s.notes_amount OR s.unexplained_amount <> 0)"),
            "0");
}

TEST_F(closing, prints_statements_invoices_and_postings_of_all_customers_as_issued) {
  EXPECT_EQ(all.syncd.run({"invoice", "--month", last, "--csv"}).code, 4);
  auto const live = all.syncd.run({"journal", "--month", last});
  EXPECT_EQ(live.code, 4) << live.err;
  EXPECT_THAT(live.out, StartsWith("partner,month,state,account_code,"));
  EXPECT_THAT(live.out, HasSubstr(last + ",provisional,4010,"));
  freeze();
  auto const customers = all.value(
      "SELECT count(DISTINCT account_id) FROM vobiz.issued_statements WHERE credit + debit <> 0");
  for (std::string const command : {"statement", "invoice"}) {
    auto const csv = all.syncd.run({command, "--month", last, "--csv"});
    EXPECT_EQ(csv.code, 0) << csv.err;
    EXPECT_THAT(csv.out, Not(HasSubstr("provisional")));
    EXPECT_THAT(csv.out, HasSubstr(",issued,usage,"));
    std::set<std::string> named;
    std::istringstream lines(csv.out);
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with("MA_")) named.insert(line.substr(0, line.find(',')));
    }
    EXPECT_GE(named.size(), std::stoul(customers)) << command;
  }
  auto const text = all.syncd.run({"invoice", "--account", customer, "--month", last});
  EXPECT_EQ(text.code, 0);
  EXPECT_THAT(text.out, HasSubstr("\nas issued "));
  EXPECT_THAT(text.out, ContainsRegex("\ntotal +[0-9]+[.][0-9][0-9]\n"));
  auto const journal = all.syncd.run({"journal", "--month", last, "--partner", "acme"});
  EXPECT_EQ(journal.code, 0);
  EXPECT_THAT(journal.out, HasSubstr(last + ",issued,4010,"));
  EXPECT_EQ(all.value("SELECT sum(debit) = sum(credit) FROM vobiz_bi.journal_monthly"), "t");

  EXPECT_EQ(all.syncd.run({"invoice", "--month", "2026-13"}).code, 2);
  EXPECT_EQ(all.syncd.run({"invoice", "--month", last, "--calls"}).code, 2);
  EXPECT_EQ(all.syncd.run({"invoice", "--account", "MA_NOBODY", "--month", last}).code, 1);
  EXPECT_EQ(all.syncd.run({"journal", "--month", "2001-01"}).code, 1);
  EXPECT_EQ(all.syncd.run({"journal", "--month", last, "--partner", "nobody"}).code, 1);
}

// A break below what is material is told of, and holds nothing.
TEST_F(closing, is_held_by_material_breaks_only) {
  all.database.query(
      "UPDATE vobiz.cdrs SET total_cost = total_cost + 0.5, cost = cost + 0.5 WHERE uuid = (SELECT "
      "uuid FROM vobiz.cdrs WHERE billsec > 0 AND (start_time AT TIME ZONE 'Asia/Kolkata')::date = "
      "'" +
      a_day() + "' LIMIT 1)");
  auto const held = close();
  EXPECT_EQ(held.code, 3) << held.out;
  EXPECT_THAT(held.out, ContainsRegex("\n  open breaks +[0-9]+ of [0-9.]+ INR\n"));
  all.database.query("UPDATE vobiz.currencies SET material_from = 100 WHERE currency = 'INR'");
  auto const small = close();
  EXPECT_EQ(small.code, 4) << small.out;
  EXPECT_THAT(small.out, ContainsRegex("\n  open breaks +0\n  below what is material +[0-9]+ of "
                                       "[0-9.]+ INR\n"));
  freeze();
}

TEST_F(closing, can_be_reopened_with_a_reason) {
  freeze();
  std::vector<std::vector<std::string>> const documents = {
      {"statement", "--account", customer, "--month", last, "--csv"},
      {"invoice", "--account", customer, "--month", last, "--json"},
      {"journal", "--month", last}};
  auto const first = print(documents);
  add_late_call();
  EXPECT_EQ(close({"--reopen"}).code, 2);
  auto const reopened = close({"--reopen", "--note", "the provider charged a call late"});
  EXPECT_EQ(reopened.code, 0) << reopened.err;
  EXPECT_THAT(reopened.out, HasSubstr(last + " is reopened"));
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_bi.period_notes"), "0");
  EXPECT_NE(statement_of(last).at("state").as_string(), "issued");
  EXPECT_EQ(close({"--reopen", "--note", "again"}).code, 1);
  EXPECT_EQ(print(documents, {"--issue", "1"}), first);
  // Nobody agreed to what the call costs.
  auto const doubtful = close({"--approve", "--accept-unjudged", "--note", "as corrected"});
  EXPECT_EQ(doubtful.code, 3) << doubtful.out;
  EXPECT_THAT(doubtful.out, HasSubstr(" is not approved: 1 open breaks: "));
  auto const found = all.value(
      "SELECT string_agg(id || ' ' || check_name || ' ' || kind, ', ') FROM "
      "vobiz.reconciliation_breaks WHERE state = 'open'");
  EXPECT_THAT(found, HasSubstr(" call_rating rate"));
  EXPECT_EQ(
      all.syncd.run({"reconcile", "accept", found.substr(0, found.find(' ')), "--note", "so"}).code,
      0);
  freeze();
  EXPECT_EQ(all.value("SELECT state || ' ' || issue FROM vobiz.periods"), "frozen 2");
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_bi.period_notes"), "0");
  EXPECT_EQ(all.value("SELECT count(DISTINCT issue) FROM vobiz.issued_statements"), "2");

  auto const second = print(documents);
  EXPECT_THAT(second.at(1), HasSubstr(R"("issue":"2")"));
  EXPECT_NE(second.at(2), first.at(2));
  EXPECT_EQ(print(documents, {"--issue", "1"}), first);
  EXPECT_EQ(print(documents, {"--issue", "2"}), second);
  auto const unknown = all.syncd.run({"journal", "--month", last, "--issue", "3"});
  EXPECT_EQ(unknown.code, 1);
  EXPECT_THAT(unknown.err, HasSubstr(last + " has no issue 3: it was issued 2 times"));
  EXPECT_EQ(all.syncd.run({"journal", "--month", last, "--issue", "0"}).code, 2);
}

TEST_F(closing, refuses_what_cannot_be_meant) {
  auto const running = all.syncd.run({"close", "--month", month_back(0)});
  EXPECT_EQ(running.code, 2);
  EXPECT_THAT(running.err, HasSubstr("is not over in Asia/Kolkata\nhint: "));
  auto const silent = close({"--approve"});
  EXPECT_EQ(silent.code, 2);
  EXPECT_THAT(silent.err, HasSubstr("--note is missing\nhint: "));
  auto const stranger = close({"--partner", "nobody"});
  EXPECT_EQ(stranger.code, 2);
  EXPECT_THAT(stranger.err, HasSubstr("no partner is called \"nobody\""));
}

}  // namespace
}  // namespace vobiz::e2e
