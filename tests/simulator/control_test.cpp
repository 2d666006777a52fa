#include <gmock/gmock.h>

#include "simulator/provider.hpp"

namespace vobiz::simulator {
namespace {

std::int64_t calls_on(provider& asked, std::string const& day) {
  return asked.get("/cdrs?per_page=1&start_date=" + day + "&end_date=" + day)
      .at("pagination")
      .at("total")
      .as_int64();
}

std::string account_number(provider& asked, int position) {
  return text(asked.control("/truth/wallets")
                  .at("accounts")
                  .at(static_cast<std::size_t>(position))
                  .at("auth_id"));
}

TEST(control, says_what_it_does_not_know) {
  provider asked;
  EXPECT_EQ(asked.try_control("/nonsense", "GET").status, 404);
  EXPECT_EQ(asked.try_control("/advance", "POST", "{").status, 400);
  EXPECT_EQ(asked.try_control("/advance", "POST", R"({"seconds":-1})").status, 400);
  auto const unknown = asked.try_control("/calls", "POST", R"({"colour":"red"})");
  EXPECT_EQ(unknown.status, 400);
  EXPECT_THAT(unknown.body, testing::HasSubstr(R"(unknown member \"colour\")"));
  EXPECT_EQ(asked.try_control("/calls", "POST", R"({"account":"MA_NOBODY"})").status, 404);
  EXPECT_EQ(asked.try_control("/truth?stream=nothing", "GET").status, 400);
  EXPECT_EQ(asked.try_control("/calls", "POST", R"({"billsec":-1})").status, 400);
}

TEST(control, changes_nothing_when_it_refuses) {
  provider asked;
  auto const id = account_number(asked, 0);
  auto const calls = asked.control("/truth?stream=cdrs");
  auto const ledger = asked.control("/truth?stream=transactions");
  auto const row = asked.ask("/accounts/" + id).body;
  EXPECT_EQ(asked.try_control("/calls", "POST", R"({"n":3,"raw":{"mos":1}})").status, 400);
  EXPECT_EQ(asked.try_control("/transactions", "POST", R"({"raw":{"amount":1}})").status, 400);
  EXPECT_EQ(asked.try_control("/accounts/" + id, "POST", R"({"tier":"Starter","debiting":"never"})")
                .status,
            400);
  EXPECT_EQ(asked.control("/truth?stream=cdrs"), calls);
  EXPECT_EQ(asked.control("/truth?stream=transactions"), ledger);
  EXPECT_EQ(asked.ask("/accounts/" + id).body, row);
}

TEST(control, counts_requests_by_pattern) {
  provider asked;
  asked.behind.began();
  asked.behind.began();
  asked.behind.respond(asked.make("/cdrs?per_page=1"), true);
  asked.behind.respond(asked.make("/accounts/MA_X/cdrs/u"), true);
  asked.behind.ended();
  auto const log = asked.control("/requests");
  EXPECT_EQ(log.at("total").as_int64(), 2);
  EXPECT_EQ(log.at("by_path").at("/cdrs").as_int64(), 1);
  EXPECT_EQ(log.at("by_path").at("/accounts/{id}/cdrs/{uuid}").as_int64(), 1);
  EXPECT_EQ(log.at("by_method").at("GET").as_int64(), 2);
  EXPECT_EQ(log.at("most_in_flight").as_int64(), 2);
  asked.control("/requests", "DELETE");
  EXPECT_EQ(asked.control("/requests").at("total").as_int64(), 0);
  EXPECT_EQ(asked.control("/requests").at("most_in_flight").as_int64(), 1);
}

TEST(control, tells_the_truth_day_by_day) {
  provider asked;
  for (std::string const stream : {"cdrs", "transactions"}) {
    auto const days_told = asked.control("/truth/days?stream=" + stream);
    std::int64_t sum = 0;
    for (auto const& day : days_told.at("days").as_array()) {
      EXPECT_EQ(day, asked.control("/truth?stream=" + stream + "&day=" + text(day.at("day"))));
      sum += day.at("count").as_int64();
    }
    EXPECT_EQ(asked.control("/truth?stream=" + stream).at("count").as_int64(), sum);
    std::int64_t split = 0;
    auto const wallets = asked.control("/truth/wallets");
    for (auto const& row : wallets.at("accounts").as_array()) {
      split += asked.control("/truth?stream=" + stream + "&account=" + text(row.at("auth_id")))
                   .at("count")
                   .as_int64();
    }
    EXPECT_EQ(split, sum);
  }
}

TEST(control, inserts_calls_with_their_charges) {
  provider asked;
  auto const account = account_number(asked, 0);
  auto const before = calls_on(asked, "2026-01-28");
  auto const ledger = asked.control("/truth?stream=transactions&account=" + account);
  auto const made = asked.post(
      "/calls", R"({"n":3,"day":"2026-01-28","account":")" + account +
                    R"(","cost":"1.5","billsec":200,"fields":{"mos":1.25,"new_field":"x"},)"
                    R"("raw":{"codec":"","jitter":"1e400"}})");
  ASSERT_EQ(made.at("calls").as_array().size(), 3u);
  EXPECT_EQ(calls_on(asked, "2026-01-28"), before + 3);
  auto const got =
      asked.ask("/accounts/" + account + "/cdrs/" + text(made.at("calls").at(0).at("uuid")));
  EXPECT_THAT(got.body, testing::HasSubstr(R"("jitter":1e400)"));
  EXPECT_THAT(got.body, testing::HasSubstr(R"("mos":1.25E0)"));
  EXPECT_THAT(got.body, testing::HasSubstr(R"("new_field":"x")"));
  EXPECT_THAT(got.body, testing::Not(testing::HasSubstr(R"("codec")")));
  EXPECT_THAT(got.body, testing::HasSubstr(R"("billsec":200)"));
  auto const charged = asked.control("/truth?stream=transactions&account=" + account);
  EXPECT_EQ(amount_of(charged.at("debit")),
            amount_of(ledger.at("debit")) + *money_from_text("4.5"));
  auto const uncharged =
      asked.post("/calls", R"({"uuid":"11111111-2222-4333-8444-555555555555","charged":false})");
  EXPECT_EQ(text(uncharged.at("calls").at(0).at("uuid")), "11111111-2222-4333-8444-555555555555");
  EXPECT_EQ(amount_of(asked.control("/truth?stream=transactions&account=" + account).at("debit")),
            amount_of(charged.at("debit")));
}

