#include "vobiz/sink/merge.hpp"

#include <fstream>
#include <set>
#include <sstream>

#include "store.hpp"

namespace vobiz::sink {
namespace {

std::string fixture(std::string_view stream, int generation) {
  std::ifstream file(std::string(VOBIZ_SOURCE_DIR "/tests/fixtures/") + std::string(stream) +
                     "/generation_" + std::to_string(generation) + ".json");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(merge, stores_every_stream_of_each_generation_once) {
  std::set<std::string_view> stored;
  for (int const generation : {1, 2, 3}) {
    store all;
    for (auto const& stream : streams::all()) {
      SCOPED_TRACE(std::string(stream.name) + " generation " + std::to_string(generation));
      auto const body = fixture(stream.name, generation);
      // Which generations a stream has to have is fixtures_test's to say.
      if (body.empty()) continue;
      stored.insert(stream.name);
      auto const first = all.merge(stream.name, body);
      EXPECT_GT(first.counts.inserted, 0);
      auto const second = all.merge(stream.name, body);
      EXPECT_EQ(second.counts.inserted, 0);
      EXPECT_EQ(second.counts.updated, 0);
      if (stream.keeps == streams::keeping::current) {
        EXPECT_EQ(second.counts.unchanged, first.counts.inserted);
      }
      EXPECT_TRUE(all.rejects.empty());
    }
  }
  EXPECT_EQ(stored.size(), streams::all().size());
}

TEST(merge, counts_what_is_new_changed_and_unchanged) {
  store all;
  EXPECT_EQ(counts(all.calls({call(1, R"("cost":1)"), call(2, R"("cost":1)")})), "2 0 0");
  EXPECT_EQ(
      counts(all.calls({call(1, R"("cost":1)"), call(2, R"("cost":2)"), call(3, R"("cost":1)")})),
      "1 1 1");
  EXPECT_EQ(counts(all.calls({})), "0 0 0");
}

TEST(merge, equal_values_spelled_otherwise_are_no_change) {
  store all;
  all.calls({call(1, R"("cost":"1.50000","billsec":60,"end_time":"2026-03-10T15:31:00+05:30")")});
  EXPECT_EQ(counts(all.calls(
                {call(1, R"("cost":1.5,"billsec":6e1,"end_time":"2026-03-10T10:01:00.000Z")")})),
            "0 0 1");
}

TEST(merge, an_older_version_never_overwrites) {
  store all;
  auto const versioned = [](char const* cost, char const* updated) {
    return call(1, std::string("\"cost\":") + cost + ",\"updated_at\":\"" + updated + "\"");
  };
  all.calls({versioned("2", "2026-03-10T12:00:00Z")});
  EXPECT_EQ(counts(all.calls({versioned("9", "2026-03-10T11:59:59.999999Z")})), "0 0 1");
  EXPECT_EQ(all.value("SELECT cost FROM vobiz.cdrs"), "2");
  // A row that is re-rated without a new updated_at is a correction, too.
  EXPECT_EQ(counts(all.calls({versioned("3", "2026-03-10T12:00:00Z")})), "0 1 0");
  EXPECT_EQ(all.value("SELECT cost FROM vobiz.cdrs"), "3");
  EXPECT_EQ(counts(all.calls({versioned("4", "2026-03-10T12:00:01Z")})), "0 1 0");
  // A row without a version cannot be proven older.
  EXPECT_EQ(counts(all.calls({call(1, R"("cost":5,"updated_at":null)")})), "0 1 0");
  EXPECT_EQ(all.value("SELECT cost FROM vobiz.cdrs"), "5");
}

TEST(merge, of_rows_repeated_in_a_batch_the_newest_counts_once) {
  store all;
  EXPECT_EQ(counts(all.calls({call(1, R"("cost":1,"updated_at":"2026-03-10T12:00:01Z")"),
                              call(1, R"("cost":2,"updated_at":"2026-03-10T12:00:02Z")"),
                              call(1, R"("cost":3,"updated_at":"2026-03-10T12:00:00Z")")})),
            "1 0 0");
  EXPECT_EQ(all.value("SELECT cost FROM vobiz.cdrs"), "2");
  // Of two equal versions the last one read is stored.
  all.calls({call(2, R"("cost":1)"), call(2, R"("cost":2)")});
  EXPECT_EQ(all.value("SELECT cost FROM vobiz.cdrs WHERE uuid = '" + uuid(2) + "'"), "2");
}

TEST(merge, a_column_the_whole_batch_leaves_out_keeps_what_is_stored) {
  store all;
  all.calls({call(1, R"("cost":1,"codec":"PCMA","region":"x")")});
  EXPECT_EQ(counts(all.calls({call(1, R"("cost":1)")})), "0 0 1");
  EXPECT_EQ(counts(all.calls({call(1, R"("cost":2)")})), "0 1 0");
  EXPECT_EQ(all.value("SELECT codec || region || cost FROM vobiz.cdrs"), "PCMAx2");
  // NULL is a value if any row of the batch has the column.
  EXPECT_EQ(counts(all.calls({call(1, R"("codec":null)")})), "0 1 0");
  EXPECT_EQ(counts(all.calls({call(1), call(2, R"("region":"y")")})), "1 1 0");
  EXPECT_EQ(
      all.value(
          "SELECT codec IS NULL AND region IS NULL AND cost = 2 FROM vobiz.cdrs WHERE uuid = '" +
          uuid(1) + "'"),
      "t");
}

TEST(merge, unknown_members_stand_in_extra_and_change_the_row) {
  store all;
  EXPECT_EQ(counts(all.calls({call(1, R"("new_field":{"a":[1,2.50]})")})), "1 0 0");
  EXPECT_EQ(all.value("SELECT extra FROM vobiz.cdrs"), R"({"new_field": {"a": [1, 2.50]}})");
  EXPECT_EQ(counts(all.calls({call(1, R"("new_field":{"a":[1,2.50]})")})), "0 0 1");
  EXPECT_EQ(counts(all.calls({call(1, R"("new_field":"else")")})), "0 1 0");
}

TEST(merge, says_when_a_row_was_first_seen_and_changed) {
  store all;
  all.calls({call(1, R"("cost":1)")});
  auto const first = all.value("SELECT first_seen_at FROM vobiz.cdrs");
  EXPECT_EQ(all.value("SELECT first_seen_at = changed_at FROM vobiz.cdrs"), "t");
  all.calls({call(1, R"("cost":2)")});
  EXPECT_EQ(all.value("SELECT first_seen_at FROM vobiz.cdrs"), first);
  EXPECT_EQ(all.value("SELECT changed_at > first_seen_at FROM vobiz.cdrs"), "t");
}

// Any text arrives unchanged, although array literals have their own escapes.
TEST(merge, texts_arrive_unchanged) {
  std::vector<std::string> const texts = {R"(")",
                                          R"(\)",
                                          R"(\\")",
                                          "{}",
                                          "{a,b}",
                                          ",",
                                          "NULL",
                                          "null",
                                          " leading and trailing ",
                                          "\t\n\r",
                                          "'; DROP TABLE vobiz.cdrs; --",
                                          "$1",
                                          "%",
                                          "\xf0\x9f\x98\x80 \xe0\xa4\xa8\xe0\xa4\xae",
                                          "\\N",
                                          "\\.",
                                          std::string(70'000, 'x')};
  store all;
  streams::stream const& stream = *streams::find("cdrs");
  decode::row_batch rows(stream.columns.size() + 1);
  auto const column = [&](std::string_view name) {
    auto const found = std::ranges::find(stream.columns, name, &streams::column::name);
    return static_cast<std::size_t>(found - stream.columns.begin());
  };
  for (std::size_t n = 0; n < texts.size(); ++n) {
    rows.add_row();
    rows.set(column("account_id"), "MA_1");
    rows.set(column("uuid"), uuid(static_cast<int>(n)));
    rows.set(column("start_time"), "2026-03-10T10:00:00Z");
    rows.set(column("caller_id_name"), texts[n]);
  }
  for (auto const* name : {"account_id", "uuid", "start_time", "caller_id_name"})
    rows.mark_seen(column(name));
  for (auto const* expected : {"17 0 0", "0 0 17"}) {
    pqxx::work transaction(all.database.connection());
    auto const result = merge(transaction, stream, {all.partner, day("2026-03-10")}, rows);
    transaction.commit();
    EXPECT_EQ(counts(result), expected);
  }
  auto const stored = all.database.query("SELECT caller_id_name FROM vobiz.cdrs ORDER BY uuid");
  ASSERT_EQ(stored.size(), texts.size());
  for (std::size_t n = 0; n < texts.size(); ++n) {
    EXPECT_EQ(std::string(stored[static_cast<int>(n)][0].c_str()), texts[n]);
  }
}

}  // namespace
}  // namespace vobiz::sink
