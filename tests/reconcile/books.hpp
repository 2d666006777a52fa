#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <string>
#include <vector>

#include "support/test_database.hpp"
#include "vobiz/reconcile/report.hpp"
#include "vobiz/reconcile/run.hpp"

namespace vobiz::reconcile {

// The rows of clean_day.sql. Tests change them and run checks.
class books {
public:
  books();

  // Runs statements in the session that has pg_temp.call, entry and follow of clean_day.sql.
  void sql(std::string const& statements);
  std::string value(std::string const& statement) { return database.value(statement); }

  // Runs the checks of 2026-03-10, or of another day.
  run_outcome check(char const* only = nullptr, char const* day = "2026-03-10");

  // "check kind row_key expected actual" of the open breaks.
  std::vector<std::string> breaks();

  // "check status" of each check that is not ok.
  std::vector<std::string> not_ok();

  testing::test_database database;
  config::reconcile how;
  std::size_t lanes = 1;
  std::int64_t run_id = 0;

private:
  boost::asio::io_context io_;
};

}  // namespace vobiz::reconcile