TEST(control, changes_hides_and_deletes_calls) {
  provider asked;
  auto const row =
      asked.get("/cdrs?per_page=1&start_date=2026-01-28&end_date=2026-01-28").at("data").at(0);
  auto const call = "/calls/" + text(row.at("uuid"));
  auto const own = "/accounts/" + text(row.at("account_id")) + "/cdrs/" + text(row.at("uuid"));
  auto const before = asked.control("/truth?stream=cdrs&day=2026-01-28");

  asked.post(call, R"({"cost":"9.25","updated_at":"keep"})");
  EXPECT_EQ(asked.get(own).at("updated_at"), row.at("updated_at"));
  EXPECT_EQ(amount_of(asked.get(own).at("cost")), *money_from_text("9.25"));
  auto const rated = asked.control("/truth?stream=cdrs&day=2026-01-28");
  EXPECT_EQ(amount_of(rated.at("cost")),
            amount_of(before.at("cost")) - amount_of(row.at("cost")) + *money_from_text("9.25"));

  asked.post(call, R"({"start_time":"2026-01-26T08:00:00Z"})");
  EXPECT_EQ(text(asked.get(own).at("updated_at")), "2026-02-01T10:00:00Z");
  EXPECT_EQ(calls_on(asked, "2026-01-28"), before.at("count").as_int64() - 1);

  auto const there = calls_on(asked, "2026-01-26");
  asked.post(call + "/hide");
  EXPECT_EQ(calls_on(asked, "2026-01-26"), there - 1);
  EXPECT_EQ(asked.ask(own).status, 200);
  asked.post(call + "/show");
  EXPECT_EQ(calls_on(asked, "2026-01-26"), there);
  asked.control(call, "DELETE");
  EXPECT_EQ(calls_on(asked, "2026-01-26"), there - 1);
  EXPECT_EQ(asked.ask(own).status, 404);
  EXPECT_EQ(asked.try_control(call, "POST").status, 404);
}

