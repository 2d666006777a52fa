#include "store.hpp"
#include "vobiz/sink/walks.hpp"

// Keys of any type that a declaration may name, on a table made for it.
namespace vobiz::sink {
namespace {

using ::testing::ElementsAre;

streams::stream const& readings() {
  using enum streams::column_type;
  static streams::stream const stream{
      .name = "readings",
      .table = "readings",
      .form = streams::shape::day_windows,
      .rows = {"data"},
      .columns =
          {
              {.name = "number",
               .type = bigint,
               .json = {"number"},
               .nulls = streams::null_rule::required},
              {.name = "taken",
               .type = date,
               .json = {"taken"},
               .nulls = streams::null_rule::required},
              {.name = "value", .type = numeric, .json = {"value"}},
          },
      .key = {"number", "taken"},
      .selective_key = "number",
      .day_column = "window_day",
      .measures = {{"value_of_all", "total_value", "sum(value)"}},
  };
  return stream;
}

class walked_types : public ::testing::Test {
protected:
  walked_types() {
    all.database.query(
        R"(CREATE TABLE vobiz.readings (partner_id text NOT NULL, number bigint, taken date,
  value numeric, window_day date, found_by text, extra jsonb, first_seen_at timestamptz DEFAULT now(),
  changed_at timestamptz DEFAULT now(), removed_at timestamptz, PRIMARY KEY (number, taken)))");
  }
  merge_result store_rows(pqxx::work& transaction, bool expect_new) {
    auto page =
        decode::decoder(readings())
            .decode(R"({"data":[{"number":9007199254740993,"taken":"2026-03-10","value":1.5},
{"number":2,"taken":"2026-03-10","value":2},{"number":2,"taken":"2026-03-09","value":4}]})")
            .value();
    merge_target target;
    target.partner = all.partner;
    target.day = key.day;
    target.expect_new = expect_new;
    return merge(transaction, readings(), target, page.rows);
  }

  store all;
  window_key const key{all.partner, "readings", "*", day("2026-03-10")};
};

TEST_F(walked_types, of_a_key_are_those_of_its_columns) {
  pqxx::work transaction(all.database.connection());
  EXPECT_EQ(counts(store_rows(transaction, false)), "3 0 0");
  was_walked const walked = [](std::string_view one) {
    return one == std::string_view("9007199254740993\0002026-03-10\0", 28) ||
           one == std::string_view("2\0002026-03-10\0", 13);
  };
  EXPECT_THAT(vanished(transaction, readings(), key, walked), ElementsAre("2 2026-03-09"));
  auto const stored = recount(transaction, readings(), key);
  auto const seen = compare_walk(transaction, readings(), key, stored, 2, walked);
  EXPECT_EQ(seen.here, 2);
  EXPECT_EQ(seen.vanished, 1);
  EXPECT_EQ(seen.walked.rows, 2);
  EXPECT_THAT(seen.walked.sums, ElementsAre("3.5"));
  std::vector<std::string> const twice(2, std::string("2\0002026-03-10\0", 13));
  EXPECT_THAT(figures_of(transaction, readings(), key, twice).sums, ElementsAre("4"));
  EXPECT_EQ(mark_removed(transaction, readings(), key, walked).rows, 1);
  EXPECT_EQ(count_stored(transaction, readings(), key), 2);
}

TEST_F(walked_types, of_a_key_are_looked_up_as_they_are) {
  pqxx::work transaction(all.database.connection());
  auto const twice = store_rows(transaction, true);
  EXPECT_EQ(counts(twice), "3 0 0");
  EXPECT_EQ(twice.change.rows, 3);
  EXPECT_THAT(twice.change.sums, ElementsAre("7.5"));
  EXPECT_EQ(counts(store_rows(transaction, true)), "0 0 3");
}

// A measure needs no column in vobiz_sync.windows.
TEST_F(walked_types, have_measures_of_any_name) {
  pqxx::work transaction(all.database.connection());
  ensure_windows(transaction, all.partner, "readings", "*", key.day, key.day, key.day);
  auto const stored = store_rows(transaction, false);
  recount(transaction, readings(), key);
  add_to_window(transaction, readings(), key, stored.change);
  conclusion said;
  said.api_total = 3;
  said.api_sums = {"7.50"};
  conclude(transaction, readings(), key, said);
  auto const now = load_windows(transaction, readings(), all.partner, "*", key.day, key.day).at(0);
  EXPECT_EQ(now.stored.rows, 6);
  EXPECT_THAT(now.stored.sums, ElementsAre("15.0"));
  EXPECT_EQ(now.api_sums.at(0), "7.50");
}

}  // namespace
}  // namespace vobiz::sink
