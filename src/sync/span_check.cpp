#include <algorithm>

#include "list_fsm.hpp"
#include "list_read.hpp"
#include "proof.hpp"
#include "readers.hpp"

namespace vobiz::sync {

namespace asio = boost::asio;
using sink::span;
using std::chrono::days;

namespace {

// How a span compares with what is stored of it.
struct comparison {
  bool is_proven = false;  // every window of it is: only then was the API asked
  bool judged = false;     // and the API gives a total
  bool agrees = true;
  std::optional<std::int64_t> api_total;
  std::int64_t stored = 0;
};

// How a span disagrees, for people.
std::string describe_difference(sink::window_key const& scope,
                                sink::span_check_result const& checked) {
  auto const name = [](span const& part) {
    return core::to_text(part.first) + " to " + core::to_text(part.last);
  };
  auto text = fmt::format("{}{}: the API counts {} rows, the days hold {}", name(checked.days),
                          scope.scope == sink::global_scope ? "" : " of " + scope.scope,
                          checked.api_total.value_or(0), checked.stored);
  if (checked.api_total == checked.stored) text += ", and the sums differ";
  bool const whole =
      checked.differs.first == checked.days.first && checked.differs.last == checked.days.last;
  if (!whole) text += fmt::format("; the difference lies in {}", name(checked.differs));
  return text;
}

// The checks of one scope. Throws api_refusal when the API refuses.
class span_checker {
public:
  span_checker(context& cycle, std::string scope) : cycle_(cycle) {
    scope_.partner = cycle.setting.partner;
    scope_.stream = cycle.stream().name;
    scope_.scope = std::move(scope);
  }

  asio::awaitable<void> check(span whole);
  bool has_reopened() const { return has_reopened_; }

private:
  asio::awaitable<comparison> compare(span part);
  asio::awaitable<std::int64_t> bisect(span part);
  asio::awaitable<std::int64_t> read_boundary(span both);
  asio::awaitable<void> reopen(std::vector<core::utc_day> const& changed);
  asio::awaitable<span> narrow(span whole);
  void report(std::string const& difference);

