#include <csignal>

#include "rig.hpp"

// Upkeep of a stream beside its polls (docs/architecture.md, "Upkeep").
namespace vobiz::e2e {
namespace {

using support::wait_until;

// Only cdrs, polled once a second. Yesterday is proven, and a whole re-read of it is due.
struct kept_up : rig {
  kept_up() : rig({"--calls-per-day", "600"}) {
    configure([](auto& s) {
      s.timeouts = "connect: 2s, response: 10m";
      for (auto const* name : {"profile", "accounts", "balances", "numbers", "dashboard",
                               "transactions", "analytics"}) {
        s.streams += "  " + std::string(name) + ": {enabled: false}\n";
      }
      s.streams += "  cdrs: {every: 1s, start_date: " + days_ago(6) + "}\n";
    });
    sync_ends_with(0, {"cdrs"});
    database.query(
        "UPDATE vobiz_sync.windows SET walked_at = walked_at - interval '2 days' "
        "WHERE day = '" +
        days_ago(1) + "'");
  }

  std::string upkeeps() {
    return value("SELECT count(*) FROM vobiz_sync.runs WHERE command = 'upkeep'");
  }
  std::int64_t under_way() const { return api.get("/requests").at("in_flight").as_int64(); }
};

void stop(support::process& running) {
  running.send(SIGTERM);
  auto const ended = running.wait(std::chrono::seconds(10));
  ASSERT_TRUE(ended) << running.err();
  EXPECT_EQ(ended->code, 0) << ended->err;
}

TEST(upkeep, does_not_hold_up_a_poll_of_today) {
  kept_up all;
  // One page of yesterday does not come, so its whole re-read stays under way.
  all.api.add_fault("stall-head,path=/cdrs,query=start_date=" + days_ago(1) +
                    "&end_date=" + days_ago(1) + "&page=3");
  auto const running = all.syncd.start({"run"});
  EXPECT_TRUE(wait_until([&] { return all.under_way() == 1; })) << running->err();
  auto const uuid = add_call(all.api, {{"cost", "1.25"}});
  EXPECT_TRUE(wait_until([&] {
    return all.value("SELECT count(*) FROM vobiz.cdrs WHERE uuid = '" + uuid + "'") == "1";
  })) << running->err();
  EXPECT_EQ(all.under_way(), 1);
  EXPECT_EQ(all.upkeeps(), "0");
  EXPECT_EQ(all.value("SELECT state FROM vobiz_sync.streams WHERE stream = 'cdrs'"), "ok");
  stop(*running);
}

TEST(upkeep, is_a_run_of_its_own) {
  kept_up all;
  // A change that no total shows.
  auto const uuid = all.value("SELECT uuid FROM vobiz.cdrs WHERE window_day = '" + days_ago(1) +
                              "' ORDER BY uuid LIMIT 1");
  all.api.post("/calls/" + uuid, {{"fields", {{"region", "Elsewhere"}}}});
  auto const running = all.syncd.start({"run"});
  EXPECT_TRUE(wait_until([&] { return all.upkeeps() != "0"; })) << running->err();
  EXPECT_EQ(all.value("SELECT region FROM vobiz.cdrs WHERE uuid = '" + uuid + "'"), "Elsewhere");
  EXPECT_EQ(all.value("SELECT outcome || ' ' || windows || ' ' || updated FROM vobiz_sync.runs "
                      "WHERE command = 'upkeep' ORDER BY id LIMIT 1"),
            "ok 1 1");
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_sync.runs WHERE command = 'run' AND updated > 0"),
            "0");
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_sync.windows WHERE walked_at < now() - interval "
                      "'1 day'"),
            "0");
  stop(*running);
}

TEST(upkeep, that_fails_is_shown_and_polls_go_on) {
  kept_up all;
  all.api.add_fault("status:400,path=/cdrs,query=start_date=" + days_ago(1) +
                    "&end_date=" + days_ago(1));
  auto const running = all.syncd.start({"run"});
  auto const error = "SELECT coalesce(upkeep_error, '') FROM vobiz_sync.streams";
  EXPECT_TRUE(wait_until([&] { return !all.value(error).empty(); })) << running->err();
  EXPECT_THAT(all.value(error), HasSubstr("GET /cdrs: 400"));
  EXPECT_THAT(all.syncd.run({"status", "--wide"}).out,
              HasSubstr("\ncdrs: upkeep: " + days_ago(1) + ": GET /cdrs: 400"));
  auto const polls = "SELECT count(*) FROM vobiz_sync.runs WHERE command = 'run'";
  auto const before = all.number(polls);
  EXPECT_TRUE(wait_until([&] { return all.number(polls) >= before + 3; })) << running->err();
  EXPECT_EQ(all.value("SELECT state || ' ' || consecutive_failures || coalesce(last_error, '') "
                      "FROM vobiz_sync.streams"),
            "ok 0");
  stop(*running);

  all.api.end_faults();
  auto const again = all.syncd.start({"run"});
  auto const polled = all.number(polls);
  EXPECT_TRUE(wait_until([&] { return all.number(polls) > polled && all.value(error).empty(); }))
      << again->err();
  stop(*again);
}

}  // namespace
}  // namespace vobiz::e2e
