#include "foreign_rows.hpp"

#include <gmock/gmock.h>

#include "vobiz/decode/decoder.hpp"

namespace vobiz::sync {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

streams::stream const& cdrs = *streams::find("cdrs");

decode::page page_of(std::vector<std::string> const& rows) {
  std::string body;
  int number = 0;
  for (auto const& row : rows) {
    body += body.empty() ? "" : ",";
    body += R"({"uuid":"00000000-0000-4000-8000-00000000000)" + std::to_string(number++) + "\"," +
            row + "}";
  }
  return decode::decoder(cdrs).decode("{\"data\":[" + body + "]}").value();
}

std::string call(std::string const& start, std::string const& more = {},
                 std::string const& account = "MA_1") {
  return R"("account_id":")" + account + R"(","start_time":")" + start + "\"" + more;
}

sink::window_key window(std::string scope = "*") {
  return {"PA_EXAMPLE01", "cdrs", std::move(scope), *core::day_from_text("2026-03-10")};
}

TEST(foreign_rows, lie_more_than_a_day_away_with_all_their_times) {
  auto const page = page_of({
      call("2026-03-10T00:00:00Z"),
      call("2026-03-09T00:00:00Z"),                                             // the day before
      call("2026-03-11T23:59:59Z"),                                             // the day after
      call("2026-03-08T23:59:59Z"),                                             // 4: foreign
      call("2026-03-12T00:00:00Z"),                                             // 5: foreign
      call("2026-03-01T10:00:00Z", R"(,"created_at":"2026-03-09T10:00:00Z")"),  // a long call
      call("1970-01-01T00:00:00Z", R"(,"end_time":"2026-03-10T10:00:00Z")"),    // a nonsense start
      call("2026-02-10T10:00:00Z", R"(,"updated_at":"2026-03-10T10:00:00Z")"),  // 8: re-rated today
  });
  ASSERT_EQ(page.rows.size(), 8u);
  auto const found = find_foreign_rows(cdrs, window(), page.rows);
  EXPECT_THAT(found.places, ElementsAre(3, 4, 7));
  EXPECT_EQ(found.what.other_days, 3);
  EXPECT_EQ(found.what.other_customers, 0);
  EXPECT_EQ(found.what.example, "2026-03-08");
}

TEST(foreign_rows, name_another_customer_in_a_customers_list) {
  auto const page =
      page_of({call("2026-03-10T10:00:00Z"), call("2026-03-10T10:00:00Z", {}, "MA_2")});
  EXPECT_THAT(find_foreign_rows(cdrs, window(), page.rows).places, IsEmpty());
  auto const found = find_foreign_rows(cdrs, window("MA_1"), page.rows);
  EXPECT_THAT(found.places, ElementsAre(1));
  EXPECT_EQ(found.what.other_customers, 1);
  EXPECT_EQ(found.what.example, "MA_2");
}

TEST(foreign_rows, have_no_day_in_a_snapshot_or_without_a_time) {
  auto const& numbers = *streams::find("numbers");
  auto const all = decode::decoder(numbers)
                       .decode(R"({"items":[{"e164":"+1","purchase_date":"2020-01-01"}]})")
                       .value();
  EXPECT_THAT(find_foreign_rows(numbers, window(), all.rows).places, IsEmpty());
  auto const& ledger = *streams::find("transactions");
  auto const entries =
      decode::decoder(ledger)
          .decode(R"({"transactions":[{"id":"1","account_id":"MA_1","type":"debit","amount":1}]})")
          .value();
  EXPECT_THAT(find_foreign_rows(ledger, window(), entries.rows).places, IsEmpty());
}

TEST(foreign_rows, are_left_out_with_their_cells) {
  auto const page = page_of({call("2026-03-10T10:00:00Z"), call("2026-01-10T10:00:00Z", {}, "MA_2"),
                             call("2026-03-10T11:00:00Z", R"(,"cost":1.5)", "MA_3")});
  auto const left = without(page.rows, {1});
  auto const account = streams::position(cdrs, "account_id");
  auto const cost = streams::position(cdrs, "cost");
  ASSERT_EQ(left.size(), 2u);
  EXPECT_EQ(left.at(0, account), "MA_1");
  EXPECT_EQ(left.at(0, cost), std::nullopt);
  EXPECT_EQ(left.at(1, account), "MA_3");
  EXPECT_EQ(left.at(1, cost), "1.5");
  EXPECT_TRUE(left.seen(cost));
  EXPECT_FALSE(left.seen(streams::position(cdrs, "mos")));
}

}  // namespace
}  // namespace vobiz::sync
