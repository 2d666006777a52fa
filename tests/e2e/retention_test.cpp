#include "rig.hpp"
#include "vobiz/sync/kept_days.hpp"

// Months that retention drops: announced, dropped a day later, and not read again.
namespace vobiz::e2e {
namespace {

// More than three months of history; the current month and the one before are kept.
constexpr int history = 100;
constexpr auto kept = "retention: {cdrs: 1 month}\n";

core::utc_day oldest_kept() {
  config::stream settings;
  settings.retention = std::chrono::months(1);
  return *sync::kept_from(settings, today());
}

TEST(retention, announces_months_drops_them_a_day_later_and_never_asks_for_them_again) {
  rig all({"--days", std::to_string(history), "--calls-per-day", "20"});
  auto const streams = "  cdrs: {start_date: " + days_ago(history) + ", audit_days: 28}\n";
  all.configure([&](auto& s) { s.streams = streams; });
  all.sync_ends_with(0, {"accounts"});
  all.sync_ends_with(0, {"cdrs"});
  auto const old =
      " FROM vobiz.cdrs WHERE start_time < '" + core::to_text(oldest_kept()) + " 00:00+00'";
  auto const calls = all.number("SELECT count(*)" + old);
  auto const newer = all.number("SELECT count(*) FROM vobiz.cdrs") - calls;
  ASSERT_GT(calls, 0);
  auto const months = all.number("SELECT count(DISTINCT date_trunc('month', start_time))" + old);

  all.configure([&](auto& s) {
    s.streams = streams;
    s.more = kept;
  });
  auto const first = all.sync({"cdrs"});
  EXPECT_EQ(first.code, 0) << first.err;
  EXPECT_THAT(first.err, HasSubstr(" calls is too old to be kept: it will be dropped after "));
  EXPECT_EQ(all.number("SELECT count(*)" + old), calls);
  EXPECT_EQ(all.number("SELECT count(*) FROM vobiz_sync.retention WHERE rows > 0"), months);

  // A day passes. Each cycle drops at most one month, after it has stored the sums of its days.
  all.value(
      "UPDATE vobiz_sync.retention SET drop_after = drop_after - interval '1 day' RETURNING 1");
  auto const left = [&] {
    return all.number("SELECT count(*) FROM vobiz_sync.retention WHERE dropped_at IS NULL");
  };
  std::string log;
  for (int cycle = 0; left() > 0 && cycle < 40; ++cycle) {
    auto const ended = all.sync({"cdrs"});
    EXPECT_EQ(ended.code, 0) << ended.err;
    log += ended.err;
  }
  EXPECT_EQ(all.value("SELECT coalesce(string_agg(month || ': ' || held_by, ', '), '') FROM "
                      "vobiz_sync.retention WHERE dropped_at IS NULL"),
            "");
  EXPECT_THAT(log, HasSubstr(" calls is dropped"));
  EXPECT_EQ(all.number("SELECT count(*)" + old), 0);
  EXPECT_EQ(all.number("SELECT sum(rows) FROM vobiz_sync.retention WHERE dropped_at IS NOT NULL"),
            calls);

  // The dropped calls stay away, although the ledger still mentions them.
  all.sync_ends_with(0, {"transactions"});
  all.sync_ends_with(0, {"cdrs"});
  EXPECT_EQ(all.number("SELECT count(*)" + old), 0);
  EXPECT_EQ(all.number("SELECT count(*) FROM vobiz.cdrs"), newer);
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_part.cdrs_default"), "0");
  EXPECT_EQ(all.value("SELECT string_agg(DISTINCT outcome, ' ') FROM vobiz_sync.runs"), "ok");
  // Their windows stay proven, and the cursor stays.
  EXPECT_EQ(
      all.value("SELECT count(*) FROM vobiz_sync.windows WHERE stream = 'cdrs' AND proof IS NULL"),
      "0");
  EXPECT_EQ(all.value("SELECT synced_through >= date '" + days_ago(2) +
                      "' FROM vobiz_sync.streams WHERE stream = 'cdrs'"),
            "t");

  for (auto const& words :
       {std::vector<std::string>{"backfill", "cdrs", "--from", core::to_text(oldest_kept()), "--to",
                                 days_ago(1)},
        std::vector<std::string>{"verify", "cdrs", "--day", days_ago(history)}}) {
    auto const ended = all.syncd.run(words);
    EXPECT_EQ(ended.code, 2);
    EXPECT_THAT(
        ended.err,
        HasSubstr("is older than what retention keeps\nhint: the first day that can be read is " +
                  core::to_text(oldest_kept() + std::chrono::days(1))));
  }
}

// People make views of an old month for an invoice run, and forget them.
TEST(retention, leaves_a_month_that_a_view_uses_and_goes_on_with_all_else) {
  rig all({"--days", std::to_string(history), "--calls-per-day", "2"});
  auto const streams = "  cdrs: {start_date: " + days_ago(history) + ", audit_days: 28}\n";
  all.configure([&](auto& s) { s.streams = streams; });
  all.sync_ends_with(0, {"accounts", "cdrs"});
  auto const oldest = all.value(
      "SELECT min(tablename) FROM pg_tables WHERE schemaname = 'vobiz_part' AND tablename LIKE "
      "'cdrs_2%'");
  all.database.query("CREATE VIEW public.invoice_run AS SELECT account_id FROM vobiz_part." +
                     oldest);
  all.configure([&](auto& s) {
    s.streams = streams;
    s.more = kept;
  });
  auto const announced = all.sync({"cdrs"});
  EXPECT_EQ(announced.code, 0) << announced.err;
  EXPECT_THAT(announced.err, HasSubstr("retention: partition \"" + oldest +
                                       "\" is not dropped: in use by view public.invoice_run"));
  all.database.query("UPDATE vobiz_sync.retention SET drop_after = drop_after - interval '1 day'");
  // Sums of the other months' days are stored first.
  auto const left = [&] {
    return all.number("SELECT count(*) FROM vobiz_sync.retention WHERE dropped_at IS NULL");
  };
  for (int cycle = 0; left() > 1 && cycle < 40; ++cycle) all.sync_ends_with(0, {"cdrs"});
  EXPECT_EQ(all.value("SELECT string_agg(held_by, ', ') FROM vobiz_sync.retention\n"
                      "WHERE dropped_at IS NULL"),
            "in use by view public.invoice_run");
  EXPECT_GT(all.number("SELECT count(*) FROM vobiz_sync.retention WHERE dropped_at IS NOT NULL"),
            0);
  EXPECT_EQ(all.value("SELECT count(*) >= 0 FROM public.invoice_run"), "t");
  auto const uuid = add_call(all.api, {{"cost", "1.25"}});
  all.sync_ends_with(0, {"cdrs"});
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz.cdrs WHERE uuid = '" + uuid + "'"), "1");
}

}  // namespace
}  // namespace vobiz::e2e
