#include "from_scratch.hpp"
#include "vobiz/core/failure.hpp"
#include "vobiz/sink/rollups.hpp"

// Billing days in any time zone, and how the zone gets into the database.
namespace vobiz::sink {
namespace {

// A call of one minute each quarter of an hour, on those days and the days around.
void call_every_quarter(store& all, std::vector<std::chrono::sys_days> const& days) {
  std::vector<std::string> rows;
  int number = 0;
  for (auto const day : days) {
    for (int n = -96; n < 2 * 96; ++n) {
      rows.push_back(call(++number,
                          R"("billsec":30,"duration":60,"total_cost":"0.5","currency":"EUR")",
                          core::to_text(core::utc_time(day + std::chrono::minutes(15 * n)))));
    }
  }
  all.calls(rows);
}

std::string attempts(store& all, char const* day) {
  return all.value(std::string("SELECT sum(attempts) FROM vobiz_bi.usage_daily WHERE day = '") +
                   day + "'");
}

std::string hours(store& all, char const* day) {
  return all.value(
      std::string("SELECT count(DISTINCT hour) FROM vobiz_bi.usage_hourly WHERE day = '") + day +
      "'");
}

TEST(billing_days, are_whole_in_zones_with_halves_and_quarters_of_hours) {
  for (auto const* zone : {"Asia/Kolkata", "Asia/Kathmandu", "America/St_Johns", "UTC"}) {
    SCOPED_TRACE(zone);
    store all;
    call_every_quarter(all, {std::chrono::year(2026) / 1 / 10});
    rebuild_rollups(all.database.connection(), zone);
    EXPECT_EQ(all.value("SELECT timezone FROM vobiz.settings"), zone);
    EXPECT_EQ(attempts(all, "2026-01-10"), "96");
    EXPECT_EQ(hours(all, "2026-01-10"), "24");
    expect_exact(all);
  }
}

TEST(billing_days, have_23_or_25_hours_where_clocks_change) {
  store all;
  call_every_quarter(all, {std::chrono::year(2026) / 3 / 29, std::chrono::year(2026) / 10 / 25});
  rebuild_rollups(all.database.connection(), "Europe/Berlin");
  EXPECT_EQ(attempts(all, "2026-03-29"), "92");
  EXPECT_EQ(hours(all, "2026-03-29"), "23");
  EXPECT_EQ(attempts(all, "2026-10-25"), "100");
  EXPECT_EQ(hours(all, "2026-10-25"), "25");
  // Later rows count in the new zone, too.
  all.calls({call(5'000, {}, "2026-03-29T21:59:59Z"), call(5'001, {}, "2026-03-29T22:00:00Z")});
  EXPECT_EQ(attempts(all, "2026-03-29"), "93");
  expect_exact(all);
}

TEST(billing_days, begin_where_the_settings_say) {
  store all;
  EXPECT_EQ(all.value("SELECT vobiz.billing_day('2026-01-01T18:29:59.999999Z') || ' ' || "
                      "vobiz.billing_day('2026-01-01T18:30:00Z')"),
            "2026-01-01 2026-01-02");
  EXPECT_EQ(all.value("SELECT vobiz.billing_day_start('2026-01-02')"), "2026-01-01 18:30:00+00");
}

TEST(settings, take_the_zone_only_while_there_are_no_rollups) {
  store all;
  auto& connection = all.database.connection();
  EXPECT_EQ(adopt_settings(connection, "Europe/Berlin", std::chrono::hours(6)), "Europe/Berlin");
  EXPECT_EQ(adopt_settings(connection, "Asia/Kolkata", std::chrono::hours(6)), "Asia/Kolkata");
  all.calls({call(1)});
  EXPECT_EQ(adopt_settings(connection, "Europe/Berlin", std::chrono::hours(8)), "Asia/Kolkata");
  EXPECT_EQ(all.value("SELECT timezone || ' ' || settle FROM vobiz.settings"),
            "Asia/Kolkata 08:00:00");
}

TEST(settings, are_one_row_with_a_zone_that_exists) {
  store all;
  EXPECT_THROW(all.database.query("INSERT INTO vobiz.settings (only_row) VALUES (false)"),
               pqxx::sql_error);
  EXPECT_THROW(all.database.query("INSERT INTO vobiz.settings DEFAULT VALUES"), pqxx::sql_error);
  EXPECT_THROW(all.database.query("UPDATE vobiz.settings SET timezone = 'Mars/Base'"),
               pqxx::sql_error);
  EXPECT_THROW(rebuild_rollups(all.database.connection(), "Mars/Base"), core::failure);
  EXPECT_EQ(all.value("SELECT timezone FROM vobiz.settings"), "Asia/Kolkata");
}

}  // namespace
}  // namespace vobiz::sink
