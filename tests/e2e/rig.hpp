#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/daemon.hpp"

namespace vobiz::e2e {

using support::daemon;
using support::daemon_setting;
using support::ending;
using support::provider;
using ::testing::HasSubstr;
using ::testing::Not;

// A simulated provider, a database and a service between them.
struct rig {
  explicit rig(std::vector<std::string> const& more_options = {}, bool frozen = true)
      : api(more_options, frozen), syncd(api, database) {}

  // Runs one cycle; a failing test shows the service's output.
  ending sync(std::vector<std::string> const& streams = {}) const {
    std::vector<std::string> words = {"sync"};
    words.insert(words.end(), streams.begin(), streams.end());
    return syncd.run(words);
  }

  // The same; the exit code must match.
  void sync_ends_with(int code, std::vector<std::string> const& streams = {}) const {
    auto const ended = sync(streams);
    ASSERT_EQ(ended.code, code) << ended.out << ended.err;
  }

  std::string value(std::string const& sql) { return database.value(sql); }
  std::int64_t number(std::string const& sql) { return std::stoll(value(sql)); }
  void configure(auto const& change) {
    auto setting = syncd.setting();
    change(setting);
    syncd.configure(setting);
  }

  provider api;
  vobiz::testing::test_database database;
  daemon syncd;
};

// Lines "day|rows|sum|sum…": the simulator's figures for each day with rows.
std::vector<std::string> true_calls(provider const& api);
std::vector<std::string> true_entries(provider const& api);

// The same lines from the mirror, for listed rows only.
std::vector<std::string> stored_calls(vobiz::testing::test_database& database);
std::vector<std::string> stored_entries(vobiz::testing::test_database& database);

// Calls and ledger equal the simulator's, by day and sum.
void expect_the_truth(rig& all);

// The auth_id of the simulator's account with that index.
std::string account(rig& all, std::size_t at);

// Creates a call and returns its uuid.
std::string add_call(provider const& api, boost::json::object const& what);

// Configuration lines that make every stream due once a second.
std::string every_second();

core::utc_day today();
std::string days_ago(int days);

}  // namespace vobiz::e2e
