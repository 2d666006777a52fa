#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "vobiz/sink/journal.hpp"
#include "vobiz/streams/stream.hpp"

namespace vobiz::schedule {

// How often the few lists are polled that say which customers are worth asking, while a partner's
// lists are read customer by customer (docs/architecture.md, "Customer by customer"). Pure: the
// clock is the caller's.
class customer_pace {
public:
  using time_point = std::chrono::steady_clock::time_point;

  // A poll has ended. Returns the names of the streams that are due now because of it: the list of
  // customers once the dashboard has changed, then the calls of those whose wallets moved, then
  // their ledgers.
  std::vector<std::string> ended(streams::stream const& stream, sink::run_report const& report,
                                 time_point now);

  // The longest pause before the stream's next poll; nothing: as its settings say.
  std::optional<std::chrono::seconds> within(streams::stream const& stream) const;

private:
  bool is_totals(streams::stream const& stream) const;
  std::chrono::seconds between_lists() const;
  std::vector<std::string> after_customers();

  std::set<std::string_view> by_customer_;  // streams of days that are read so
  bool vouched_ = false;
  bool wants_customers_ = false;  // the dashboard has changed since they were read
  bool ledgers_wait_ = false;
  std::uint64_t pages_ = 1;                    // of the list of customers
  std::optional<time_point> customers_read_;   // when that was asked for
  std::optional<time_point> customers_asked_;  // by the dashboard, not read yet
  std::chrono::seconds next_list_in_ = std::chrono::seconds::max();
};

}  // namespace vobiz::schedule
