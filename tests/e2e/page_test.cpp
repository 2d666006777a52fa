#include "service.hpp"

// The status page in a real browser.
namespace vobiz::e2e {
namespace {

using support::wait_until;

struct page : ::testing::Test {
  page() { all.configure(serve_http); }

  // Returns the page after its script ran, and the browser's complaints.
  support::ending show(service const& running, std::string const& size = "1280,900") const {
    // As root, as in a container, the browser has no sandbox.
    return support::run_program(
        {"chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
         "--user-data-dir=" + (folder.path() / "profile").string(), "--enable-logging=stderr",
         "--virtual-time-budget=8000", "--window-size=" + size, "--dump-dom", running.url() + "/"},
        folder.path());
  }

  void expect_no_complaint(support::ending const& shown) {
    for (auto const* word : {"Refused to", "Content Security Policy", "Uncaught", "CONSOLE"}) {
      EXPECT_THAT(shown.err, Not(HasSubstr(word)));
    }
  }

  rig all;
  support::temporary_folder folder;
};

TEST_F(page, shows_where_everything_stands) {
  service running(all);
  ASSERT_TRUE(wait_until([&] {
    return running.get("/readyz").status == 200 &&
           all.number("SELECT count(*) FROM vobiz_sync.windows WHERE state = 'pending'") == 0;
  })) << running.process().err();
  all.database.query(
      "INSERT INTO vobiz_sync.runs (partner_id, stream, command, started_at, finished_at, outcome, "
      "error)\n"
      "VALUES ('PA_EXAMPLE01', 'cdrs', 'sync', now(), now(), 'failed',\n"
      "  '<script>alert(1)</script><img src=x onerror=alert(2)>')");
  ASSERT_TRUE(wait_until(
      [&] { return running.get("/status.json").body.find("onerror") != std::string::npos; }));
  auto const shown = show(running);
  expect_no_complaint(shown);
  for (auto const* text :
       {"all 8 streams ok", "Example Partner", "<th scope=\"row\">transactions</th>",
        "<td data-label=\"Proven through\" class=\"\">", "rows in the last 24 hours",
        "Nothing waits: every day since the start date has been read.", "None.",
        "&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x"}) {
    EXPECT_THAT(shown.out, HasSubstr(text));
  }
  // Yesterday is proven once it has been over for six hours.
  auto const proven = all.value(
      "SELECT count(*) FROM vobiz_sync.windows WHERE stream = 'cdrs' AND state = 'proven'");
  EXPECT_THAT(shown.out, HasSubstr(proven + " days proven"));
  EXPECT_THAT(shown.out, Not(HasSubstr("<img")));
  // The state is shown by sign and word, not by colour alone.
  EXPECT_THAT(shown.out, HasSubstr("data-sign=\"✓\">ok</span>"));
  EXPECT_THAT(shown.out, HasSubstr("aria-label=\"cdrs, "));
  EXPECT_EQ(running.stop(), 0);
}

TEST_F(page, says_what_is_missing_and_what_is_wrong) {
  all.api.add_fault("stall-head");
  // Balances knows at once that no customer is known: that would be something wrong.
  all.configure([](auto& s) {
    std::string const line = "  balances: {every: 1s}\n";
    s.streams.replace(s.streams.find(line), line.size(), "  balances: {enabled: false}\n");
  });
  service running(all);
  ASSERT_TRUE(
      wait_until([&] { return all.number("SELECT count(*) FROM vobiz_sync.streams") >= 7; }));
  all.database.query("DELETE FROM vobiz_sync.windows; DELETE FROM vobiz_sync.runs");
  ASSERT_TRUE(wait_until(
      [&] { return running.get("/status.json").body.find("\"runs\":[]") != std::string::npos; }));
  auto const shown = show(running, "390,800");
  expect_no_complaint(shown);
  for (auto const* text : {"streams not read yet", "No day has been read yet.", "never",
                           "No cycle of the last seven days changed rows or failed."}) {
    EXPECT_THAT(shown.out, HasSubstr(text));
  }
  {
    pqxx::work lock(all.database.connection());
    lock.exec("LOCK TABLE vobiz_sync.runs IN ACCESS EXCLUSIVE MODE");
    ASSERT_TRUE(wait_until([&] { return running.get("/status.json").status == 503; }));
    auto const without = show(running);
    EXPECT_THAT(without.out, HasSubstr("The status cannot be read: "));
  }
  EXPECT_EQ(running.stop(), 0);
}

}  // namespace
}  // namespace vobiz::e2e
