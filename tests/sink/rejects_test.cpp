#include "vobiz/sink/rejects.hpp"

#include "store.hpp"

namespace vobiz::sink {
namespace {

class rejects : public ::testing::Test {
protected:
  template <class Act>
  auto in_transaction(Act act) {
    pqxx::work transaction(all.database.connection());
    auto result = act(transaction);
    transaction.commit();
    return result;
  }
  std::int64_t record(std::vector<decode::reject> const& list) {
    return in_transaction([&](auto& t) { return record_rejects(t, key, list); });
  }
  std::int64_t resolve(std::vector<decode::reject> const& met) {
    return in_transaction([&](auto& t) { return resolve_rejects(t, key, met); });
  }

  store all;
  window_key const key{all.partner, "cdrs", "*", day("2026-03-10")};
  decode::reject const one{"\"cost\": \"n/a\" is not a number",
                           R"({"cost":"n/a","text":"it's, \"quoted\" \\ {x}"})"};
  decode::reject const two{"\"uuid\" is missing", R"({"cost":2})"};
};

TEST_F(rejects, are_kept_once_with_their_reason) {
  EXPECT_EQ(record({one, two, one}), 2);
  EXPECT_EQ(record({one}), 0);
  EXPECT_EQ(all.value("SELECT payload->>'text' FROM vobiz_sync.rejects WHERE reason LIKE '%cost%'"),
            "it's, \"quoted\" \\ {x}");
  EXPECT_EQ(all.value("SELECT string_agg(times_seen::text, ' ') FROM vobiz_sync.rejects"), "1 1");
  EXPECT_EQ(record({}), 0);
}

TEST_F(rejects, are_counted_at_most_once_an_hour) {
  record({one});
  all.database.query("UPDATE vobiz_sync.rejects SET last_seen_at = now() - interval '61 minutes'");
  EXPECT_EQ(record({one}), 0);
  EXPECT_EQ(record({one}), 0);
  EXPECT_EQ(all.value("SELECT times_seen FROM vobiz_sync.rejects"), "2");
}

TEST_F(rejects, no_longer_met_are_resolved_and_stand_again_when_they_return) {
  record({one, two});
  EXPECT_EQ(resolve({two}), 1);
  EXPECT_EQ(resolve({two}), 0);
  EXPECT_EQ(all.value("SELECT reason FROM vobiz_sync.rejects WHERE resolved_at IS NOT NULL"),
            one.reason);
  // The reject counts again, so its window must be counted again.
  EXPECT_EQ(record({one}), 1);
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_sync.rejects WHERE resolved_at IS NULL"), "2");
  EXPECT_EQ(resolve({}), 2);
}

TEST_F(rejects, of_another_window_are_its_own) {
  record({one});
  auto const other = window_key{all.partner, "cdrs", "*", day("2026-03-11")};
  EXPECT_EQ(in_transaction([&](auto& t) { return record_rejects(t, other, {one}); }), 1);
  EXPECT_EQ(in_transaction([&](auto& t) { return resolve_rejects(t, other, {}); }), 1);
  EXPECT_EQ(all.value("SELECT window_day FROM vobiz_sync.rejects WHERE resolved_at IS NULL"),
            "2026-03-10");
}

TEST_F(rejects, unknown_fields_are_told_once_for_ever) {
  auto const tell = [&](std::vector<std::string> const& fields) {
    return in_transaction(
        [&](auto& t) { return record_unknown_fields(t, all.partner, "cdrs", fields); });
  };
  EXPECT_THAT(tell({"a", "b.c", "a"}), ::testing::UnorderedElementsAre("a", "b.c"));
  EXPECT_THAT(tell({"a", "d \"{,}\\"}), ::testing::ElementsAre("d \"{,}\\"));
  EXPECT_THAT(tell({"a"}), ::testing::IsEmpty());
  EXPECT_THAT(tell({}), ::testing::IsEmpty());
}

}  // namespace
}  // namespace vobiz::sink