TEST(control, inserts_changes_and_deletes_ledger_rows) {
  provider asked;
  auto const account = account_number(asked, 2);
  auto const wallet = [&] {
    return amount_of(asked.get("/accounts/" + account + "/balance").at("cash_credits"));
  };
  auto const before = wallet();
  auto const made =
      asked.post("/transactions", R"({"day":"2026-01-28","amount":"20","credit":true,"account":")" +
                                      account + R"(","reference_type":"refund"})");
  auto const path = "/transactions/" + text(made.at("transactions").at(0).at("id"));
  EXPECT_EQ(wallet(), before + *money_from_text("20"));
  asked.post(path, R"({"amount":"5","raw":{"reference":"null"}})");
  EXPECT_EQ(wallet(), before + *money_from_text("5"));
  auto const row = asked
                       .get("/accounts/" + account +
                            "/transactions?from_date=2026-01-28&to_date=2026-01-28"
                            "&transaction_type=refund")
                       .at("transactions")
                       .at(0);
  EXPECT_TRUE(row.at("reference").is_null());
  asked.post(path, R"({"status":"failed"})");
  EXPECT_EQ(wallet(), before);
  auto const count = asked.control("/truth?stream=transactions").at("count").as_int64();
  asked.control(path, "DELETE");
  EXPECT_EQ(asked.control("/truth?stream=transactions").at("count").as_int64(), count - 1);
  EXPECT_EQ(asked.try_control(path, "DELETE").status, 404);
}

TEST(control, lets_accounts_leave_and_return) {
  provider asked;
  auto const id = account_number(asked, 1);
  asked.post("/accounts/" + id + "/leave");
  EXPECT_EQ(asked.get("/accounts").at("total").as_int64(), 11);
  EXPECT_EQ(asked.ask("/accounts/" + id).status, 404);
  asked.post("/accounts/" + id + "/leave", R"({"reachable":true})");
  EXPECT_EQ(asked.get("/accounts").at("total").as_int64(), 11);
  EXPECT_EQ(asked.ask("/accounts/" + id).status, 200);
  asked.post("/accounts/" + id + "/return");
  EXPECT_EQ(asked.get("/accounts").at("total").as_int64(), 12);
  asked.post("/accounts/" + id, R"({"tier":"Starter","active":false,"raw":{"company":"null"}})");
  auto const row = asked.get("/accounts/" + id);
  EXPECT_EQ(text(row.at("pricing_tier").at("name")), "Starter");
  EXPECT_FALSE(row.at("is_active").as_bool());
  EXPECT_TRUE(row.at("company").is_null());
}

TEST(control, moves_numbers) {
  provider asked;
  auto const e164 = text(asked.get("/numbers?search=919876500001").at("items").at(0).at("e164"));
  auto const owner = account_number(asked, 3);
  auto const held = [&] {
    return asked.get("/accounts/" + owner + "/numbers").at("total").as_int64();
  };
  auto const before = held();
  asked.post("/numbers/" + e164.substr(1) + "/assign", R"({"account":")" + owner + R"("})");
  EXPECT_EQ(held(), before + 1);
  EXPECT_EQ(text(asked.get("/numbers?search=919876500001").at("items").at(0).at("account_id")),
            owner);
  asked.post("/numbers/%2B" + e164.substr(1) + "/release");
  EXPECT_EQ(held(), before);
  EXPECT_TRUE(
      asked.get("/numbers?search=919876500001").at("items").at(0).at("account_id").is_null());
  asked.post("/numbers/" + e164.substr(1) + "/leave");
  EXPECT_EQ(asked.get("/numbers?search=919876500001").at("total").as_int64(), 0);
  asked.post("/numbers/" + e164.substr(1) + "/return");
  asked.post("/numbers/" + e164.substr(1), R"({"monthly_fee":"12.5"})");
  EXPECT_EQ(text(asked.get("/numbers?search=919876500001").at("items").at(0).at("monthly_fee")),
            "12.50000");
}

