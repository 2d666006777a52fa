#include <csignal>

#include "rig.hpp"

// The commands backfill and verify.
namespace vobiz::e2e {
namespace {

using support::wait_until;

ending backfill(rig& all, int from, int to, std::vector<std::string> const& more = {}) {
  std::vector<std::string> words = {"backfill",     "cdrs", "--from",
                                    days_ago(from), "--to", days_ago(to)};
  words.insert(words.end(), more.begin(), more.end());
  return all.syncd.run(words);
}

// The contents of all tables, with the transaction that wrote each row.
std::string everything(rig& all) {
  std::string all_rows;
  for (auto const& table :
       all.database.query("SELECT format('%I.%I', schemaname, tablename) FROM pg_tables\n"
                          "WHERE schemaname IN ('vobiz', 'vobiz_sync', 'vobiz_part') AND tablename "
                          "<> 'leases' ORDER BY 1")) {
    std::string const name = table[0].c_str();
    all_rows += name + " " +
                all.value(
                    "SELECT md5(coalesce(string_agg(t.xmin::text || t::text, ';' ORDER BY "
                    "t::text), '')) FROM ONLY " +
                    name + " t") +
                "\n";
  }
  return all_rows;
}

TEST(backfill, reads_days_that_were_never_read_and_proven_ones_in_full) {
  rig all;
  all.sync_ends_with(0, {"accounts"});
  auto const first = backfill(all, 5, 2);
  EXPECT_EQ(first.code, 0) << first.err;
  EXPECT_THAT(first.out, ::testing::ContainsRegex(
                             "acme cdrs: 4 windows, [0-9]+ rows read, [0-9]+ new, 0 changed, 0 "
                             "unchanged, 0 windows not proven"));
  // Not a terminal: plain lines without cursor movements.
  EXPECT_THAT(first.err, HasSubstr("0 of 4 windows, 0 rows\n"));
  EXPECT_THAT(first.err, HasSubstr("4 of 4 windows, "));
  EXPECT_THAT(first.err, Not(HasSubstr("\r")));
  EXPECT_THAT(first.err, Not(HasSubstr("\x1b")));

  // No total shows this change, but a backfill reads proven days in full.
  auto const uuid = all.value("SELECT uuid FROM vobiz.cdrs WHERE window_day = '" + days_ago(4) +
                              "' ORDER BY 1 LIMIT 1");
  all.api.post("/calls/" + uuid, {{"fields", {{"region", "Example Region"}}}});
  auto const again = backfill(all, 5, 2);
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_THAT(again.out, HasSubstr(" 0 new, 1 changed, "));
  EXPECT_EQ(all.value("SELECT region FROM vobiz.cdrs WHERE uuid = '" + uuid + "'"),
            "Example Region");
}

TEST(backfill, reads_days_side_by_side_but_never_two_neighbours) {
  rig all;
  all.sync_ends_with(0, {"accounts"});
  // The first page of the newest day is delayed.
  all.api.add_fault("latency:4000,path=/cdrs,query=" + days_ago(2) + ",next=1");
  auto const running =
      all.syncd.start({"backfill", "cdrs", "--from", days_ago(5), "--to", days_ago(2)});
  auto const proven = [&all](int day) {
    return all.value(
               "SELECT count(*) FROM vobiz_sync.windows WHERE stream = 'cdrs' AND proof IS NOT "
               "NULL AND day = '" +
               days_ago(day) + "'") == "1";
  };
  ASSERT_TRUE(wait_until([&] { return proven(4) && proven(5); })) << running->err();
  EXPECT_FALSE(proven(2));
  // The previous day waits for it: both lists may contain a call at their boundary.
  EXPECT_FALSE(proven(3));
  auto const ended = running->wait();
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->code, 0) << ended->err;
  EXPECT_THAT(ended->out, HasSubstr("acme cdrs: 4 windows, "));
  EXPECT_EQ(all.value("SELECT string_agg(day::text, ' ' ORDER BY proven_at) FROM "
                      "vobiz_sync.windows WHERE stream = 'cdrs'"),
            days_ago(4) + " " + days_ago(5) + " " + days_ago(2) + " " + days_ago(3));
  EXPECT_EQ(
      all.value(
          "SELECT count(*) || ' ' || sum(windows) FROM vobiz_sync.runs WHERE command = 'backfill'"),
      "4 4");
}

TEST(backfill, over_one_connection_reads_one_day_after_the_other) {
  rig all;
  all.configure([](auto& s) { s.connections = 1; });
  all.sync_ends_with(0, {"accounts"});
  auto const ended = backfill(all, 5, 2);
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(all.value("SELECT string_agg(day::text, ' ' ORDER BY proven_at) FROM "
                      "vobiz_sync.windows WHERE stream = 'cdrs'"),
            days_ago(2) + " " + days_ago(3) + " " + days_ago(4) + " " + days_ago(5));
}

TEST(backfill, stores_billing_days_that_are_complete_while_it_reads_on) {
  rig all;
  all.sync_ends_with(0, {"accounts"});
  all.api.add_fault("latency:4000,path=/cdrs,query=" + days_ago(5) + ",next=1");
  auto const running =
      all.syncd.start({"backfill", "cdrs", "--from", days_ago(5), "--to", days_ago(2)});
  // Days that may still receive calls from the oldest list wait for it.
  EXPECT_TRUE(wait_until([&] {
    return all.value("SELECT min(day) FROM vobiz_sync.usage_days") == days_ago(3);
  })) << running->err();
  EXPECT_EQ(
      all.value("SELECT proof IS NULL FROM vobiz_sync.windows WHERE stream = 'cdrs' AND day = '" +
                days_ago(5) + "'"),
      "t");
  auto const ended = running->wait();
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->code, 0) << ended->err;
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_sync.rollup_marks"), "0");
}

