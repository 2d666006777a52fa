#include <boost/json/parse.hpp>
#include <csignal>

#include "rig.hpp"

namespace vobiz::e2e {
namespace {

using ::testing::ContainsRegex;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

// The day before yesterday in India: settled, and each sync reads its UTC days again.
std::string billing_day() { return days_ago(2); }

ending reconcile(rig& all, std::vector<std::string> words = {}) {
  std::vector<std::string> line = {"reconcile", "--day", billing_day()};
  line.insert(line.end(), words.begin(), words.end());
  return all.syncd.run(line);
}

boost::json::object run_of(ending const& ended) {
  return boost::json::parse(ended.out).at("runs").at(0).as_object();
}

// "check status" of each check that is not ok.
std::vector<std::string> not_ok(ending const& ended) {
  std::vector<std::string> list;
  auto const run = run_of(ended);
  for (auto const& check : run.at("checks").as_array()) {
    std::string const status(check.at("status").as_string());
    if (status != "ok") list.push_back(std::string(check.at("check").as_string()) + " " + status);
  }
  return list;
}

std::vector<std::string> kinds(ending const& ended) {
  std::vector<std::string> list;
  auto const run = run_of(ended);
  for (auto const& b : run.at("breaks").as_array()) {
    list.push_back(std::string(b.at("check").as_string()) + " " +
                   std::string(b.at("kind").as_string()));
  }
  return list;
}

std::string evening(int days_ago_) { return days_ago(days_ago_) + "T18:10:00Z"; }

// A mirror that ran at the start and at the end of the billing day. The service uses the real
// clock, so rows that it has just read get the simulator's time.
struct witnessed_day : rig {
  explicit witnessed_day(std::vector<std::string> more)
      : rig([&] {
          more.insert(more.end(), {"--now", evening(3)});
          return more;
        }()) {}

  void read_at(std::string const& time) {
    sync_ends_with(0);
    auto const shift = [&](std::string const& table, std::string const& assignment,
                           std::string const& column) {
      database.query("UPDATE " + table + " SET " + assignment + " WHERE " + column +
                     " > now() - interval '1 hour'");
    };
    shift("vobiz_sync.runs", "started_at = '" + time + "', finished_at = '" + time + "'",
          "started_at");
    shift("vobiz.partner_balances", "captured_at = '" + time + "'", "captured_at");
    shift("vobiz.account_balances", "captured_at = '" + time + "'", "captured_at");
    shift("vobiz.accounts", "first_seen_at = '" + time + "'", "first_seen_at");
    shift("vobiz.dashboard_snapshots", "captured_at = '" + time + "'", "captured_at");
  }