TEST(control, plants_rows_verbatim) {
  provider asked;
  auto const before = calls_on(asked, "2026-01-28");
  asked.post(
      "/rows",
      R"json({"stream":"cdrs","day":"2026-01-28","json":"{\"cost\":\"n/a\",\"x\":\"\\u0000\\ud800\"}","cost":"2"})json");
  EXPECT_EQ(calls_on(asked, "2026-01-28"), before + 1);
  EXPECT_THAT(
      asked.ask("/cdrs?start_date=2026-01-28&end_date=2026-01-28&per_page=100").body +
          asked.ask("/cdrs?start_date=2026-01-28&end_date=2026-01-28&per_page=100&page=2").body,
      testing::HasSubstr(R"({"cost":"n/a","x":"\u0000\ud800"})"));
  asked.post("/rows",
             R"({"stream":"transactions","day":"2026-01-28","json":"{\"id\":null}","amount":"3"})");
  EXPECT_THAT(asked.ask("/transactions?from_date=2026-01-28&to_date=2026-01-28&per_page=100").body,
              testing::HasSubstr(R"({"id":null})"));
  asked.post("/rows", R"({"stream":"accounts","json":"{\"name\":\"no key\"}"})");
  EXPECT_EQ(asked.get("/accounts").at("total").as_int64(), 13);
  EXPECT_EQ(text(asked.get("/accounts").at("accounts").at(0).at("name")), "no key");
  asked.post("/rows", R"({"stream":"numbers","json":"17"})");
  EXPECT_EQ(asked.get("/numbers").at("items").at(0).as_int64(), 17);
  asked.post("/rows", R"({"stream":"cdrs","member":"\"surprise\":[1]"})");
  EXPECT_EQ(asked.get("/cdrs").at("surprise").at(0).as_int64(), 1);
}

TEST(control, takes_capabilities_and_global_lists_away) {
  provider asked;
  auto const id = account_number(asked, 0);
  asked.post("/capability", R"({"can_view_cdrs":false})");
  EXPECT_EQ(asked.ask("/cdrs").status, 403);
  EXPECT_EQ(asked.ask("/accounts/" + id + "/cdrs").status, 403);
  EXPECT_FALSE(asked.get("/me").at("can_view_cdrs").as_bool());
  asked.post("/capability", R"({"can_view_cdrs":true})");
  asked.post("/global", R"({"cdrs":false,"status":501})");
  EXPECT_EQ(asked.ask("/cdrs").status, 501);
  EXPECT_EQ(asked.ask("/accounts/" + id + "/cdrs").status, 200);
  EXPECT_EQ(asked.ask("/transactions").status, 200);
  asked.post("/global", R"({"cdrs":true,"transactions":false,"numbers":false})");
  EXPECT_EQ(asked.ask("/cdrs").status, 200);
  EXPECT_EQ(asked.ask("/transactions").status, 404);
  EXPECT_EQ(asked.ask("/numbers").status, 404);
}

TEST(control, changes_the_api_while_it_runs) {
  provider asked;
  asked.post("/api", R"({"generation":1,"per_page_overflow":"fallback"})");
  EXPECT_TRUE(asked.get("/accounts").as_object().contains("data"));
  EXPECT_EQ(asked.get("/transactions?per_page=101").at("per_page").as_int64(), 20);
  asked.post("/api", R"({"dashboard":"totals"})");
  EXPECT_EQ(asked.get("/dashboard").at("total_customers").as_int64(), 12);
  asked.post("/api", R"({"auth_token":"rotated"})");
  EXPECT_EQ(asked.ask("/me").status, 401);
  EXPECT_EQ(asked.try_control("/api", "POST", R"({"generation":4})").status, 400);
}

TEST(control, interrupts_a_walk) {
  provider asked;
  asked.post(
      "/between_requests",
      R"({"k":2,"path":"/cdrs","do":{"method":"POST","path":"/_control/calls","body":{"n":4,"day":"2026-01-28"}}})");
  auto const before = calls_on(asked, "2026-01-28");
  asked.get("/transactions?per_page=1");
  EXPECT_EQ(calls_on(asked, "2026-01-28"), before + 4);
  EXPECT_EQ(calls_on(asked, "2026-01-28"), before + 4);
  EXPECT_EQ(asked.try_control("/between_requests", "POST", R"({"do":{"path":"/cdrs"}})").status,
            400);
}

