#include <gmock/gmock.h>

#include <algorithm>
#include <map>

#include "simulator/provider.hpp"

namespace vobiz::simulator {
namespace {

class both_generations : public testing::TestWithParam<generation> {
protected:
  bool first() const { return GetParam() == generation::first; }
  std::string ledger_rows() const { return first() ? "data" : "transactions"; }
  std::string account_rows() const { return first() ? "data" : "accounts"; }
  std::string number_rows() const { return first() ? "data" : "items"; }

  provider asked{small_world(GetParam())};
};

INSTANTIATE_TEST_SUITE_P(lists, both_generations,
                         testing::Values(generation::first, generation::second),
                         [](auto const& of) {
                           return of.param == generation::first ? "first" : "second";
                         });

TEST_P(both_generations, total_and_summary_of_a_day_of_calls_are_those_of_its_rows) {
  for (auto const* day : {"2026-01-28", "2026-01-29", "2026-02-01"}) {
    auto const path = std::string("/cdrs?start_date=") + day + "&end_date=" + day;
    auto const rows = asked.walk(path, "data", 37);
    auto const one = asked.get(path + "&per_page=1");
    std::int64_t answered = 0;
    std::int64_t billsec = 0;
    std::int64_t duration = 0;
    money cost;
    for (auto const& row : rows) {
      EXPECT_EQ(to_text(day_of(*instant_from_text(text(row.at("start_time"))))),
                to_text(instant(*day_from_text(day))));
      answered += row.at("billsec").as_int64() > 0;
      billsec += row.at("billsec").as_int64();
      duration += row.at("duration").as_int64();
      cost += amount_of(row.at("total_cost"));
      EXPECT_EQ(row.at("cost").is_string(), !first());
    }
    ASSERT_GT(rows.size(), 20u);
    EXPECT_EQ(one.at("pagination").at("total").as_int64(), static_cast<std::int64_t>(rows.size()));
    auto const& summary = one.at("summary");
    EXPECT_EQ(summary.at("totalCalls").as_int64(), static_cast<std::int64_t>(rows.size()));
    EXPECT_EQ(summary.at("answeredCalls").as_int64(), answered);
    EXPECT_EQ(summary.at("total_billable_seconds").as_int64(), billsec);
    EXPECT_EQ(summary.at("total_duration_seconds").as_int64(), duration);
    EXPECT_EQ(amount_of(summary.at("total_cost")), cost);
    EXPECT_EQ(text(summary.at("avgCallDuration")), std::to_string(billsec / answered) + "s");
    auto const truth = asked.control(std::string("/truth?stream=cdrs&day=") + day);
    EXPECT_EQ(truth.at("count").as_int64(), static_cast<std::int64_t>(rows.size()));
    EXPECT_EQ(text(truth.at("total_cost")), to_text(cost));
    EXPECT_EQ(truth.at("billsec").as_int64(), billsec);
  }
}

TEST_P(both_generations, total_and_summary_of_a_day_of_ledger_are_those_of_its_rows) {
  auto const path = std::string("/transactions?from_date=2026-01-28&to_date=2026-01-29");
  auto const rows = asked.walk(path, ledger_rows(), 33);
  money debit;
  money credit;
  std::map<std::string, std::int64_t> counts;
  for (auto const& row : rows) {
    (text(row.at("type")) == "credit" ? credit : debit) += amount_of(row.at("amount"));
    ++counts[text(row.at("reference_type"))];
    EXPECT_EQ(text(row.at("id")).starts_with("txn_"), first());
  }
  auto const one = asked.get(path + "&per_page=1");
  auto const& summary = one.at("summary");
  ASSERT_GT(rows.size(), 20u);
  EXPECT_EQ(one.at("total").as_int64(), static_cast<std::int64_t>(rows.size()));
  EXPECT_EQ(one.at("total_pages").as_int64(), one.at("total").as_int64());
  EXPECT_EQ(summary.at("total_transactions").as_int64(), one.at("total").as_int64());
  EXPECT_EQ(amount_of(summary.at("total_debit")), debit);
  EXPECT_EQ(amount_of(summary.at("total_credit")), credit);
  EXPECT_EQ(amount_of(summary.at("net_amount")), credit - debit);
  for (auto const& part : summary.at("by_reference_type").as_array()) {
    EXPECT_EQ(part.at("count").as_int64(), counts[text(part.at("reference_type"))]);
  }
  EXPECT_EQ(summary.at("by_reference_type").as_array().size(), counts.size());
}

TEST_P(both_generations, customers_together_are_everyone) {
  std::map<std::string, std::string> of_all;
  auto const remember = [](auto& into, json::object const& row, char const* key) {
    EXPECT_TRUE(into.emplace(text(row.at(key)), json::serialize(row)).second)
        << "twice: " << text(row.at(key));
  };
  std::map<std::string, std::string> calls, ledger, numbers, calls_split, ledger_split,
      numbers_split;
  char const* const e164 = first() ? "number" : "e164";
  for (auto const& row : asked.walk("/cdrs", "data")) remember(calls, row, "uuid");
  for (auto const& row : asked.walk("/transactions", ledger_rows())) remember(ledger, row, "id");
  for (auto const& row : asked.walk("/numbers", number_rows())) {
    if (!row.at("account_id").is_null()) remember(numbers, row, e164);
  }
  for (auto const& account :
       asked.walk("/accounts", account_rows(), 5, first() ? "size" : "per_page")) {
    auto const base = "/accounts/" + text(account.at("auth_id"));
    for (auto const& row : asked.walk(base + "/cdrs", "data")) remember(calls_split, row, "uuid");
    for (auto const& row : asked.walk(base + "/transactions", ledger_rows()))
      remember(ledger_split, row, "id");
    for (auto const& row : asked.walk(base + "/numbers", number_rows()))
      remember(numbers_split, row, e164);
  }
  EXPECT_GT(calls.size(), 1'000u);
  EXPECT_EQ(calls, calls_split);
  EXPECT_EQ(ledger, ledger_split);
  EXPECT_EQ(numbers, numbers_split);
}

TEST_P(both_generations, lists_are_newest_first) {
  auto const rows = asked.walk("/cdrs?start_date=2026-01-29&end_date=2026-01-30", "data", 100);
  EXPECT_TRUE(std::ranges::is_sorted(rows, std::greater(), [](auto const& row) {
    return *instant_from_text(text(row.at("start_time")));
  }));
  auto const ledger =
      asked.walk("/transactions?from_date=2026-01-29&to_date=2026-01-30", ledger_rows());
  EXPECT_TRUE(std::ranges::is_sorted(ledger, std::greater(), [](auto const& row) {
    return *instant_from_text(text(row.at("created_at")));
  }));
}

TEST_P(both_generations, account_rows_show_the_wallet_and_the_canary) {
  for (auto const& row :
       asked.walk("/accounts", account_rows(), 100, first() ? "size" : "per_page")) {
    EXPECT_THAT(text(row.at("auth_token")), testing::StartsWith("CANARY_TOKEN_"));
    EXPECT_EQ(row.contains("cash_credits"), !first());
    EXPECT_EQ(row.contains("balance"), first());
    EXPECT_EQ(row.contains("status"), first());
    auto const one = asked.get("/accounts/" + text(row.at("auth_id")));
    EXPECT_EQ(one.as_object(), row);
    auto const balance = asked.get("/accounts/" + text(row.at("auth_id")) + "/balance");
    char const* const wallet = first() ? "balance" : "cash_credits";
    EXPECT_EQ(amount_of(balance.at(wallet)), amount_of(row.at(wallet)));
  }
}

TEST_P(both_generations, page_fields_are_those_of_the_generation) {
  auto const accounts =
      asked.get(first() ? "/accounts?size=5&page=2" : "/accounts?per_page=5&page=2");
  EXPECT_EQ(accounts.at("size").as_int64(), 5);
  EXPECT_EQ(accounts.at("page").as_int64(), 2);
  EXPECT_EQ(accounts.at("total").as_int64(), 12);
  EXPECT_EQ(accounts.at(account_rows()).as_array().size(), 5u);
  auto const number = asked.get("/numbers?per_page=1").at(number_rows()).at(0);
  EXPECT_EQ(number.as_object().contains("monthly_cost"), first());
  EXPECT_EQ(number.as_object().contains("e164"), !first());
}

TEST(lists, have_edges) {
  provider asked;
  auto const beyond =
      asked.get("/cdrs?start_date=2026-01-29&end_date=2026-01-29&per_page=100&page=99");
  EXPECT_TRUE(beyond.at("data").as_array().empty());
  EXPECT_GT(beyond.at("summary").at("totalCalls").as_int64(), 20);
  auto const empty = asked.get("/cdrs?start_date=2020-01-01&end_date=2020-01-01");
  EXPECT_TRUE(empty.at("data").as_array().empty());
  EXPECT_EQ(
      json::serialize(empty.at("summary")),
      R"({"totalCalls":0,"answeredCalls":0,"answerRate":0,"avgCallDuration":"0s",)"
      R"("total_billable_seconds":0,"total_duration_seconds":0,"total_cost":0,"last_call_at":null})");
  EXPECT_EQ(
      asked.get("/transactions?from_date=2020-01-01&to_date=2020-01-01").at("total").as_int64(), 0);
  EXPECT_EQ(asked.get("/cdrs").at("data").as_array().size(), 20u);
}

TEST(lists, ignore_a_lone_start_date_and_unknown_parameters) {
  provider asked;
  auto const all = asked.get("/cdrs?per_page=1").at("pagination").at("total");
  EXPECT_EQ(asked.get("/cdrs?per_page=1&start_date=2026-01-31").at("pagination").at("total"), all);
  EXPECT_EQ(asked.get("/cdrs?per_page=1&end_date=2026-01-25").at("pagination").at("total"), all);
  EXPECT_EQ(asked.get("/cdrs?per_page=1&updated_since=2026-01-25").at("pagination").at("total"),
            all);
  // The ledger accepts one date alone.
  EXPECT_LT(asked.get("/transactions?from_date=2026-01-31").at("total").as_int64(),
            asked.get("/transactions").at("total").as_int64());
}

TEST(lists, filter_the_ledger_by_its_own_vocabulary) {
  provider asked;
  auto const refunds = asked.walk("/transactions?transaction_type=recharge", "transactions");
  ASSERT_FALSE(refunds.empty());
  for (auto const& row : refunds) EXPECT_EQ(text(row.at("reference_type")), "payment");
}

TEST(lists, search_names_and_numbers) {
  provider asked;
  EXPECT_EQ(asked.get("/accounts?search=TRADERS").at("total").as_int64(), 2);
  EXPECT_EQ(asked.get("/accounts?search=nobody").at("total").as_int64(), 0);
  EXPECT_EQ(asked.get("/numbers?search=919876500001").at("total").as_int64(), 1);
}

TEST(lists, refuse_what_the_api_refuses) {
  provider asked;
  EXPECT_EQ(asked.ask("/cdrs?per_page=101").status, 422);
  EXPECT_EQ(asked.ask("/transactions?per_page=101").status, 422);
  EXPECT_EQ(asked.ask("/cdrs?per_page=100").status, 200);
  EXPECT_EQ(asked.ask("/cdrs?page=0").status, 422);
  EXPECT_EQ(asked.ask("/cdrs?page=two").status, 422);
  EXPECT_EQ(asked.ask("/cdrs?start_date=31-01-2026&end_date=2026-02-01").status, 422);
  EXPECT_EQ(asked.ask("/transactions?from_date=yesterday").status, 500);
}

TEST(lists, fall_back_silently_when_told_to) {
  auto chosen = small_world();
  chosen.api.too_large = overflow::fall_back;
  provider asked(chosen);
  auto const page = asked.get("/transactions?per_page=500");
  EXPECT_EQ(page.at("per_page").as_int64(), 20);
  EXPECT_EQ(page.at("transactions").as_array().size(), 20u);
}

TEST(lists, leave_the_last_fraction_of_a_day_to_longer_spans) {
  provider asked;
  auto const total = [&asked](char const* from, char const* to) {
    return asked.get(std::string("/transactions?per_page=1&from_date=") + from + "&to_date=" + to)
        .at("total")
        .as_int64();
  };
  auto const before = total("2026-01-27", "2026-01-28");
  auto const one = total("2026-01-27", "2026-01-27");
  auto const other = total("2026-01-28", "2026-01-28");
  EXPECT_EQ(before, one + other);
  auto const planted =
      asked.post("/transactions", R"({"at":"2026-01-27T23:59:59.806790Z","amount":"7.5"})");
  EXPECT_EQ(total("2026-01-27", "2026-01-27"), one);
  EXPECT_EQ(total("2026-01-28", "2026-01-28"), other);
  EXPECT_EQ(total("2026-01-27", "2026-01-28"), before + 1);
  auto const id = text(planted.at("transactions").at(0).at("id"));
  auto const span =
      asked.walk("/transactions?from_date=2026-01-27&to_date=2026-01-28", "transactions");
  EXPECT_EQ(std::ranges::count(span, id, [](auto const& row) { return text(row.at("id")); }), 1);
  EXPECT_TRUE(std::ranges::is_sorted(span, std::greater(), [](auto const& row) {
    return *instant_from_text(text(row.at("created_at")));
  }));
  auto const truth = asked.control("/truth?stream=transactions&day=2026-01-27");
  EXPECT_EQ(truth.at("count").as_int64(), one + 1);
  EXPECT_EQ(truth.at("behind_last_second").as_int64(), 1);
}

}  // namespace
}  // namespace vobiz::simulator
