#include "vobiz/sink/rollups.hpp"

#include <atomic>
#include <random>
#include <thread>

#include "from_scratch.hpp"
#include "vobiz/sink/connection.hpp"

// Rollups stay exact for all kinds of changes and writers.
namespace vobiz::sink {
namespace {

// Rows of three days. By default around midnight in Kolkata (18:30 UTC) and the end of a month, so
// that changes cross both.
class changes {
public:
  explicit changes(store& all, unsigned seed,
                   std::chrono::sys_days first = std::chrono::year(2026) / 2 / 27)
      : all_(all), random_(seed), first_(first) {}

  void merge_calls(int count, int numbers) {
    std::vector<std::string> rows;
    for (int n = 0; n < count; ++n) rows.push_back(some_call(pick(numbers)));
    all_.calls(rows, "2026-02-28");
  }

  void merge_entries(int count, int numbers) {
    std::string body;
    for (int n = 0; n < count; ++n) {
      auto const id = pick(numbers);
      body += (n ? "," : "") + std::string("{\"id\":\"t") + std::to_string(id) +
              "\",\"account_id\":\"MA_" + std::to_string(id % 3) + "\",\"type\":\"" +
              one_of({"credit", "debit", "did_rental"}) + "\",\"amount\":\"" +
              std::to_string(pick(900)) +
              ".00125\",\"currency\":" + one_of({"\"INR\"", "\"INR\"", "null"}) +
              ",\"reference_type\":" + one_of({"\"cdr\"", "\"payment\"", "null"}) +
              ",\"status\":\"" + one_of({"completed", "completed", "failed"}) + "\"" +
              (pick(5) ? ",\"created_at\":\"" + some_time() + "\"" : "") + "}";
    }
    all_.merge("transactions", "{\"transactions\":[" + body + "]}", "2026-02-28");
  }

  // A whole read of a day that no longer lists some of its rows.
  void vanish(std::string_view name) {
    auto const& stream = *streams::find(name);
    pqxx::work transaction(all_.database.connection());
    auto const removed =
        mark_removed(transaction, stream, {all_.partner, name, "*", day("2026-02-28")},
                     [this](std::string_view) { return pick(9) > 0; });
    roll_up(transaction, stream, removed.touched);
    transaction.commit();
    vanished_ += removed.rows;
  }
  std::int64_t vanished() const { return vanished_; }

  // Changes in SQL only: a call of another account, vanished rows, deleted rows.
  void change_by_hand(std::string const& table) {
    constexpr char const* some = " WHERE (account_id, {}) IN (SELECT account_id, {} FROM ";
    auto const key = table == "vobiz.cdrs" ? "uuid" : "id";
    std::string which = some;
    for (auto at = which.find("{}"); at != std::string::npos; at = which.find("{}"))
      which.replace(at, 2, key);
    which +=
        table + " ORDER BY md5(" + key + "::text || '" + std::to_string(pick(1000)) + "') LIMIT 3)";
    switch (pick(4)) {
      case 0:
        all_.database.query("UPDATE " + table + " SET removed_at = now()" + which);
        break;
      case 1:
        all_.database.query("UPDATE " + table + " SET removed_at = NULL" + which);
        break;
      case 2:
        all_.database.query("DELETE FROM " + table + which);
        break;
      default:
        all_.database.query("UPDATE " + table + " SET account_id = account_id || '_" +
                            std::to_string(++moved_) + "', partner_id = 'PA_OTHER'" + which);
    }
  }

  int pick(int below) { return std::uniform_int_distribution<int>(0, below - 1)(random_); }

private:
  std::string one_of(std::vector<std::string> const& texts) {
    return texts[static_cast<std::size_t>(pick(static_cast<int>(texts.size())))];
  }

