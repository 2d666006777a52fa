#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "record.hpp"
#include "vobiz/reconcile/run.hpp"
#include "vobiz/sink/database.hpp"

namespace vobiz::reconcile {

// What a run writes. Each method is one transaction, which commits only while the run's lease,
// where there is one, is still ours. Judging waits for other runs of the same check.
class run_store {
public:
  run_store(sink::database& db, run_request const& what) : db_(db), what_(what) {}

  boost::asio::awaitable<std::int64_t> begin();  // returns the run's id
  boost::asio::awaitable<void> end(std::int64_t run_id);

  // Keeps what the currencies of the day are counted in. Returns whether each of the checks can
  // run.
  boost::asio::awaitable<std::vector<gate>> begin_day(config::reconcile const& how, billing_day day,
                                                      std::span<check const> checks);

  // Runs a check whose inputs are complete and stores what it found; stores that it was not run
  // otherwise.
  boost::asio::awaitable<void> judge(judgement const& which);
  // The same for checks that ask for each call: the calls are judged once for all of them.
  boost::asio::awaitable<void> judge_together(std::vector<judgement> const& checks);
  boost::asio::awaitable<void> record_failed(judgement const& which, std::string const& reason);
  boost::asio::awaitable<std::optional<std::string>> remark(judgement const& which);
  boost::asio::awaitable<void> freeze(judgement const& drift);

private:
  template <class Job>
  boost::asio::awaitable<void> commit(Job& job);

  sink::database& db_;
  run_request const& what_;
};

}  // namespace vobiz::reconcile
