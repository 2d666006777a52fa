#include <csignal>

#include "rig.hpp"

// The API is away, or refuses, and comes back (docs/architecture.md, "Recovery").
namespace vobiz::e2e {
namespace {

using support::wait_until;

struct watched : rig {
  watched() {
    configure([](auto& s) { s.streams = every_second(); });
    running = syncd.start({"run"});
    EXPECT_TRUE(in_state("ok", 8)) << running->err();
  }

  bool in_state(std::string const& state, int streams) {
    return wait_until([&] {
      return number("SELECT count(*) FROM vobiz_sync.streams WHERE state = '" + state + "'") >=
             streams;
    });
  }
  std::int64_t answers(std::string const& status) const {
    return api.requests("by_status", status);
  }

  std::unique_ptr<support::process> running;
};

// Full cycles are tried again after a quarter of an hour; a single request notices before that.
TEST(recovery, from_a_token_refused_for_a_moment_is_noticed_within_a_minute) {
  watched all;
  all.api.add_fault("status:401");
  // Balances follows accounts, or has asked nothing.
  ASSERT_TRUE(all.in_state("unauthorized", 7)) << all.running->err();
  auto const refused = all.answers("401");
  all.api.end_faults();
  EXPECT_TRUE(all.in_state("ok", 8)) << all.running->err();
  EXPECT_EQ(all.answers("401"), refused);
}

// While it lasts, one request asks for all streams.
TEST(recovery, is_asked_for_by_one_request_of_all_streams) {
  watched all;
  all.api.add_fault("status:401");
  ASSERT_TRUE(all.in_state("unauthorized", 7)) << all.running->err();
  auto const refused = all.answers("401");
  EXPECT_TRUE(wait_until([&] { return all.answers("401") > refused; })) << all.running->err();
  // Requests of upkeep that were under way are refused a moment later, too.
  EXPECT_LT(all.answers("401"), refused + 7);
}

// The other streams are answered, so the refused one asks for itself.
TEST(recovery, of_a_single_stream_is_noticed_within_a_minute) {
  watched all;
  all.api.add_fault("status:400,path=/numbers");
  ASSERT_TRUE(wait_until([&] {
    return all.number(
               "SELECT max(consecutive_failures) FROM vobiz_sync.streams WHERE stream = "
               "'numbers'") >= 1;
  })) << all.running->err();
  // As if the stream had failed for hours.
  all.api.end_faults();
  EXPECT_TRUE(all.in_state("ok", 8)) << all.running->err();
}

TEST(balances, says_nothing_good_while_no_customer_is_known) {
  rig all;
  all.api.add_fault("status:500,path=/accounts");
  // Any other stream would make customers known.
  all.configure([](auto& s) {
    s.streams = "  accounts: {every: 1s}\n  balances: {every: 1s}\n";
    for (std::string const other :
         {"profile", "numbers", "dashboard", "transactions", "cdrs", "analytics"}) {
      s.streams += "  " + other + ": {enabled: false}\n";
    }
  });
  auto const running = all.syncd.start({"run"});
  auto const row = " FROM vobiz_sync.streams WHERE stream = 'balances'";
  EXPECT_TRUE(wait_until([&] {
    return all.value("SELECT string_agg(state, '')" + std::string(row)) == "failing";
  })) << running->err();
  EXPECT_THAT(all.value("SELECT last_error" + std::string(row)), HasSubstr("sync accounts first"));
  EXPECT_EQ(all.value("SELECT count(last_success_at)" + std::string(row)), "0");
  all.api.end_faults();
  EXPECT_TRUE(wait_until([&] { return all.value("SELECT state" + std::string(row)) == "ok"; }))
      << running->err();
  running->send(SIGTERM);
  EXPECT_EQ(running->wait().value().code, 0);
}

// The wallets come with the accounts.
TEST(balances, are_as_fresh_as_the_accounts_that_carry_the_wallets) {
  rig all;
  all.sync_ends_with(0);
  auto const success = [&](std::string const& stream) {
    return all.value("SELECT last_success_at FROM vobiz_sync.streams WHERE stream = '" + stream +
                     "'");
  };
  EXPECT_EQ(success("balances"), success("accounts"));
  all.sync_ends_with(0, {"balances"});
  EXPECT_EQ(success("balances"), success("accounts"));
  all.api.add_fault("status:400,path=/accounts");
  all.sync_ends_with(1, {"accounts"});
  EXPECT_NE(all.sync({"balances"}).code, 0);
  EXPECT_EQ(all.value("SELECT state FROM vobiz_sync.streams WHERE stream = 'balances'"), "failing");
  EXPECT_EQ(success("balances"), success("accounts"));
  all.api.end_faults();
  all.sync_ends_with(0, {"accounts", "balances"});
  EXPECT_EQ(success("balances"), success("accounts"));
}

}  // namespace
}  // namespace vobiz::e2e
