#include "vobiz/sink/merge.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "support/test_database.hpp"
#include "vobiz/decode/decoder.hpp"

namespace vobiz::sink {
namespace {

using core::utc_day;

utc_day day(char const* text) { return *core::day_from_text(text); }

// Decodes a body as the stream's answer and merges it in a transaction of its own.
merge_result merge_body(testing::test_database& database, char const* stream_name,
                        std::string const& body, char const* at = "2026-03-10") {
  auto const& stream = *streams::find(stream_name);
  auto page = decode::decoder(stream).decode(body).value();
  EXPECT_TRUE(page.rejects.empty()) << page.rejects.front().reason;
  pqxx::work transaction(database.connection());
  merge_target const target{"PA_EXAMPLE01",
                            stream.day_column.empty() ? std::nullopt : std::optional(day(at)), false};
  std::vector<decode::reject> rejects;
  auto const result = merge_with_feeds(transaction, stream, target, page.rows, rejects);
  EXPECT_TRUE(rejects.empty());
  transaction.commit();
  return result;
}

std::string fixture(std::string_view stream, int generation) {
  std::ifstream file(std::string(VOBIZ_SOURCE_DIR "/tests/fixtures/") + std::string(stream) +
                     "/generation_" + std::to_string(generation) + ".json");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(merge, stores_every_stream_of_both_generations_once) {
  for (int const generation : {1, 2}) {
    testing::test_database database;
    for (auto const& stream : streams::all()) {
      SCOPED_TRACE(std::string(stream.name) + " generation " + std::to_string(generation));
      auto const body = fixture(stream.name, generation);
      ASSERT_FALSE(body.empty());
      auto const first = merge_body(database, stream.name.data(), body);
      EXPECT_GT(first.counts.inserted, 0);
      auto const second = merge_body(database, stream.name.data(), body);
      EXPECT_EQ(second.counts.inserted, 0);
      EXPECT_EQ(second.counts.updated, 0);
      if (stream.keeps == streams::keeping::current) {
        EXPECT_EQ(second.counts.unchanged, first.counts.inserted);
      }
    }
  }
}

}  // namespace
}  // namespace vobiz::sink