TEST(control, forgets_the_interruptions_that_are_still_to_come) {
  provider asked;
  auto const before = calls_on(asked, "2026-01-28");
  asked.post(
      "/between_requests",
      R"({"k":1,"path":"/cdrs","do":{"method":"POST","path":"/_control/calls","body":{"n":4,"day":"2026-01-28"}}})");
  EXPECT_EQ(asked.try_control("/between_requests", "DELETE", "").status, 200);
  EXPECT_EQ(calls_on(asked, "2026-01-28"), before);
}

class leaks : public testing::Test {
protected:
  json::value plant(std::string const& kind) {
    return asked.post("/leaks", R"({"kind":")" + kind + R"(","day":"2026-01-28","amount":"0.5"})");
  }
  json::value truth(std::string const& stream) {
    return asked.control("/truth?stream=" + stream + "&day=2026-01-28");
  }
  provider asked;
};

TEST_F(leaks, are_charges_without_a_call) {
  auto const before = truth("transactions");
  auto const leak = plant("charge_without_call");
  EXPECT_EQ(asked.ask("/accounts/" + text(leak.at("account_id")) + "/cdrs/" + text(leak.at("call")))
                .status,
            404);
  EXPECT_EQ(amount_of(truth("transactions").at("debit")),
            amount_of(before.at("debit")) + money{500'000});
}

TEST_F(leaks, are_calls_without_a_charge) {
  auto const ledger = truth("transactions");
  auto const leak = plant("call_without_charge");
  auto const row =
      asked.get("/accounts/" + text(leak.at("account_id")) + "/cdrs/" + text(leak.at("call")));
  EXPECT_EQ(amount_of(row.at("total_cost")), money{500'000});
  EXPECT_EQ(truth("transactions"), ledger);
}

TEST_F(leaks, are_double_charges_and_rentals) {
  auto const before = truth("transactions").at("count").as_int64();
  auto const leak = plant("double_charge");
  auto const rows =
      asked.walk("/accounts/" + text(leak.at("account_id")) + "/transactions", "transactions");
  auto const same = std::ranges::count_if(rows, [&](auto const& row) {
    return row.contains("reference") &&
           text(row.at("reference")) == "cdr:" + text(leak.at("call")) &&
           text(row.at("reference_type")) == "cdr";
  });
  EXPECT_EQ(same, 2);
  EXPECT_EQ(truth("transactions").at("count").as_int64(), before + 1);
  asked.post(
      "/transactions",
      R"({"at":"2026-01-28T02:00:00Z","reference_type":"did_rental","number":"919876500001"})");
  auto const again = plant("rental_twice");
  EXPECT_TRUE(again.as_object().contains("number"));
  EXPECT_EQ(truth("transactions").at("count").as_int64(), before + 3);
}

TEST_F(leaks, are_re_rated_calls) {
  auto const before = truth("cdrs");
  auto const leak = plant("re_rated_call");
  // Give or take a second's price.
  auto const more = amount_of(leak.at("amount"));
  EXPECT_GT(more, money{480'000});
  EXPECT_LT(more, money{520'000});
  EXPECT_EQ(amount_of(truth("cdrs").at("total_cost")), amount_of(before.at("total_cost")) + more);
  auto const row =
      asked.get("/accounts/" + text(leak.at("account_id")) + "/cdrs/" + text(leak.at("call")));
  EXPECT_EQ(text(row.at("updated_at")), "2026-02-01T10:00:00Z");
}

TEST_F(leaks, are_wallets_that_jump) {
  auto const id = account_number(asked, 0);
  auto const before = amount_of(asked.get("/accounts/" + id + "/balance").at("cash_credits"));
  asked.post("/leaks", R"({"kind":"wallet_jump","amount":"3","account":")" + id + R"("})");
  EXPECT_EQ(amount_of(asked.get("/accounts/" + id + "/balance").at("cash_credits")),
            before - money{3'000'000});
  EXPECT_EQ(asked.try_control("/leaks", "POST", R"({"kind":"flood"})").status, 400);
}

}  // namespace
}  // namespace vobiz::simulator
