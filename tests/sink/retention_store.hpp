#pragma once

#include "store.hpp"
#include "vobiz/sink/connection.hpp"
#include "vobiz/sink/journal.hpp"
#include "vobiz/sink/retention.hpp"

namespace vobiz::sink {

// Calls of one day each in January to March 2026, all windows proven; months before March are
// dropped.
class retention : public ::testing::Test {
protected:
  retention() {
    in_transaction([](auto& t) { ensure_partitions(t, day("2026-01-01"), day("2026-03-31")); });
    for (auto const* at : {"2026-01-05", "2026-01-31", "2026-02-10", "2026-03-01"}) {
      all.calls({call(++number, {}, std::string(at) + "T10:00:00Z")}, at);
    }
    windows(all.partner, "2026-01-01", "2026-03-31");
    keep("2026-03-01");
    store_sums();
  }

  template <class Act>
  void in_transaction(Act act) {
    pqxx::work transaction(all.database.connection());
    act(transaction);
    transaction.commit();
  }
  void keep(std::optional<char const*> from, std::string const& partner = "PA_EXAMPLE01") {
    in_transaction([&](auto& t) {
      begin_cycle(t, partner, "cdrs", day("2026-01-01"),
                  from ? std::optional(day(*from)) : std::nullopt);
    });
  }
  void windows(std::string const& partner, std::string const& first, std::string const& last) {
    all.database.query(
        "INSERT INTO vobiz_sync.windows (partner_id, stream, scope, day, state, rows)\nSELECT '" +
        partner + "', 'cdrs', '*', d, 'proven', 1 FROM generate_series(date '" + first + "', '" +
        last + "', '1 day') d");
  }
  // One step of retention; returns its messages without times.
  std::vector<std::string> step() {
    std::vector<std::string> messages;
    in_transaction([&](auto& t) {
      for (auto const& month : retire_calls(t, all.partner)) {
        messages.push_back(month.what + " " + month.partition + " " + std::to_string(month.calls) +
                           (month.reason.empty() ? "" : ": " + month.reason));
      }
    });
    return messages;
  }
  // The same as the end of a cycle does.
  void store_sums() {
    while (all.value("SELECT count(vobiz_sync.store_marked_day('" + all.partner + "'))") != "0") {
    }
  }
  std::string sums() {
    return all.value(
        "SELECT (SELECT sum(attempts) FROM vobiz.usage_buckets) || ' ' || (SELECT sum(attempts) "
        "FROM vobiz_sync.usage_days)\n"
        "  || ' ' || (SELECT sum(attempts) FROM vobiz_sync.usage_hours)"
        "  || ' ' || (SELECT sum(attempts) FROM vobiz_sync.hangup_days) || ' '\n"
        "  || (SELECT count(*) FROM vobiz_sync.concurrency_days WHERE day < '2026-03-01')");
  }
  void a_day_passes() {
    all.database.query(
        "UPDATE vobiz_sync.retention SET drop_after = drop_after - interval '1 day'");
  }
  void the_pause_passes() {
    all.database.query(
        "UPDATE vobiz_sync.retention SET next_try = next_try - interval '5 minutes'");
  }
  std::string held() {
    return all.value(
        "SELECT coalesce(string_agg(month || ' ' || held_by, ', ' ORDER BY month), '')\n"
        "FROM vobiz_sync.retention WHERE held_by IS NOT NULL");
  }
  std::string partitions() {
    return all.value(
        "SELECT string_agg(tablename, ' ' ORDER BY tablename) FROM pg_tables\n"
        "WHERE schemaname = 'vobiz_part' AND tablename LIKE 'cdrs_20%'");
  }

  store all;
  int number = 0;
};

}  // namespace vobiz::sink
