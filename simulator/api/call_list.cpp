#include "simulator/api/json.hpp"
#include "simulator/api/lists.hpp"
#include "simulator/api/rows_json.hpp"

namespace vobiz::simulator {

namespace {

void append_summary(std::string& out, world const& of, selection<call> const& found, bool zeroed) {
  auto const sums = zeroed ? call_sums() : found.sums;
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
  auto const newest = zeroed ? std::vector<std::uint32_t>() : found.part(0, 1);
  if (newest.empty()) {
    row.null("last_call_at");
  } else {
    row.time("last_call_at", of.calls[newest.front()].start);
  }
}

}  // namespace

std::optional<refusal> list_calls(list_source const& from, std::optional<std::uint32_t> account,
                                  std::string& out) {
  page_request asked;
  if (auto bad = read_page(from.what, "per_page", from.settings.too_large, asked)) return bad;
  if (from.changed.fall_back) asked.size = page_request().size;
  day_range range;
  if (auto bad = read_day(from.what, "start_date", 422, range.from)) return bad;
  if (auto bad = read_day(from.what, "end_date", 422, range.to)) return bad;
  if (!range.from || !range.to) range = {};  // a lone one is ignored

  auto const& rows = account ? from.of.calls.of(*account) : from.of.calls.all();
  auto const found = from.changed.empty_list ? selection<call>() : rows.select(range);
  auto const page = found.part(asked.offset(), asked.size);
  auto const total = static_cast<std::int64_t>(found.total) + from.changed.add_to_total;
  auto const size = static_cast<std::int64_t>(asked.size);
  auto const pages = (std::max<std::int64_t>(total, 0) + size - 1) / size;
  auto const echoed = static_cast<std::int64_t>(asked.page) + from.changed.add_to_page;

  out.reserve(page.size() * 1'600 + 1'024);
  object body(out);
  if (body.begin("data")) {
    out += '[';
    for (std::size_t i = 0; i < page.size(); ++i) {
      if (i > 0) out += ',';
      append_call(out, from.of, page[i], from.settings.shapes);
    }
    out += ']';
  }
  body.integer("count", page.size());
  if (body.begin("pagination")) {
    object pagination(out);
    pagination.integer("page", echoed);
    pagination.integer("per_page", asked.size);
    if (!from.changed.no_total) {
      pagination.integer("total", total);
      pagination.integer("pages", pages);
    }
    pagination.boolean("has_next", echoed < pages);
    pagination.boolean("has_prev", echoed > 1);
  }
  if (!from.changed.no_summary && body.begin("summary")) {
    append_summary(out, from.of, found, from.changed.zero_summary);
  }
  if (!from.extra_member.empty()) (out += ',') += from.extra_member;
  return std::nullopt;
}

}  // namespace vobiz::simulator
