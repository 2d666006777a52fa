#include <boost/json/parse.hpp>

#include "rig.hpp"

// The commands `statement` and `rebuild-rollups`, compared with the simulator's data.
namespace vobiz::e2e {
namespace {

std::string month_back(rig& all, int n) {
  return all.value("SELECT to_char(vobiz.billing_day(now()) - interval '" + std::to_string(n) +
                   " month', 'YYYY-MM')");
}

// Forty days of history, and a mirror that starts earlier, so that whole months are known.
struct books : public ::testing::Test {
  books() {
    all.configure([](auto& s) { s.days = 100; });
    all.sync_ends_with(0);
  }
  rig all{{"--days", "40", "--calls-per-day", "40"}};
};

TEST_F(books, agree_with_every_wallet_of_the_provider) {
  auto const truth = all.api.get("/truth/wallets");
  for (auto const& wallet : truth.at("accounts").as_array()) {
    std::string const id(wallet.at("auth_id").as_string());
    SCOPED_TRACE(id);
    std::string opening;
    std::string closing;
    std::string sums = "SELECT 0::numeric";
    for (int back = 3; back >= 0; --back) {
      auto const ended =
          all.syncd.run({"statement", "--account", id, "--month", month_back(all, back), "--json"});
      if (ended.code == 1) continue;  // before the account's first entry
      ASSERT_EQ(ended.code, back == 0 ? 4 : 0) << ended.err << ended.out;
      auto const parsed = boost::json::parse(ended.out);
      auto const& s = parsed.at("statements").at(0);
      EXPECT_EQ(s.at("state").as_string(), back == 0 ? "provisional" : "proven");
      EXPECT_FALSE(s.as_object().contains("unexplained_amount")) << ended.out;
      std::string const begins(s.at("opening_balance").as_string());
      if (opening.empty()) {
        opening = begins;
      } else {
        EXPECT_EQ(begins, closing);
      }
      closing = std::string(s.at("closing_balance").as_string());
      // The lines add up to the movement of the wallet, exactly.
      std::string lines = "0";
      for (auto const& line : s.at("lines").as_array())
        lines += " - (" + std::string(line.at("amount").as_string()) + ")";
      EXPECT_EQ(all.value("SELECT " + begins + " + (" + lines + ") = " + closing), "t")
          << ended.out;
    }
    EXPECT_EQ(
        all.value("SELECT " + std::string(wallet.at("opening").as_string()) + " = " + opening), "t")
        << opening;
    EXPECT_EQ(
        all.value("SELECT " + std::string(wallet.at("cash_credits").as_string()) + " = " + closing),
        "t")
        << closing;
  }
}

TEST_F(books, say_what_is_not_proven_and_print_it_anyway) {
  auto const id = account(all, 1);
  auto const last = month_back(all, 1);
  auto const whole = all.syncd.run({"statement", "--account", id, "--month", last});
  EXPECT_EQ(whole.code, 0) << whole.err;
  EXPECT_THAT(
      whole.out,
      HasSubstr("\ncomplete: every day of the month is proven against the provider's totals\n"));
  EXPECT_THAT(whole.out, HasSubstr(id + " \""));
  EXPECT_THAT(whole.out, HasSubstr("month " + last + " (Asia/Kolkata), INR\n"));
  all.database.query(
      "UPDATE vobiz_sync.windows SET state = 'mismatch' WHERE stream = 'cdrs' AND day = '" + last +
      "-15'");
  auto const doubtful = all.syncd.run({"statement", "--account", id, "--month", last});
  EXPECT_EQ(doubtful.code, 4);
  EXPECT_THAT(
      doubtful.out,
      HasSubstr("\nPROVISIONAL: 1 of its windows (calls and ledger, by UTC day) are not proven\n"));
  auto const csv = all.syncd.run({"statement", "--account", id, "--month", last, "--csv"});
  EXPECT_EQ(csv.code, 4);
  EXPECT_THAT(
      csv.out,
      HasSubstr("account,month,currency,state,line,item,quantity,billable_minutes,amount\r\n" + id +
                "," + last + ",INR,provisional,opening_balance,"));
}

TEST_F(books, refuse_what_they_do_not_know) {
  auto const unknown = all.syncd.run({"statement", "--account", "MA_NOBODY", "--month", "2026-01"});
  EXPECT_EQ(unknown.code, 1);
  EXPECT_THAT(unknown.err, HasSubstr("account \"MA_NOBODY\" is not in the mirror\nhint: "));
  auto const no_month =
      all.syncd.run({"statement", "--account", "MA_NOBODY", "--month", "2026-13"});
  EXPECT_EQ(no_month.code, 2);
  EXPECT_THAT(no_month.err,
              HasSubstr("--month: \"2026-13\" is not a month\nhint: write it as YYYY-MM\n"));
  auto const too_early =
      all.syncd.run({"statement", "--account", account(all, 1), "--month", "2001-01"});
  EXPECT_EQ(too_early.code, 1);
  EXPECT_THAT(too_early.err, HasSubstr("has no statement for 2001-01: "));
  EXPECT_EQ(
      all.syncd.run({"statement", "--account", "MA_1", "--month", "2026-01", "--csv", "--json"})
          .code,
      2);
}

TEST_F(books, move_to_another_zone_only_when_told) {
  auto const by_day =
      "SELECT string_agg(day || ' ' || attempts, ', ' ORDER BY day) FROM (SELECT day, "
      "sum(attempts) AS attempts\n"
      "FROM vobiz_bi.usage_daily GROUP BY day) d";
  auto const of_rows = [](std::string const& zone) {
    return "SELECT string_agg(day || ' ' || attempts, ', ' ORDER BY day) FROM (SELECT (start_time "
           "AT TIME ZONE '" +
           zone +
           "')::date AS day, count(*) AS attempts FROM vobiz.cdrs WHERE removed_at IS NULL GROUP "
           "BY 1) d";
  };
  EXPECT_EQ(all.value(by_day), all.value(of_rows("Asia/Kolkata")));
  // The end of a cycle has stored each day that is over.
  EXPECT_EQ(
      all.value(
          "SELECT count(*) FROM vobiz_sync.rollup_marks WHERE day < vobiz.billing_day(now())"),
      "0");

  all.configure([](auto& s) { s.more = "reconcile: {timezone: America/St_Johns}\n"; });
  auto const synced = all.sync({"profile"});
  EXPECT_EQ(synced.code, 0);
  EXPECT_THAT(
      synced.err,
      HasSubstr("reconcile.timezone is \"America/St_Johns\", the rollups are in \"Asia/Kolkata\""));
  EXPECT_THAT(synced.err, HasSubstr("run: vobiz-syncd rebuild-rollups"));
  EXPECT_EQ(all.value("SELECT timezone FROM vobiz.settings"), "Asia/Kolkata");

  auto const rebuilt = all.syncd.run({"rebuild-rollups"});
  EXPECT_EQ(rebuilt.code, 0) << rebuilt.err;
  EXPECT_THAT(rebuilt.out,
              ::testing::MatchesRegex(
                  "rollups rebuilt in time zone \"America/St_Johns\": [0-9]+ rows in [0-9.]+ s\n"));
  EXPECT_EQ(all.value(by_day), all.value(of_rows("America/St_Johns")));
  EXPECT_THAT(all.sync({"profile"}).err, Not(HasSubstr("rebuild-rollups")));
}

// How many calls the dashboards show of a day, and a change that no part of the service makes.
std::string calls_shown(std::string const& day) {
  return "SELECT coalesce(sum(attempts), 0) FROM vobiz_bi.usage_daily WHERE day = '" + day + "'";
}

std::string delete_calls(std::string const& day) {
  return "DELETE FROM vobiz.cdrs WHERE vobiz.billing_day(start_time) = '" + day + "'";
}

TEST_F(books, follow_rows_that_were_changed_by_hand_once_their_days_are_rebuilt) {
  auto const day = all.value("SELECT vobiz.billing_day(now()) - 10");
  auto const shown = calls_shown(day);
  EXPECT_NE(all.value(shown), "0");
  all.database.query(delete_calls(day));
  EXPECT_NE(all.value(shown), "0");
  auto const rebuild = [&] {
    return all.syncd.run({"rebuild-rollups", "--from", day, "--to", day});
  };
  auto const rebuilt = rebuild();
  EXPECT_EQ(rebuilt.code, 0) << rebuilt.err;
  EXPECT_THAT(rebuilt.out,
              ::testing::MatchesRegex("rollups of " + day + " to " + day +
                                      " in time zone \"Asia/Kolkata\" rebuilt: [1-9][0-9]* rows "
                                      "of 15 minutes differed\n"));
  EXPECT_EQ(all.value(shown), "0");
  EXPECT_THAT(rebuild().out, HasSubstr(" rebuilt: 0 rows "));
  EXPECT_EQ(all.syncd.run({"reconcile", "--day", day, "--check", "rollups"}).code, 0);

  EXPECT_EQ(all.syncd.run({"rebuild-rollups", "--from", day}).code, 2);
  auto const turned = all.syncd.run({"rebuild-rollups", "--from", day, "--to", "2020-01-01"});
  EXPECT_EQ(turned.code, 2);
  EXPECT_THAT(turned.err, HasSubstr("is no span of days"));
  EXPECT_THAT(all.syncd.run({"rebuild-rollups", "--from", "May", "--to", day}).err,
              HasSubstr("\"May\" is not a day"));
}

TEST_F(books, follow_rows_that_were_changed_by_hand_when_their_day_is_reconciled) {
  auto const day = all.value("SELECT vobiz.billing_day(now()) - 9");
  EXPECT_NE(all.value(calls_shown(day)), "0");
  all.database.query(delete_calls(day));
  auto const reconcile = [&] {
    return all.syncd.run({"reconcile", "--day", day, "--check", "rollups"});
  };
  auto const first = reconcile();
  EXPECT_EQ(first.code, 0) << first.err;
  EXPECT_THAT(first.err, ::testing::ContainsRegex(
                             day + ": sums of [1-9][0-9]* customers? were made again from "
                                   "their rows: MA_.*outside the service"));
  EXPECT_EQ(all.value(calls_shown(day)), "0");
  auto const second = reconcile();
  EXPECT_EQ(second.code, 0) << second.out;
  EXPECT_THAT(second.err, Not(HasSubstr("made again")));
}

}  // namespace
}  // namespace vobiz::e2e
