#include "vobiz/ops/health.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "vobiz/ops/metrics.hpp"
#include "vobiz/sink/migrations.hpp"

namespace vobiz::ops {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

struct health : ::testing::Test {
  health() {
    now.partners.push_back({"acme", 0});
    now.streams.push_back({"acme", "PA_1", "cdrs", 480s, &cdrs, true});
    now.streams.push_back({"acme", "PA_1", "numbers", 3h, &numbers, false});
    now.workers.push_back({"database", 0, 0, 0s});
    status known;
    known.schema_version = sink::newest_migration();
    for (auto const* name : {"cdrs", "numbers"}) {
      auto& stream = known.streams.emplace_back();
      stream.partner = "PA_1";
      stream.stream = name;
      stream.lag_seconds = 480;
    }
    mirror.last = std::make_shared<status const>(known);
  }

  void change(auto const& how) {
    auto known = *mirror.last;
    how(known);
    mirror.last = std::make_shared<status const>(known);
  }
  boost::json::value json() const { return boost::json::parse(judge(now, mirror).json); }

  sync::activity cdrs;
  sync::activity numbers;
  facts now;
  status_reader::answer mirror;
};

TEST_F(health, is_ready_up_to_the_limit_and_no_second_longer) {
  EXPECT_TRUE(judge(now, mirror).ready);
  change([](status& s) { s.streams[0].lag_seconds = 481; });
  EXPECT_FALSE(judge(now, mirror).ready);
  EXPECT_EQ(json().at("streams").at(0).at("problem").as_string(),
            "the last good cycle ended 8m 1s ago, which is more than 8m");
  EXPECT_EQ(json().at("streams").at(0).at("age_seconds").as_int64(), 481);
  EXPECT_TRUE(json().at("streams").at(1).at("ready").as_bool());
}

TEST_F(health, is_not_ready_without_a_good_cycle) {
  change([](status& s) { s.streams[1].lag_seconds.reset(); });
  EXPECT_FALSE(judge(now, mirror).ready);
  EXPECT_EQ(json().at("streams").at(1).at("problem").as_string(), "no good cycle yet");
  // A stream of the same name of another partner does not count.
  change([](status& s) {
    s.streams[1].lag_seconds = 1;
    s.streams[1].partner = "PA_2";
  });
  EXPECT_FALSE(judge(now, mirror).ready);
}

TEST_F(health, is_ready_without_what_the_api_does_not_offer) {
  change([](status& s) {
    s.streams[1].lag_seconds.reset();
    s.streams[1].state = "unavailable";
  });
  EXPECT_TRUE(judge(now, mirror).ready);
  // The alert of stale streams compares with a limit that such a stream does not have.
  auto const text = metrics_text(now, mirror);
  EXPECT_THAT(text, HasSubstr("vobiz_sync_unavailable{partner=\"acme\",stream=\"numbers\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("vobiz_sync_stale_after_seconds{partner=\"acme\",stream=\"cdrs\"}"));
  EXPECT_THAT(
      text, Not(HasSubstr("vobiz_sync_stale_after_seconds{partner=\"acme\",stream=\"numbers\"}")));
}

TEST_F(health, tells_the_round_over_the_customers) {
  EXPECT_THAT(metrics_text(now, mirror), Not(HasSubstr("vobiz_sync_customers{")));
  change([](status& s) {
    auto& round = s.streams[0].round.emplace();
    round.customers = 40;
    round.asked = 30;
    round.waiting = 7;
    round.oldest_look = core::utc_time(90s);
    s.streams[0].witness.emplace().vouches = true;
  });
  auto const text = metrics_text(now, mirror);
  constexpr char const* of_cdrs = "{partner=\"acme\",stream=\"cdrs\"} ";
  auto const line = [&](std::string const& name, char const* value) {
    return HasSubstr("vobiz_sync_" + name + of_cdrs + value + "\n");
  };
  EXPECT_THAT(text, line("customers", "40"));
  EXPECT_THAT(text, line("customers_asked", "30"));
  EXPECT_THAT(text, line("customers_waiting", "7"));
  EXPECT_THAT(text, line("customers_oldest_look_timestamp_seconds", "90"));
  EXPECT_THAT(text, line("dashboard_vouches", "1"));
}

TEST_F(health, is_not_ready_with_another_schema_or_without_the_database) {
  change([](status& s) { ++s.schema_version; });
  EXPECT_FALSE(judge(now, mirror).ready);
  EXPECT_FALSE(json().at("schema").at("ready").as_bool());
  change([](status& s) { --s.schema_version; });
  mirror.problem = "example";
  EXPECT_FALSE(judge(now, mirror).ready);
  EXPECT_EQ(json().at("database").at("problem").as_string(), "example");
  mirror.last.reset();
  EXPECT_FALSE(judge(now, mirror).ready);
}

TEST_F(health, is_not_ready_while_it_waits) {
  EXPECT_TRUE(json().at("service").at("ready").as_bool());
  EXPECT_THAT(metrics_text(now, mirror), HasSubstr("vobiz_sync_waiting{reason=\"database\"} 0\n"));
  now.waiting = waits_for::newer_schema;
  now.waits_because = "example";
  EXPECT_FALSE(judge(now, mirror).ready);
  EXPECT_EQ(json().at("service").at("problem").as_string(), "example");
  EXPECT_EQ(status_line(now), "waiting: example");
  auto const text = metrics_text(now, mirror);
  EXPECT_THAT(text, HasSubstr("vobiz_sync_waiting{reason=\"database\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("vobiz_sync_waiting{reason=\"older_schema\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("vobiz_sync_waiting{reason=\"newer_schema\"} 1\n"));
}

TEST_F(health, names_the_workers_that_stand_still) {
  now.stuck_after = 10s;
  now.workers.push_back({"leases", 0, 7, 10s});
  EXPECT_THAT(stuck_workers(now), IsEmpty());
  now.workers.push_back({"status", 0, 0, 11s});
  EXPECT_THAT(stuck_workers(now), ElementsAre("status"));
  EXPECT_THAT(status_line(now), HasSubstr("; stuck: status"));
  EXPECT_THAT(metrics_text(now, mirror),
              HasSubstr("vobiz_sync_worker_stuck{worker=\"status\"} 1\n"));
  EXPECT_THAT(metrics_text(now, mirror),
              HasSubstr("vobiz_sync_worker_stuck{worker=\"leases\"} 0\n"));
}

TEST_F(health, has_a_line_for_systemd) {
  sink::run_report report;
  report.command = "run";
  report.outcome = sink::run_outcome::failed;
  report.rows.inserted = 7;
  api::counters spent;
  spent.requests = 1;
  cdrs.began({&report, &spent});
  cdrs.ended({&report, &spent});
  EXPECT_EQ(status_line(now),
            "2 streams of 1 partner: 1 failed (cdrs), 1 not read yet; 1 request and 7 rows new or "
            "changed since the start");
}

TEST_F(health, metrics_know_a_stream_by_both_names) {
  change([](status& s) {
    s.streams[0].windows["proven"] = 12;
    s.streams[0].synced_through = "1970-01-02";
    s.breaks.push_back({"PA_1", "call_charge", 3});
    s.breaks.push_back({"PA_1", "usage_day", 2});
    s.breaks.push_back({"PA_2", "usage_day", 9});
    s.break_amounts.push_back({"PA_1", "INR", 2, 12.5, 12});
    s.break_amounts.push_back({"PA_1", "*", 1, 0, 0});
    s.break_amounts.push_back({"PA_2", "USD", 9, 9, 9});
  });
  auto const text = metrics_text(now, mirror);
  EXPECT_THAT(
      text,
      HasSubstr("vobiz_sync_windows{partner=\"acme\",stream=\"cdrs\",state=\"proven\"} 12\n"));
  EXPECT_THAT(text, HasSubstr("vobiz_sync_synced_through_timestamp_seconds{partner=\"acme\",stream="
                              "\"cdrs\"} 172800\n"));
  EXPECT_THAT(text, HasSubstr("vobiz_sync_open_breaks{partner=\"acme\"} 5\n"));
  for (auto const* line : {"open_break_amount{partner=\"acme\",currency=\"INR\"} 12.5\n",
                           "material_break_amount{partner=\"acme\",currency=\"INR\"} 12\n",
                           "material_breaks{partner=\"acme\",currency=\"INR\"} 2\n",
                           "material_breaks{partner=\"acme\",currency=\"*\"} 1\n",
                           "material_break_amount{partner=\"acme\",currency=\"*\"} 0\n"}) {
    EXPECT_THAT(text, HasSubstr(std::string("\nvobiz_sync_") + line));
  }
  EXPECT_THAT(text, Not(HasSubstr("currency=\"USD\"")));
  EXPECT_THAT(text, HasSubstr("vobiz_sync_lease_held{partner=\"acme\",stream=\"cdrs\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("vobiz_sync_lease_held{partner=\"acme\",stream=\"numbers\"} 0\n"));
}

}  // namespace
}  // namespace vobiz::ops
