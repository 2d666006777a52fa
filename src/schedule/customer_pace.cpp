#include "vobiz/schedule/customer_pace.hpp"

#include <algorithm>
#include <utility>

namespace vobiz::schedule {

using std::chrono::seconds;

namespace {

constexpr seconds totals_every{20};
// The list of customers costs a request for each hundred of them: one a second at most.
constexpr seconds shortest_between_lists{20};
constexpr seconds unvouched_every{45};
constexpr seconds vouched_every{300};

bool has_customer_days(streams::stream const& stream) {
  return stream.form == streams::shape::day_windows &&
         stream.endpoints == streams::endpoint_scope::either;
}

bool is_vouched_stream(std::string_view name) {
  auto const* const stream = streams::find(name);
  return stream != nullptr && stream->vouched_by.has_value();
}

}  // namespace

bool customer_pace::is_totals(streams::stream const& stream) const {
  return std::ranges::any_of(by_customer_, [&](auto const name) {
    auto const* const read = streams::find(name);
    return read != nullptr && read->vouched_by && read->vouched_by->stream == stream.name;
  });
}

seconds customer_pace::between_lists() const {
  return std::max(shortest_between_lists, seconds(static_cast<std::int64_t>(pages_)));
}

std::optional<seconds> customer_pace::within(streams::stream const& stream) const {
  if (is_totals(stream)) return std::min(totals_every, next_list_in_);
  if (by_customer_.empty() || !stream.carries_wallets) return std::nullopt;
  return vouched_ ? vouched_every : std::max(unvouched_every, between_lists());
}

// Calls first: people wait for them, and the budget is one for both.
std::vector<std::string> customer_pace::after_customers() {
  std::vector<std::string> const all(by_customer_.begin(), by_customer_.end());
  std::vector<std::string> first;
  for (auto const& name : all) {
    if (is_vouched_stream(name)) first.push_back(name);
  }
  ledgers_wait_ = !first.empty();
  return first.empty() ? all : first;
}

std::vector<std::string> customer_pace::ended(streams::stream const& stream,
                                              sink::run_report const& report, time_point now) {
  bool const is_good =
      report.outcome == sink::run_outcome::ok || report.outcome == sink::run_outcome::mismatch;
  std::vector<std::string> due;
  if (has_customer_days(stream)) {
    // One that knows no customer yet waits for their list.
    bool const is_news = report.by_customer && by_customer_.insert(stream.name).second;
    if (!report.by_customer && is_good) by_customer_.erase(stream.name);
    if (!stream.vouched_by) return due;
    bool const was_vouched = std::exchange(vouched_, report.by_customer && report.vouched);
    // Their next polls were planned before this was known, minutes ahead.
    if (is_news) due.emplace_back(stream.vouched_by->stream);
    if (report.by_customer && !vouched_ && (is_news || was_vouched)) {
      due.emplace_back(streams::customers().name);
    }
    if (!std::exchange(ledgers_wait_, false)) return due;
    for (auto const name : by_customer_) {
      if (!is_vouched_stream(name)) due.emplace_back(name);
    }
    return due;
  }
  auto const asked = stream.carries_wallets ? std::exchange(customers_asked_, {}) : std::nullopt;
  if (by_customer_.empty() || !is_good) return due;
  if (stream.carries_wallets) {
    pages_ = std::max<std::uint64_t>(1, report.requests);
    // From the moment they were asked for: a long list takes long to read.
    customers_read_ = asked.value_or(now);
    wants_customers_ = false;
    return after_customers();
  }
  if (!is_totals(stream)) return due;
  if (report.rows.inserted + report.rows.updated > 0) wants_customers_ = true;
  next_list_in_ = totals_every;
  if (!wants_customers_ || customers_asked_) return due;
  time_point::duration rest{};
  if (customers_read_) rest = *customers_read_ + between_lists() - now;
  if (rest > rest.zero()) {
    next_list_in_ = std::max(seconds(1), std::chrono::ceil<seconds>(rest));
    return due;
  }
  customers_asked_ = now;
  due.emplace_back(streams::customers().name);
  return due;
}

}  // namespace vobiz::schedule
