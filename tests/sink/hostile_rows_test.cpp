#include "sink/hostile_rows.hpp"

#include <cstdlib>

#include "store.hpp"
#include "vobiz/sink/customers.hpp"
#include "vobiz/sink/rejects.hpp"
#include "vobiz/sink/rollups.hpp"
#include "vobiz/sink/windows.hpp"

// From JSON text to a committed row: whatever one row of a page is, the others are stored, and it
// is stored or a reject. VOBIZ_HOSTILE_ROWS of them for each stream (300 by default) from
// VOBIZ_SEED on.
namespace vobiz::sink {
namespace {

std::uint64_t from_environment(char const* name, std::uint64_t otherwise) {
  auto const* const value = std::getenv(name);
  return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
}

class hostile : public ::testing::TestWithParam<std::string_view> {
protected:
  // All that follows a page, as a cycle does it.
  merge_result store_page(pqxx::work& transaction, decode::page& page) {
    window_key const key{all.partner, stream.name, "*", day("2026-03-10")};
    merge_target target{all.partner,
                        stream.day_column.empty() ? std::nullopt : std::optional(key.day)};
    auto result = merge_with_feeds(transaction, stream, target, page.rows, page.rejects);
    record_rejects(transaction, key, page.rejects);
    record_unknown_fields(transaction, all.partner, stream.name, page.unknown);
    if (stream.carries_wallets) record_wallets(transaction, all.partner);
    if (stream.form == streams::shape::day_windows || stream.form == streams::shape::snapshot) {
      conclude(transaction, stream, key, {});
      add_to_window(transaction, stream, key, result.change);
      recount(transaction, stream, key);
    }
    roll_up(transaction, stream, result.touched);
    while (store_marked_day(transaction, all.partner)) {
    }
    return result;
  }

  void check(testing::hostile_rows::body const& body) {
    pqxx::work transaction(all.database.connection());
    decode::decoder const decoder(stream);
    auto page = decoder.decode(body.hostile);
    ASSERT_TRUE(page.has_value()) << page.error().message;
    auto const listed = page->envelope.listed;
    auto const rows = page->rows.size();
    ASSERT_EQ(rows + page->rejects.size(), listed);
    auto const decoded = page->rejects.size();
    auto const result = store_page(transaction, *page);
    refused += result.refused.size();
    if (!result.refused.empty()) last_refusal = page->rejects[decoded].reason;
    if (!stream.rows.empty()) {
      EXPECT_EQ(listed, body.good_rows + 1);
      EXPECT_EQ(result.counts.inserted, rows - result.refused.size());
      auto good = decoder.decode(body.good).value();
      ASSERT_EQ(good.rows.size(), body.good_rows);
      merge_target const target{
          all.partner, stream.day_column.empty() ? std::nullopt : std::optional(day("2026-03-10"))};
      for (auto const& other : compare(transaction, stream, target, good.rows)) {
        ADD_FAILURE() << "not stored: " << other.key << " " << other.column_name.value_or("");
      }
      // The next poll finds nothing new.
      auto again = decoder.decode(body.hostile).value();
      auto const second = store_page(transaction, again);
      EXPECT_EQ(second.counts.inserted + second.counts.updated, 0);
    }
    // What is stored can be read as text, as a dump does.
    transaction.exec("SELECT t::text FROM vobiz." + std::string(stream.table) + " t");
    transaction.exec("SELECT r::text FROM vobiz_sync.rejects r");
    for (auto const& feed : stream.feeds) {
      transaction.exec("SELECT t::text FROM vobiz." + std::string(feed.rows.table) + " t");
    }
  }

  store all;
  streams::stream const& stream = *streams::find(GetParam());
  std::size_t refused = 0;
  std::string last_refusal;
};

TEST_P(hostile, a_row_costs_itself_only) {
  if (stream.partition) all.make_partitions("2026-01-01", "2026-04-01");
  auto const seed = from_environment("VOBIZ_SEED", 1);
  testing::hostile_rows rows(stream, seed);
  for (auto left = from_environment("VOBIZ_HOSTILE_ROWS", 300); left > 0; --left) {
    auto const body = rows.next();
    try {
      check(body);
    } catch (std::exception const& error) {
      ADD_FAILURE() << error.what();
    }
    // The decoder knows the bounds; the database's refusal is for what it does not know yet.
    EXPECT_EQ(refused, 0u) << last_refusal;
    if (HasFailure()) {
      FAIL() << "stream " << stream.name << ", seed " << seed << ": " << body.row.substr(0, 6000);
    }
  }
}

std::vector<std::string_view> names() {
  std::vector<std::string_view> result;
  for (auto const& stream : streams::all()) result.push_back(stream.name);
  return result;
}

INSTANTIATE_TEST_SUITE_P(rows_of, hostile, ::testing::ValuesIn(names()),
                         [](auto const& of) { return std::string(of.param); });

}  // namespace
}  // namespace vobiz::sink