// A refusal of one day ends the others after their current day; the rest stays queued.
TEST(backfill, side_by_side_ends_where_the_api_refuses) {
  rig all;
  all.sync_ends_with(0, {"accounts"});
  all.api.add_fault("status:401,path=/cdrs,query=" + days_ago(4));
  auto const ended = backfill(all, 5, 2);
  EXPECT_EQ(ended.code, 77) << ended.out << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("401"));
  EXPECT_EQ(all.value("SELECT string_agg(day::text, ' ' ORDER BY day) FROM vobiz_sync.windows\n"
                      "WHERE stream = 'cdrs' AND queued_at IS NOT NULL AND day IN ('" +
                      days_ago(4) + "', '" + days_ago(5) + "')"),
            days_ago(5) + " " + days_ago(4));
}

TEST(backfill, says_of_each_day_that_could_not_be_proven_why) {
  rig all;
  all.sync_ends_with(0, {"accounts"});
  for (int const day : {2, 4}) all.api.add_fault("lying-total:1,path=/cdrs,query=" + days_ago(day));
  auto const ended = backfill(all, 5, 2);
  EXPECT_EQ(ended.code, 1) << ended.err;
  for (int const day : {2, 4})
    EXPECT_THAT(ended.out, HasSubstr(days_ago(day) + ": not proven after 3 reads"));
  EXPECT_THAT(ended.out, HasSubstr("acme cdrs: 4 windows, "));
  EXPECT_THAT(ended.out, HasSubstr(", 2 windows not proven"));
}

TEST(backfill, of_one_customer_reads_that_one_only) {
  rig all;
  all.sync_ends_with(0, {"accounts"});
  auto const id = account(all, 1);
  auto const ended = backfill(all, 5, 2, {"--account", id});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(all.value("SELECT string_agg(DISTINCT account_id, ' ') FROM vobiz.cdrs"), id);
  EXPECT_EQ(all.api.requests("by_path", "/cdrs"), 0);
  EXPECT_EQ(
      all.value(
          "SELECT string_agg(DISTINCT scope, ' ') FROM vobiz_sync.windows WHERE stream = 'cdrs'"),
      id);
}

