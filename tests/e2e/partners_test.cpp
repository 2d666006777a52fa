#include <csignal>

#include "rig.hpp"

// Two partners in one process: a failure of one must not affect the other.
namespace vobiz::e2e {
namespace {

using support::wait_until;

// The rig's partner "acme", and "zenith" with its own provider.
struct two_partners : rig {
  two_partners() : other({"--auth-id", "PA_EXAMPLE02"}) {}

  // Every stream once a second; `waits` is the response timeout for zenith.
  void configure_both(std::string const& token, std::string const& waits = "5s") {
    configure([&](auto& s) {
      s.partners = "  - name: zenith\n    base_url: " + other.base_url() +
                   "\n    auth_id: PA_EXAMPLE02\n    auth_token: " + token +
                   "\n    timeouts: {connect: 2s, response: " + waits + "}\n";
      // Without accounts the balances stream makes no request, so it would succeed with any API.
      s.streams = "  balances: {enabled: false}\n";
      for (auto const* name :
           {"profile", "accounts", "numbers", "dashboard", "transactions", "cdrs", "analytics"}) {
        s.streams += "  " + std::string(name) + ": {every: 1s";
        bool const days = std::string(name) == "transactions" || std::string(name) == "cdrs" ||
                          std::string(name) == "analytics";
        s.streams += days ? ", start_date: " + days_ago(6) + "}\n" : "}\n";
      }
    });
    // The file contains the token, so only its owner may read it.
    std::filesystem::permissions(
        syncd.file(), std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  }

  // Streams of the partner with at least `runs` good runs.
  std::string streams_of(std::string const& partner, int runs) {
    return value(
        "SELECT count(*) FROM (SELECT stream FROM vobiz_sync.runs WHERE outcome = 'ok' AND "
        "partner_id = '" +
        partner + "'\nGROUP BY 1 HAVING count(*) >= " + std::to_string(runs) + ") s");
  }

  // Acme is read again and again, completely.
  void expect_acme_is_well(support::process const& running) {
    EXPECT_TRUE(wait_until([&] { return streams_of("PA_EXAMPLE01", 3) == "7"; })) << running.err();
    EXPECT_TRUE(wait_until([&] { return stored_calls(database) == true_calls(api); }))
        << running.err();
    EXPECT_TRUE(wait_until([&] { return stored_entries(database) == true_entries(api); }))
        << running.err();
  }

  provider other;
};

void stop(support::process& running) {
  running.send(SIGTERM);
  auto const ended = running.wait(std::chrono::seconds(10));
  ASSERT_TRUE(ended) << running.err();
  EXPECT_EQ(ended->code, 0) << ended->err;
}

TEST(partners, whose_credentials_are_refused_do_not_hold_up_others) {
  two_partners all;
  all.configure_both("CANARY_WRONG_TOKEN");
  auto const running = all.syncd.start({"run"});
  EXPECT_TRUE(wait_until([&] {
    return all.value(
               "SELECT count(*) FROM vobiz_sync.streams WHERE partner_id = 'PA_EXAMPLE02' AND "
               "state = 'unauthorized'") == "7";
  })) << running->err();
  all.expect_acme_is_well(*running);
  EXPECT_EQ(all.streams_of("PA_EXAMPLE02", 1), "0");
  stop(*running);
}

TEST(partners, whose_api_hangs_do_not_hold_up_others) {
  two_partners all;
  all.other.add_fault("stall-head:0");
  all.configure_both("CANARY_PARTNER_TOKEN", "10m");
  auto const running = all.syncd.start({"run"});
  all.expect_acme_is_well(*running);
  // Meanwhile zenith's first requests are still waiting.
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_sync.runs WHERE partner_id = 'PA_EXAMPLE02'"),
            "0");
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_sync.streams WHERE partner_id = 'PA_EXAMPLE02' "
                      "AND last_attempt_at IS NOT NULL"),
            "7");
  stop(*running);
}

TEST(partners, are_named_by_check_config_and_sync) {
  two_partners all;
  all.configure_both("CANARY_WRONG_TOKEN");
  auto const checked = all.syncd.run({"check-config", "--connect"});
  EXPECT_EQ(checked.code, 77) << checked.err;
  EXPECT_THAT(checked.out, HasSubstr("configuration ok: "));
  EXPECT_THAT(checked.out, HasSubstr(": 2 partners, 7 streams\n"));
  EXPECT_THAT(checked.out, HasSubstr("partner \"acme\": the API answers as \"PA_EXAMPLE01\"\n"));
  EXPECT_THAT(checked.out, HasSubstr("partner \"zenith\": GET /me: 401"));
  auto const synced = all.sync({"profile"});
  EXPECT_EQ(synced.code, 77) << synced.err;
  EXPECT_THAT(synced.out, HasSubstr("zenith profile: GET /me: 401"));
  EXPECT_THAT(synced.out, Not(HasSubstr("acme profile: ")));
  EXPECT_EQ(all.value("SELECT string_agg(auth_id, ' ') FROM vobiz.partners"), "PA_EXAMPLE01");
}

}  // namespace
}  // namespace vobiz::e2e
