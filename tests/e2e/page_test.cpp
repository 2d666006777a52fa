#include <map>

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
      "  '<script>alert(1)</script><img src=x onerror=alert(2)>'\n"
      "  || U&'\\202Eexe.\\2066txt\\001B[31m\\000Aline')");
  ASSERT_TRUE(wait_until(
      [&] { return running.get("/status.json").body.find("onerror") != std::string::npos; }));
  auto const shown = show(running);
  expect_no_complaint(shown);
  for (auto const* text :
       {"ok: 8 of 8 streams of 1 partner", "Example Partner", "<th scope=\"row\">transactions</th>",
        "<td data-label=\"Proven through\" class=\"\">", "rows in the last 24 hours",
        "<p class=\"empty\">Nothing waits: every day ", "None.",
        "&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x",
        "\\u202eexe.\\u2066txt\\u001b[31m\\nline"}) {
    EXPECT_THAT(shown.out, HasSubstr(text));
  }
  // The service has said which streams it reads, and how old each may be.
  EXPECT_EQ(
      all.number("SELECT count(*) FROM vobiz_sync.streams WHERE is_enabled AND stale_after IS "
                 "NOT NULL"),
      8);
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
  for (auto const* text : {"streams of 1 partner not read yet", "No day has been read yet.",
                           "never", "No cycle of the last seven days changed rows or failed."}) {
    EXPECT_THAT(shown.out, HasSubstr(text));
  }
  // No sentence contradicts the states of the streams, whichever they are.
  // As it is shown: the script has the words, too.
  std::string const every_day = "<p class=\"empty\">Nothing waits: every day ";
  EXPECT_THAT(shown.out, Not(HasSubstr(every_day)));
  all.database.query("UPDATE vobiz_sync.streams SET start_date = NULL, last_success_at = now()");
  for (auto const& [state, is_good] : std::map<std::string, bool>{{"ok", true},
                                                                  {"unavailable", true},
                                                                  {"new", false},
                                                                  {"failing", false},
                                                                  {"mismatch", false},
                                                                  {"forbidden", false},
                                                                  {"unauthorized", false},
                                                                  {"stale", false}}) {
    SCOPED_TRACE(state);
    all.database.query("UPDATE vobiz_sync.streams SET state = '" +
                       (state == "stale" ? "ok" : state) + "'" +
                       (state == "stale" ? ", last_success_at = now() - interval '3 days'" : ""));
    ASSERT_TRUE(wait_until([&] {
      return running.get("/status.json").body.find("\"state\":\"" + state + "\"") !=
             std::string::npos;
    }));
    auto const walked = show(running, "360,800");
    EXPECT_EQ(walked.out.find(every_day) != std::string::npos, is_good);
    bool const needs_attention = !is_good && state != "new";
    EXPECT_EQ(walked.out.find("<title>! vobiz-syncd</title>") != std::string::npos,
              needs_attention);
    EXPECT_EQ(walked.out.find("streams with trouble") != std::string::npos, needs_attention);
    EXPECT_EQ(walked.out.find("data-sign=\"!\">attention: ") != std::string::npos, needs_attention);
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