  context& cycle_;
  sink::window_key scope_;
  std::vector<span> boundaries_;  // that the bisection came to
  bool has_reopened_ = false;
};

asio::awaitable<comparison> span_checker::compare(span part) {
  comparison result;
  result.is_proven = co_await cycle_.store.is_span_proven(scope_, part);
  if (!result.is_proven) co_return result;
  auto from = scope_;
  from.day = part.first;
  auto const reported = co_await probe(cycle_, from, part.last);
  if (!reported) throw api_refusal{reported.error()};
  result.api_total = reported->total;
  using sink::span_figures;
  auto const stored = co_await cycle_.store.figures_of_span(scope_, part, span_figures::stored);
  // A poll beside this may have found a day changed meanwhile.
  result.is_proven = stored.has_value();
  if (!stored || !reported->total) co_return result;
  result.judged = true;
  result.stored = stored->rows + stored->rejects;
  result.agrees = prove(*reported, *stored, false).has_value();
  if (result.agrees) co_return result;
  auto const listed = co_await cycle_.store.figures_of_span(scope_, part, span_figures::listed);
  result.agrees = listed && prove(*reported, *listed, false).has_value();
  if (result.agrees) co_return result;
  // Whether a list of several days repeats the rows that each day's list does is not known.
  auto const repeats = co_await cycle_.store.repeats_in(scope_, part);
  result.agrees = repeats > 0 && *reported->total >= result.stored &&
                  *reported->total <= result.stored + repeats;
  co_return result;
}

// Reads the span over two neighbouring days to its end, stores the rows that neither day listed,
// and marks those found so before that the span no longer lists.
asio::awaitable<std::int64_t> span_checker::read_boundary(span both) {
  auto from = scope_;
  from.day = both.first;
  auto const columns = key_columns(cycle_.stream());
  key_set walked;
  std::int64_t rejects = 0;
  std::int64_t found = 0;
  bool changed = false;
  list_fsm list(true, most_per_page);
  for (auto pages = list.next_pages(); !pages.empty(); pages = list.next_pages()) {
    list_part const part{from, both.last, api::priority::probe};
    auto answers = co_await fetch_pages(cycle_, list, part, pages);
    std::vector<decode::page const*> read;
    for (auto const& answer : answers) {
      if (!answer) throw api_refusal{answer.error()};
      list.add_page(answer->envelope);
      rejects += static_cast<std::int64_t>(answer->rejects.size());
      for (auto const& key : keys_of(*answer, columns)) walked.insert(key);
      read.push_back(&*answer);
    }
    auto const counts = co_await cycle_.store.store_span_rows(from, read);
    cycle_.report.rows += counts;
    found += counts.inserted;
    changed = changed || counts.updated > 0;
  }
  // Only a walk as long as the API's count shows that something is not there.
  bool const steady = list.state() == list_state::end && !list.has_moved();
  if (steady && list.reported().total == static_cast<std::int64_t>(walked.size()) + rejects) {
    sink::was_walked const met = [&walked](std::string_view key) { return walked.contains(key); };
    auto const removed = co_await cycle_.store.mark_found_removed(from, met);
    cycle_.report.removed += removed;
  }
  // Listed rows that were found changed contradict the proofs of their days.
  if (changed) {
    std::vector<core::utc_day> const ends = {both.first, both.last};
    co_await reopen(ends);
  }
  if (found > 0) {
    core::log(spdlog::level::warn, cycle_.about(),
              "stream \"{}\": {} rows between {} and {} are listed by no single day: stored",
              cycle_.stream().name, found, core::to_text(both.first), core::to_text(both.last));
  }
  co_return found;
}

// Days that are not what they were when they were proven: the next cycle reads them.
asio::awaitable<void> span_checker::reopen(std::vector<core::utc_day> const& changed) {
  co_await cycle_.store.reopen_days(scope_, changed);
  has_reopened_ = true;
  for (auto const day : changed) {
    core::log(spdlog::level::info, cycle_.about(day),
              "stream \"{}\": {} has changed since it was proven: reading it again",
              cycle_.stream().name, core::to_text(day));
  }
}

// Finds where a span that differs does so. Returns how many rows it brought to light.
asio::awaitable<std::int64_t> span_checker::bisect(span part) {
  if (part.first == part.last) {
    std::vector<core::utc_day> const day = {part.first};
    co_await reopen(day);
    co_return 0;
  }
  auto const middle = part.first + (part.last - part.first) / 2;
  std::int64_t found = 0;
  span const halves[] = {{part.first, middle}, {middle + days(1), part.last}};
  for (auto const& half : halves) {
    auto const result = co_await compare(half);
    if (result.judged && !result.agrees) found += co_await bisect(half);
  }
  // What neither half shows lies between them. (While a day of them is reopened, nothing can be
  // compared.)
  auto const rest = co_await compare(part);
  if (rest.judged && !rest.agrees) {
    span const boundary{middle, middle + days(1)};
    boundaries_.push_back(boundary);
    found += co_await read_boundary(boundary);
  }
  co_return found;
}

// The part of a span that disagrees in which the difference lies.
asio::awaitable<span> span_checker::narrow(span whole) {
  std::optional<span> part;
  for (auto const& boundary : boundaries_) {
    auto const result = co_await compare(boundary);
    if (!result.judged || result.agrees) continue;
    if (!part) part = boundary;
    part = span{std::min(part->first, boundary.first), std::max(part->last, boundary.last)};
  }
  co_return part.value_or(whole);
}

void span_checker::report(std::string const& difference) {
  cycle_.report.outcome = sink::run_outcome::mismatch;
  if (cycle_.report.error.empty()) cycle_.report.error = difference;
}

asio::awaitable<void> span_checker::check(span whole) {
  using sink::span_verdict;
  auto result = co_await compare(whole);
  if (!result.is_proven) co_return;
  if (result.judged && !result.agrees && !cycle_.setting.everything) {
    auto const known =
        co_await cycle_.store.confirm_difference(scope_, whole, result.api_total, result.stored);
    if (known) {
      report(*known);
      co_return;
    }
  }
  sink::span_check_result checked;
  checked.days = whole;
  if (result.judged && !result.agrees) {
    core::log(spdlog::level::info, cycle_.about(),
              "stream \"{}\": {} to {}: the API counts {} rows, the days hold {}: looking for the "
              "difference",
              cycle_.stream().name, core::to_text(whole.first), core::to_text(whole.last),
              result.api_total.value_or(0), result.stored);
    boundaries_.clear();
    checked.found = co_await bisect(whole);
    result = co_await compare(whole);
  }
  checked.api_total = result.api_total;
  checked.stored = result.stored;
  checked.verdict = !result.is_proven ? span_verdict::reopened
                    : !result.judged  ? span_verdict::not_given
                    : result.agrees   ? span_verdict::agrees
                                      : span_verdict::disagrees;
  if (checked.verdict == span_verdict::disagrees) {
    checked.differs = co_await narrow(whole);
    checked.difference = describe_difference(scope_, checked);
    report(checked.difference);
    core::log(spdlog::level::warn, cycle_.about(), "stream \"{}\": {}", cycle_.stream().name,
              checked.difference);
  }
  co_await cycle_.store.record_span(scope_, checked);
}

// Each whole month since the start that is over.
std::vector<span> past_months(core::utc_day start, core::utc_day last) {
  std::vector<span> months;
  std::chrono::year_month_day const first(start);
  auto month = first.year() / first.month();
  if (first.day() != std::chrono::day(1)) month += std::chrono::months(1);
  for (; core::utc_day(month / std::chrono::last) <= last; month += std::chrono::months(1)) {
    months.push_back({core::utc_day(month / 1), core::utc_day(month / std::chrono::last)});
  }
  return months;
}

}  // namespace

asio::awaitable<bool> check_spans(context& cycle, std::string scope, audit_span const& audit) {
  auto const& settings = cycle.setting.settings;
  auto last = cycle.today() - days(1);
  if (!cycle.is_closed(last)) last -= days(1);
  auto const first = std::max(cycle.first_day(), cycle.today() - days(settings.audit_days));
  auto const audit_last = std::min(last, audit.last.value_or(last));
  // A customer's days are not asked for one by one, so a span of one is worth a request.
  bool const is_span = scope == sink::global_scope ? first < audit_last : first <= audit_last;
  sink::spans_wanted wanted;
  wanted.months = past_months(cycle.first_day(), last);
  if (audit.is_wanted && is_span) wanted.audit = span{first, audit_last};
  wanted.anyway = cycle.setting.everything;
  wanted.audit_again = cycle.setting.everything ? std::chrono::seconds(0) : audit.again;
  sink::window_key const key{cycle.setting.partner, cycle.stream().name, scope};
  auto const due = co_await cycle.store.spans_due(key, wanted);
  span_checker checker(cycle, std::move(scope));
  for (auto const& days_due : due) co_await checker.check(days_due);
  co_return checker.has_reopened();
}

}  // namespace vobiz::sync