TEST(backfill, is_done_by_the_running_service_when_that_has_the_stream) {
  rig all;
  all.configure(
      [](auto& s) { s.streams = "  cdrs: {start_date: " + days_ago(0) + ", every: 1s}\n"; });
  auto const service = all.syncd.start({"run"});
  ASSERT_TRUE(wait_until([&] {
    return all.value(
               "SELECT count(*) FROM vobiz_sync.runs WHERE stream = 'cdrs' AND outcome = 'ok'") !=
           "0";
  })) << service->err();
  auto const ended = backfill(all, 5, 2);
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.err,
              HasSubstr("another process has the stream \"cdrs\" and works the queue off"));
  EXPECT_EQ(ended.out, "acme cdrs: 4 windows read\n");
  service->send(SIGTERM);
  ASSERT_TRUE(service->wait());
  EXPECT_THAT(service->err(), HasSubstr(days_ago(5) + " read from the queue: proven"));
  EXPECT_EQ(
      all.value("SELECT count(*) FROM vobiz_sync.windows WHERE stream = 'cdrs' AND proof IS NULL"),
      "0");
  // Each window once. The command itself read none.
  EXPECT_EQ(all.value("SELECT sum(windows) FROM vobiz_sync.runs\n"
                      "WHERE command = 'backfill' AND stream = 'cdrs'"),
            "4");
}

TEST(backfill, of_a_stream_that_a_sync_has_waits_for_its_end_and_does_the_work_itself) {
  rig all;
  all.configure([](auto& s) { s.streams = "  cdrs: {start_date: " + days_ago(0) + "}\n"; });
  // The sync holds the stream until its response; it does not see the queue made meanwhile.
  all.api.add_fault("stall-head:0,path=/cdrs,next=1");
  auto const held = all.syncd.start({"sync", "cdrs"});
  ASSERT_TRUE(wait_until([&] {
    return all.value(
               "SELECT count(*) FROM vobiz_sync.leases WHERE stream = 'cdrs'\n"
               "  AND expires_at > now()") != "0";
  }));
  auto const id = account(all, 1);
  auto const filler =
      all.syncd.start({"backfill", "cdrs", "--from", days_ago(5), "--to", days_ago(2)});
  ASSERT_TRUE(wait_until([&] {
    return filler->err().find("another process has the stream") != std::string::npos;
  })) << filler->err();
  held->send(SIGTERM);
  ASSERT_TRUE(held->wait());
  auto const ended = filler->wait();
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->code, 0) << ended->err;
  EXPECT_THAT(ended->out, HasSubstr("acme cdrs: 4 windows, "));
}

TEST(backfill, of_days_whose_global_list_is_refused_reads_the_customers) {
  rig all;
  all.sync_ends_with(0, {"accounts"});
  all.api.post("/global", {{"cdrs", false}, {"status", 403}});
  auto const ended = backfill(all, 5, 2);
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_EQ(all.value("SELECT string_agg(DISTINCT state, ' ') FROM vobiz_sync.windows\n"
                      "WHERE stream = 'cdrs' AND scope = '*'"),
            "forbidden");
  EXPECT_EQ(
      all.value("SELECT count(*) FILTER (WHERE state = 'proven') = count(*) AND count(*) > 0\n"
                "FROM vobiz_sync.windows WHERE stream = 'cdrs' AND scope <> '*'"),
      "t");
}

