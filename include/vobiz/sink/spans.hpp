#pragma once

#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "vobiz/sink/windows.hpp"

// Spans longer than a day, to hold the sum of their days against (docs/architecture.md, "Span
// check").
namespace vobiz::sink {

struct span {
  core::utc_day first{};
  core::utc_day last{};
};

// Two ways to add up a span. They differ by the rows that two days list and that are stored under
// one of them: whether a span over both lists such a row once or twice is not known
// (docs/partner-api.md, "Days may not tile").
enum class span_figures {
  stored,  // the rows stored under its days
  listed,  // what its days listed when they were proven
};

// What there is of a span, as a list over it would show it: the windows' rows and rejects, and the
// rows that only spans list, except those of the last day, whose own end hides them again. Nothing
// when a window of the span is not proven.
std::optional<figures> figures_of_span(pqxx::transaction_base& transaction,
                                       streams::stream const& stream, window_key const& scope,
                                       span const& days, span_figures which);

// Whether every window of a span is proven: only then can it be judged.
bool is_proven(pqxx::transaction_base& transaction, window_key const& scope, span const& days);

enum class span_verdict {
  agrees,
  disagrees,
  reopened,   // days of it have to be read again first
  not_given,  // the API gives no total
};

// What a check of a span came to.
struct span_check_result {
  span days;
  span_verdict verdict = span_verdict::agrees;
  std::optional<std::int64_t> api_total;
  std::int64_t stored = 0;
  std::int64_t found = 0;  // rows that only the span lists
  // Where it disagrees: how, for people, and the part of it in which the difference lies.
  std::string difference{};
  span differs{};
};

// Rows that the lists of the span's days repeat for good (proof::walk_and_repeats).
std::int64_t repeats_in(pqxx::transaction_base& transaction, window_key const& scope,
                        span const& days);

// Writes what a check came to. A verdict about a span that is no month takes the place of those
// about older spans within it.
void record_span(pqxx::transaction_base& transaction, window_key const& scope,
                 span_check_result const& result);

// Confirms a verdict that the span disagrees, where its figures are those of a search of the last
// day: another search would find no more. Returns how it disagrees; nothing: it has to be searched.
std::optional<std::string> confirm_difference(pqxx::transaction_base& transaction,
                                              window_key const& scope, span const& days,
                                              std::optional<std::int64_t> api_total,
                                              std::int64_t stored);

// Of the given spans those that are due: not checked yet; those that agree `again_after` their last
// check (nothing: never), those that disagree after an hour, those with reopened days after ten
// minutes; with `anyway` also at once.
std::vector<span> spans_to_check(pqxx::transaction_base& transaction, window_key const& scope,
                                 std::vector<span> const& candidates,
                                 std::optional<std::chrono::seconds> again_after, bool anyway);

// `audit`, or a longer one that begins with the oldest span that still disagrees and is no month:
// a difference must not be forgotten because its day leaves the audit range.
span extended_audit(pqxx::transaction_base& transaction, window_key const& scope,
                    span const& audit);

// Forgets spans that begin before the first day asked for, and verdicts about scopes that are not
// read any more, except that they agree.
void forget_spans(pqxx::transaction_base& transaction, std::string const& partner,
                  std::string_view stream, std::vector<std::string> const& scopes,
                  core::utc_day first_day);

// How a span of the stream disagrees; nothing when none does.
std::optional<std::string> span_difference(pqxx::transaction_base& transaction,
                                           std::string const& partner, std::string_view stream);

}  // namespace vobiz::sink
