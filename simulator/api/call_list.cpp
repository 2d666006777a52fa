#include "simulator/api/json.hpp"
#include "simulator/api/list_selections.hpp"

namespace vobiz::simulator {

list_page select_calls(list_query const& asked) {
  auto const& calls = asked.of.calls;
  auto const found = (asked.account ? calls.of(*asked.account) : calls.all()).select(asked.days);
  list_page page;
  page.rows = found.part(asked.offset, asked.limit);
  page.total = found.total;
  page.figures.calls = found.sums;
  if (auto const newest = found.part(0, 1); !newest.empty()) {
    page.figures.last_call = calls[newest.front()].start;
  }
  return page;
}

void append_call_summary(std::string& out, list_figures const& of, generation) {
  auto const& sums = of.calls;
  object row(out);
  row.integer("totalCalls", sums.all.calls);
  row.integer("answeredCalls", sums.all.answered);
  // A percentage with two decimals.
  row.number("answerRate",
             money{sums.all.calls == 0 ? 0 : sums.all.answered * 10'000 / sums.all.calls * 10'000});
  auto const mean = sums.all.answered == 0 ? 0 : sums.all.billsec / sums.all.answered;
  row.plain("avgCallDuration", std::to_string(mean) + 's');
  row.integer("total_billable_seconds", sums.all.billsec);
  row.integer("total_duration_seconds", sums.duration);
  row.number("total_cost", sums.all.total_cost);
  if (of.last_call) {
    row.time("last_call_at", *of.last_call);
  } else {
    row.null("last_call_at");
  }
}

}  // namespace vobiz::simulator