TEST(backfill, says_what_is_wrong_with_how_it_is_called) {
  rig all;
  struct {
    std::vector<std::string> words;
    std::string says;
  } const cases[] = {
      {{"backfill", "cdrs", "--from", days_ago(1), "--to", days_ago(2)}, "is no span of past days"},
      {{"backfill", "cdrs", "--from", days_ago(1), "--to", days_ago(-3)}, "neither in the future"},
      {{"backfill", "cdrs", "--from", "2026-02-30", "--to", days_ago(1)},
       "--from: \"2026-02-30\" is not a day"},
      {{"backfill", "accounts", "--from", days_ago(2), "--to", days_ago(1)},
       "streams with days: transactions, cdrs"},
      {{"backfill", "cdr", "--from", days_ago(2), "--to", days_ago(1)}, "cdrs"},
      {{"backfill", "cdrs", "--from", days_ago(2)}, "--to is required"},
      {{"verify", "cdrs", "--day", "yesterday"}, "--day: \"yesterday\" is not a day"},
      {{"verify", "numbers", "--day", days_ago(1)}, "there is no day to verify"},
  };
  for (auto const& c : cases) {
    auto const ended = all.syncd.run(c.words);
    EXPECT_EQ(ended.code, 2) << c.says;
    EXPECT_THAT(ended.err, HasSubstr(c.says));
  }
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_sync.windows"), "0");
}

TEST(verify, of_a_day_that_is_as_it_was_finds_nothing_and_writes_nothing) {
  rig all;
  all.sync_ends_with(0);
  auto const before = everything(all);
  auto const ended = all.syncd.run({"verify", "cdrs", "--day", days_ago(2)});
  EXPECT_EQ(ended.code, 0) << ended.err;
  auto const rows =
      all.value("SELECT count(*) FROM vobiz.cdrs WHERE window_day = '" + days_ago(2) + "'");
  EXPECT_EQ(ended.out, "acme cdrs " + days_ago(2) + ": the API counts " + rows +
                           " rows and lists " + rows + ", " + rows +
                           " are stored: no differences\n");
  EXPECT_EQ(everything(all), before);
}

TEST(verify, of_a_day_whose_global_list_is_refused_reads_the_customers) {
  rig all;
  all.api.post("/global", {{"cdrs", false}, {"status", 403}});
  all.sync_ends_with(0);
  add_call(all.api, {{"day", days_ago(2)}, {"cost", "4.5"}});
  auto const ended = all.syncd.run({"verify", "cdrs", "--day", days_ago(2)});
  EXPECT_EQ(ended.code, 1) << ended.err;
  auto const stored =
      all.number("SELECT count(*) FROM vobiz.cdrs WHERE window_day = '" + days_ago(2) + "'");
  EXPECT_THAT(ended.out, HasSubstr("the API counts " + std::to_string(stored + 1) +
                                   " rows and lists " + std::to_string(stored + 1) + ", " +
                                   std::to_string(stored) + " are stored: 1 difference"));
}

TEST(verify, prints_what_differs_and_writes_nothing) {
  rig all;
  all.sync_ends_with(0);
  auto const some = all.database.query(
      "SELECT account_id || ' ' || uuid, uuid FROM vobiz.cdrs WHERE window_day = '" + days_ago(2) +
      "' AND cost > 0 ORDER BY uuid LIMIT 2");
  std::string const changed = some[0][0].c_str();
  std::string const hidden = some[1][0].c_str();
  all.api.post("/calls/" + std::string(some[0][1].c_str()), {{"cost", "7.77"}});
  all.api.post("/calls/" + std::string(some[1][1].c_str()) + "/hide", boost::json::object());
  auto const added = add_call(all.api, {{"day", days_ago(2)}});
  auto const before = everything(all);
  auto const ended = all.syncd.run({"verify", "cdrs", "--day", days_ago(2)});
  EXPECT_EQ(ended.code, 1) << ended.out << ended.err;
  EXPECT_THAT(ended.out, ::testing::ContainsRegex(changed + " +cost +[0-9.]+ +7.77"));
  EXPECT_THAT(ended.out, ::testing::ContainsRegex(hidden + " +no longer listed"));
  EXPECT_THAT(ended.out, ::testing::ContainsRegex(added + " +not stored"));
  EXPECT_EQ(everything(all), before);
}

}  // namespace
}  // namespace vobiz::e2e