  std::string some_time() {
    auto const second = first_ + std::chrono::seconds(pick(3 * 86'400));
    return core::to_text(core::utc_time(second));
  }

  std::string some_call(int number) {
    auto const billsec = pick(3) ? pick(120) : 0;
    auto row = "\"uuid\":\"" + uuid(number) + "\",\"account_id\":\"MA_" +
               std::to_string(number % 3) + "\",\"start_time\":\"" + some_time() +
               "\",\"call_direction\":" + one_of({"\"inbound\"", "\"outbound\"", "null"}) +
               ",\"context\":" + one_of({"\"sip_trunking\"", "\"voice_api\"", "null"}) +
               ",\"currency\":" + one_of({"\"INR\"", "\"USD\"", "null"}) +
               ",\"billsec\":" + std::to_string(billsec) +
               ",\"duration\":" + std::to_string(billsec + pick(pick(10) ? 300 : 90'000)) +
               ",\"total_cost\":\"" + std::to_string(pick(50)) +
               ".4525\",\"cost\":\"0.1\",\"mos\":" + one_of({"0", "null", "2.5", "4.31"}) +
               ",\"hangup_cause\":" + one_of({"\"NORMAL_CLEARING\"", "\"USER_BUSY\"", "null"});
    if (billsec > 0) row += ",\"answer_time\":\"" + some_time() + "\"";
    return row;
  }

  store& all_;
  std::mt19937 random_;
  std::chrono::sys_days first_;
  int moved_ = 0;
  std::int64_t vanished_ = 0;
};

class any_history : public ::testing::TestWithParam<unsigned> {};
INSTANTIATE_TEST_SUITE_P(rollups, any_history, ::testing::Values(1u, 2u, 3u));

TEST_P(any_history, equals_its_rows_after_every_change) {
  store all;
  changes some(all, GetParam());
  int mended = 0;
  for (int round = 0; round < 12; ++round) {
    some.merge_calls(30, 120);
    some.merge_entries(20, 60);
    some.vanish("cdrs");
    some.vanish("transactions");
    if (round == 4)
      all.value("SELECT vobiz_sync.ensure_cdr_partitions('2026-02-01', '2026-03-31')");
    if (round % 3 == 2) store_marked_days(all);
    SCOPED_TRACE("round " + std::to_string(round));
    expect_exact(all);
    EXPECT_EQ(all.rebuild_days(), "0");
    some.change_by_hand("vobiz.cdrs");
    some.change_by_hand("vobiz.transactions");
    mended += std::stoi(all.rebuild_days());
    expect_exact(all);
    if (HasFailure()) return;
  }
  // Changes that changed nothing would agree with anything.
  EXPECT_GT(some.vanished(), 20);
  EXPECT_GT(mended, 20);
  store_marked_days(all);
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz_sync.rollup_marks WHERE partner_id = '" +
                      all.partner + "'"),
            "0");
  expect_exact(all);
  // The stored rollups equal those of a rebuild.
  auto const hash = [&all](std::string const& table) {
    return all.value("SELECT md5(string_agg(d::text, '|' ORDER BY d::text)) FROM " + table + " d");
  };
  auto const days = hash("vobiz.usage_days");
  auto const hours = hash("vobiz.usage_hours");
  rebuild_rollups(all.database.connection(), "Asia/Kolkata");
  EXPECT_EQ(hash("vobiz_sync.usage_days"), days);
  EXPECT_EQ(hash("vobiz_sync.usage_hours"), hours);
  expect_exact(all);
}

// A time zone in which it is late in the day, with a margin for the end of the hour.
std::string zone_of_late_evening() {
  auto const hour = std::chrono::duration_cast<std::chrono::hours>(
                        std::chrono::system_clock::now().time_since_epoch())
                        .count() %
                    24;
  // POSIX signs: Etc/GMT-5 is five hours ahead of UTC.
  auto const ahead = 22 - hour > 12 ? -2 - hour : 22 - hour;
  return "Etc/GMT" + (ahead > 0 ? "-" + std::to_string(ahead) : "+" + std::to_string(-ahead));
}

// A call of today invalidates the stored hours in which it is in progress, and no others.
TEST_P(any_history, keeps_the_hours_of_a_day_that_is_not_over) {
  store all;
  auto const zone = zone_of_late_evening();
  ASSERT_EQ(adopt_settings(all.database.connection(), zone, std::chrono::hours(6)), zone);
  auto const today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  changes some(all, GetParam(), today - std::chrono::days(1));
  std::string const kept =
      "SELECT count(*) FROM vobiz_sync.concurrency_hours WHERE account_id = '*'";
  for (int round = 0; round < 12; ++round) {
    // Many calls leave few stored hours, a single call leaves most.
    some.merge_calls(round % 4 ? 2 : 60, 120);
    if (round % 2 == 1) {
      some.change_by_hand("vobiz.cdrs");
      all.rebuild_days();
    }
    auto const left = std::stoi(all.value(kept));
    SCOPED_TRACE("round " + std::to_string(round) + ": " + std::to_string(left) + " hours left");
    if (round % 4 == 2) {
      EXPECT_GT(left, 5);
    }
    expect_exact(all);
    store_marked_days(all);
    EXPECT_GE(std::stoi(all.value(kept)), 21);
    expect_exact(all);
    if (HasFailure()) return;
  }
}

TEST(rollups, are_empty_again_when_the_last_row_goes) {
  store all;
  changes some(all, 7);
  some.merge_calls(20, 20);
  some.merge_entries(20, 20);
  store_marked_days(all);
  all.by_hand("DELETE FROM vobiz.cdrs");
  all.by_hand("DELETE FROM vobiz.transactions");
  store_marked_days(all);
  for (auto const* table :
       {"vobiz.usage_buckets", "vobiz_sync.usage_days", "vobiz_sync.usage_hours",
        "vobiz.hangup_buckets", "vobiz_sync.hangup_days", "vobiz.ledger_buckets",
        "vobiz_sync.ledger_days", "vobiz_sync.concurrency_days"}) {
    EXPECT_EQ(all.value(std::string("SELECT count(*) FROM ") + table), "0") << table;
  }
}

TEST(rollups, are_written_only_where_a_new_row_counts) {
  store all;
  std::vector<std::string> rows;
  for (int n = 0; n < 96; ++n) {
    auto const start =
        std::chrono::sys_days(std::chrono::year(2026) / 3 / 10) + std::chrono::minutes(15 * n);
    rows.push_back(call(n, R"("billsec":60)", core::to_text(core::utc_time(start))));
  }
  all.calls(rows);
  store_marked_days(all);
  rows.push_back(call(1'000, R"("billsec":60)", "2026-03-10T10:01:00Z"));
  all.calls(rows);
  std::string const by_the_last =
      " WHERE xmin = (SELECT xmin FROM vobiz_sync.rollup_marks WHERE rollup = 'calls')";
  EXPECT_EQ(all.value("SELECT string_agg(bucket_start::text, ' ') FROM vobiz.usage_buckets" +
                      by_the_last),
            "2026-03-10 10:00:00+00");
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz.hangup_buckets" + by_the_last), "1");
  EXPECT_EQ(
      all.value(
          "SELECT string_agg(rollup || ' ' || account_id || ' ' || day, ', ' ORDER BY rollup) "
          "FROM vobiz_sync.rollup_marks"),
      "calls MA_1 2026-03-10, concurrency * 2026-03-10");
}

// A cached plan from the time when a month was empty would read all its calls for each account.
TEST(rollups, of_a_new_month_read_each_customers_calls_only) {
  store all;
  all.value("SELECT vobiz_sync.ensure_cdr_partitions('2026-02-01', '2026-03-31')");
  pqxx::work transaction(all.database.connection());
  auto const insert = [&transaction](std::string const& day, int customers) {
    transaction.exec(
        "INSERT INTO vobiz.cdrs (partner_id, account_id, uuid, start_time, window_day, total_cost, "
        "sip_user_agent) "
        "SELECT 'PA_EXAMPLE01', 'MA_' || n, gen_random_uuid(), '" +
        day + "T10:00Z'::timestamptz + n * interval '0.4 seconds', '" + day +
        "', 1, repeat('x', 400) FROM generate_series(1, " + std::to_string(customers) + ") n");
    transaction.exec(
        "SELECT vobiz_sync.roll_up_calls(array_agg('PA_EXAMPLE01'::text), array_agg('MA_' || n), "
        "array_agg(timestamptz '" +
        day + "T10:00Z'), array_agg(timestamptz '" + day + "T10:14Z')) FROM generate_series(1, " +
        std::to_string(customers) + ") n");
  };
  for (int n = 0; n < 8; ++n) insert("2026-03-10", 10);
  for (int n = 0; n < 3; ++n) insert("2026-02-10", 2'000);
  // Each account's calls once, one after the first statement and three after the last.
  auto const needed = 2'000 * (1 + 2 + 3);
  EXPECT_LE(
      transaction
          .exec(
              "SELECT idx_tup_fetch FROM pg_stat_xact_all_tables WHERE relname = 'cdrs_2026_02'")[0]
                                                                                                 [0]
          .as<int>(),
      2 * needed);
}

// Two transactions on one bucket: the second recomputes it only after the first has committed.
TEST(rollups, of_two_writers_count_both) {
  store all;
  auto const insert = [](int number) {
    return "INSERT INTO vobiz.cdrs (partner_id, account_id, uuid, start_time, window_day, "
           "total_cost) VALUES "
           "('PA_EXAMPLE01', 'MA_1', '" +
           uuid(number) +
           "', '2026-03-10T10:00Z', '2026-03-10', 1); SELECT "
           "vobiz_sync.roll_up_calls('{PA_EXAMPLE01}', '{MA_1}', '{2026-03-10 10:00Z}', "
           "'{2026-03-10 10:00Z}')";
  };
  // The bucket and its marks exist already, so that no unique key makes the second wait.
  all.database.query(insert(0));
  pqxx::work first(all.database.connection());
  first.exec(insert(1));
  auto const settings = all.database.settings();
  std::atomic<int> second_pid{0};
  std::thread second([&] {
    auto const connection = connect(settings);
    pqxx::work transaction(*connection);
    second_pid = transaction.exec("SELECT pg_backend_pid()")[0][0].as<int>();
    transaction.exec(insert(2));
    transaction.commit();
  });
  auto const watcher = connect(settings);
  for (bool waits = false; !waits;) {
    pqxx::work locks(*watcher);
    waits =
        second_pid != 0 && locks.exec("SELECT count(*) FROM pg_locks WHERE NOT granted AND pid = " +
                                      std::to_string(second_pid))[0][0]
                                   .as<int>() == 1;
  }
  first.commit();
  second.join();
  EXPECT_EQ(all.value("SELECT attempts FROM vobiz.usage_buckets"), "3");
  expect_exact(all);
}

}  // namespace
}  // namespace vobiz::sink
