#include "rig.hpp"

// Authentication by login.
namespace vobiz::e2e {
namespace {

TEST(login, reads_everything_and_knows_whose_it_is) {
  rig all;
  all.configure([](auto& s) { s.login = true; });
  all.sync_ends_with(0);
  expect_the_truth(all);
  EXPECT_EQ(all.value("SELECT string_agg(DISTINCT partner_id, ' ') FROM vobiz.cdrs"),
            "PA_EXAMPLE01");
  // One login, which is the only POST.
  EXPECT_EQ(all.api.requests("by_method", "POST"), 1);
  EXPECT_EQ(all.api.requests("by_path", "/login"), 1);
}

TEST(login, is_done_again_when_the_token_has_ended) {
  rig all;
  all.configure([](auto& s) { s.login = true; });
  // The simulator's clock passes the token's expiry during the cycle.
  all.api.post(
      "/between_requests",
      {{"k", 4}, {"path", "/cdrs"}, {"do", {{"method", "DELETE"}, {"path", "/_control/tokens"}}}});
  all.sync_ends_with(0);
  expect_the_truth(all);
  EXPECT_EQ(all.api.requests("by_path", "/login"), 2);
}

TEST(login, is_renewed_before_a_short_token_ends) {
  rig all({"--token-lifetime", "2"}, false);
  all.configure([](auto& s) {
    s.login = true;
    s.streams =
        "  profile: {every: 1s}\n  dashboard: {enabled: false}\n  analytics: {enabled: false}\n";
  });
  auto const running = all.syncd.start({"run"});
  EXPECT_TRUE(support::wait_until([&] { return all.api.requests("by_path", "/login") >= 3; }))
      << running->err();
  // Renewed before its expiry: no request was refused.
  EXPECT_EQ(all.api.requests("by_status", "401"), 0);
  running->send(SIGTERM);
  EXPECT_EQ(running->wait().value().code, 0);
}

TEST(login, with_a_wrong_password_ends_with_77) {
  rig all;
  all.configure([](auto& s) {
    s.login = true;
    s.password = "CANARY_WRONG";
  });
  auto const ended = all.sync();
  EXPECT_EQ(ended.code, 77) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("partner \"acme\": GET /me: POST /login: 401 "
                                   "INVALID_CREDENTIALS \"invalid email or password\""));
  EXPECT_THAT(ended.out + ended.err, Not(HasSubstr("CANARY_WRONG")));
}

}  // namespace
}  // namespace vobiz::e2e