  // Moves through the evening before, the events, the evening of the day, and the time since.
  void pass(auto const& meanwhile) {
    read_at(evening(3));
    api.post("/advance", {{"seconds", 86400}});
    meanwhile();
    read_at(evening(2));
    api.post("/advance", {{"seconds", 86400}});
    sync_ends_with(0);
  }
};

struct leak {
  char const* kind;
  char const* found;
};

// The simulator plants rows by UTC day.
struct planted : rig {
  planted() {
    configure([](auto& setting) { setting.more = "reconcile: {timezone: UTC}\n"; });
  }
  void plant(char const* kind) { api.post("/leaks", {{"kind", kind}, {"day", billing_day()}}); }
};

// Wallets and dashboard were not read on that day.
auto is_unread() {
  return ElementsAre("balance_roll inconclusive", "snapshot_totals inconclusive",
                     "master_roll inconclusive");
}

void expect_to_be_found(rig& all, leak const& planted) {
  auto const after = reconcile(all, {"--json"});
  EXPECT_EQ(after.code, 3);
  EXPECT_THAT(kinds(after), ElementsAre(planted.found)) << after.out;
  EXPECT_EQ(not_ok(after).size(), 4u) << after.out;

  auto const id = std::to_string(run_of(after).at("breaks").at(0).at("id").as_int64());
  auto const asked =
      all.syncd.run({"reconcile", "dispute", id, "--ticket", "T-1", "--note", "asked them"});
  EXPECT_EQ(asked.code, 0) << asked.err;
  EXPECT_THAT(asked.out, HasSubstr("\n1 break is in dispute\n"));
  auto const open = reconcile(all, {"--json"});
  EXPECT_EQ(open.code, 3);
  EXPECT_EQ(run_of(open).at("breaks").at(0).at("state").as_string(), "disputed");
  EXPECT_EQ(run_of(open).at("breaks").at(0).at("ticket").as_string(), "T-1");
  auto const accepted =
      all.syncd.run({"reconcile", "accept", "--ticket", "T-1", "--note", "known to us"});
  EXPECT_EQ(accepted.code, 0) << accepted.err;
  auto const last = reconcile(all, {"--json"});
  EXPECT_EQ(last.code, 4);
  EXPECT_THAT(kinds(last), IsEmpty());
}

class leaks : public ::testing::TestWithParam<leak> {};

TEST_P(leaks, are_found_by_exactly_the_check_meant_for_them) {
  planted all;
  all.sync_ends_with(0);
  auto const before = reconcile(all, {"--json"});
  EXPECT_THAT(not_ok(before), is_unread()) << before.out;
  all.plant(GetParam().kind);
  all.sync_ends_with(0);
  expect_to_be_found(all, GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    , leaks,
    ::testing::Values(leak{"charge_without_call", "call_charge no_cdr"},
                      leak{"call_without_charge", "call_charge no_debit"},
                      leak{"double_charge", "double_charge doubled"},
                      leak{"re_rated_call", "call_charge amount_differs"},
                      leak{"rental_twice", "number_rental charged_twice"},
                      leak{"charge_pending", "call_charge pending"},
                      leak{"charge_in_dollars", "call_charge other_currency"},
                      leak{"charge_to_another", "call_charge wrong_customer"},
                      leak{"call_off_price", "call_rating rate"},
                      leak{"voice_unrated", "call_rating voice_unrated"},
                      leak{"stream_off_price", "call_rating streaming_rate"},
                      leak{"fee_missing", "call_rating fee_missing"},
                      leak{"transfer_to_another", "transfer_match wrong_customer"},
                      leak{"refund_of_no_call", "manual_entries refund_without_charge"},
                      leak{"adjustment", "manual_entries needs_approval"},
                      leak{"endless_call", "plausibility too_long"},
                      leak{"talk_as_ringing", "plausibility hidden_talk"}),
    [](auto const& one) { return std::string(one.param.kind); });

// Rows in order and one too many. When they come after the day was closed, those in order are late.
class leaks_of_two_rows : public ::testing::TestWithParam<leak> {};

TEST_P(leaks_of_two_rows, are_found_by_exactly_the_check_meant_for_them) {
  planted all;
  all.plant(GetParam().kind);
  all.sync_ends_with(0);
  expect_to_be_found(all, GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    , leaks_of_two_rows,
    ::testing::Values(leak{"transfer_twice", "transfer_match booked_twice"},
                      leak{"payment_twice", "manual_entries repeated_reference"},
                      leak{"call_of_two_customers", "identity two_customers"},
                      leak{"call_recorded_twice", "identity duplicate"},
                      leak{"call_over_foreign_number", "identity foreign_number"}),
    [](auto const& one) { return std::string(one.param.kind); });

class both_generations : public ::testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(reconcile, both_generations, ::testing::Values("1", "2"));

TEST_P(both_generations, agree_in_all_checks) {
  witnessed_day all({"--generation", GetParam()});
  all.pass([] {});
  auto const ended = reconcile(all, {"--json"});
  EXPECT_THAT(not_ok(ended), IsEmpty()) << ended.out;
  EXPECT_EQ(run_of(ended).at("checks").as_array().size(), 20u);
  EXPECT_EQ(ended.code, 0) << ended.err;
}

TEST(wallet_jump, is_found_by_balance_roll_alone) {
  witnessed_day all({});
  all.pass([&] { all.api.post("/leaks", {{"kind", "wallet_jump"}, {"amount", "12.5"}}); });
  auto const ended = reconcile(all, {"--json"});
  EXPECT_THAT(kinds(ended), ElementsAre("balance_roll balance_jump")) << ended.out;
  EXPECT_THAT(not_ok(ended), ElementsAre("balance_roll break"));
  EXPECT_EQ(std::string(run_of(ended).at("breaks").at(0).at("difference").as_string()), "-12.5");
  EXPECT_EQ(ended.code, 3);
}

TEST(master_jump, is_found_by_master_roll_alone_until_somebody_says_what_it_was) {
  witnessed_day all({});
  all.pass([&] { all.api.post("/leaks", {{"kind", "master_jump"}, {"amount", "12.5"}}); });
  auto const ended = reconcile(all, {"--json"});
  EXPECT_THAT(kinds(ended), ElementsAre("master_roll master_jump")) << ended.out;
  EXPECT_THAT(not_ok(ended), ElementsAre("master_roll break"));
  EXPECT_EQ(std::string(run_of(ended).at("breaks").at(0).at("difference").as_string()), "-12.5");
  all.database.query(
      "INSERT INTO vobiz.partner_credits (partner_id, booked_at, currency, amount, note) SELECT "
      "auth_id, '" +
      days_ago(2) + "T06:00:00Z', 'INR', -12.5, 'paid out, 77' FROM vobiz.partners");
  EXPECT_THAT(not_ok(reconcile(all, {"--json"})), IsEmpty());
}

// A transfer has three days to arrive.
TEST(transfer_pending, is_found_by_transfer_match_alone_when_it_should_have_arrived) {
  rig all;
  auto const day = days_ago(5);
  all.api.post("/leaks", {{"kind", "transfer_pending"}, {"day", day}});
  all.api.post("/leaks", {{"kind", "transfer_pending"}, {"day", billing_day()}});
  all.sync_ends_with(0);
  auto const early = reconcile(all, {"--json", "--check", "transfer_match"});
  EXPECT_THAT(not_ok(early), ElementsAre("transfer_match inconclusive")) << early.out;
  auto const late =
      all.syncd.run({"reconcile", "--day", day, "--json", "--check", "transfer_match"});
  EXPECT_THAT(kinds(late), ElementsAre("transfer_match pending")) << late.out;
}

TEST(reconcile, shows_a_table_or_rows_for_spreadsheets_and_refuses_what_it_cannot_do) {
  rig all;
  all.sync_ends_with(0);
  auto const table = reconcile(all);
  EXPECT_EQ(table.code, 4);
  EXPECT_THAT(table.out, StartsWith("acme, " + billing_day() + "\ncheck "));
  EXPECT_THAT(table.out, HasSubstr("call_charge       ok "));
  // Only mirrored and settled days of the month can be checked.
  auto const month = all.syncd.run({"reconcile", "--month", billing_day().substr(0, 7)});
  EXPECT_EQ(month.code, 4);
  EXPECT_THAT(month.out, ContainsRegex("call_charge +ok for [0-9]+ of [0-9]+ days "));
  auto const csv = reconcile(all, {"--csv", "--check", "call_charge"});
  EXPECT_EQ(csv.code, 0);
  EXPECT_THAT(csv.out, StartsWith("partner,billing_day,check,account_id,"));
  EXPECT_THAT(csv.out, HasSubstr("\nacme," + billing_day() + ",call_charge,MA_"));

  auto const early = all.syncd.run({"reconcile", "--day", days_ago(-2)});
  EXPECT_EQ(early.code, 2);
  EXPECT_THAT(early.err,
              HasSubstr("no billing day of " + days_ago(-2) + " is over in Asia/Kolkata"));
  EXPECT_THAT(all.syncd.run({"reconcile", "--month", "May"}).err,
              HasSubstr("--month: \"May\" is not a month"));
  EXPECT_THAT(reconcile(all, {"--check", "call_charges"}).err,
              HasSubstr("unknown check \"call_charges\"; did you mean \"call_charge\"?"));
  EXPECT_THAT(reconcile(all, {"--partner", "zenith"}).err,
              HasSubstr("no partner is called \"zenith\""));
  EXPECT_THAT(all.syncd.run({"reconcile", "accept", "99", "--note", "x"}).err,
              HasSubstr("there is no break 99"));
  EXPECT_EQ(all.syncd.run({"reconcile", "accept", "99", "--note", " "}).code, 2);
}

TEST(reconcile, refuses_to_accept_what_nobody_named) {
  rig all;
  all.sync_ends_with(0);
  auto const decide = [&all](std::vector<std::string> words) {
    words.insert(words.begin(), "reconcile");
    words.insert(words.end(), {"--note", "x"});
    auto const ended = all.syncd.run(words);
    return std::to_string(ended.code) + " " + ended.err;
  };
  EXPECT_THAT(decide({"accept"}), StartsWith("2 vobiz-syncd: which breaks?\nhint: "));
  EXPECT_THAT(decide({"accept", "--currency", "INR"}), StartsWith("2 vobiz-syncd: which breaks?"));
  EXPECT_THAT(decide({"accept", "1", "--check", "call_charge"}), StartsWith("2 "));
  EXPECT_THAT(decide({"accept", "--at-most", "5"}), StartsWith("2 "));
  EXPECT_THAT(decide({"accept", "--at-most=-5", "--currency", "INR"}),
              StartsWith("2 vobiz-syncd: --at-most: \"-5\" is not an amount\n"));
  EXPECT_THAT(decide({"accept", "--day", "2026-02-30"}),
              StartsWith("2 vobiz-syncd: --day: \"2026-02-30\" is not a day\n"));
  EXPECT_THAT(decide({"accept", "--month", "May"}),
              StartsWith("2 vobiz-syncd: --month: \"May\" is not a month\n"));
  EXPECT_THAT(decide({"accept", "--check", "call_charges"}), StartsWith("2 "));
  EXPECT_THAT(decide({"--check", "call_charge", "accept", "1"}),
              StartsWith("2 vobiz-syncd: --check stands before \"accept\"\nhint: "));
  EXPECT_THAT(decide({"dispute", "1"}), StartsWith("2 "));
  EXPECT_THAT(decide({"dispute", "1", "--ticket", " "}),
              StartsWith("2 vobiz-syncd: --ticket is empty\n"));
  EXPECT_THAT(decide({"dispute", "1", "--ticket", "T"}),
              StartsWith("1 vobiz-syncd: there is no break 1\n"));
  EXPECT_THAT(decide({"accept", "--check", "call_charge"}),
              StartsWith("1 vobiz-syncd: no open break is like that\n"));
}

TEST(reconcile, leaves_at_the_second_signal_although_the_database_keeps_it) {
  rig all;
  all.sync_ends_with(0);
  pqxx::work user(all.database.connection());
  user.exec("LOCK TABLE vobiz.reconciliation_runs IN ACCESS EXCLUSIVE MODE");
  auto const running = all.syncd.start({"reconcile", "--day", billing_day()});
  auto const waits = [&] {
    user.exec("SELECT pg_stat_clear_snapshot()");
    return user.exec(
                   "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND "
                   "wait_event_type = 'Lock'")[0][0]
               .as<int>() > 0;
  };
  ASSERT_TRUE(support::wait_until(waits)) << running->err();
  running->send(SIGTERM);
  ASSERT_TRUE(support::wait_until(
      [&] { return running->err().find("once more to leave at once") != std::string::npos; }));
  running->send(SIGTERM);
  auto const ended = running->wait();
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->code, 1) << ended->err;
}

TEST(nightly, two_services_check_the_books_once) {
  rig all;
  all.sync_ends_with(0);
  auto const first = all.syncd.start({"run"});
  auto const second = all.syncd.start({"run"});
  EXPECT_TRUE(support::wait_until([&] {
    return all.number(
               "SELECT count(*) FROM vobiz.reconciliation_runs WHERE finished_at IS NOT NULL AND "
               "command = 'nightly'") > 0;
  })) << first->err()
      << second->err();
  for (auto const& service : {first.get(), second.get()}) {
    service->send(SIGTERM);
    auto const ended = service->wait();
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->code, 0) << ended->err;
  }
  EXPECT_EQ(all.value("SELECT count(*) || ' ' || max(last_day - first_day) FROM "
                      "vobiz.reconciliation_runs WHERE command = "
                      "'nightly'"),
            "1 34");
  // The nightly run is complete; no process repeats it.
  auto const third = all.syncd.start({"run"});
  EXPECT_TRUE(
      support::wait_until([&] { return third->err().find("running:") != std::string::npos; }));
  third->send(SIGTERM);
  ASSERT_TRUE(third->wait());
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz.reconciliation_runs WHERE command = 'nightly'"),
            "1");
}

}  // namespace
}  // namespace vobiz::e2e
