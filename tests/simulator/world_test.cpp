#include <gmock/gmock.h>

#include <set>

#include "simulator/provider.hpp"

namespace vobiz::simulator {
namespace {

TEST(money, is_exact_and_keeps_five_decimals_in_texts) {
  EXPECT_EQ(to_text(money_from_text("0.45").value()), "0.45");
  EXPECT_EQ(to_text(money_from_text("-12.000010").value()), "-12.00001");
  std::string out;
  append_decimal(out, money{1'300'000'000});
  EXPECT_EQ(out, "1300.00000");
  for (auto const* bad : {"", ".5", "5.", "1e3", "0.0000001", "1,5", "1234567890123"}) {
    EXPECT_FALSE(money_from_text(bad)) << bad;
  }
}

TEST(money, charges_by_the_second_half_up_at_the_fifth_decimal) {
  EXPECT_EQ(to_text(charge(money{450'000}, 60)), "0.45");
  EXPECT_EQ(to_text(charge(money{380'000}, 1)), "0.00633");
  EXPECT_EQ(to_text(charge(money{650'000}, 1)), "0.01083");
  EXPECT_EQ(to_text(charge(money{100'000}, 1)), "0.00167");
}

TEST(calendar, writes_as_many_decimals_as_there_are) {
  for (auto const* text : {"2026-01-31T23:59:59Z", "2026-01-31T23:59:59.8Z",
                           "2026-01-31T23:59:59.806790Z", "2024-02-29T00:00:00.000001Z"}) {
    auto const at = instant_from_text(text);
    ASSERT_TRUE(at) << text;
    EXPECT_EQ(instant_from_text(to_text(*at)), at);
  }
  EXPECT_EQ(to_text(*instant_from_text("2026-01-31T23:59:59.806790Z")),
            "2026-01-31T23:59:59.80679Z");
  EXPECT_EQ(to_text(*instant_from_text("2026-02-01T05:00:00+05:30")), "2026-01-31T23:30:00Z");
  std::string out;
  append_time(out, *instant_from_text("2026-01-31T23:30:00Z"), zone::india_offset);
  EXPECT_EQ(out, "2026-02-01T05:00:00+05:30");
  for (auto const* bad :
       {"2026-01-31T24:00:00Z", "2026-01-31 10:00:00", "2026-01-31T10:00:00", "x", ""}) {
    EXPECT_FALSE(instant_from_text(bad)) << bad;
  }
}

TEST(world, is_the_same_to_the_byte_for_the_same_seed) {
  provider one;
  provider other;
  auto third_options = small_world();
  third_options.plan.seed = 2;
  provider third(third_options);
  for (auto const* path : {"/cdrs?per_page=100", "/transactions?per_page=100", "/accounts",
                           "/numbers", "/kyc-sessions?size=100", "/me", "/dashboard"}) {
    auto const body = one.ask(path).body;
    EXPECT_EQ(body, other.ask(path).body) << path;
    EXPECT_NE(body, third.ask(path).body) << path;
  }
}

TEST(world, is_the_same_however_time_is_cut) {
  auto chosen = small_world();
  provider at_once(chosen);
  chosen.plan.now -= hours(20);
  chosen.plan.history = 8;  // the same first day
  provider in_steps(chosen);
  for (int i = 0; i < 40; ++i) in_steps.post("/advance", R"({"seconds":1800})");
  for (auto const* path : {"/cdrs?per_page=100", "/transactions?per_page=100", "/accounts",
                           "/kyc-sessions?size=100", "/dashboard"}) {
    EXPECT_EQ(at_once.ask(path).body, in_steps.ask(path).body) << path;
  }
}

TEST(world, has_wallets_that_add_up) {
  provider asked;
  std::map<std::string, money> credits;
  std::map<std::string, money> debits;
  for (auto const& row : asked.walk("/transactions", "transactions")) {
    if (text(row.at("status")) != "completed") continue;
    auto& sums = text(row.at("type")) == "credit" ? credits : debits;
    sums[text(row.at("account_id"))] += amount_of(row.at("amount"));
  }
  std::map<std::string, money> shown;
  for (auto const& row : asked.walk("/accounts", "accounts")) {
    shown[text(row.at("auth_id"))] = amount_of(row.at("cash_credits"));
  }
  auto const wallets = asked.control("/truth/wallets");
  ASSERT_EQ(wallets.at("accounts").as_array().size(), 12u);
  for (auto const& row : wallets.at("accounts").as_array()) {
    auto const id = text(row.at("auth_id"));
    EXPECT_EQ(amount_of(row.at("opening")) + credits[id] - debits[id], shown[id]) << id;
  }
}

TEST(world, charges_each_call_once_or_its_day_in_a_batch) {
  provider asked;
  std::map<std::string, money> charged;
  std::map<std::string, money> batches;
  for (auto const& row : asked.walk("/transactions", "transactions")) {
    auto const sign = text(row.at("type")) == "debit" ? 1 : -1;
    if (auto const* reference = row.if_contains("reference");
        reference && text(*reference).starts_with("cdr:")) {
      charged[text(*reference).substr(4)] += amount_of(row.at("amount")) * sign;
    } else if (text(row.at("reference_type")) == "cdr") {
      batches[text(row.at("account_id"))] += amount_of(row.at("amount"));
    }
  }
  std::set<std::string> daily;
  auto const wallets = asked.control("/truth/wallets");
  for (auto const& row : wallets.at("accounts").as_array()) {
    if (text(row.at("debiting")) == "daily") daily.insert(text(row.at("auth_id")));
  }
  ASSERT_FALSE(daily.empty());
  std::map<std::string, money> used;
  std::size_t compared = 0;
  for (auto const& row : asked.walk("/cdrs?start_date=2026-01-01&end_date=2026-01-31", "data")) {
    auto const account = text(row.at("account_id"));
    auto const cost = amount_of(row.at("total_cost"));
    if (daily.contains(account)) {
      used[account] += cost;
      continue;
    }
    EXPECT_EQ(charged[text(row.at("uuid"))], cost) << text(row.at("uuid"));
    ++compared;
  }
  EXPECT_GT(compared, 500u);
  EXPECT_EQ(batches, used);
}

TEST(world, goes_on_when_time_does) {
  provider asked;
  auto const before = asked.control("/truth?stream=cdrs").at("count").as_int64();
  asked.post("/advance", R"({"seconds":86400})");
  auto const after = asked.control("/truth?stream=cdrs").at("count").as_int64();
  EXPECT_GT(after, before + 50);
  EXPECT_EQ(text(asked.control("/clock").at("now")), "2026-02-02T10:00:00Z");
}

TEST(world, has_about_the_calls_that_were_asked_for) {
  auto chosen = small_world();
  chosen.plan.calls_per_day = 1'284;
  chosen.plan.history = 28;
  provider asked(chosen);
  auto const month = asked.get("/cdrs?per_page=1&start_date=2026-01-04&end_date=2026-01-31");
  auto const total = month.at("pagination").at("total").as_int64();
  EXPECT_NEAR(static_cast<double>(total) / 28, 1'284, 1'284 * 0.03);
}

TEST(world, keeps_the_ledger_off_the_last_fraction_unless_told_otherwise) {
  provider tidy;
  EXPECT_EQ(tidy.control("/truth?stream=transactions").at("behind_last_second").as_int64(), 0);
  auto chosen = small_world();
  chosen.plan.natural_gaps = true;
  provider gaps(chosen);
  EXPECT_GE(gaps.control("/truth?stream=transactions").at("behind_last_second").as_int64(), 1);
}

}  // namespace
}  // namespace vobiz::simulator
