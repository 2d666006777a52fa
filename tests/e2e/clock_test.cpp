#include <fstream>

#include "survivor.hpp"

// The machine's clock is set while the service runs. The database's clock stays correct.
namespace vobiz::e2e {
namespace {

using std::chrono::hours;

// Shifts the wall clock of the service (tests/support/moved_clock.cpp). The monotonic clock is
// unchanged, as when an administrator sets the clock.
class wall_clock {
public:
  wall_clock() { shift(hours(0)); }

  void shift(std::chrono::seconds by) const {
    std::int64_t const seconds = by.count();
    std::fstream file(offset(), std::ios::binary | std::ios::in | std::ios::out);
    if (!file.is_open()) file.open(offset(), std::ios::binary | std::ios::out);
    file.write(reinterpret_cast<char const*>(&seconds), sizeof seconds);
  }

  support::process::variables environment() const {
    return {{"LD_PRELOAD", VOBIZ_BINARY_DIR "/moved_clock.so"},
            {"MOVED_CLOCK", offset()},
            // AddressSanitizer refuses to be loaded second otherwise.
            {"ASAN_OPTIONS", "verify_asan_link_order=0"}};
  }

private:
  std::string offset() const { return folder_.path() / "offset"; }

  support::temporary_folder folder_;
};

class clock_set : public ::testing::Test {
protected:
  // A day closes at its end.
  clock_set()
      : one(clock.environment(), [](rig& all) {
          all.configure([](auto& s) {
            for (auto at = s.streams.find("lookback"); at != std::string::npos;
                 at = s.streams.find("lookback", at + 40)) {
              s.streams.insert(at, "close_delay: 0s, ");
            }
          });
        }) {}

  testing::test_database& base() { return one.all().database; }
  std::string leases() {
    return base().value(
        "SELECT string_agg(stream || holder || fence, ' ' ORDER BY stream) FROM vobiz_sync.leases");
  }
  std::string last_run() { return base().value("SELECT max(id) FROM vobiz_sync.runs"); }
  std::string days(std::string const& condition) {
    return base().value(
        "SELECT string_agg(stream || day, ' ' ORDER BY stream, day) FROM vobiz_sync.windows\n"
        "WHERE scope = '*' AND stream IN ('cdrs', 'transactions') AND " +
        condition);
  }

  wall_clock clock;
  survivor one;
};

TEST_F(clock_set, forward_and_back_by_a_day_costs_no_row_no_proof_and_no_lease) {
  auto const held = leases();
  auto const today = days_ago(0);
  auto const tomorrow = days_ago(-1);
  auto const proven = days("state = 'proven'");
  EXPECT_THAT(days("state = 'open'"), HasSubstr(today));

  // Midnight has passed.
  one.all().api.post("/advance", {{"seconds", 86'400}});
  clock.shift(hours(24));
  one.expect_logged("this machine's clock is 1440 min ahead of the database's: ");
  one.expect_logged("hint: one of the two is wrong: let both follow NTP");
  EXPECT_TRUE(support::wait_until([&] {
    return days("day = '" + today + "' AND state = 'proven'") ==
               "cdrs" + today + " transactions" + today &&
           days("day = '" + tomorrow + "' AND proof IS NOT NULL") ==
               "cdrs" + tomorrow + " transactions" + tomorrow;
  })) << one.log();
  one.expect_recovery();

  // The clock was wrong: it is not yet midnight.
  clock.shift(hours(0));
  auto const back = last_run();
  // The day is open again. New rows are read in each cycle, not at the next probe.
  add_call(one.all().api, {{"cost", "1.25"}, {"day", today}});
  EXPECT_TRUE(support::wait_until([&] {
    return days("day = '" + today + "' AND state = 'open'") != "";
  })) << one.log();
  one.expect_recovery();
  one.expect_recovery();
  EXPECT_EQ(days("state = 'proven' AND day < '" + today + "'"), proven);
  // The service neither waits for tomorrow nor spins: each stream starts once a second as before,
  // and twice where it finds the new call.
  EXPECT_EQ(base().value("SELECT count(*) FROM (SELECT started_at - lag(started_at) OVER "
                         "(PARTITION BY stream ORDER BY id)\n"
                         "  AS pause FROM vobiz_sync.runs WHERE command = 'run' AND started_at < "
                         "now() + interval '1 h'\n"
                         "  AND id > " +
                         back + ") p WHERE pause < '0.5 s'"),
            "0");
  // After the first cycle only open windows are requested.
  EXPECT_LE(
      one.all().number(
          "SELECT min(requests) FROM vobiz_sync.runs WHERE stream = 'cdrs' AND command = 'run'\n"
          "AND id > " +
          back),
      1);

  clock.shift(-hours(24));
  one.expect_logged("this machine's clock is 1440 min behind the database's: ");
  auto const behind = last_run();
  EXPECT_TRUE(support::wait_until([&] {
    return base().value(
               "SELECT count(*) FROM (SELECT FROM vobiz_sync.runs WHERE outcome = 'ok' AND id > " +
               behind + " GROUP BY stream HAVING count(*) >= 2) s") == "8";
  })) << one.log();
  expect_the_truth(one.all());

  clock.shift(hours(0));
  add_call(one.all().api, {{"cost", "2.5"}, {"day", today}});
  one.expect_recovery();
  EXPECT_EQ(leases(), held);
  EXPECT_EQ(one.failures_of("database"), 0) << one.log();
  one.expect_survived();
}

}  // namespace
}  // namespace vobiz::e2e
