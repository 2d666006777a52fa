#include "service.hpp"

// What customers earn, and which of them need a look.
namespace vobiz::e2e {
namespace {

using support::wait_until;

TEST(import_rates, stores_a_list_or_names_its_bad_lines) {
  rig all;
  all.sync_ends_with(0);
  support::temporary_folder const folder;
  std::string const header = "prefix,direction,currency,rate_per_minute,pulse,valid_from\n";
  auto const good = folder.write("good.csv", header +
                                                 "91,outbound,INR,0.10,60,2020-01-01\n"
                                                 "91,inbound,INR,0.05,1,2020-01-01\n");
  auto const stored = all.syncd.run({"import-rates", good.string()});
  EXPECT_EQ(stored.code, 0) << stored.err;
  EXPECT_EQ(stored.out, "2 rates of \"" + good.string() + "\" read: 2 new or different\n");
  EXPECT_THAT(all.syncd.run({"import-rates", good.string()}).out, HasSubstr(": 0 new"));
  EXPECT_EQ(
      all.value("SELECT sum(calls - unrated_calls) > 0 AND sum(unrated_calls) = 0 "
                "AND sum(margin_amount) = sum(cost - wholesale_cost) FROM vobiz_bi.margin_daily"),
      "t");

  auto const bad = folder.write("bad.csv", header +
                                               "91,outbound,INR,0.90,60,2020-01-01\n"
                                               "92,outbound,INR,free,60,2020-01-01\n"
                                               "93,both,INR,1,60,2020-01-01\n");
  auto const refused = all.syncd.run({"import-rates", bad.string()});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err,
              HasSubstr("line 3: rate_per_minute: \"free\" is not a decimal number\n"
                        "line 4: direction: \"both\" is neither inbound nor outbound\n"));
  EXPECT_THAT(refused.err, HasSubstr("has 2 bad lines, so nothing of it is stored"));
  EXPECT_EQ(all.value("SELECT string_agg(rate_per_minute::text, ' ' ORDER BY rate_per_minute) FROM "
                      "vobiz.wholesale_rates"),
            "0.05 0.1");
  auto const missing = all.syncd.run({"import-rates", (folder.path() / "none.csv").string()});
  EXPECT_EQ(missing.code, 1);
  EXPECT_THAT(missing.err, HasSubstr("cannot be read: No such file or directory"));
  EXPECT_EQ(all.syncd.run({"import-rates"}).code, 2);
  EXPECT_EQ(all.syncd.run({"import-rates", good.string(), "--partner", "nobody"}).code, 2);
}

TEST(early_warning, is_given_by_the_service) {
  rig all;
  all.configure(serve_http);
  all.sync_ends_with(0);
  all.database.query(
      "UPDATE vobiz.alert_thresholds SET is_on = kind = 'low_wallet', at_least = 1000000");
  service running(all);
  auto const standing = "SELECT count(*) FROM vobiz_bi.alerts WHERE is_standing";
  ASSERT_TRUE(wait_until([&] { return all.number(standing) > 0; })) << running.process().err();
  EXPECT_THAT(running.process().err(), HasSubstr("alerts of partner \"PA_EXAMPLE01\": "));
  auto const series = "\nvobiz_sync_open_alerts{partner=\"acme\",kind=\"low_wallet\"} " +
                      all.value(standing) + "\n";
  std::string text;
  EXPECT_TRUE(wait_until([&] {
    text = running.get("/metrics").body;
    return text.find(series) != std::string::npos;
  })) << text;
  EXPECT_THAT(text, HasSubstr("\nvobiz_sync_open_alerts{partner=\"acme\",kind=\"spend\"} 0\n"));
  EXPECT_THAT(text, Not(HasSubstr("MA_")));
  EXPECT_EQ(running.stop(), 0);
}

}  // namespace
}  // namespace vobiz::e2e
