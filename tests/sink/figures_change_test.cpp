#include <random>

#include "store.hpp"
#include "vobiz/sink/windows.hpp"

// What a merge says it did to a window's figures, against counting them before and after.
namespace vobiz::sink {
namespace {

class random_lists {
public:
  explicit random_lists(unsigned seed) : random_(seed) {}

  int below(int end) { return std::uniform_int_distribution(0, end - 1)(random_); }
  bool one_in(int n) { return below(n) == 0; }
  std::string account() { return "MA_" + std::to_string(1 + below(2)); }
  std::string day() { return "2026-03-0" + std::to_string(1 + below(3)); }
  std::string time() { return day() + (one_in(2) ? "T00:10:00Z" : "T23:50:00Z"); }
  std::string number(char const* name, int places) {
    if (one_in(6)) return {};
    if (one_in(6)) return ",\"" + std::string(name) + "\":null";
    auto const digits = std::to_string(below(1000));
    return ",\"" + std::string(name) + "\":" + digits + (places > 0 ? ".25" : "");
  }
  std::string version() {
    return one_in(3)
               ? ""
               : ",\"updated_at\":\"2026-04-0" + std::to_string(1 + below(9)) + "T00:00:00Z\"";
  }

  std::string cdr() {
    return "{\"uuid\":\"" + uuid(below(14)) + "\",\"account_id\":\"" + account() +
           "\",\"start_time\":\"" + time() + "\"" + number("total_cost", 2) + number("billsec", 0) +
           number("duration", 0) + version() + "}";
  }
  std::string entry() {
    return "{\"id\":\"" + std::to_string(below(14)) + "\",\"account_id\":\"" + account() +
           "\",\"type\":\"" + (one_in(2) ? "credit" : "debit") +
           "\",\"amount\":" + std::to_string(below(900)) + ".5" +
           (one_in(3) ? "" : ",\"created_at\":\"" + time() + "\"") + version() + "}";
  }
  std::string did() {
    return "{\"e164\":\"+" + std::to_string(below(14)) + "\"" +
           (one_in(3) ? "" : ",\"account_id\":\"" + account() + "\"") + number("monthly_fee", 2) +
           version() + "}";
  }
  std::string row_of(std::string_view stream) {
    return stream == "cdrs" ? cdr() : stream == "transactions" ? entry() : did();
  }

private:
  std::mt19937 random_;
};

class figures_changes : public ::testing::TestWithParam<unsigned> {
protected:
  // Rows leave and are found outside their day's list between reads.
  void disturb(random_lists& any, streams::stream const& stream) {
    auto const table = "vobiz." + std::string(stream.table);
    auto const some =
        " WHERE hashtext(ctid::text || '" + std::to_string(any.below(1000)) + "') % 4 = 0";
    if (any.one_in(3)) all.database.query("UPDATE " + table + " SET removed_at = now()" + some);
    if (any.one_in(3) && stream.form == streams::shape::day_windows) {
      all.database.query("UPDATE " + table + " SET found_by = 'span'" + some);
    }
    if (any.one_in(8))
      all.database.query("UPDATE " + table + " SET partner_id = 'PA_OTHER'" + some);
  }

  store all;
};

constexpr char const* strays_not_kept =
    "SELECT count(*) FROM (SELECT partner_id, window_day FROM vobiz.cdrs WHERE "
    "vobiz_sync.is_stray(start_time, window_day) EXCEPT SELECT * FROM vobiz_sync.stray_days) s";

TEST_P(figures_changes, are_what_counting_finds) {
  random_lists any(GetParam());
  all.make_partitions("2026-02-01", "2026-04-30");
  int changes = 0;
  for (int round = 0; round < 40; ++round) {
    constexpr char const* names[] = {"cdrs", "transactions", "numbers"};
    auto const& stream = *streams::find(names[any.below(3)]);
    disturb(any, stream);
    all.rebuild_days();
    std::string rows;
    for (int n = any.below(8); n >= 0; --n)
      rows += (rows.empty() ? "" : ",") + any.row_of(stream.name);
    SCOPED_TRACE("round " + std::to_string(round) + ", " + std::string(stream.name) + " " + rows);
    auto page = decode::decoder(stream).decode("{\"data\":[" + rows + "]}").value();
    ASSERT_TRUE(page.rejects.empty()) << page.rejects.front().reason;

    window_key const key{all.partner, stream.name, any.one_in(2) ? "*" : any.account(),
                         *core::day_from_text(any.day())};
    merge_target target;
    target.partner = key.partner;
    target.scope = key.scope;
    target.expect_new = any.one_in(2);
    if (!stream.day_column.empty()) target.day = key.day;
    pqxx::work transaction(all.database.connection());
    auto const before = recount(transaction, stream, key);
    auto const result = merge(transaction, stream, target, page.rows);
    auto const after = recount(transaction, stream, key);
    EXPECT_EQ(result.change.rows, after.rows - before.rows);
    ASSERT_EQ(result.change.sums.size(), stream.measures.size());
    for (std::size_t n = 0; n < stream.measures.size(); ++n) {
      auto const sum = transaction.exec("SELECT " + after.sums[n] + " - (" + before.sums[n] +
                                        ") = (" + result.change.sums[n] + ")");
      EXPECT_TRUE(sum[0][0].as<bool>())
          << stream.measures[n].name << " " << before.sums[n] << " -> " << after.sums[n]
          << ", not by " << result.change.sums[n];
    }
    changes += result.change.rows != 0 ? 1 : 0;
    roll_up(transaction, stream, result.touched);
    transaction.commit();
    EXPECT_EQ(all.value(strays_not_kept), "0");
    // Every bucket, also of places that rows have left, is what its rows add up to.
    EXPECT_EQ(all.rebuild_days(), "0");
    if (HasFailure()) return;
  }
  // Batches that changed nothing would agree with anything.
  EXPECT_GT(changes, 10);
}

INSTANTIATE_TEST_SUITE_P(random, figures_changes, ::testing::Range(1u, 9u));

}  // namespace
}  // namespace vobiz::sink
