#pragma once

#include <optional>
#include <pqxx/pqxx>
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

// Writes what a check came to.
void record_span(pqxx::transaction_base& transaction, window_key const& scope, span const& days,
                 bool agrees, std::optional<std::int64_t> api_total, std::int64_t stored,
                 std::int64_t found);

// Of the given spans those that were not found to agree yet, or (with `again_after`) not lately.
std::vector<span> spans_to_check(pqxx::transaction_base& transaction, window_key const& scope,
                                 std::vector<span> const& candidates,
                                 std::optional<std::chrono::seconds> again_after);

}  // namespace vobiz::sink
