#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "support/test_database.hpp"
#include "vobiz/decode/decoder.hpp"
#include "vobiz/sink/connection.hpp"
#include "vobiz/sink/journal.hpp"
#include "vobiz/sink/merge.hpp"
#include "vobiz/sink/walks.hpp"

namespace vobiz::sink {

inline core::utc_day day(char const* text) { return *core::day_from_text(text); }

// A migrated database. Rows are decoded from a response body and merged.
class store {
public:
  // Merges a body as the response for a day, in its own transaction.
  merge_result merge(std::string_view stream_name, std::string const& body,
                     char const* at = "2026-03-10") {
    auto const& stream = *streams::find(stream_name);
    auto page = decode::decoder(stream).decode(body).value();
    EXPECT_TRUE(page.rejects.empty()) << page.rejects.front().reason;
    pqxx::work transaction(database.connection());
    merge_target const target{
        partner, stream.day_column.empty() ? std::nullopt : std::optional(day(at)), false};
    std::vector<decode::reject> inner;
    auto const result = merge_with_feeds(transaction, stream, target, page.rows, inner);
    roll_up(transaction, stream, result.touched);
    transaction.commit();
    rejects = inner;
    return result;
  }

  // Merges CDRs with the given members; the `uuid` is derived from the number.
  merge_result calls(std::vector<std::string> const& rows, char const* at = "2026-03-10") {
    return merge("cdrs", list_of(rows), at);
  }

  static std::string list_of(std::vector<std::string> const& rows) {
    std::string body;
    for (auto const& row : rows) body += (body.empty() ? "{" : ",{") + row + "}";
    return "{\"data\":[" + body + "]}";
  }

  // Changes calls or entries by SQL, and does what is asked of whoever does that.
  void by_hand(std::string const& sql) {
    database.query(sql);
    rebuild_days();
  }
  // Makes all rollups from the rows; returns how many rows of 15 minutes differed.
  std::string rebuild_days() {
    return value("SELECT vobiz_sync.rebuild_days('1970-01-01', '2200-12-31')");
  }

  void make_partitions(char const* first, char const* last) {
    pqxx::work transaction(database.connection());
    ensure_partitions(transaction, day(first), day(last));
    transaction.commit();
  }

  using act = std::function<void(pqxx::work&)>;

  // Runs `first`, then `second` until it waits for the first; commits the first, then the second.
  void interleave(act const& first, act const& second) {
    auto const one = connect(database.settings());
    pqxx::work begun(*one);
    first(begun);
    std::string failure;
    std::atomic<bool> ended = false;
    std::thread other([&] {
      try {
        auto const two = connect(database.settings());
        pqxx::work transaction(*two);
        second(transaction);
        transaction.commit();
      } catch (std::exception const& error) {
        failure = error.what();
      }
      ended = true;
    });
    while (!ended &&
           value("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()\n"
                 "AND wait_event_type = 'Lock'") != "1") {
      std::this_thread::yield();
    }
    EXPECT_FALSE(ended) << "the second did not wait";
    begun.commit();
    other.join();
    EXPECT_EQ(failure, "");
  }

  std::string value(std::string const& sql) { return database.value(sql); }

  testing::test_database database;
  std::string const partner = "PA_EXAMPLE01";
  std::vector<decode::reject> rejects;
};

// The uuid of call number `number`.
inline std::string uuid(int number) {
  auto digits = std::to_string(number);
  return "00000000-0000-4000-8000-" + std::string(12 - digits.size(), '0') + digits;
}

// The members of a CDR of MA_1 on 2026-03-10.
inline std::string call(int number, std::string const& more = {},
                        std::string const& start = "2026-03-10T10:00:00Z") {
  return "\"uuid\":\"" + uuid(number) + "\",\"account_id\":\"MA_1\",\"start_time\":\"" + start +
         "\"" + (more.empty() ? "" : "," + more);
}

// A walk that met these calls of MA_1.
inline was_walked walked_calls(std::vector<int> const& numbers) {
  return [numbers](std::string_view key) {
    return std::ranges::any_of(numbers, [&](int number) {
      return key == std::string("MA_1") + '\0' + uuid(number) + '\0';
    });
  };
}

// inserted, updated, unchanged
inline std::string counts(merge_result const& result) {
  return std::to_string(result.counts.inserted) + " " + std::to_string(result.counts.updated) +
         " " + std::to_string(result.counts.unchanged);
}

}  // namespace vobiz::sink
